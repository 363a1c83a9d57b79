/*
 * index_test.c - links between records and who holds which address, on a small model built by hand
 * and on random blocks against a plain scan; and the same with every allocation failing once.
 */
#include "vp_holder.h"
#include "vp_index.h"
#include "vp_test.h"

/* A model under construction: the first failure is kept and everything after it does nothing. */
typedef struct maker {
    vp_network *network;
    vp_status status;
} maker;

static vp_name name_of(maker *make, const char *text) {
    vp_name name = VP_NO_NAME;
    if (make->status == VP_OK) {
        make->status = vp_network_name(make->network, text, &name, NULL);
    }
    return name;
}

static void *add(maker *make, vp_kind kind, const char *id) {
    static vp_record nowhere[64]; /* written to after a failure, never read */
    vp_name name = name_of(make, id);
    vp_record *record = NULL;
    if (make->status == VP_OK) {
        make->status = vp_network_add(make->network, kind, name, &record, NULL);
    }
    if (make->status != VP_OK) {
        memset(nowhere, 0, sizeof nowhere);
        return nowhere;
    }
    return record;
}

static void *append(maker *make, const vp_schema *schema, vp_list *list) {
    static uint64_t nowhere[64];
    void *item = NULL;
    if (make->status == VP_OK) {
        make->status = vp_list_append(&make->network->alloc, schema, list, &item);
    }
    return make->status == VP_OK ? item : nowhere;
}

static vp_addr addr(const char *text) {
    vp_addr address = {0, 0, 0};
    VP_CHECK(vp_addr_parse(text, strlen(text), &address, NULL) == VP_OK);
    return address;
}

static vp_cidr cidr(const char *text) {
    vp_cidr block = {{0, 0, 0}, 0};
    VP_CHECK(vp_cidr_parse(text, strlen(text), VP_CIDR_REFUSE_HOST_BITS, &block, NULL) == VP_OK);
    return block;
}

static const vp_schema *list_schema(vp_kind kind, const char *key) {
    const vp_field *field = vp_schema_field(vp_kind_describe(kind)->schema, key, strlen(key));
    VP_CHECK(field != NULL && field->schema != NULL);
    return field != NULL ? field->schema : NULL;
}

static void add_tag(maker *make, vp_record *record, const char *value) {
    vp_tag *tag = append(make, &vp_tag_schema, &record->tags);
    tag->key = name_of(make, "Name");
    tag->value = name_of(make, value);
}

static void add_vpc(maker *make, const char *id, const char *block) {
    vp_vpc *vpc = add(make, VP_KIND_VPC, id);
    vpc->cidr_block = cidr(block);
}

static void add_subnet(maker *make, const char *id, const char *vpc_id) {
    vp_subnet *subnet = add(make, VP_KIND_SUBNET, id);
    subnet->vpc_id = name_of(make, vpc_id);
}

static void add_table(maker *make, const char *id, const char *vpc_id, bool is_main,
                      const char *subnet_id, const char *gateway_id, const char *state) {
    vp_route_table *table = add(make, VP_KIND_ROUTE_TABLE, id);
    table->vpc_id = name_of(make, vpc_id);
    vp_route_table_association *association =
        append(make, &vp_route_table_association_schema, &table->associations);
    association->main = is_main ? VP_TRUE : VP_FALSE;
    association->subnet_id = name_of(make, subnet_id);
    association->gateway_id = name_of(make, gateway_id);
    association->association_state.state = name_of(make, state);
}

static vp_network_acl *add_acl(maker *make, const char *id, const char *vpc_id, bool is_default,
                               const char *subnet_id) {
    vp_network_acl *acl = add(make, VP_KIND_NETWORK_ACL, id);
    acl->vpc_id = name_of(make, vpc_id);
    acl->is_default = is_default ? VP_TRUE : VP_FALSE;
    vp_network_acl_association *association =
        append(make, &vp_network_acl_association_schema, &acl->associations);
    association->subnet_id = name_of(make, subnet_id);
    return acl;
}

static void add_entry(maker *make, vp_network_acl *acl, int number, const char *protocol) {
    vp_network_acl_entry *entry = append(make, &vp_network_acl_entry_schema, &acl->entries);
    entry->rule_number.value = number;
    entry->rule_number.given = 1;
    entry->protocol = name_of(make, protocol);
}

static void add_peering(maker *make, const char *id, const char *requester, const char *accepter) {
    vp_vpc_peering_connection *peering = add(make, VP_KIND_VPC_PEERING_CONNECTION, id);
    peering->requester_vpc_info.vpc_id = name_of(make, requester);
    peering->accepter_vpc_info.vpc_id = name_of(make, accepter);
    peering->accepter_vpc_info.cidr_block = cidr("10.9.0.0/16");
}

static vp_network_interface *add_interface(maker *make, const char *id, const char *vpc_id,
                                           const char *subnet_id, const char *address) {
    vp_network_interface *made = add(make, VP_KIND_NETWORK_INTERFACE, id);
    made->vpc_id = name_of(make, vpc_id);
    made->subnet_id = name_of(make, subnet_id);
    made->private_ip_address = addr(address);
    return made;
}

static void attach(maker *make, vp_network_interface *network_interface, const char *instance_id,
                   int device) {
    network_interface->attachment.instance_id = name_of(make, instance_id);
    network_interface->attachment.device_index.value = device;
    network_interface->attachment.device_index.given = 1;
}

static void add_secondary(maker *make, vp_network_interface *network_interface,
                          const char *private_ip, const char *public_ip) {
    vp_private_ip_address *item =
        append(make, &vp_private_ip_address_schema, &network_interface->private_ip_addresses);
    item->private_ip_address = addr(private_ip);
    if (public_ip != NULL) {
        item->association.public_ip = addr(public_ip);
    }
}

static void add_elastic(maker *make, const char *id, const char *public_ip,
                        const char *interface_id, const char *instance_id) {
    vp_address *address = add(make, VP_KIND_ADDRESS, id);
    address->public_ip = addr(public_ip);
    address->network_interface_id = name_of(make, interface_id);
    address->instance_id = name_of(make, instance_id);
}

/*
 * vpc-a: subnet-a1 with a table and an ACL of its own, subnet-a2 with the main table and the
 * default ACL; vpc-b: nothing but a block. vpc-x is named but not loaded.
 */
static void fill_places(maker *make) {
    add_vpc(make, "vpc-b", "10.0.0.0/16");
    add_vpc(make, "vpc-a", "10.0.0.0/16");
    add_subnet(make, "subnet-a2", "vpc-a");
    add_subnet(make, "subnet-a1", "vpc-a");
    add_subnet(make, "subnet-x1", "vpc-x");
    add_subnet(make, "subnet-b1", "vpc-b");
    add_table(make, "rtb-2", "vpc-a", true, "", "", "associated");
    add_table(make, "rtb-1", "vpc-a", false, "subnet-a1", "", "");
    add_table(make, "rtb-0", "vpc-a", false, "subnet-a2", "", "disassociated");
    add_table(make, "rtb-3", "vpc-a", false, "", "igw-1", "associated");
    add_table(make, "rtb-x", "vpc-x", true, "", "", "associated");
    vp_network_acl *acl = add_acl(make, "acl-1", "vpc-a", false, "subnet-a1");
    add_entry(make, acl, 200, "second");
    add_entry(make, acl, 100, "first out");
    add_entry(make, acl, 100, "first in");
    (void)add_acl(make, "acl-2", "vpc-a", true, "");
    add_peering(make, "pcx-2", "vpc-a", "vpc-b");
    add_peering(make, "pcx-1", "vpc-x", "vpc-a");
    add_peering(make, "pcx-3", "vpc-a", "vpc-a");
    vp_internet_gateway *gateway = add(make, VP_KIND_INTERNET_GATEWAY, "igw-1");
    vp_gateway_attachment *attachment =
        append(make, &vp_gateway_attachment_schema, &gateway->attachments);
    attachment->vpc_id = name_of(make, "vpc-b");
    attachment->state = name_of(make, "detached");
    attachment = append(make, &vp_gateway_attachment_schema, &gateway->attachments);
    attachment->vpc_id = name_of(make, "vpc-a");
    attachment->state = name_of(make, "available");
}

static void fill_interfaces(maker *make) {
    vp_instance *instance = add(make, VP_KIND_INSTANCE, "i-1");
    instance->vpc_id = name_of(make, "vpc-a");
    add_tag(make, &instance->record, "web");
    vp_network_interface *eth1 = add_interface(make, "eni-1", "vpc-a", "subnet-a1", "10.0.0.11");
    attach(make, eth1, "i-1", 1);
    vp_network_interface *eth0 = add_interface(make, "eni-2", "", "subnet-a1", "10.0.0.10");
    attach(make, eth0, "i-1", 0);
    eth0->association.public_ip = addr("203.0.113.1");
    add_secondary(make, eth0, "10.0.0.10", "203.0.113.1");
    add_secondary(make, eth0, "10.0.0.20", "203.0.113.2");
    add_tag(make, &eth0->record, "web");
    vp_ipv6_address *ipv6 = append(make, list_schema(VP_KIND_NETWORK_INTERFACE, "Ipv6Addresses"),
                                   &eth0->ipv6_addresses);
    ipv6->ipv6_address = addr("2001:db8::10");
    vp_network_interface *pods = add_interface(make, "eni-3", "vpc-a", "subnet-a1", "10.0.0.32");
    vp_ipv4_prefix *prefix =
        append(make, list_schema(VP_KIND_NETWORK_INTERFACE, "Ipv4Prefixes"), &pods->ipv4_prefixes);
    prefix->ipv4_prefix = cidr("10.0.0.48/28");
    (void)add_interface(make, "eni-4", "vpc-a", "subnet-a1", "10.0.0.50");
    (void)add_interface(make, "eni-5", "vpc-a", "subnet-a1", "10.0.0.10");
    (void)add_interface(make, "eni-6", "vpc-x", "subnet-x1", "10.0.0.10");
    add_elastic(make, "eipalloc-1", "203.0.113.3", "eni-3", "");
    add_elastic(make, "eipalloc-2", "203.0.113.4", "eni-unknown", "i-1");
    add_elastic(make, "eipalloc-3", "203.0.113.5", "", "");
}

static vp_status fill(vp_network *network) {
    maker make = {network, VP_OK};
    fill_places(&make);
    fill_interfaces(&make);
    vp_network_touch(network);
    return make.status;
}

static vp_name known(const vp_network *network, const char *text) {
    vp_name name = vp_names_find(&network->names, text, strlen(text));
    VP_CHECK(name != VP_NO_NAME);
    return name;
}

static void *find(const vp_network *network, const char *id) {
    vp_record *record = vp_network_find(network, VP_KIND_NONE, known(network, id));
    VP_CHECK(record != NULL);
    return record;
}

/* The id of a record, "" for NULL. */
static const char *id_of(const vp_network *network, const void *record) {
    return record == NULL ? "" : vp_network_text(network, ((const vp_record *)record)->id);
}

static void check_subnet(vp_network *network, const char *id, const char *vpc, const char *table,
                         const char *acl) {
    const vp_subnet *subnet = find(network, id);
    VP_CHECK_TEXT(id_of(network, subnet->vpc), vpc);
    VP_CHECK_TEXT(id_of(network, subnet->route_table), table);
    VP_CHECK_TEXT(id_of(network, subnet->network_acl), acl);
}

static void test_places(vp_network *network, const vp_index *index) {
    check_subnet(network, "subnet-a1", "vpc-a", "rtb-1", "acl-1");
    check_subnet(network, "subnet-a2", "vpc-a", "rtb-2", "acl-2");
    check_subnet(network, "subnet-x1", "", "rtb-x", "");
    check_subnet(network, "subnet-b1", "vpc-b", "", "");
    const vp_vpc *vpc = find(network, "vpc-a");
    VP_CHECK_TEXT(id_of(network, vpc->main_route_table), "rtb-2");
    VP_CHECK_TEXT(id_of(network, vpc->default_network_acl), "acl-2");
    VP_CHECK(vpc->subnet_count == 2 && vpc->network_acl_count == 2);
    vpc = find(network, "vpc-b");
    VP_CHECK(vpc->main_route_table == NULL && vpc->default_network_acl == NULL);
    VP_CHECK(vpc->subnet_count == 1 && vpc->network_acl_count == 0);

    const vp_network_acl *acl = find(network, "acl-1");
    const char *order[] = {"first out", "first in", "second"};
    for (uint32_t i = 0; i < 3; i++) {
        vp_name protocol = VP_ITEM(vp_network_acl_entry, &acl->entries, i)->protocol;
        VP_CHECK_TEXT(vp_network_text(network, protocol), order[i]);
    }

    uint32_t count;
    vp_route_table *const *tables =
        vp_index_route_tables_of(index, known(network, "vpc-a"), &count);
    VP_CHECK(count == 4);
    VP_CHECK_TEXT(id_of(network, tables[0]), "rtb-0");
    VP_CHECK_TEXT(id_of(network, tables[3]), "rtb-3");
    (void)vp_index_route_tables_of(index, known(network, "vpc-b"), &count);
    VP_CHECK(count == 0);
    vp_route_table *edge = vp_index_edge_route_table(index, known(network, "igw-1"));
    VP_CHECK_TEXT(id_of(network, edge), "rtb-3");
    VP_CHECK(vp_index_edge_route_table(index, known(network, "igw-1") + 100000) == NULL);
}

static void test_connections(vp_network *network, const vp_index *index) {
    uint32_t count;
    vp_vpc_peering_connection *const *peerings =
        vp_index_peerings_of(index, known(network, "vpc-a"), &count);
    VP_CHECK(count == 3);
    VP_CHECK_TEXT(id_of(network, peerings[0]), "pcx-1");
    VP_CHECK_TEXT(id_of(network, peerings[2]), "pcx-3");
    VP_CHECK(peerings[1]->accepter_vpc_info.vpc == find(network, "vpc-b"));
    (void)vp_index_peerings_of(index, known(network, "vpc-x"), &count);
    VP_CHECK(count == 1 && peerings[0]->requester_vpc_info.vpc == NULL);

    vp_record *gateway = find(network, "igw-1");
    const vp_internet_gateway *attached =
        vp_index_internet_gateway_of(index, known(network, "vpc-a"));
    VP_CHECK(attached != NULL && &attached->record == gateway);
    VP_CHECK(vp_index_internet_gateway_of(index, known(network, "vpc-b")) == NULL);
}

static const char *holder(vp_network *network, const vp_index *index, const char *vpc_id,
                          const char *address) {
    vp_addr wanted = addr(address);
    return id_of(network, vp_index_interface_at(index, known(network, vpc_id), &wanted));
}

static void test_addresses(vp_network *network, const vp_index *index) {
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.10"), "eni-2"); /* before eni-5 */
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.20"), "eni-2");
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "2001:db8::10"), "eni-2");
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.48"), "eni-3");
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.50"), "eni-3"); /* before eni-4 */
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.63"), "eni-3");
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.64"), "");
    VP_CHECK_TEXT(holder(network, index, "vpc-a", "10.0.0.1"), "");
    VP_CHECK_TEXT(holder(network, index, "vpc-b", "10.0.0.10"), "");
    VP_CHECK_TEXT(holder(network, index, "vpc-x", "10.0.0.10"), "eni-6");

    const char *publics[][3] = {{"203.0.113.1", "eni-2", "10.0.0.10"},
                                {"203.0.113.2", "eni-2", "10.0.0.20"},
                                {"203.0.113.3", "eni-3", "10.0.0.32"},
                                {"203.0.113.4", "eni-2", "10.0.0.10"}};
    for (size_t i = 0; i < VP_COUNT_OF(publics); i++) {
        vp_addr public_ip = addr(publics[i][0]), private_ip = addr(publics[i][2]), found;
        vp_network_interface *behind = vp_index_public(index, &public_ip, &found);
        VP_CHECK_TEXT(id_of(network, behind), publics[i][1]);
        VP_CHECK(vp_addr_equals(&found, &private_ip));
    }
    vp_addr unknown = addr("203.0.113.5"), untouched;
    VP_CHECK(vp_index_public(index, &unknown, &untouched) == NULL);

    vp_addr primary = addr("10.0.0.10"), expected = addr("203.0.113.1");
    vp_addr side = vp_index_public_of(index, find(network, "eni-2"), &primary);
    VP_CHECK(vp_addr_equals(&side, &expected));
    side = vp_index_public_of(index, find(network, "eni-5"), &primary);
    VP_CHECK(side.family == 0);
}

static void test_interfaces(vp_network *network, const vp_index *index) {
    uint32_t count;
    vp_network_interface *const *interfaces =
        vp_index_interfaces_of(index, known(network, "i-1"), &count);
    VP_CHECK(count == 2);
    VP_CHECK_TEXT(id_of(network, interfaces[0]), "eni-2");
    VP_CHECK_TEXT(id_of(network, interfaces[1]), "eni-1");
    VP_CHECK_TEXT(id_of(network, interfaces[0]->vpc), "vpc-a");
    VP_CHECK_TEXT(id_of(network, interfaces[0]->subnet), "subnet-a1");
    VP_CHECK_TEXT(id_of(network, interfaces[0]->instance), "i-1");
    VP_CHECK_TEXT(id_of(network, ((const vp_instance *)find(network, "i-1"))->vpc), "vpc-a");
    vp_record *const *named = vp_index_named(index, known(network, "web"), &count);
    VP_CHECK(count == 2);
    VP_CHECK_TEXT(id_of(network, named[0]), "eni-2"); /* id order over all kinds */
    VP_CHECK_TEXT(id_of(network, named[1]), "i-1");
    (void)vp_index_named(index, VP_NO_NAME, &count);
    VP_CHECK(count == 0);
}

static void test_blocks(vp_network *network) {
    maker make = {network, VP_OK};
    vp_vpc *vpc = find(network, "vpc-b");
    uint32_t position = 0;
    vp_cidr block, primary = cidr("10.0.0.0/16"), second = cidr("10.1.0.0/16");
    VP_CHECK(vp_vpc_next_block(network, vpc, &position, &block));
    VP_CHECK(vp_cidr_equals(&block, &primary));
    VP_CHECK(!vp_vpc_next_block(network, vpc, &position, &block));

    const char *states[] = {"associated", "disassociated", ""};
    const char *texts[] = {"10.0.0.0/16", "10.7.0.0/16", "10.1.0.0/16"};
    for (size_t i = 0; i < 3; i++) {
        vp_block_association *association =
            append(&make, &vp_block_association_schema, &vpc->cidr_block_association_set);
        association->cidr_block = cidr(texts[i]);
        association->state.state = name_of(&make, states[i]);
    }
    vp_block_association *association =
        append(&make, &vp_ipv6_block_association_schema, &vpc->ipv6_cidr_block_association_set);
    association->cidr_block = cidr("2001:db8::/56");
    position = 0;
    VP_CHECK(vp_vpc_next_block(network, vpc, &position, &block));
    VP_CHECK(vp_vpc_next_block(network, vpc, &position, &block));
    VP_CHECK(vp_cidr_equals(&block, &second));
    VP_CHECK(vp_vpc_next_block(network, vpc, &position, &block) && block.address.family == 6);
    VP_CHECK(!vp_vpc_next_block(network, vpc, &position, &block));
    vp_addr inside = addr("10.1.2.3"), outside = addr("10.7.2.3");
    VP_CHECK(vp_vpc_contains(network, vpc, &inside));
    VP_CHECK(!vp_vpc_contains(network, vpc, &outside));

    /* A loaded VPC's blocks win over what the connection prints; else the printed ones count. */
    vp_vpc_peering_connection *peering = find(network, "pcx-2");
    position = 0;
    VP_CHECK(vp_peering_next_block(network, &peering->accepter_vpc_info, &position, &block));
    VP_CHECK(vp_cidr_equals(&block, &primary));
    vp_peering_vpc_info unknown = {.cidr_block = cidr("10.9.0.0/16")};
    position = 0;
    VP_CHECK(vp_peering_next_block(network, &unknown, &position, &block));
    VP_CHECK(vp_cidr_equals(&block, &unknown.cidr_block));
    VP_CHECK(!vp_peering_next_block(network, &unknown, &position, &block));
}

/* One network, all questions, and a change that makes the index stale. */
static vp_status work(const vp_alloc *alloc, bool check) {
    vp_network *network;
    vp_status status = vp_network_new(alloc, "111111111111", 12, "us-east-1", 9, &network, NULL);
    if (status != VP_OK) {
        return status;
    }
    const vp_index *index = NULL, *again = NULL;
    status = fill(network);
    if (status == VP_OK) {
        status = vp_index_get(network, &index, NULL);
    }
    if (status == VP_OK && check) {
        test_places(network, index);
        test_connections(network, index);
        test_addresses(network, index);
        test_interfaces(network, index);
        test_blocks(network);
        VP_CHECK(vp_index_get(network, &again, NULL) == VP_OK && again == index);
        vp_network_remove(network, find(network, "rtb-1"));
        VP_CHECK(vp_index_get(network, &index, NULL) == VP_OK);
        check_subnet(network, "subnet-a1", "vpc-a", "rtb-2", "acl-1");
    }
    VP_CHECK(status == VP_OK || index == NULL);
    vp_network_unref(network);
    return status;
}

static vp_status work_only(const vp_alloc *alloc) { return work(alloc, false); }

static void test_no_memory(void) { VP_CHECK(vp_test_no_memory(work_only, false) > 1); }

/* Nested random blocks of two VPCs; the first one added that covers an address holds it. */
static void test_random_blocks(void) {
    enum { BLOCKS = 60 };
    vp_alloc alloc = vp_alloc_default();
    uint32_t state = 424242u;
    for (int round = 0; round < 50; round++) {
        vp_holders holders;
        vp_network_interface interfaces[BLOCKS] = {0};
        vp_cidr blocks[BLOCKS];
        vp_name vpcs[BLOCKS];
        vp_holders_init(&holders, &alloc);
        for (uint32_t i = 0; i < BLOCKS; i++) {
            state = state * 1664525u + 1013904223u;
            vp_addr base = vp_addr_from_ipv4(0x0a000000u + ((state >> 8) & 0xffu));
            blocks[i] = vp_cidr_of(&base, 25 + (int)((state >> 20) % 8));
            vpcs[i] = 1 + ((state >> 30) & 1u);
            VP_CHECK(vp_holders_add(&holders, vpcs[i], &blocks[i], &interfaces[i], i) == VP_OK);
        }
        VP_CHECK(vp_holders_finish(&holders) == VP_OK);
        for (uint32_t i = 0; i < 2 * 0x100u; i++) {
            vp_addr address = vp_addr_from_ipv4(0x0a000000u + (i >> 1));
            vp_name vpc = 1 + (i & 1u);
            const vp_network_interface *expected = NULL;
            for (uint32_t j = BLOCKS; j-- > 0;) {
                if (vpcs[j] == vpc && vp_cidr_contains_addr(&blocks[j], &address)) {
                    expected = &interfaces[j];
                }
            }
            if (vp_holders_find(&holders, vpc, &address) != expected) {
                fprintf(stderr, "round %d, address %u\n", round, i >> 1);
                VP_CHECK(false);
            }
        }
        vp_holders_clear(&holders);
    }
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    VP_CHECK(work(&alloc, true) == VP_OK);
    test_no_memory();
    test_random_blocks();
    return vp_test_end();
}

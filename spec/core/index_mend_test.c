/*
 * index_mend_test.c - an index that follows changes says what one says that is made anew.
 *
 * A random model of few names, so that ids come back, addresses are claimed twice and records name
 * what is not there; after each few changes everything the index tells is summed up, twice.
 */
#include "random.h"
#include "vp_change.h"
#include "vp_index.h"
#include "vp_test.h"

enum {
    VPCS = 3,
    SUBNETS = 8,
    INTERFACES = 24,
    INSTANCES = 6,
    TABLES = 6,
    ELASTIC = 4,
    STEPS = 1500
};

static vp_network *network;
static random_source source;

static bool chance(uint64_t percent) { return random_below(&source, 100) < percent; }
static uint32_t below(uint32_t limit) { return (uint32_t)random_below(&source, limit); }

static vp_name name_of(const char *prefix, uint32_t number) {
    char text[40];
    vp_name name = VP_NO_NAME;
    (void)snprintf(text, sizeof text, "%s%u", prefix, number);
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

static vp_name fixed_name(const char *text) {
    vp_name name = VP_NO_NAME;
    VP_CHECK(vp_network_name(network, text, &name, NULL) == VP_OK);
    return name;
}

static void *append(vp_change *change, const vp_schema *schema, vp_list *list) {
    void *item = NULL;
    VP_CHECK(vp_change_append(change, schema, list, &item, NULL) == VP_OK);
    return item;
}

/* ---- random changes ----------------------------------------------------------------------------
 */

static void draw_name(vp_change *change, vp_record *record) {
    vp_list_clear(&network->alloc, &vp_tag_schema, &record->tags);
    if (chance(40)) {
        vp_tag *tag = append(change, &vp_tag_schema, &record->tags);
        tag->key = fixed_name("Name");
        tag->value = name_of("name", below(5));
    }
}

static void draw_addresses(vp_change *change, vp_network_interface *met, bool unique) {
    uint32_t own = unique ? 100 + met->record.id : below(40);
    met->private_ip_address = vp_addr_from_ipv4(0x0a000000u + own);
    vp_list_clear(&network->alloc, &vp_private_ip_address_schema, &met->private_ip_addresses);
    vp_list_clear(&network->alloc, &vp_ipv4_prefix_schema, &met->ipv4_prefixes);
    vp_list_clear(&network->alloc, &vp_ipv6_address_schema, &met->ipv6_addresses);
    memset(&met->association, 0, sizeof met->association);
    if (chance(30)) {
        met->association.public_ip = vp_addr_from_ipv4(0x34000000u + below(8));
    }
    for (uint32_t i = 0; i < below(3); i++) {
        vp_private_ip_address *item =
            append(change, &vp_private_ip_address_schema, &met->private_ip_addresses);
        item->private_ip_address =
            i == 0 ? met->private_ip_address : vp_addr_from_ipv4(0x0a000000u + own + 1000 * i);
        item->association.public_ip =
            vp_addr_from_ipv4(chance(50) ? (uint32_t)met->association.public_ip.lo : 0x34000001u);
    }
    if (chance(15)) {
        vp_addr base = vp_addr_from_ipv4(0x0a000000u + (unique ? own << 8 : below(4) * 16));
        vp_ipv4_prefix *prefix = append(change, &vp_ipv4_prefix_schema, &met->ipv4_prefixes);
        prefix->ipv4_prefix = vp_cidr_of(&base, 28);
    }
    if (chance(15)) {
        vp_ipv6_address *item = append(change, &vp_ipv6_address_schema, &met->ipv6_addresses);
        vp_addr wide = {UINT64_C(0x2600000000000000), own, 6};
        item->ipv6_address = wide;
    }
}

static void draw_interface(vp_change *change, vp_network_interface *met) {
    met->subnet_id = name_of("subnet-", below(SUBNETS));
    met->vpc_id = chance(99) ? name_of("vpc-", below(VPCS)) : VP_NO_NAME;
    met->attachment.instance_id = chance(60) ? name_of("i-", below(INSTANCES)) : VP_NO_NAME;
    met->attachment.device_index.value = (int32_t)below(3);
    met->attachment.device_index.given = true;
    draw_addresses(change, met, chance(98));
}

static void draw_table(vp_change *change, vp_route_table *table) {
    table->vpc_id = name_of("vpc-", below(VPCS));
    vp_list_clear(&network->alloc, &vp_route_table_association_schema, &table->associations);
    for (uint32_t i = 0; i < below(4); i++) {
        vp_route_table_association *item =
            append(change, &vp_route_table_association_schema, &table->associations);
        item->main = i == 0 && chance(50) ? VP_TRUE : VP_FALSE;
        item->subnet_id = item->main == VP_TRUE ? VP_NO_NAME : name_of("subnet-", below(SUBNETS));
    }
}

static void draw_acl(vp_change *change, vp_network_acl *acl) {
    acl->vpc_id = name_of("vpc-", below(VPCS));
    acl->is_default = chance(30) ? VP_TRUE : VP_FALSE;
    vp_list_clear(&network->alloc, &vp_network_acl_association_schema, &acl->associations);
    for (uint32_t i = 0; i < below(3); i++) {
        vp_network_acl_association *item =
            append(change, &vp_network_acl_association_schema, &acl->associations);
        item->subnet_id = name_of("subnet-", below(SUBNETS));
    }
}

static void draw_elastic(vp_address *address) {
    address->public_ip = vp_addr_from_ipv4(0x34000000u + below(12));
    address->network_interface_id = chance(50) ? name_of("eni-", below(INTERFACES)) : VP_NO_NAME;
    address->instance_id = chance(50) ? name_of("i-", below(INSTANCES)) : VP_NO_NAME;
}

static void draw_record(vp_change *change, vp_record *record) {
    draw_name(change, record);
    switch ((vp_kind)record->kind) {
    case VP_KIND_NETWORK_INTERFACE:
        draw_interface(change, (vp_network_interface *)record);
        break;
    case VP_KIND_SUBNET:
        ((vp_subnet *)record)->vpc_id = name_of("vpc-", below(VPCS));
        break;
    case VP_KIND_ROUTE_TABLE:
        draw_table(change, (vp_route_table *)record);
        break;
    case VP_KIND_NETWORK_ACL:
        draw_acl(change, (vp_network_acl *)record);
        break;
    case VP_KIND_ADDRESS:
        draw_elastic((vp_address *)record);
        break;
    case VP_KIND_INSTANCE:
        ((vp_instance *)record)->vpc_id = name_of("vpc-", below(VPCS));
        break;
    default:
        break;
    }
}

/* What is there is changed or goes, what is not comes. */
static void draw_step(vp_change *change) {
    static const struct {
        vp_kind kind;
        const char *prefix;
        uint32_t count, weight;
    } kinds[] = {{VP_KIND_NETWORK_INTERFACE, "eni-", INTERFACES, 12},
                 {VP_KIND_INSTANCE, "i-", INSTANCES, 3},
                 {VP_KIND_SUBNET, "subnet-", SUBNETS, 3},
                 {VP_KIND_ROUTE_TABLE, "rtb-", TABLES, 2},
                 {VP_KIND_NETWORK_ACL, "acl-", TABLES, 2},
                 {VP_KIND_ADDRESS, "eipalloc-", ELASTIC, 2}};
    uint32_t drawn = below(24), which = 0;
    while (drawn >= kinds[which].weight) {
        drawn -= kinds[which++].weight;
    }
    vp_name id = name_of(kinds[which].prefix, below(kinds[which].count));
    vp_record *record = vp_network_find(network, kinds[which].kind, id);
    if (record == NULL) {
        VP_CHECK(vp_change_add(change, kinds[which].kind, id, &record, NULL) == VP_OK);
        draw_record(change, record);
    } else if (chance(40)) {
        VP_CHECK(vp_change_remove(change, record, NULL) == VP_OK);
    } else {
        VP_CHECK(vp_change_edit(change, record, NULL) == VP_OK);
        draw_record(change, record);
    }
}

static void draw_change(void) {
    vp_change change;
    vp_change_begin(&change, network);
    draw_step(&change);
    vp_status wanted = chance(95) ? VP_OK : VP_REFUSED;
    VP_CHECK(vp_change_end(&change, wanted) == wanted);
}

/* ---- all that an index tells -------------------------------------------------------------------
 */

static void tell(uint64_t *sum, uint64_t value) {
    *sum = (*sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    *sum ^= *sum >> 29;
}

static void tell_record(uint64_t *sum, const void *record) {
    tell(sum, record == NULL ? 0 : 1 + (uint64_t)((const vp_record *)record)->id);
}

static void tell_interfaces(uint64_t *sum, const vp_index *index) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)rows->rows[i];
        vp_addr public_ip = vp_index_public_of(index, met, &met->private_ip_address);
        tell_record(sum, met->subnet);
        tell_record(sum, met->vpc);
        tell_record(sum, met->instance);
        tell(sum, public_ip.lo);
    }
    for (uint32_t i = 0; i < 16; i++) {
        vp_addr address = vp_addr_from_ipv4(0x34000000u + i), inside = {0, 0, 0};
        tell_record(sum, vp_index_public(index, &address, &inside));
        tell(sum, inside.lo);
    }
}

static void tell_holders(uint64_t *sum, const vp_index *index) {
    const vp_holders *holders = vp_index_holders(index);
    for (uint32_t i = 0; i < holders->block_count; i++) {
        const vp_holder *holder = &holders->blocks[i];
        tell(sum, holder->vpc_id);
        tell(sum, holder->first.hi ^ holder->first.lo);
        tell(sum, (uint64_t)holder->order << 32 | holder->enclosing);
        tell_record(sum, holder->network_interface);
    }
    tell(sum, holders->double_count);
}

static void tell_places(uint64_t *sum, const vp_index *index) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)rows->rows[i];
        tell_record(sum, subnet->vpc);
        tell_record(sum, subnet->route_table);
        tell_record(sum, subnet->network_acl);
    }
    rows = vp_network_rows(network, VP_KIND_VPC);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc *vpc = (const vp_vpc *)rows->rows[i];
        uint32_t count;
        vp_route_table *const *tables = vp_index_route_tables_of(index, vpc->record.id, &count);
        for (uint32_t k = 0; k < count; k++) {
            tell_record(sum, tables[k]);
        }
        tell_record(sum, vpc->main_route_table);
        tell_record(sum, vpc->default_network_acl);
        tell(sum, (uint64_t)vpc->subnet_count << 32 | vpc->network_acl_count);
    }
}

static void tell_lists(uint64_t *sum, const vp_index *index) {
    uint32_t count;
    for (uint32_t i = 0; i < INSTANCES; i++) {
        vp_network_interface *const *list = vp_index_interfaces_of(index, name_of("i-", i), &count);
        for (uint32_t k = 0; k < count; k++) {
            tell_record(sum, list[k]);
        }
    }
    for (uint32_t i = 0; i < 5; i++) {
        vp_record *const *list = vp_index_named(index, name_of("name", i), &count);
        for (uint32_t k = 0; k < count; k++) {
            tell_record(sum, list[k]);
        }
    }
}

static uint64_t sum_up(const vp_index *index) {
    uint64_t sum = 1;
    tell_interfaces(&sum, index);
    tell_holders(&sum, index);
    tell_places(&sum, index);
    tell_lists(&sum, index);
    return sum;
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    uint32_t followed = 0, wrong = 0;
    source = random_start();
    VP_CHECK(vp_network_new(&alloc, "1", 1, "r", 1, &network, NULL) == VP_OK);
    for (uint32_t i = 0; i < VPCS; i++) {
        vp_record *vpc;
        VP_CHECK(vp_network_add(network, VP_KIND_VPC, name_of("vpc-", i), &vpc, NULL) == VP_OK);
    }
    vp_network_touch(network);
    for (uint32_t step = 0; step < STEPS; step++) {
        const vp_index *index, *before;
        VP_CHECK(vp_index_get(network, &before, NULL) == VP_OK);
        for (uint32_t k = 1 + below(3); k > 0; k--) {
            draw_change();
        }
        VP_CHECK(vp_index_get(network, &index, NULL) == VP_OK);
        followed += index == before;
        uint64_t sum = sum_up(index);
        vp_network_touch(network);
        VP_CHECK(vp_index_get(network, &index, NULL) == VP_OK);
        wrong += sum != sum_up(index);
    }
    VP_CHECK(wrong == 0);
    VP_CHECK(followed > STEPS / 4);
    printf("%u of %d followed, %u wrong\n", followed, STEPS, wrong);
    vp_network_unref(network);
    return vp_test_end();
}

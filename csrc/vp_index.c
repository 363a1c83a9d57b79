/*
 * vp_index.c - the links between records and the sorted arrays of questions.
 *
 * The one idea: every "X of Y" is a list of (name of Y, record X) pairs. The pairs are added in id
 * order and sorted by name with a stable sort, so each group comes out in id order. The index is
 * built as a whole beside the old one and takes its place only when it is complete.
 *
 * Invariant: `generation` is the network's when it was built, or when changes since were of nothing
 * that is linked; the derived members of records mean something only while the two are equal.
 */
#include "vp_index.h"

#include "vp_holder.h"
#include "vp_sort.h"

#include <string.h>

/* One pair. `place` orders records of one key before the order in which they were added. */
typedef struct link {
    vp_name key;
    int32_t place;
    vp_record *record;
} link;

typedef struct links {
    link *items;
    uint32_t count, capacity;
} links;

/*
 * X of Y. Where AWS promises exactly one X (a subnet's table, a VPC's default ACL), lenient data
 * may hold several or none: the list is kept all the same and the first one counts.
 */
enum {
    ROUTE_TABLES_OF_VPC,     /* all of them, gateway route tables included */
    MAIN_ROUTE_TABLE_OF_VPC, /* those with an association that is main */
    ROUTE_TABLE_OF_SUBNET,   /* explicit associations only */
    ROUTE_TABLE_OF_GATEWAY,  /* edge associations */
    DEFAULT_ACL_OF_VPC,
    ACL_OF_SUBNET,          /* explicit associations only */
    GATEWAYS_OF_VPC,        /* internet gateways whose attachment works */
    PEERINGS_OF_VPC,        /* either side, any status */
    INTERFACES_OF_INSTANCE, /* in device order */
    RECORDS_OF_NAME,        /* by the value of the Name tag */
    LINKS_COUNT
};

struct vp_index {
    vp_alloc alloc;
    uint64_t generation;
    bool is_partial; /* made while something was changed */
    links links[LINKS_COUNT];
    vp_holders holders;
    /* The records of four of the links under their own types, in the same places. */
    vp_route_table **route_tables;
    vp_vpc_peering_connection **peerings;
    vp_network_interface **interfaces;
    vp_record **named;
};

/* Adds a pair. Nothing can be linked to what is not given, so that is no failure. */
static vp_status add_link(vp_index *index, int which, vp_name key, int32_t place,
                          vp_record *record) {
    links *list = &index->links[which];
    if (key == VP_NO_NAME) {
        return VP_OK;
    }
    void *items = list->items;
    vp_status status = vp_alloc_grow(&index->alloc, &items, &list->capacity,
                                     (size_t)list->count + 1, sizeof *list->items);
    if (status != VP_OK) {
        return status;
    }
    list->items = items;
    link added = {key, place, record};
    list->items[list->count++] = added;
    return VP_OK;
}

/* Keys first; records of one key stay as they were added unless `place` says otherwise. */
static int compare_links(const void *left, const void *right, const void *context) {
    (void)context;
    const link *a = left, *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return (a->place > b->place) - (a->place < b->place);
}

/* For links that were not added in id order, since their records are of several kinds. */
static int compare_links_by_id(const void *left, const void *right, const void *network) {
    const link *a = left, *b = right;
    int order = compare_links(left, right, NULL);
    return order != 0 ? order : vp_network_compare(network, a->record->id, b->record->id);
}

/* Makes one of the lists searchable. */
static vp_status sort_links(vp_index *index, const vp_network *network, int which) {
    links *list = &index->links[which];
    return vp_sort(&index->alloc, list->items, list->count, sizeof *list->items,
                   which == RECORDS_OF_NAME ? compare_links_by_id : compare_links, network);
}

/* The first link whose key is not below `key`. */
static uint32_t lower_bound(const links *list, vp_name key) {
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->items[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The place of the first link with this key; *count is how many follow it, itself included. */
static uint32_t find_links(const vp_index *index, int which, vp_name key, uint32_t *count) {
    const links *list = &index->links[which];
    uint32_t first = lower_bound(list, key);
    *count = (key == UINT32_MAX ? list->count : lower_bound(list, key + 1)) - first;
    return first;
}

/* The first record linked to a key, or NULL. */
static vp_record *first_linked(const vp_index *index, int which, vp_name key) {
    const links *list = &index->links[which];
    uint32_t first = lower_bound(list, key);
    return first < list->count && list->items[first].key == key ? list->items[first].record : NULL;
}

/* NULL for a VPC that is named but not in the data, and for no name at all. */
static vp_vpc *find_vpc(const vp_network *network, vp_name id) {
    return (vp_vpc *)vp_network_find(network, VP_KIND_VPC, id);
}

/* Does a state count that is missing or "associated"? */
static bool is_associated(const vp_network *network, vp_name state) {
    return state == VP_NO_NAME || vp_network_name_is(network, state, "associated");
}

/*
 * A table is found by its VPC, and by each association that is in force. An association that is
 * being taken away ("disassociating", "disassociated") or that failed decides nothing.
 * AWS: VPC User Guide, "Subnet route tables"
 */
static vp_status link_route_table(vp_network *network, vp_index *index, vp_route_table *table) {
    vp_record *record = &table->record;
    table->vpc = find_vpc(network, table->vpc_id);
    vp_status status = add_link(index, ROUTE_TABLES_OF_VPC, table->vpc_id, 0, record);
    for (uint32_t i = 0; i < table->associations.count && status == VP_OK; i++) {
        const vp_route_table_association *association =
            VP_ITEM(vp_route_table_association, &table->associations, i);
        if (!is_associated(network, association->association_state.state)) {
            continue;
        }
        status = add_link(index, ROUTE_TABLE_OF_SUBNET, association->subnet_id, 0, record);
        if (status == VP_OK) {
            status = add_link(index, ROUTE_TABLE_OF_GATEWAY, association->gateway_id, 0, record);
        }
        if (status == VP_OK && association->main == VP_TRUE) {
            status = add_link(index, MAIN_ROUTE_TABLE_OF_VPC, table->vpc_id, 0, record);
        }
    }
    return status;
}

/* AWS: VPC User Guide, "Network ACL rules": evaluated starting with the lowest number. */
static int compare_entries(const void *left, const void *right, const void *context) {
    (void)context;
    const vp_network_acl_entry *a = left, *b = right;
    return (a->rule_number.value > b->rule_number.value) -
           (a->rule_number.value < b->rule_number.value);
}

/*
 * An ACL is found as its VPC's default and by its subnets. Its entries are put in the order in
 * which they are evaluated, so that the walk reads them as a list; equal numbers (one inbound, one
 * outbound) keep their order.
 */
static vp_status link_network_acl(vp_network *network, vp_index *index, vp_network_acl *acl) {
    acl->vpc = find_vpc(network, acl->vpc_id);
    if (acl->vpc != NULL) {
        acl->vpc->network_acl_count++;
    }
    vp_status status = vp_sort(&index->alloc, acl->entries.items, acl->entries.count,
                               sizeof(vp_network_acl_entry), compare_entries, NULL);
    if (status == VP_OK && acl->is_default == VP_TRUE) {
        status = add_link(index, DEFAULT_ACL_OF_VPC, acl->vpc_id, 0, &acl->record);
    }
    for (uint32_t i = 0; i < acl->associations.count && status == VP_OK; i++) {
        const vp_network_acl_association *association =
            VP_ITEM(vp_network_acl_association, &acl->associations, i);
        status = add_link(index, ACL_OF_SUBNET, association->subnet_id, 0, &acl->record);
    }
    return status;
}

/* An attachment in any other state is none: routes to the gateway are blackholes then. */
static vp_status link_gateway(vp_network *network, vp_index *index, vp_internet_gateway *gateway) {
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < gateway->attachments.count && status == VP_OK; i++) {
        vp_name vpc_id = VP_ITEM(vp_gateway_attachment, &gateway->attachments, i)->vpc_id;
        if (vp_gateway_is_attached(network, gateway, vpc_id)) {
            status = add_link(index, GATEWAYS_OF_VPC, vpc_id, 0, &gateway->record);
        }
    }
    return status;
}

/* A request of a VPC to itself (it fails, but is kept) is listed once. */
static vp_status link_peering(vp_network *network, vp_index *index,
                              vp_vpc_peering_connection *peering) {
    vp_peering_vpc_info *requester = &peering->requester_vpc_info;
    vp_peering_vpc_info *accepter = &peering->accepter_vpc_info;
    requester->vpc = find_vpc(network, requester->vpc_id);
    accepter->vpc = find_vpc(network, accepter->vpc_id);
    vp_status status = add_link(index, PEERINGS_OF_VPC, requester->vpc_id, 0, &peering->record);
    if (status == VP_OK && accepter->vpc_id != requester->vpc_id) {
        status = add_link(index, PEERINGS_OF_VPC, accepter->vpc_id, 0, &peering->record);
    }
    return status;
}

/* The VPC of an interface: its own, else that of its subnet. */
static vp_name vpc_id_of(const vp_network_interface *network_interface) {
    return network_interface->vpc_id == VP_NO_NAME && network_interface->subnet != NULL
               ? network_interface->subnet->vpc_id
               : network_interface->vpc_id;
}

/* The primary private IPv4 address; data may tell it in either of two places. */
static vp_addr primary_address(const vp_network_interface *network_interface) {
    const vp_list *list = &network_interface->private_ip_addresses;
    if (network_interface->private_ip_address.family != 0 || list->count == 0) {
        return network_interface->private_ip_address;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (VP_ITEM(vp_private_ip_address, list, i)->primary == VP_TRUE) {
            return VP_ITEM(vp_private_ip_address, list, i)->private_ip_address;
        }
    }
    return VP_ITEM(vp_private_ip_address, list, 0)->private_ip_address;
}

/* One address is the block of its full length. */
static vp_status hold_address(vp_index *index, vp_network_interface *network_interface,
                              const vp_addr *address) {
    if (address->family == 0) {
        return VP_OK;
    }
    vp_cidr block = vp_cidr_of(address, vp_addr_bits(address));
    return vp_holders_add(&index->holders, vpc_id_of(network_interface), &block, network_interface);
}

/*
 * The primary address is printed twice by AWS, with its public address each time. Both are added:
 * documents that were cut by hand have only one of them, and doubles do no harm.
 */
static vp_status hold_ipv4(vp_index *index, vp_network_interface *network_interface) {
    vp_addr primary = primary_address(network_interface);
    vp_status status = hold_address(index, network_interface, &primary);
    if (status == VP_OK) {
        status = vp_holders_add_public(&index->holders, &network_interface->association.public_ip,
                                       &primary, network_interface);
    }
    const vp_list *list = &network_interface->private_ip_addresses;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        const vp_private_ip_address *item = VP_ITEM(vp_private_ip_address, list, i);
        status = hold_address(index, network_interface, &item->private_ip_address);
        if (status == VP_OK) {
            status = vp_holders_add_public(&index->holders, &item->association.public_ip,
                                           &item->private_ip_address, network_interface);
        }
    }
    return status;
}

/* IPv6 addresses have no public side: they are public themselves where they are routed. */
static vp_status hold_ipv6(vp_index *index, vp_network_interface *network_interface) {
    vp_status status = VP_OK;
    const vp_list *list = &network_interface->ipv6_addresses;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = hold_address(index, network_interface,
                              &VP_ITEM(vp_ipv6_address, list, i)->ipv6_address);
    }
    return status;
}

/* Every address of a delegated prefix belongs to the interface (semantics 8.1). */
static vp_status hold_prefixes(vp_index *index, vp_network_interface *network_interface) {
    vp_name vpc_id = vpc_id_of(network_interface);
    vp_status status = VP_OK;
    const vp_list *list = &network_interface->ipv4_prefixes;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = vp_holders_add(&index->holders, vpc_id,
                                &VP_ITEM(vp_ipv4_prefix, list, i)->ipv4_prefix, network_interface);
    }
    list = &network_interface->ipv6_prefixes;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = vp_holders_add(&index->holders, vpc_id,
                                &VP_ITEM(vp_ipv6_prefix, list, i)->ipv6_prefix, network_interface);
    }
    return status;
}

/* Also of what is not attached: whether it answers is for the walk to say. */
static vp_status link_interface(vp_network *network, vp_index *index,
                                vp_network_interface *network_interface) {
    vp_record *subnet = vp_network_find(network, VP_KIND_SUBNET, network_interface->subnet_id);
    vp_name instance_id = network_interface->attachment.instance_id;
    network_interface->subnet = (vp_subnet *)subnet;
    network_interface->vpc = find_vpc(network, vpc_id_of(network_interface));
    network_interface->instance =
        (vp_instance *)vp_network_find(network, VP_KIND_INSTANCE, instance_id);
    vp_status status =
        add_link(index, INTERFACES_OF_INSTANCE, instance_id,
                 network_interface->attachment.device_index.value, &network_interface->record);
    if (status == VP_OK) {
        status = hold_ipv4(index, network_interface);
    }
    if (status == VP_OK) {
        status = hold_ipv6(index, network_interface);
    }
    return status == VP_OK ? hold_prefixes(index, network_interface) : status;
}

/* Needs the sorted interfaces of instances: an address may name only its instance. */
static vp_status link_address(vp_network *network, vp_index *index, const vp_address *address) {
    vp_record *record =
        vp_network_find(network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    if (record == NULL) {
        record = first_linked(index, INTERFACES_OF_INSTANCE, address->instance_id);
    }
    if (record == NULL) {
        return VP_OK;
    }
    vp_network_interface *network_interface = (vp_network_interface *)record;
    vp_addr private_ip = address->private_ip_address.family != 0
                             ? address->private_ip_address
                             : primary_address(network_interface);
    return vp_holders_add_public(&index->holders, &address->public_ip, &private_ip,
                                 network_interface);
}

/*
 * What one record says about others and the derived members that need nothing but ids. Elastic IP
 * addresses and subnets are left to the second pass, which has sorted links to look them up in.
 */
static vp_status link_record(vp_network *network, vp_index *index, vp_record *record) {
    switch ((vp_kind)record->kind) {
    case VP_KIND_ROUTE_TABLE:
        return link_route_table(network, index, (vp_route_table *)record);
    case VP_KIND_NETWORK_ACL:
        return link_network_acl(network, index, (vp_network_acl *)record);
    case VP_KIND_INTERNET_GATEWAY:
        return link_gateway(network, index, (vp_internet_gateway *)record);
    case VP_KIND_VPC_PEERING_CONNECTION:
        return link_peering(network, index, (vp_vpc_peering_connection *)record);
    case VP_KIND_NETWORK_INTERFACE:
        return link_interface(network, index, (vp_network_interface *)record);
    case VP_KIND_SECURITY_GROUP:
        ((vp_security_group *)record)->vpc =
            find_vpc(network, ((vp_security_group *)record)->vpc_id);
        return VP_OK;
    case VP_KIND_INSTANCE:
        ((vp_instance *)record)->vpc = find_vpc(network, ((vp_instance *)record)->vpc_id);
        return VP_OK;
    case VP_KIND_VPC:
        ((vp_vpc *)record)->subnet_count = ((vp_vpc *)record)->network_acl_count = 0;
        return VP_OK;
    default:
        return VP_OK;
    }
}

/* First pass: everything that needs no other link. VPCs come first, their counters start at 0. */
static vp_status link_all(vp_network *network, vp_index *index) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = vp_network_rows(network, (vp_kind)kind);
        for (uint32_t i = 0; i < rows->count; i++) {
            vp_record *record = rows->rows[i];
            vp_name name = vp_network_tag(network, record, "Name");
            vp_name address = vp_network_tag(network, record, VP_TAG_TERRAFORM_ADDRESS);
            vp_status status = add_link(index, RECORDS_OF_NAME, name, 0, record);
            if (status == VP_OK && address != name) {
                status = add_link(index, RECORDS_OF_NAME, address, 0, record);
            }
            if (status == VP_OK) {
                status = link_record(network, index, record);
            }
            if (status != VP_OK) {
                return status;
            }
        }
    }
    return VP_OK;
}

/* Second pass: which route table and ACL apply, and where Elastic IP addresses lead. */
static vp_status resolve(vp_network *network, vp_index *index) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_vpc *vpc = (vp_vpc *)rows->rows[i];
        vpc->main_route_table =
            (vp_route_table *)first_linked(index, MAIN_ROUTE_TABLE_OF_VPC, vpc->record.id);
        vpc->default_network_acl =
            (vp_network_acl *)first_linked(index, DEFAULT_ACL_OF_VPC, vpc->record.id);
    }
    rows = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_subnet *subnet = (vp_subnet *)rows->rows[i];
        vp_name id = subnet->record.id, vpc_id = subnet->vpc_id;
        vp_record *table = first_linked(index, ROUTE_TABLE_OF_SUBNET, id);
        vp_record *acl = first_linked(index, ACL_OF_SUBNET, id);
        table = table != NULL ? table : first_linked(index, MAIN_ROUTE_TABLE_OF_VPC, vpc_id);
        acl = acl != NULL ? acl : first_linked(index, DEFAULT_ACL_OF_VPC, vpc_id);
        subnet->route_table = (vp_route_table *)table;
        subnet->network_acl = (vp_network_acl *)acl;
        subnet->vpc = find_vpc(network, vpc_id);
        if (subnet->vpc != NULL) {
            subnet->vpc->subnet_count++;
        }
    }
    rows = vp_network_rows(network, VP_KIND_ADDRESS);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_status status = link_address(network, index, (const vp_address *)rows->rows[i]);
        if (status != VP_OK) {
            return status;
        }
    }
    return vp_holders_finish(&index->holders);
}

/*
 * Defines a function that copies the records of sorted links into an array of their own type,
 * which is what look-ups hand out.
 */
#define DEFINE_COPY(name, type)                                                                    \
    static vp_status name(const vp_index *index, int which, type ***array) {                       \
        const links *list = &index->links[which];                                                  \
        if (list->count == 0) {                                                                    \
            return VP_OK;                                                                          \
        }                                                                                          \
        *array = vp_alloc_array(&index->alloc, NULL, 0, list->count, sizeof **array);              \
        for (uint32_t i = 0; *array != NULL && i < list->count; i++) {                             \
            (*array)[i] = (type *)list->items[i].record;                                           \
        }                                                                                          \
        return *array != NULL ? VP_OK : VP_NO_MEMORY;                                              \
    }
DEFINE_COPY(copy_route_tables, vp_route_table)
DEFINE_COPY(copy_peerings, vp_vpc_peering_connection)
DEFINE_COPY(copy_interfaces, vp_network_interface)
DEFINE_COPY(copy_named, vp_record)
#undef DEFINE_COPY

/* All steps in the order of what they need; the first failure ends it. */
static vp_status build(vp_network *network, vp_index *index) {
    vp_status status = link_all(network, index);
    for (int which = 0; which < LINKS_COUNT && status == VP_OK; which++) {
        status = sort_links(index, network, which);
    }
    if (status == VP_OK) {
        status = resolve(network, index);
    }
    if (status == VP_OK) {
        status = copy_route_tables(index, ROUTE_TABLES_OF_VPC, &index->route_tables);
    }
    if (status == VP_OK) {
        status = copy_peerings(index, PEERINGS_OF_VPC, &index->peerings);
    }
    if (status == VP_OK) {
        status = copy_interfaces(index, INTERFACES_OF_INSTANCE, &index->interfaces);
    }
    return status == VP_OK ? copy_named(index, RECORDS_OF_NAME, &index->named) : status;
}

/* The entries of an ACL are in order for those who read them, so a new one is put in its place. */
static vp_status mend(vp_network *network, vp_index *index) {
    uint32_t position = 0;
    const vp_journal_entry *entry;
    while ((entry = vp_journal_next(&network->journal, index->generation, &position)) != NULL) {
        vp_network_acl *acl =
            (vp_network_acl *)vp_network_find(network, VP_KIND_NETWORK_ACL, entry->id);
        if (acl != NULL && vp_sort(&index->alloc, acl->entries.items, acl->entries.count,
                                   sizeof(vp_network_acl_entry), compare_entries, NULL) != VP_OK) {
            return VP_NO_MEMORY;
        }
    }
    index->generation = network->generation;
    return VP_OK;
}

/* Did nothing happen since but to what no link shows? */
static bool is_mendable(const vp_network *network, const vp_index *index) {
    return index != NULL && !index->is_partial && network->changing == 0 &&
           vp_journal_covers(&network->journal, index->generation) &&
           !(vp_journal_since(&network->journal, index->generation) & VP_CHANGED_PLACES);
}

vp_status vp_index_get(vp_network *network, const vp_index **index, vp_error *error) {
    bool stale = network->index == NULL || network->index->generation != network->generation;
    if (stale && is_mendable(network, network->index)) {
        if (mend(network, network->index) != VP_OK) {
            return vp_error_no_memory(error);
        }
    } else if (stale) {
        vp_index *built = vp_alloc_zeroed(&network->alloc, sizeof *built);
        if (built == NULL) {
            return vp_error_no_memory(error);
        }
        built->alloc = network->alloc;
        built->generation = network->generation;
        built->is_partial = network->changing > 0;
        vp_holders_init(&built->holders, &network->alloc);
        if (build(network, built) != VP_OK) {
            /* Some derived members are new already: the old index stays stale, nobody reads them.
             */
            vp_index_free(built);
            return vp_error_no_memory(error);
        }
        vp_index_free(network->index);
        network->index = built;
        network->index_free = vp_index_free;
    }
    *index = network->index;
    return VP_OK;
}

const vp_holders *vp_index_holders(const vp_index *index) { return &index->holders; }

void vp_index_free(vp_index *index) {
    if (index == NULL) {
        return;
    }
    vp_alloc alloc = index->alloc;
    const links *list = index->links;
    vp_alloc_free(&alloc, index->route_tables,
                  list[ROUTE_TABLES_OF_VPC].count * sizeof *index->route_tables);
    vp_alloc_free(&alloc, index->peerings, list[PEERINGS_OF_VPC].count * sizeof *index->peerings);
    vp_alloc_free(&alloc, index->interfaces,
                  list[INTERFACES_OF_INSTANCE].count * sizeof *index->interfaces);
    vp_alloc_free(&alloc, index->named, list[RECORDS_OF_NAME].count * sizeof *index->named);
    for (int which = 0; which < LINKS_COUNT; which++) {
        vp_alloc_free(&alloc, list[which].items, list[which].capacity * sizeof *list[which].items);
    }
    vp_holders_clear(&index->holders);
    vp_alloc_free(&alloc, index, sizeof *index);
}

vp_network_interface *vp_index_interface_at(const vp_index *index, vp_name vpc_id,
                                            const vp_addr *address) {
    return vp_holders_find(&index->holders, vpc_id, address);
}

vp_network_interface *vp_index_public(const vp_index *index, const vp_addr *address,
                                      vp_addr *private_address) {
    const vp_public_holder *holder = vp_holders_find_public(&index->holders, address);
    if (holder == NULL) {
        return NULL;
    }
    *private_address = holder->private_ip;
    return holder->network_interface;
}

vp_addr vp_index_public_of(const vp_index *index, const vp_network_interface *network_interface,
                           const vp_addr *private_address) {
    const vp_public_holder *holder =
        vp_holders_public_of(&index->holders, network_interface, private_address);
    vp_addr none = {0, 0, 0};
    return holder != NULL ? holder->public_ip : none;
}

vp_network_interface *const *vp_index_interfaces_of(const vp_index *index, vp_name instance_id,
                                                    uint32_t *count) {
    uint32_t first = find_links(index, INTERFACES_OF_INSTANCE, instance_id, count);
    return *count > 0 ? index->interfaces + first : NULL;
}

vp_vpc_peering_connection *const *vp_index_peerings_of(const vp_index *index, vp_name vpc_id,
                                                       uint32_t *count) {
    uint32_t first = find_links(index, PEERINGS_OF_VPC, vpc_id, count);
    return *count > 0 ? index->peerings + first : NULL;
}

vp_route_table *const *vp_index_route_tables_of(const vp_index *index, vp_name vpc_id,
                                                uint32_t *count) {
    uint32_t first = find_links(index, ROUTE_TABLES_OF_VPC, vpc_id, count);
    return *count > 0 ? index->route_tables + first : NULL;
}

vp_route_table *vp_index_edge_route_table(const vp_index *index, vp_name gateway_id) {
    return (vp_route_table *)first_linked(index, ROUTE_TABLE_OF_GATEWAY, gateway_id);
}

vp_record *const *vp_index_named(const vp_index *index, vp_name name, uint32_t *count) {
    uint32_t first = find_links(index, RECORDS_OF_NAME, name, count);
    return *count > 0 ? index->named + first : NULL;
}

vp_internet_gateway *vp_index_internet_gateway_of(const vp_index *index, vp_name vpc_id) {
    return (vp_internet_gateway *)first_linked(index, GATEWAYS_OF_VPC, vpc_id);
}

/* AWS: VPC User Guide, "Internet gateways"; the describe call prints "available". */
bool vp_attachments_hold(const vp_network *network, const vp_list *attachments, vp_name vpc_id) {
    for (uint32_t i = 0; i < attachments->count; i++) {
        const vp_gateway_attachment *attachment = VP_ITEM(vp_gateway_attachment, attachments, i);
        if (attachment->vpc_id == vpc_id &&
            (vp_network_name_is(network, attachment->state, "available") ||
             vp_network_name_is(network, attachment->state, "attached"))) {
            return true;
        }
    }
    return false;
}

bool vp_gateway_is_attached(const vp_network *network, const vp_internet_gateway *gateway,
                            vp_name vpc_id) {
    return vp_attachments_hold(network, &gateway->attachments, vpc_id);
}

bool vp_security_group_serves(const vp_network *network, const vp_security_group *group,
                              vp_name vpc_id) {
    if (group->vpc_id == vpc_id) {
        return true;
    }
    for (uint32_t i = 0; i < group->vpc_associations.count; i++) {
        const vp_group_vpc_association *association =
            VP_ITEM(vp_group_vpc_association, &group->vpc_associations, i);
        if (association->vpc_id == vpc_id &&
            vp_network_name_is(network, association->state, "associated")) {
            return true;
        }
    }
    return false;
}

bool vp_block_is_associated(const vp_network *network, const vp_block_association *association) {
    return is_associated(network, association->state.state);
}

bool vp_vpc_next_block(const vp_network *network, const vp_vpc *vpc, uint32_t *position,
                       vp_cidr *block) {
    const vp_list *ipv4 = &vpc->cidr_block_association_set;
    const vp_list *ipv6 = &vpc->ipv6_cidr_block_association_set;
    /* Without the IPv4 set, position 0 is the primary block (semantics D09). */
    uint32_t before_ipv6 = ipv4->count > 0 ? ipv4->count : 1;
    while (*position < before_ipv6 + ipv6->count) {
        uint32_t at = (*position)++;
        vp_block_association primary = {.cidr_block = vpc->cidr_block};
        const vp_block_association *association =
            at >= before_ipv6 ? VP_ITEM(vp_block_association, ipv6, at - before_ipv6)
            : ipv4->count > 0 ? VP_ITEM(vp_block_association, ipv4, at)
                              : &primary;
        if (vp_cidr_is_given(&association->cidr_block) &&
            vp_block_is_associated(network, association)) {
            *block = association->cidr_block;
            return true;
        }
    }
    return false;
}

bool vp_vpc_contains(const vp_network *network, const vp_vpc *vpc, const vp_addr *address) {
    uint32_t position = 0;
    vp_cidr block;
    while (vp_vpc_next_block(network, vpc, &position, &block)) {
        if (vp_cidr_contains_addr(&block, address)) {
            return true;
        }
    }
    return false;
}

bool vp_peering_next_block(const vp_network *network, const vp_peering_vpc_info *side,
                           uint32_t *position, vp_cidr *block) {
    const vp_vpc *vpc = find_vpc(network, side->vpc_id);
    if (vpc != NULL) {
        return vp_vpc_next_block(network, vpc, position, block);
    }
    const vp_list *ipv4 = &side->cidr_block_set, *ipv6 = &side->ipv6_cidr_block_set;
    uint32_t before_ipv6 = ipv4->count > 0 ? ipv4->count : 1;
    while (*position < before_ipv6 + ipv6->count) {
        uint32_t at = (*position)++;
        if (at >= before_ipv6) {
            *block = VP_ITEM(vp_peering_ipv6_block, ipv6, at - before_ipv6)->ipv6_cidr_block;
        } else {
            *block = ipv4->count > 0 ? VP_ITEM(vp_peering_block, ipv4, at)->cidr_block
                                     : side->cidr_block;
        }
        if (vp_cidr_is_given(block)) {
            return true;
        }
    }
    return false;
}

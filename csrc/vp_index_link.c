/*
 * vp_index_link.c - what each record says about others: links, addresses, derived members.
 *
 * The one idea: a record is read once, and everything it says is written down then; the other side
 * of a link is looked up by id, or when all links are sorted.
 */
#include "vp_index_part.h"

#include <string.h>

static vp_status add_link(vp_index *index, int which, vp_name key, vp_record *record) {
    return vp_links_add(&index->links[which], &index->alloc, key, record);
}

/*
 * A table is found by its VPC, and by each association that is in force. An association that is
 * being taken away ("disassociating", "disassociated") or that failed decides nothing.
 * AWS: VPC User Guide, "Subnet route tables"
 */
static vp_status link_route_table(vp_network *network, vp_index *index, vp_route_table *table) {
    vp_record *record = &table->record;
    table->vpc = vp_index_find_vpc(network, table->vpc_id);
    vp_status status = add_link(index, VP_ROUTE_TABLES_OF_VPC, table->vpc_id, record);
    for (uint32_t i = 0; i < table->associations.count && status == VP_OK; i++) {
        const vp_route_table_association *association =
            VP_ITEM(vp_route_table_association, &table->associations, i);
        if (!vp_index_is_associated(network, association->association_state.state)) {
            continue;
        }
        status = add_link(index, VP_ROUTE_TABLE_OF_SUBNET, association->subnet_id, record);
        if (status == VP_OK) {
            status = add_link(index, VP_ROUTE_TABLE_OF_GATEWAY, association->gateway_id, record);
        }
        if (status == VP_OK && association->main == VP_TRUE) {
            status = add_link(index, VP_MAIN_ROUTE_TABLE_OF_VPC, table->vpc_id, record);
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

vp_status vp_index_sort_entries(const vp_index *index, vp_network_acl *acl) {
    return vp_sort(&index->alloc, acl->entries.items, acl->entries.count,
                   sizeof(vp_network_acl_entry), compare_entries, NULL);
}

/*
 * An ACL is found as its VPC's default and by its subnets. Its entries are put in the order in
 * which they are evaluated, so that the walk reads them as a list; equal numbers (one inbound, one
 * outbound) keep their order.
 */
static vp_status link_network_acl(vp_network *network, vp_index *index, vp_network_acl *acl) {
    acl->vpc = vp_index_find_vpc(network, acl->vpc_id);
    vp_status status = vp_index_sort_entries(index, acl);
    if (status == VP_OK && acl->is_default == VP_TRUE) {
        status = add_link(index, VP_DEFAULT_ACL_OF_VPC, acl->vpc_id, &acl->record);
    }
    for (uint32_t i = 0; i < acl->associations.count && status == VP_OK; i++) {
        const vp_network_acl_association *association =
            VP_ITEM(vp_network_acl_association, &acl->associations, i);
        status = add_link(index, VP_ACL_OF_SUBNET, association->subnet_id, &acl->record);
    }
    return status;
}

/* An attachment in any other state is none: routes to the gateway are blackholes then. */
static vp_status link_gateway(vp_network *network, vp_index *index, vp_internet_gateway *gateway) {
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < gateway->attachments.count && status == VP_OK; i++) {
        vp_name vpc_id = VP_ITEM(vp_gateway_attachment, &gateway->attachments, i)->vpc_id;
        if (vp_gateway_is_attached(network, gateway, vpc_id)) {
            status = add_link(index, VP_GATEWAYS_OF_VPC, vpc_id, &gateway->record);
        }
    }
    return status;
}

/* A request of a VPC to itself (it fails, but is kept) is listed once. */
static vp_status link_peering(vp_network *network, vp_index *index,
                              vp_vpc_peering_connection *peering) {
    vp_peering_vpc_info *requester = &peering->requester_vpc_info;
    vp_peering_vpc_info *accepter = &peering->accepter_vpc_info;
    requester->vpc = vp_index_find_vpc(network, requester->vpc_id);
    accepter->vpc = vp_index_find_vpc(network, accepter->vpc_id);
    vp_status status = add_link(index, VP_PEERINGS_OF_VPC, requester->vpc_id, &peering->record);
    if (status == VP_OK && accepter->vpc_id != requester->vpc_id) {
        status = add_link(index, VP_PEERINGS_OF_VPC, accepter->vpc_id, &peering->record);
    }
    return status;
}

/* An interface whose addresses are written down, and the VPC that they belong to. */
typedef struct holding {
    vp_index *index;
    vp_network_interface *network_interface;
    vp_name vpc_id;
    uint32_t place;
} holding;

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

static vp_status hold(const holding *on, const vp_cidr *block) {
    return vp_holders_add(&on->index->holders, on->vpc_id, block, on->network_interface, on->place);
}

/* One address is the block of its full length. */
static vp_status hold_address(const holding *on, const vp_addr *address) {
    vp_cidr block = {*address, (uint8_t)vp_addr_bits(address)};
    return hold(on, &block);
}

static bool is_public_open(const vp_address_association *association) {
    return association->public_ip.family == 0 && association->allocation_id != VP_NO_NAME;
}

/*
 * The primary address is printed twice by AWS, with its public address each time. Documents that
 * were cut by hand have only one of them.
 */
static vp_status hold_ipv4(const holding *on) {
    vp_holders *holders = &on->index->holders;
    const vp_addr *public_ip = &on->network_interface->association.public_ip;
    holders->has_open = holders->has_open || is_public_open(&on->network_interface->association);
    vp_addr primary = primary_address(on->network_interface);
    vp_status status = hold_address(on, &primary);
    if (status == VP_OK) {
        status =
            vp_holders_add_public(holders, public_ip, &primary, on->network_interface, on->place);
    }
    const vp_list *list = &on->network_interface->private_ip_addresses;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        const vp_private_ip_address *item = VP_ITEM(vp_private_ip_address, list, i);
        bool again = vp_addr_equals(&item->private_ip_address, &primary);
        holders->has_open = holders->has_open || is_public_open(&item->association);
        if (!again) {
            status = hold_address(on, &item->private_ip_address);
        }
        if (status == VP_OK &&
            !(again && vp_addr_equals(&item->association.public_ip, public_ip))) {
            status =
                vp_holders_add_public(holders, &item->association.public_ip,
                                      &item->private_ip_address, on->network_interface, on->place);
        }
    }
    return status;
}

/* IPv6 addresses have no public side: they are public themselves where they are routed. */
static vp_status hold_ipv6(const holding *on) {
    vp_status status = VP_OK;
    const vp_list *list = &on->network_interface->ipv6_addresses;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = hold_address(on, &VP_ITEM(vp_ipv6_address, list, i)->ipv6_address);
    }
    return status;
}

/* Every address of a delegated prefix belongs to the interface (semantics 8.1). */
static vp_status hold_prefixes(const holding *on) {
    vp_status status = VP_OK;
    const vp_list *list = &on->network_interface->ipv4_prefixes;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = hold(on, &VP_ITEM(vp_ipv4_prefix, list, i)->ipv4_prefix);
    }
    list = &on->network_interface->ipv6_prefixes;
    for (uint32_t i = 0; i < list->count && status == VP_OK; i++) {
        status = hold(on, &VP_ITEM(vp_ipv6_prefix, list, i)->ipv6_prefix);
    }
    return status;
}

/* Also of what is not attached: whether it answers is for the walk to say. */
static vp_status link_interface(vp_network *network, vp_index *index,
                                vp_network_interface *network_interface, uint32_t place) {
    vp_name instance_id = network_interface->attachment.instance_id;
    network_interface->subnet =
        (vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, network_interface->subnet_id);
    index->astray += network_interface->subnet == NULL;
    index->homeless += network_interface->vpc_id == VP_NO_NAME;
    holding on = {index, network_interface, vpc_id_of(network_interface), place};
    network_interface->vpc = vp_index_find_vpc(network, on.vpc_id);
    network_interface->instance =
        (vp_instance *)vp_network_find(network, VP_KIND_INSTANCE, instance_id);
    vp_status status =
        add_link(index, VP_INTERFACES_OF_INSTANCE, instance_id, &network_interface->record);
    if (status == VP_OK) {
        status = hold_ipv4(&on);
    }
    if (status == VP_OK) {
        status = hold_ipv6(&on);
    }
    return status == VP_OK ? hold_prefixes(&on) : status;
}

/* Needs the sorted interfaces of instances: an address may name only its instance. */
static vp_status link_address(vp_network *network, vp_index *index, const vp_address *address) {
    vp_record *record =
        vp_network_find(network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    if (record == NULL) {
        record = vp_links_first(&index->links[VP_INTERFACES_OF_INSTANCE], address->instance_id);
    }
    if (record == NULL) {
        return VP_OK;
    }
    vp_network_interface *network_interface = (vp_network_interface *)record;
    vp_addr private_ip = address->private_ip_address.family != 0
                             ? address->private_ip_address
                             : primary_address(network_interface);
    return vp_holders_add_public(&index->holders, &address->public_ip, &private_ip,
                                 network_interface, VP_HOLDER_NONE);
}

void vp_index_find_words(const vp_network *network, vp_index *index) {
    index->words.name_tag = vp_names_find(&network->names, "Name", 4);
    index->words.address_tag =
        vp_names_find(&network->names, VP_TAG_TERRAFORM_ADDRESS, strlen(VP_TAG_TERRAFORM_ADDRESS));
}

/* The value of a record's tag. */
static vp_name tag_of(const vp_record *record, vp_name key) {
    for (uint32_t i = 0; i < record->tags.count; i++) {
        const vp_tag *tag = VP_ITEM(vp_tag, &record->tags, i);
        if (tag->key == key && key != VP_NO_NAME) {
            return tag->value;
        }
    }
    return VP_NO_NAME;
}

/* The names that a record is found by. */
static vp_status link_names(vp_index *index, vp_record *record) {
    vp_name name = tag_of(record, index->words.name_tag);
    vp_name address = tag_of(record, index->words.address_tag);
    vp_status status = add_link(index, VP_RECORDS_OF_NAME, name, record);
    return status == VP_OK && address != name ? add_link(index, VP_RECORDS_OF_NAME, address, record)
                                              : status;
}

static vp_status link_record(vp_network *network, vp_index *index, vp_record *record,
                             uint32_t place) {
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
        return link_interface(network, index, (vp_network_interface *)record, place);
    case VP_KIND_SECURITY_GROUP:
        ((vp_security_group *)record)->vpc =
            vp_index_find_vpc(network, ((vp_security_group *)record)->vpc_id);
        return VP_OK;
    case VP_KIND_INSTANCE:
        ((vp_instance *)record)->vpc = vp_index_find_vpc(network, ((vp_instance *)record)->vpc_id);
        return VP_OK;
    default:
        return VP_OK;
    }
}

vp_status vp_index_link(vp_network *network, vp_index *index, vp_record *record, uint32_t place) {
    vp_status status = record->tags.count == 0 ? VP_OK : link_names(index, record);
    return status == VP_OK ? link_record(network, index, record, place) : status;
}

/* What a VPC has of its own, as far as links tell. */
static void resolve_vpcs(vp_network *network, const vp_index *index) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_VPC);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_vpc *vpc = (vp_vpc *)rows->rows[i];
        vpc->main_route_table = (vp_route_table *)vp_links_first(
            &index->links[VP_MAIN_ROUTE_TABLE_OF_VPC], vpc->record.id);
        vpc->default_network_acl =
            (vp_network_acl *)vp_links_first(&index->links[VP_DEFAULT_ACL_OF_VPC], vpc->record.id);
        vpc->subnet_count = vpc->network_acl_count = 0;
    }
    rows = vp_network_rows(network, VP_KIND_NETWORK_ACL);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_vpc *vpc = ((const vp_network_acl *)rows->rows[i])->vpc;
        if (vpc != NULL) {
            vpc->network_acl_count++;
        }
    }
}

void vp_index_resolve(vp_network *network, const vp_index *index) {
    resolve_vpcs(network, index);
    const vp_rows *rows = vp_network_rows(network, VP_KIND_SUBNET);
    for (uint32_t i = 0; i < rows->count; i++) {
        vp_subnet *subnet = (vp_subnet *)rows->rows[i];
        vp_name id = subnet->record.id, vpc_id = subnet->vpc_id;
        vp_record *table = vp_links_first(&index->links[VP_ROUTE_TABLE_OF_SUBNET], id);
        vp_record *acl = vp_links_first(&index->links[VP_ACL_OF_SUBNET], id);
        subnet->vpc = vp_index_find_vpc(network, vpc_id);
        table = table != NULL ? table
                              : vp_links_first(&index->links[VP_MAIN_ROUTE_TABLE_OF_VPC], vpc_id);
        acl = acl != NULL ? acl : vp_links_first(&index->links[VP_DEFAULT_ACL_OF_VPC], vpc_id);
        subnet->route_table = (vp_route_table *)table;
        subnet->network_acl = (vp_network_acl *)acl;
        if (subnet->vpc != NULL) {
            subnet->vpc->subnet_count++;
        }
    }
}

vp_status vp_index_link_addresses(vp_network *network, vp_index *index) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_ADDRESS);
    vp_status status = VP_OK;
    for (uint32_t i = 0; i < rows->count && status == VP_OK; i++) {
        status = link_address(network, index, (const vp_address *)rows->rows[i]);
    }
    return status;
}

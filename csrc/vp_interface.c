/*
 * vp_interface.c - making interfaces, their addresses, hanging them on instances.
 *
 * An address is free when no interface of the VPC holds it and the subnet does not reserve it. What
 * is free is found in one pass over the interfaces, with a bit for each address of the subnet.
 */
#include "vp_interface.h"

#include "vp_group_part.h"
#include "vp_host_name.h"

#include <string.h>

#define QUOTA_GROUPS 5

/* Groups of an interface times rules of a group: neither quota can be raised beyond this. */
#define QUOTA_PRODUCT 1000

/* AWS's limit depends on the instance type and is 50 or so; this one only keeps calls short. */
#define VP_INTERFACE_ADDRESSES_MAX 256

/* ---- free addresses -------------------------------------------------------------------------- */

/*
 * One bit for each of the first addresses of a subnet; a /16, the largest of AWS's, has just as
 * many. Of an IPv6 subnet only these are ever generated: enough, and the lowest come first.
 */
#define ADDRESSES_MAX 65536u
typedef struct address_bits {
    uint8_t bits[ADDRESSES_MAX / 8];
} address_bits;

/* Marks the part of a block that lies among the first addresses of the subnet. */
static void mark(address_bits *used, const vp_cidr *subnet, const vp_cidr *block) {
    vp_addr last = vp_cidr_last(block);
    if (!vp_cidr_contains(subnet, block) || block->address.hi != subnet->address.hi) {
        return;
    }
    /* Offsets fit 64 bits: subnets of /64 and shorter begin at a multiple of 2^64. */
    uint64_t first_offset = block->address.lo - subnet->address.lo;
    uint64_t last_offset =
        last.hi != subnet->address.hi ? UINT64_MAX : last.lo - subnet->address.lo;
    for (uint64_t i = first_offset; i <= last_offset && i < ADDRESSES_MAX; i++) {
        used->bits[i / 8] = (uint8_t)(used->bits[i / 8] | 1u << (i % 8));
    }
}

/* The same for one address; one that is not given marks nothing. */
static void mark_address(address_bits *used, const vp_cidr *subnet, const vp_addr *address) {
    vp_cidr block = vp_cidr_of(address, address->family == 0 ? 0 : vp_addr_bits(address));
    if (address->family != 0) {
        mark(used, subnet, &block);
    }
}

/* Everything that an interface holds: addresses of both families and delegated prefixes. */
static void mark_interface(address_bits *used, const vp_cidr *subnet,
                           const vp_network_interface *owner) {
    mark_address(used, subnet, &owner->private_ip_address);
    for (uint32_t i = 0; i < owner->private_ip_addresses.count; i++) {
        mark_address(
            used, subnet,
            &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)->private_ip_address);
    }
    for (uint32_t i = 0; i < owner->ipv6_addresses.count; i++) {
        mark_address(used, subnet,
                     &VP_ITEM(vp_ipv6_address, &owner->ipv6_addresses, i)->ipv6_address);
    }
    for (uint32_t i = 0; i < owner->ipv4_prefixes.count; i++) {
        mark(used, subnet, &VP_ITEM(vp_ipv4_prefix, &owner->ipv4_prefixes, i)->ipv4_prefix);
    }
    for (uint32_t i = 0; i < owner->ipv6_prefixes.count; i++) {
        mark(used, subnet, &VP_ITEM(vp_ipv6_prefix, &owner->ipv6_prefixes, i)->ipv6_prefix);
    }
}

/* The lowest address of a subnet's block that can be assigned and that nobody holds. */
static vp_status find_free(const vp_network *network, const vp_subnet *subnet, const vp_cidr *block,
                           vp_addr *found, vp_error *error) {
    address_bits used;
    memset(&used, 0, sizeof used);
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *owner =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->vpc_id == subnet->vpc_id) {
            mark_interface(&used, block, owner);
        }
    }
    for (uint32_t i = 0; i < ADDRESSES_MAX; i++) {
        *found = vp_addr_plus(&block->address, i);
        if (!vp_cidr_contains_addr(block, found)) {
            break;
        }
        if ((used.bits[i / 8] >> (i % 8) & 1) == 0 && !vp_block_is_reserved(block, found)) {
            return VP_OK;
        }
    }
    VP_REFUSE(error, "InsufficientFreeAddressesInSubnet",
              "There are not enough free addresses in subnet '%s' to satisfy the request.",
              vp_network_text(network, subnet->record.id));
}

/* Does the interface hold the address, alone or in a delegated prefix? */
static bool holds(const vp_network_interface *owner, const vp_addr *address) {
    bool held = vp_addr_equals(&owner->private_ip_address, address);
    for (uint32_t i = 0; i < owner->private_ip_addresses.count && !held; i++) {
        held = vp_addr_equals(
            &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)->private_ip_address,
            address);
    }
    for (uint32_t i = 0; i < owner->ipv6_addresses.count && !held; i++) {
        held = vp_addr_equals(&VP_ITEM(vp_ipv6_address, &owner->ipv6_addresses, i)->ipv6_address,
                              address);
    }
    for (uint32_t i = 0; i < owner->ipv4_prefixes.count && !held; i++) {
        held = vp_cidr_contains_addr(
            &VP_ITEM(vp_ipv4_prefix, &owner->ipv4_prefixes, i)->ipv4_prefix, address);
    }
    for (uint32_t i = 0; i < owner->ipv6_prefixes.count && !held; i++) {
        held = vp_cidr_contains_addr(
            &VP_ITEM(vp_ipv6_prefix, &owner->ipv6_prefixes, i)->ipv6_prefix, address);
    }
    return held;
}

/* Does an interface of the VPC hold it? */
static bool is_held(const vp_network *network, vp_name vpc_id, const vp_addr *address) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *owner =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->vpc_id == vpc_id && holds(owner, address)) {
            return true;
        }
    }
    return false;
}

/* An address that is asked for must be in the subnet, assignable and free, in this order. */
static vp_status check_address(const vp_network *network, const vp_subnet *subnet,
                               const vp_cidr *block, const vp_addr *address, vp_error *error) {
    char text[VP_ADDR_TEXT_MAX];
    (void)vp_addr_format(address, text);
    if (!vp_cidr_contains_addr(block, address)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Address %s does not fall within the subnet's address range", text);
    }
    if (vp_block_is_reserved(block, address)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Address %s is in subnet's reserved address range", text);
    }
    if (is_held(network, subnet->vpc_id, address)) {
        VP_REFUSE(error, "InvalidIPAddress.InUse", "Address %s is in use.", text);
    }
    return VP_OK;
}

/* ---- addresses of an interface --------------------------------------------------------------- */

static vp_status check_room(const vp_list *addresses, vp_error *error) {
    if (addresses->count >= VP_INTERFACE_ADDRESSES_MAX) {
        VP_REFUSE(error, "PrivateIpAddressLimitExceeded",
                  "Number of private addresses will exceed limit (%d).",
                  VP_INTERFACE_ADDRESSES_MAX);
    }
    return VP_OK;
}

vp_status vp_interface_check_count(vp_int count, const char *parameter, vp_error *error) {
    if (count.given && count.value < 0) {
        VP_REFUSE(error, "InvalidParameterValue", "Value (%d) for parameter %s is invalid.",
                  (int)count.value, parameter);
    }
    return VP_OK;
}

vp_status vp_interface_add_ipv4(vp_change *change, const vp_subnet *subnet,
                                vp_network_interface *owner, vp_addr address, bool primary,
                                vp_error *error) {
    void *item;
    VP_TRY(check_room(&owner->private_ip_addresses, error));
    if (address.family == 0) {
        VP_TRY(find_free(change->network, subnet, &subnet->cidr_block, &address, error));
    } else {
        VP_TRY(check_address(change->network, subnet, &subnet->cidr_block, &address, error));
    }
    VP_TRY(vp_change_append(change, &vp_private_ip_address_schema, &owner->private_ip_addresses,
                            &item, error));
    vp_private_ip_address *added = item;
    if (primary) {
        /* Readers take the first item for the primary address, as AWS prints it. */
        vp_private_ip_address *first =
            VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, 0);
        memmove(first + 1, first, (size_t)(added - first) * sizeof *first);
        memset(first, 0, sizeof *first);
        added = first;
        owner->private_ip_address = address;
    }
    added->private_ip_address = address;
    added->primary = primary ? VP_TRUE : VP_FALSE;
    VP_TRY(vp_host_name_private(change->network, owner->record.region, &address,
                                &added->private_dns_name, error));
    owner->private_dns_name = primary ? added->private_dns_name : owner->private_dns_name;
    return VP_OK;
}

const vp_cidr *vp_interface_ipv6_block(const vp_network *network, const vp_subnet *subnet,
                                       const vp_addr *address) {
    const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
    const vp_cidr *first = NULL;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const vp_block_association *own = VP_ITEM(vp_block_association, blocks, i);
        if (!vp_block_is_associated(network, own)) {
            continue;
        }
        if (vp_cidr_contains_addr(&own->cidr_block, address)) {
            return &own->cidr_block;
        }
        first = first != NULL ? first : &own->cidr_block;
    }
    return first;
}

vp_status vp_interface_add_ipv6(vp_change *change, const vp_subnet *subnet,
                                vp_network_interface *owner, vp_addr address, vp_error *error) {
    const vp_cidr *block = vp_interface_ipv6_block(change->network, subnet, &address);
    void *item;
    VP_TRY(check_room(&owner->ipv6_addresses, error));
    if (block == NULL) {
        VP_REFUSE(error, "InvalidParameterValue", "The subnet '%s' has no IPv6 CIDR block",
                  vp_network_text(change->network, subnet->record.id));
    }
    if (address.family == 0) {
        VP_TRY(find_free(change->network, subnet, block, &address, error));
    } else {
        VP_TRY(check_address(change->network, subnet, block, &address, error));
    }
    VP_TRY(vp_change_append(change, &vp_ipv6_address_schema, &owner->ipv6_addresses, &item, error));
    ((vp_ipv6_address *)item)->ipv6_address = address;
    return VP_OK;
}

/* The address that the request makes the primary one, family 0 when it leaves the choice. */
static vp_status choose_primary(const vp_interface_request *request, vp_addr *primary,
                                vp_error *error) {
    *primary = request->private_ip_address;
    for (uint32_t i = 0; i < request->private_ip_addresses.count; i++) {
        const vp_private_ip_address *item =
            VP_ITEM(vp_private_ip_address, &request->private_ip_addresses, i);
        if (item->primary == VP_TRUE) {
            VP_TRY(vp_check_not_both(primary->family != 0, true,
                                     "privateIpAddress and a primary one of privateIpAddresses",
                                     error));
            *primary = item->private_ip_address;
        }
    }
    return VP_OK;
}

/* Explicit addresses first, so that generated ones stay out of their way. */
static vp_status add_ipv4_addresses(vp_change *change, const vp_subnet *subnet,
                                    const vp_interface_request *request,
                                    vp_network_interface *owner, vp_error *error) {
    static const vp_addr any = {0, 0, 0};
    vp_addr primary;
    if (!vp_cidr_is_given(&subnet->cidr_block)) {
        return VP_OK;
    }
    VP_TRY(vp_interface_check_count(request->secondary_private_ip_address_count,
                                    "secondaryPrivateIpAddressCount", error));
    VP_TRY(choose_primary(request, &primary, error));
    for (uint32_t i = 0; i < request->private_ip_addresses.count; i++) {
        const vp_private_ip_address *item =
            VP_ITEM(vp_private_ip_address, &request->private_ip_addresses, i);
        if (item->primary != VP_TRUE) {
            VP_TRY(vp_interface_add_ipv4(change, subnet, owner, item->private_ip_address, false,
                                         error));
        }
    }
    VP_TRY(vp_interface_add_ipv4(change, subnet, owner, primary, true, error));
    for (int32_t i = 0; i < request->secondary_private_ip_address_count.value; i++) {
        VP_TRY(vp_interface_add_ipv4(change, subnet, owner, any, false, error));
    }
    return VP_OK;
}

/* Without a wish, the subnet decides whether there is an IPv6 address. */
static vp_status add_ipv6_addresses(vp_change *change, const vp_subnet *subnet,
                                    const vp_interface_request *request,
                                    vp_network_interface *owner, vp_error *error) {
    static const vp_addr any = {0, 0, 0};
    int32_t count = request->ipv6_address_count.value;
    VP_TRY(vp_interface_check_count(request->ipv6_address_count, "ipv6AddressCount", error));
    if (request->ipv6_address.family != 0) {
        VP_TRY(vp_interface_add_ipv6(change, subnet, owner, request->ipv6_address, error));
    }
    for (uint32_t i = 0; i < request->ipv6_addresses.count; i++) {
        VP_TRY(vp_interface_add_ipv6(
            change, subnet, owner,
            VP_ITEM(vp_ipv6_address, &request->ipv6_addresses, i)->ipv6_address, error));
    }
    if (count == 0 && owner->ipv6_addresses.count == 0 &&
        subnet->assign_ipv6_address_on_creation == VP_TRUE) {
        count = 1;
    }
    for (int32_t i = 0; i < count; i++) {
        VP_TRY(vp_interface_add_ipv6(change, subnet, owner, any, error));
    }
    return VP_OK;
}

/* AWS takes prefixes or addresses of a family, not both; the primary IPv4 address is no matter. */
static vp_status add_prefixes(vp_change *change, const vp_subnet *subnet,
                              const vp_interface_request *request, vp_network_interface *owner,
                              vp_error *error) {
    VP_TRY(vp_check_not_both(request->ipv4_prefixes.count > 0 || request->ipv4_prefix_count.given,
                             request->private_ip_addresses.count > 0 ||
                                 request->secondary_private_ip_address_count.given,
                             "ipv4Prefixes and privateIpAddresses", error));
    VP_TRY(vp_check_not_both(request->ipv6_prefixes.count > 0 || request->ipv6_prefix_count.given,
                             request->ipv6_addresses.count > 0 ||
                                 request->ipv6_address_count.given ||
                                 request->ipv6_address.family != 0,
                             "ipv6Prefixes and ipv6Addresses", error));
    VP_TRY(vp_interface_add_prefixes(change, subnet, owner, &request->ipv4_prefixes,
                                     request->ipv4_prefix_count, 4, error));
    return vp_interface_add_prefixes(change, subnet, owner, &request->ipv6_prefixes,
                                     request->ipv6_prefix_count, 6, error);
}

/* The public address of a launch: the given one, or a generated one where it is wished. */
static vp_status add_public(vp_change *change, const vp_interface_request *request,
                            vp_network_interface *owner, vp_error *error) {
    vp_address_association shown = {.public_ip = request->public_ip};
    bool wished = request->associate_public_ip_address == VP_TRUE;
    owner->associate_public_ip_address =
        shown.public_ip.family != 0 ? VP_TRUE : request->associate_public_ip_address;
    if (shown.public_ip.family == 0 && !wished) {
        return VP_OK;
    }
    if (owner->private_ip_addresses.count == 0) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "A public address needs a private IPv4 address to belong to");
    }
    if (shown.public_ip.family != 0) {
        VP_TRY(vp_address_check_free(change->network, &shown.public_ip, error));
    } else {
        VP_TRY(vp_address_new_public(change->network, &shown.public_ip, error));
    }
    VP_TRY(vp_network_name(change->network, "amazon", &shown.ip_owner_id, error));
    return vp_address_show(change, owner, 0, &shown, error);
}

/* ---- groups ---------------------------------------------------------------------------------- */

/*
 * Adds a group to an interface; it must be one of the same VPC, or associated with it. Naming a
 * group twice is no mistake for AWS, so it is none here.
 */
static vp_status add_group(vp_call *call, vp_network_interface *owner, vp_name group_id,
                           vp_error *error) {
    vp_record *record;
    void *item;
    VP_TRY(vp_check_own(call, VP_KIND_SECURITY_GROUP, group_id, &record, error));
    const vp_security_group *group = (const vp_security_group *)record;
    if (!vp_security_group_serves(call->network, group, owner->vpc_id)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Security group %s and subnet %s belong to different networks.",
                  vp_network_text(call->network, group_id),
                  vp_network_text(call->network, owner->subnet_id));
    }
    for (uint32_t i = 0; i < owner->groups.count; i++) {
        if (VP_ITEM(vp_group_identifier, &owner->groups, i)->group_id == group_id) {
            return VP_OK;
        }
    }
    VP_TRY(
        vp_change_append(call->change, &vp_group_identifier_schema, &owner->groups, &item, error));
    ((vp_group_identifier *)item)->group_id = group_id;
    ((vp_group_identifier *)item)->group_name = group->group_name;
    return VP_OK;
}

/*
 * AWS multiplies the two quotas, not what is used of them; what can be seen of the quota of rules
 * is that it is no smaller than the largest group of the interface.
 */
static vp_status check_group_quotas(const vp_network *network, const vp_network_interface *owner,
                                    vp_error *error) {
    static const char message[] =
        "The maximum number of security groups per interface has been reached.";
    uint32_t largest = 0;
    VP_TRY(vp_check_quota(network, owner->groups.count, QUOTA_GROUPS + 1,
                          "SecurityGroupsPerInterfaceLimitExceeded", message, error));
    for (uint32_t i = 0; network->quotas && i < owner->groups.count; i++) {
        const vp_security_group *group = (const vp_security_group *)vp_network_find(
            network, VP_KIND_SECURITY_GROUP,
            VP_ITEM(vp_group_identifier, &owner->groups, i)->group_id);
        for (int egress = 0; group != NULL && egress < 2; egress++) {
            uint32_t count = vp_group_rule_count(network, egress ? &group->ip_permissions_egress
                                                                 : &group->ip_permissions);
            largest = count > largest ? count : largest;
        }
    }
    return vp_check_quota(network, owner->groups.count * largest, QUOTA_PRODUCT + 1,
                          "SecurityGroupsPerInterfaceLimitExceeded", message, error);
}

/* No groups given means the default group: AWS never leaves an interface without one. */
vp_status vp_interface_set_groups(vp_call *call, vp_network_interface *owner, const vp_list *groups,
                                  vp_error *error) {
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    vp_list_clear(&call->network->alloc, &vp_group_identifier_schema, &owner->groups);
    for (uint32_t i = 0; i < groups->count; i++) {
        VP_TRY(add_group(call, owner, VP_ITEM(vp_text_item, groups, i)->value, error));
    }
    if (groups->count == 0) {
        const vp_security_group *group = vp_security_group_default(call->network, owner->vpc_id);
        if (group != NULL) {
            VP_TRY(add_group(call, owner, group->record.id, error));
        }
    }
    return check_group_quotas(call->network, owner, error);
}

/* ---- making and hanging ---------------------------------------------------------------------- */

/* The public address comes last: it belongs to the primary private one. */
vp_status vp_interface_make(vp_call *call, const vp_subnet *subnet, vp_interface_request *request,
                            vp_network_interface **made, vp_error *error) {
    const vp_network *network = call->network;
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, subnet->vpc_id);
    vp_record *record;
    VP_TRY(vp_check_add(call, VP_KIND_NETWORK_INTERFACE, &request->made, vpc, &record, error));
    vp_network_interface *owner = (vp_network_interface *)record;
    owner->vpc_id = subnet->vpc_id;
    owner->subnet_id = subnet->record.id;
    owner->availability_zone = subnet->availability_zone;
    owner->description = request->description;
    owner->interface_type = request->interface_type;
    owner->source_dest_check =
        request->source_dest_check != VP_UNSET ? request->source_dest_check : VP_TRUE;
    owner->requester_managed = VP_FALSE;
    VP_SET(call, owner->status, "available", error);
    if (owner->interface_type == VP_NO_NAME) {
        VP_SET(call, owner->interface_type, "interface", error);
    }
    VP_TRY(add_ipv4_addresses(call->change, subnet, request, owner, error));
    VP_TRY(add_ipv6_addresses(call->change, subnet, request, owner, error));
    VP_TRY(add_prefixes(call->change, subnet, request, owner, error));
    VP_TRY(vp_interface_set_groups(call, owner, &request->groups, error));
    VP_TRY(add_public(call->change, request, owner, error));
    *made = owner;
    return VP_OK;
}

vp_status vp_interface_make_managed(vp_call *call, const vp_subnet *subnet,
                                    vp_interface_request *request, bool ipv6,
                                    vp_network_interface **made, vp_error *error) {
    VP_TRY(vp_interface_make(call, subnet, request, made, error));
    vp_network_interface *owner = *made;
    vp_list_clear(&call->network->alloc, &vp_group_identifier_schema, &owner->groups);
    if (!ipv6) { /* the subnet may give one to every interface */
        vp_list_clear(&call->network->alloc, &vp_ipv6_address_schema, &owner->ipv6_addresses);
    }
    owner->requester_managed = VP_TRUE;
    owner->attachment.device_index = (vp_int){1, 1};
    VP_SET(call, owner->status, "in-use", error);
    VP_SET(call, owner->attachment.status, "attached", error);
    return VP_OK;
}

vp_network_interface *vp_interface_at(const vp_network *network, vp_name instance_id,
                                      int32_t device_index) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *owner =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (instance_id != VP_NO_NAME && owner->attachment.instance_id == instance_id &&
            owner->attachment.device_index.value == device_index) {
            return owner;
        }
    }
    return NULL;
}

/* Elastic IPs show the instance behind their interface, so they follow when it changes. */
static vp_status show_in_addresses(vp_change *change, const vp_network_interface *owner,
                                   vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(change->network, VP_KIND_ADDRESS); i++) {
        vp_address *address = VP_ROW(vp_address, change->network, VP_KIND_ADDRESS, i);
        if (address->network_interface_id == owner->record.id) {
            VP_TRY(vp_change_edit(change, &address->record, error));
            address->instance_id = owner->attachment.instance_id;
        }
    }
    return VP_OK;
}

/* Attached, its routes work, its Elastic IPs name the instance, the instance shows its addresses.
 */
vp_status vp_interface_hang(vp_call *call, vp_network_interface *owner, vp_instance *instance,
                            int32_t device_index, bool delete_on_termination, vp_error *error) {
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    VP_TRY(vp_network_new_id(call->network, VP_KIND_NONE, "eni-attach-",
                             &owner->attachment.attachment_id, error));
    owner->attachment.instance_id = instance->record.id;
    owner->attachment.instance_owner_id = instance->record.owner_id;
    owner->attachment.device_index = (vp_int){device_index, 1};
    owner->attachment.delete_on_termination = delete_on_termination ? VP_TRUE : VP_FALSE;
    VP_SET(call, owner->attachment.status, "attached", error);
    VP_SET(call, owner->status, "in-use", error);
    VP_TRY(show_in_addresses(call->change, owner, error));
    VP_TRY(vp_instance_reflect(call->change, instance->record.id, error));
    return vp_route_table_refresh(call->change, owner->record.id, false, error);
}

vp_status vp_interface_take_off(vp_change *change, vp_network_interface *owner, vp_error *error) {
    VP_TRY(vp_change_edit(change, &owner->record, error));
    memset(&owner->attachment, 0, sizeof owner->attachment);
    VP_TRY(vp_network_name(change->network, "available", &owner->status, error));
    VP_TRY(show_in_addresses(change, owner, error));
    return vp_route_table_refresh(change, owner->record.id, false, error);
}

/* Routes to it are refreshed while the record can still be read. */
vp_status vp_interface_remove(vp_change *change, vp_network_interface *owner, vp_error *error) {
    VP_TRY(vp_address_release(change, owner, error));
    VP_TRY(vp_route_table_refresh(change, owner->record.id, true, error));
    return vp_change_remove(change, &owner->record, error);
}

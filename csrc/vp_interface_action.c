/*
 * vp_interface_action.c - the actions on network interfaces.
 *
 * What an interface of an instance changes, the instance shows: every action ends in
 * vp_instance_reflect.
 */
#include "vp_interface.h"

#include <string.h>

/* An item of a list of addresses as plain texts. */
typedef struct addr_item {
    vp_addr value;
} addr_item;

static const vp_field addr_item_fields[] = {
    VP_FIELD(addr_item, value, VP_TYPE_ADDR, "", VP_FIELD_KEY, NULL)};
static const vp_schema addr_item_schema = VP_SCHEMA("Address", addr_item, addr_item_fields);

/* ---- create, delete -------------------------------------------------------------------------- */

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(vp_interface_request, "NetworkInterfaceId"),
    VP_INTERFACE_ADDRESS_FIELDS(vp_interface_request, ),
    VP_FIELD(vp_interface_request, groups, VP_TYPE_LIST, "Groups", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(vp_interface_request, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(vp_interface_request, interface_type, VP_TYPE_TEXT, "InterfaceType", 0, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateNetworkInterface", vp_interface_request, create_fields);

/***
Makes an interface in a subnet, attached to nothing.
@function subnet:create_network_interface
@tparam[opt] table options `private_ip_address` (default: the lowest free one),
`private_ip_addresses` (`{{ private_ip_address, primary }}`), `secondary_private_ip_address_count`,
`ipv6_addresses` (`{{ ipv6_address }}`), `ipv6_address_count`, delegated prefixes: `ipv4_prefixes`
(`{{ ipv4_prefix }}`: /28) or `ipv4_prefix_count`, `ipv6_prefixes` (`{{ ipv6_prefix }}`: /80) or
`ipv6_prefix_count`; `groups` (list of ids or groups, default: the VPC's default group),
`description`, `interface_type`, `network_interface_id` (its own id), `tags`
@treturn network_interface
@raise InvalidParameterValue, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
InvalidGroup.NotFound, InvalidParameter (a group of another VPC), InvalidParameterCombination,
InsufficientCidrBlocks, PrivateIpAddressLimitExceeded (256), SecurityGroupsPerInterfaceLimitExceeded
@usage local eni = subnet:create_network_interface{ private_ip_address = "10.0.0.20" }
Source: EC2 API Reference, "CreateNetworkInterface"
*/
static vp_status create_network_interface(vp_call *call, vp_error *error) {
    vp_network_interface *made;
    return vp_interface_make(call, (const vp_subnet *)call->receiver, call->request, &made, error);
}

static vp_status refuse_managed(const vp_network_interface *owner, vp_error *error) {
    if (owner->requester_managed == VP_TRUE) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The network interface is managed by the service that made it.");
    }
    return VP_OK;
}

/***
Deletes an interface that is attached to nothing. Elastic IPs are disassociated, routes to it become
blackholes.
@function network_interface:delete
@treturn network_interface itself, gone
@raise InvalidParameterValue (it is attached), OperationNotPermitted (a service made it)
@usage eni:delete()
Source: EC2 API Reference, "DeleteNetworkInterface"
*/
static vp_status delete_network_interface(vp_call *call, vp_error *error) {
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    VP_TRY(refuse_managed(owner, error));
    if (owner->attachment.instance_id != VP_NO_NAME ||
        vp_network_name_is(call->network, owner->status, "in-use")) {
        VP_REFUSE(error, "InvalidParameterValue", "Network interface '%s' is currently in use.",
                  vp_network_text(call->network, owner->record.id));
    }
    return vp_interface_remove(call->change, owner, error);
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* The attachment is named, so that nobody changes the one that came in between. */
typedef struct attachment_request {
    vp_name attachment_id;
    vp_bool delete_on_termination;
} attachment_request;

static const vp_field attachment_fields[] = {
    VP_FIELD(attachment_request, attachment_id, VP_TYPE_TEXT, "AttachmentId", 0, NULL),
    VP_FIELD(attachment_request, delete_on_termination, VP_TYPE_BOOL, "DeleteOnTermination", 0,
             NULL)};
static const vp_schema attachment_schema =
    VP_SCHEMA("NetworkInterfaceAttachmentChanges", attachment_request, attachment_fields);

typedef struct attribute_request {
    vp_list groups; /* vp_text_item */
    attachment_request attachment;
    vp_bool source_dest_check;
    vp_name description;
} attribute_request;

static const vp_field attribute_fields[] = {
    VP_FIELD(attribute_request, groups, VP_TYPE_LIST, "Groups", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(attribute_request, source_dest_check, VP_TYPE_BOOL, "SourceDestCheck", 0, NULL),
    VP_FIELD(attribute_request, description, VP_TYPE_TEXT, "Description", 0, NULL),
    VP_FIELD(attribute_request, attachment, VP_TYPE_OBJECT, "Attachment", 0, &attachment_schema)};
static const vp_schema attribute_schema =
    VP_SCHEMA("ModifyNetworkInterfaceAttribute", attribute_request, attribute_fields);

static vp_status change_attachment(const vp_call *call, vp_network_interface *owner,
                                   const attachment_request *wanted, vp_error *error) {
    VP_TRY(vp_check_given(wanted->attachment_id != VP_NO_NAME, "attachment.attachmentId", error));
    VP_TRY(vp_check_given(wanted->delete_on_termination != VP_UNSET,
                          "attachment.deleteOnTermination", error));
    if (owner->attachment.attachment_id != wanted->attachment_id) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(call->network, wanted->attachment_id);
        VP_REFUSE(error, "InvalidAttachmentID.NotFound",
                  "The attachment ID %s does not exist for interface %s",
                  vp_error_quote(text, strlen(text), quoted),
                  vp_network_text(call->network, owner->record.id));
    }
    owner->attachment.delete_on_termination = wanted->delete_on_termination;
    return VP_OK;
}

/***
Changes an interface.
@function network_interface:modify_attribute
@tparam table options `groups` (list of ids or groups), `source_dest_check` (boolean),
`description`, `attachment` (`{ attachment_id, delete_on_termination }`: does the interface go when
its instance is terminated?)
@treturn network_interface itself
@raise InvalidGroup.NotFound, InvalidParameter (a group of another VPC), MissingParameter,
InvalidAttachmentID.NotFound, SecurityGroupsPerInterfaceLimitExceeded
@usage eni:modify_attribute{ source_dest_check = false }
Source: EC2 API Reference, "ModifyNetworkInterfaceAttribute"
*/
static vp_status modify_attribute(vp_call *call, vp_error *error) {
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    const attribute_request *request = call->request;
    bool check = request->source_dest_check != VP_UNSET, groups = request->groups.count > 0;
    bool attachment = request->attachment.attachment_id != VP_NO_NAME ||
                      request->attachment.delete_on_termination != VP_UNSET;
    VP_TRY(refuse_managed(owner, error));
    VP_TRY(vp_check_given(check || groups || attachment || request->description != VP_NO_NAME,
                          "groups, sourceDestCheck, attachment or description", error));
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    if (check) {
        owner->source_dest_check = request->source_dest_check;
    }
    if (request->description != VP_NO_NAME) {
        owner->description = request->description;
    }
    if (attachment) {
        VP_TRY(change_attachment(call, owner, &request->attachment, error));
    }
    if (groups) {
        VP_TRY(vp_interface_set_groups(call, owner, &request->groups, error));
    }
    call->result = call->receiver;
    return vp_instance_reflect(call->change, owner->attachment.instance_id, error);
}

/* ---- addresses ------------------------------------------------------------------------------- */

/* What is asked for of one family; the keys differ, the meaning does not. */
typedef struct address_request {
    vp_list addresses; /* addr_item */
    vp_list prefixes;  /* vp_cidr_item */
    vp_int address_count, prefix_count;
    vp_bool allow_reassignment; /* of IPv4 addresses */
} address_request;

static const vp_field ipv4_fields[] = {
    VP_FIELD(address_request, addresses, VP_TYPE_LIST, "PrivateIpAddresses", 0, &addr_item_schema),
    VP_FIELD(address_request, address_count, VP_TYPE_INT, "SecondaryPrivateIpAddressCount", 0,
             NULL),
    VP_FIELD(address_request, prefixes, VP_TYPE_LIST, "Ipv4Prefixes", 0, &vp_cidr_item_schema),
    VP_FIELD(address_request, prefix_count, VP_TYPE_INT, "Ipv4PrefixCount", 0, NULL),
    VP_FIELD(address_request, allow_reassignment, VP_TYPE_BOOL, "AllowReassignment", 0, NULL)};
static const vp_schema ipv4_schema =
    VP_SCHEMA("AssignPrivateIpAddresses", address_request, ipv4_fields);

static const vp_field ipv6_fields[] = {
    VP_FIELD(address_request, addresses, VP_TYPE_LIST, "Ipv6Addresses", 0, &addr_item_schema),
    VP_FIELD(address_request, address_count, VP_TYPE_INT, "Ipv6AddressCount", 0, NULL),
    VP_FIELD(address_request, prefixes, VP_TYPE_LIST, "Ipv6Prefixes", 0, &vp_cidr_item_schema),
    VP_FIELD(address_request, prefix_count, VP_TYPE_INT, "Ipv6PrefixCount", 0, NULL)};
static const vp_schema ipv6_schema = VP_SCHEMA("AssignIpv6Addresses", address_request, ipv6_fields);

/* The interface of the caller in this subnet that has the address as a secondary one, and where. */
static vp_network_interface *find_secondary(const vp_call *call, const vp_subnet *subnet,
                                            const vp_addr *address, uint32_t *at) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *one =
            VP_ROW(vp_network_interface, call->network, VP_KIND_NETWORK_INTERFACE, i);
        for (*at = 1; one->subnet_id == subnet->record.id && vp_check_is_own(call, &one->record) &&
                      *at < one->private_ip_addresses.count;
             ++*at) {
            if (vp_addr_equals(&VP_ITEM(vp_private_ip_address, &one->private_ip_addresses, *at)
                                    ->private_ip_address,
                               address)) {
                return one->requester_managed == VP_TRUE ? NULL : one;
            }
        }
    }
    return NULL;
}

/* The Elastic IP on a private address, or NULL. */
static vp_address *elastic_of(const vp_network *network, vp_name interface_id,
                              const vp_addr *address) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ADDRESS); i++) {
        vp_address *one = VP_ROW(vp_address, network, VP_KIND_ADDRESS, i);
        if (one->network_interface_id == interface_id &&
            vp_addr_equals(&one->private_ip_address, address)) {
            return one;
        }
    }
    return NULL;
}

/* Takes an address over from where it is a secondary one; its Elastic IP comes along. */
static vp_status take_over(vp_call *call, const vp_subnet *subnet, vp_network_interface *owner,
                           const vp_addr *address, vp_error *error) {
    uint32_t at;
    vp_network_interface *from = find_secondary(call, subnet, address, &at);
    if (from == NULL || from == owner) {
        return vp_interface_add_ipv4(call->change, subnet, owner, *address, false, error);
    }
    vp_address *elastic = elastic_of(call->network, from->record.id, address);
    VP_TRY(vp_change_edit(call->change, &from->record, error));
    VP_TRY(vp_address_unmap(call->change, from, at, error));
    vp_list_remove(&call->network->alloc, &vp_private_ip_address_schema,
                   &from->private_ip_addresses, at);
    VP_TRY(vp_instance_reflect(call->change, from->attachment.instance_id, error));
    VP_TRY(vp_interface_add_ipv4(call->change, subnet, owner, *address, false, error));
    return elastic == NULL ? VP_OK
                           : vp_address_join(call, elastic, owner,
                                             owner->private_ip_addresses.count - 1, false, error);
}

/* Adds given and then generated addresses of one family, then prefixes. */
static vp_status assign(vp_call *call, uint8_t family, vp_error *error) {
    static const vp_addr any = {0, 0, 0};
    const address_request *request = call->request;
    const vp_list *addresses = &request->addresses;
    vp_int count = request->address_count;
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    vp_record *subnet;
    VP_TRY(refuse_managed(owner, error));
    VP_TRY(vp_interface_check_count(
        count, family == 4 ? "secondaryPrivateIpAddressCount" : "ipv6AddressCount", error));
    VP_TRY(vp_check_given(addresses->count > 0 || count.value > 0 || request->prefixes.count > 0 ||
                              request->prefix_count.given,
                          family == 4 ? "privateIpAddresses" : "ipv6Addresses", error));
    VP_TRY(vp_check_exists(call->network, VP_KIND_SUBNET, owner->subnet_id, &subnet, error));
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    const vp_subnet *in = (const vp_subnet *)subnet;
    for (uint32_t i = 0; i < addresses->count || (int64_t)i - addresses->count < count.value; i++) {
        vp_addr address = i < addresses->count ? VP_ITEM(addr_item, addresses, i)->value : any;
        if (family == 4 && request->allow_reassignment == VP_TRUE && address.family == 4) {
            VP_TRY(take_over(call, in, owner, &address, error));
        } else if (family == 4) {
            VP_TRY(vp_interface_add_ipv4(call->change, in, owner, address, false, error));
        } else {
            VP_TRY(vp_interface_add_ipv6(call->change, in, owner, address, error));
        }
    }
    VP_TRY(vp_interface_add_prefixes(call->change, in, owner, &request->prefixes,
                                     request->prefix_count, family, error));
    call->result = call->receiver;
    return vp_instance_reflect(call->change, owner->attachment.instance_id, error);
}

/***
Adds secondary private IPv4 addresses, or prefixes, to an interface.
@function network_interface:assign_private_ip_addresses
@tparam table options `private_ip_addresses` (list of addresses) or
`secondary_private_ip_address_count` (so many of the lowest free ones); `allow_reassignment`
(boolean: take secondary addresses over from other interfaces of the subnet, with the Elastic IPs on
them); `ipv4_prefixes` (list of /28
blocks) or `ipv4_prefix_count`
@treturn network_interface itself
@raise InvalidParameterValue, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
InsufficientCidrBlocks, InvalidParameterCombination,
PrivateIpAddressLimitExceeded (256), MissingParameter, InvalidSubnetID.NotFound
@usage eni:assign_private_ip_addresses{ private_ip_addresses = { "10.0.0.30" } }
Source: EC2 API Reference, "AssignPrivateIpAddresses"
*/
static vp_status assign_private_ip_addresses(vp_call *call, vp_error *error) {
    return assign(call, 4, error);
}

/***
Adds IPv6 addresses, or prefixes, to an interface.
@function network_interface:assign_ipv6_addresses
@tparam table options `ipv6_addresses` (list of addresses) or `ipv6_address_count` (so many of the
lowest free ones); `ipv6_prefixes` (list of /80 blocks) or `ipv6_prefix_count`
@treturn network_interface itself
@raise InvalidParameterValue, InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
InsufficientCidrBlocks, InvalidParameterCombination,
PrivateIpAddressLimitExceeded (256), MissingParameter, InvalidSubnetID.NotFound
@usage eni:assign_ipv6_addresses{ ipv6_address_count = 1 }
Source: EC2 API Reference, "AssignIpv6Addresses"
*/
static vp_status assign_ipv6_addresses(vp_call *call, vp_error *error) {
    return assign(call, 6, error);
}

static vp_status refuse_not_assigned(const vp_call *call, const vp_addr *address, vp_error *error) {
    char text[VP_ADDR_TEXT_MAX];
    (void)vp_addr_format(address, text);
    VP_REFUSE(error, "InvalidParameterValue", "The address %s is no %s of interface %s", text,
              address->family == 4 ? "secondary private address" : "IPv6 address",
              vp_network_text(call->network, call->receiver->id));
}

static vp_status unassign_ipv4(vp_call *call, vp_network_interface *owner, const vp_addr *address,
                               vp_error *error) {
    vp_list *list = &owner->private_ip_addresses;
    for (uint32_t i = 1; i < list->count; i++) {
        const vp_private_ip_address *item = VP_ITEM(vp_private_ip_address, list, i);
        if (vp_addr_equals(&item->private_ip_address, address)) {
            VP_TRY(vp_address_unmap(call->change, owner, i, error));
            vp_list_remove(&call->network->alloc, &vp_private_ip_address_schema, list, i);
            return VP_OK;
        }
    }
    return refuse_not_assigned(call, address, error);
}

static vp_status unassign_ipv6(vp_call *call, vp_network_interface *owner, const vp_addr *address,
                               vp_error *error) {
    vp_list *list = &owner->ipv6_addresses;
    for (uint32_t i = 0; i < list->count; i++) {
        if (vp_addr_equals(&VP_ITEM(vp_ipv6_address, list, i)->ipv6_address, address)) {
            vp_list_remove(&call->network->alloc, &vp_ipv6_address_schema, list, i);
            return VP_OK;
        }
    }
    return refuse_not_assigned(call, address, error);
}

/* Removes addresses and prefixes of one family. */
static vp_status unassign(vp_call *call, uint8_t family, vp_error *error) {
    const address_request *request = call->request;
    const vp_list *addresses = &request->addresses;
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    VP_TRY(refuse_managed(owner, error));
    VP_TRY(vp_check_given(addresses->count > 0 || request->prefixes.count > 0,
                          family == 4 ? "privateIpAddresses" : "ipv6Addresses", error));
    VP_TRY(vp_change_edit(call->change, &owner->record, error));
    for (uint32_t i = 0; i < addresses->count; i++) {
        const vp_addr *address = &VP_ITEM(addr_item, addresses, i)->value;
        if (family == 4) {
            VP_TRY(unassign_ipv4(call, owner, address, error));
        } else {
            VP_TRY(unassign_ipv6(call, owner, address, error));
        }
    }
    for (uint32_t i = 0; i < request->prefixes.count; i++) {
        VP_TRY(vp_interface_remove_prefix(
            call->change, owner, &VP_ITEM(vp_cidr_item, &request->prefixes, i)->value, error));
    }
    call->result = call->receiver;
    return vp_instance_reflect(call->change, owner->attachment.instance_id, error);
}

static const vp_field unassign_ipv4_fields[] = {
    VP_FIELD(address_request, addresses, VP_TYPE_LIST, "PrivateIpAddresses", 0, &addr_item_schema),
    VP_FIELD(address_request, prefixes, VP_TYPE_LIST, "Ipv4Prefixes", 0, &vp_cidr_item_schema)};
static const vp_schema unassign_ipv4_schema =
    VP_SCHEMA("UnassignPrivateIpAddresses", address_request, unassign_ipv4_fields);

/***
Removes secondary private IPv4 addresses and prefixes. Elastic IPs on them are disassociated.
@function network_interface:unassign_private_ip_addresses
@tparam table options `private_ip_addresses` (list of addresses), `ipv4_prefixes` (list of blocks)
@treturn network_interface itself
@raise InvalidParameterValue (not one of its secondary addresses or prefixes), MissingParameter
@usage eni:unassign_private_ip_addresses{ private_ip_addresses = { "10.0.0.30" } }
Source: EC2 API Reference, "UnassignPrivateIpAddresses"
*/
static vp_status unassign_private_ip_addresses(vp_call *call, vp_error *error) {
    return unassign(call, 4, error);
}

static const vp_field unassign_ipv6_fields[] = {
    VP_FIELD(address_request, addresses, VP_TYPE_LIST, "Ipv6Addresses", 0, &addr_item_schema),
    VP_FIELD(address_request, prefixes, VP_TYPE_LIST, "Ipv6Prefixes", 0, &vp_cidr_item_schema)};
static const vp_schema unassign_ipv6_schema =
    VP_SCHEMA("UnassignIpv6Addresses", address_request, unassign_ipv6_fields);

/***
Removes IPv6 addresses and prefixes.
@function network_interface:unassign_ipv6_addresses
@tparam table options `ipv6_addresses` (list of addresses), `ipv6_prefixes` (list of blocks)
@treturn network_interface itself
@raise InvalidParameterValue (not one of its addresses or prefixes), MissingParameter
@usage eni:unassign_ipv6_addresses{ ipv6_addresses = { "2001:db8:1234:1a00::5" } }
Source: EC2 API Reference, "UnassignIpv6Addresses"
*/
static vp_status unassign_ipv6_addresses(vp_call *call, vp_error *error) {
    return unassign(call, 6, error);
}

/* ---- attach, detach -------------------------------------------------------------------------- */

typedef struct attach_request {
    vp_name instance_id;
    vp_int device_index;
} attach_request;

static const vp_field attach_fields[] = {
    VP_FIELD(attach_request, instance_id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(attach_request, device_index, VP_TYPE_INT, "DeviceIndex", 0, NULL)};
static const vp_schema attach_schema =
    VP_SCHEMA("AttachNetworkInterface", attach_request, attach_fields);

static vp_status check_instance(const vp_call *call, const vp_instance *instance,
                                int32_t device_index, vp_error *error) {
    const vp_network *network = call->network;
    const vp_network_interface *owner = (const vp_network_interface *)call->receiver;
    const char *id = vp_network_text(network, instance->record.id);
    if (!vp_network_name_is(network, instance->state.name, "running") &&
        !vp_network_name_is(network, instance->state.name, "stopped")) {
        VP_REFUSE(error, "IncorrectState", "Instance '%s' is not 'running' or 'stopped'.", id);
    }
    const vp_subnet *subnet =
        (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, instance->subnet_id);
    if (subnet != NULL && subnet->availability_zone != owner->availability_zone) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "You may not attach a network interface to an instance if they are not in the "
                  "same availability zone");
    }
    if (vp_interface_at(network, instance->record.id, device_index) != NULL) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Instance '%s' already has an interface attached at device index '%d'.", id,
                  (int)device_index);
    }
    return VP_OK;
}

/***
Attaches an interface to an instance of the same Availability Zone. It stays when the instance is
terminated, unless network\_interface:modify\_attribute says otherwise.
@function network_interface:attach
@tparam table options `instance_id` (id or instance), `device_index` (1 or more)
@treturn string the id of the attachment
@raise InvalidInstanceID.NotFound, InvalidNetworkInterface.InUse, InvalidParameterValue (device
index taken), InvalidParameterCombination (another zone), IncorrectState, MissingParameter
@usage eni:attach{ instance_id = web, device_index = 1 }
Source: EC2 API Reference, "AttachNetworkInterface"
*/
static vp_status attach(vp_call *call, vp_error *error) {
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    const attach_request *request = call->request;
    vp_record *instance;
    VP_TRY(vp_check_given(request->device_index.given, "deviceIndex", error));
    VP_TRY(vp_check_own(call, VP_KIND_INSTANCE, request->instance_id, &instance, error));
    if (request->device_index.value < 0) {
        VP_REFUSE(error, "InvalidParameterValue", "Invalid value '%d' for deviceIndex.",
                  (int)request->device_index.value);
    }
    if (vp_network_name_is(call->network, owner->status, "in-use") ||
        owner->attachment.instance_id != VP_NO_NAME) {
        VP_REFUSE(error, "InvalidNetworkInterface.InUse", "Interface: [%s] in use.",
                  vp_network_text(call->network, owner->record.id));
    }
    VP_TRY(check_instance(call, (const vp_instance *)instance, request->device_index.value, error));
    VP_TRY(vp_interface_hang(call, owner, (vp_instance *)instance, request->device_index.value,
                             false, error));
    call->result_id = owner->attachment.attachment_id;
    return VP_OK;
}

/***
Detaches an interface from its instance. Routes to it become blackholes.
@function network_interface:detach
@treturn network_interface itself
@raise InvalidAttachmentID.NotFound (it is not attached), OperationNotPermitted (the interface at
device index 0, or one that a service made)
@usage eni:detach()
Source: EC2 API Reference, "DetachNetworkInterface"
*/
static vp_status detach(vp_call *call, vp_error *error) {
    vp_network_interface *owner = (vp_network_interface *)call->receiver;
    VP_TRY(refuse_managed(owner, error));
    if (owner->attachment.instance_id == VP_NO_NAME) {
        VP_REFUSE(error, "InvalidAttachmentID.NotFound", "The interface %s is not attached",
                  vp_network_text(call->network, owner->record.id));
    }
    if (owner->attachment.device_index.value == 0) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The network interface at device index 0 cannot be detached.");
    }
    call->result = call->receiver;
    return vp_interface_take_off(call->change, owner, error);
}

const vp_action vp_interface_actions[] = {
    {"create_network_interface", VP_KIND_SUBNET, &create_schema, create_network_interface},
    {"modify_attribute", VP_KIND_NETWORK_INTERFACE, &attribute_schema, modify_attribute},
    {"assign_private_ip_addresses", VP_KIND_NETWORK_INTERFACE, &ipv4_schema,
     assign_private_ip_addresses},
    {"unassign_private_ip_addresses", VP_KIND_NETWORK_INTERFACE, &unassign_ipv4_schema,
     unassign_private_ip_addresses},
    {"assign_ipv6_addresses", VP_KIND_NETWORK_INTERFACE, &ipv6_schema, assign_ipv6_addresses},
    {"unassign_ipv6_addresses", VP_KIND_NETWORK_INTERFACE, &unassign_ipv6_schema,
     unassign_ipv6_addresses},
    {"attach", VP_KIND_NETWORK_INTERFACE, &attach_schema, attach},
    {"detach", VP_KIND_NETWORK_INTERFACE, NULL, detach},
    {"delete", VP_KIND_NETWORK_INTERFACE, NULL, delete_network_interface},
    {NULL, VP_KIND_NONE, NULL, NULL}};

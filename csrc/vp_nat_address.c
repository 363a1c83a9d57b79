/*
 * vp_nat_address.c - giving a zonal NAT gateway secondary addresses, and taking them away.
 *
 * Every address of the gateway is a private address of its one interface; those of a public gateway
 * have an Elastic IP each. The walk translates to the primary one. Semantics 3.3; AWS: Amazon VPC
 * User Guide, "Edit secondary IP address associations" (NAT gateways).
 */
#include "vp_nat_address.h"

#include "vp_interface.h"

static const vp_field addr_item_fields[] = {
    VP_FIELD(vp_nat_addr_item, value, VP_TYPE_ADDR, "", VP_FIELD_KEY, NULL)};
const vp_schema vp_nat_addr_item_schema =
    VP_SCHEMA("PrivateIpAddress", vp_nat_addr_item, addr_item_fields);

/* ---- adding -----------------------------------------------------------------------------------
 */

/* One more address; with an Elastic IP unless VP_NO_NAME. Family 0 takes the lowest free one. */
static vp_status add_one(vp_call *call, vp_nat_gateway *gateway, vp_network_interface *owner,
                         vp_addr address, vp_name allocation_id, vp_error *error) {
    vp_record *subnet, *record = NULL;
    void *item;
    VP_TRY(vp_check_exists(call->network, VP_KIND_SUBNET, gateway->subnet_id, &subnet, error));
    VP_TRY(vp_interface_add_ipv4(call->change, (const vp_subnet *)subnet, owner, address, false,
                                 error));
    uint32_t at = owner->private_ip_addresses.count - 1;
    VP_TRY(vp_change_append(call->change, &vp_nat_gateway_address_schema,
                            &gateway->nat_gateway_addresses, &item, error));
    vp_nat_gateway_address *added = item;
    added->is_primary = VP_FALSE;
    added->network_interface_id = owner->record.id;
    added->private_ip =
        VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at)->private_ip_address;
    VP_SET(call, added->status, "succeeded", error);
    if (allocation_id == VP_NO_NAME) {
        return VP_OK;
    }
    VP_TRY(vp_check_own(call, VP_KIND_ADDRESS, allocation_id, &record, error));
    VP_TRY(vp_address_join(call, (vp_address *)record, owner, at, false, error));
    added->allocation_id = allocation_id;
    added->public_ip = ((const vp_address *)record)->public_ip;
    added->association_id = ((const vp_address *)record)->association_id;
    return VP_OK;
}

/* Elastic IPs are for public gateways, and there each private address needs one. */
static vp_status check_asked(const vp_network *network, const vp_nat_gateway *gateway,
                             const vp_nat_secondary *asked, vp_error *error) {
    bool is_public = !vp_network_name_is(network, gateway->connectivity_type, "private");
    uint32_t elastic = asked->allocation_ids.count, given = asked->private_ip_addresses.count;
    VP_TRY(vp_interface_check_count(asked->private_ip_address_count,
                                    "secondaryPrivateIpAddressCount", error));
    VP_TRY(vp_check_not_both(!is_public, elastic > 0,
                             "ConnectivityType private and Elastic IP addresses", error));
    VP_TRY(vp_check_not_both(is_public, asked->private_ip_address_count.given,
                             "ConnectivityType public and SecondaryPrivateIpAddressCount", error));
    if (is_public && given > 0 && given != elastic) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "There must be as many private addresses as Elastic IP addresses");
    }
    return VP_OK;
}

vp_status vp_nat_address_add(vp_call *call, vp_nat_gateway *gateway, vp_network_interface *owner,
                             const vp_nat_secondary *asked, vp_error *error) {
    static const vp_addr any = {0, 0, 0};
    const vp_list *elastic = &asked->allocation_ids, *given = &asked->private_ip_addresses;
    VP_TRY(check_asked(call->network, gateway, asked, error));
    uint32_t both = elastic->count > given->count ? elastic->count : given->count;
    for (uint32_t i = 0; i < both; i++) {
        VP_TRY(add_one(call, gateway, owner,
                       i < given->count ? VP_ITEM(vp_nat_addr_item, given, i)->value : any,
                       i < elastic->count ? VP_ITEM(vp_text_item, elastic, i)->value : VP_NO_NAME,
                       error));
    }
    for (int32_t i = 0; i < asked->private_ip_address_count.value; i++) {
        VP_TRY(add_one(call, gateway, owner, any, VP_NO_NAME, error));
    }
    return VP_OK;
}

/* ---- the calls --------------------------------------------------------------------------------
 */

/* The gateway and its interface, ready to be edited; regional gateways have none. */
static vp_status edit(vp_call *call, vp_nat_gateway **gateway, vp_network_interface **owner,
                      vp_error *error) {
    *gateway = (vp_nat_gateway *)call->receiver;
    vp_name id = (*gateway)->nat_gateway_addresses.count == 0
                     ? VP_NO_NAME
                     : VP_ITEM(vp_nat_gateway_address, &(*gateway)->nat_gateway_addresses, 0)
                           ->network_interface_id;
    *owner = (vp_network_interface *)vp_network_find(call->network, VP_KIND_NETWORK_INTERFACE, id);
    if (*owner == NULL) {
        VP_REFUSE(error, "InvalidParameterValue", "The NAT gateway %s has no network interface",
                  vp_network_text(call->network, call->receiver->id));
    }
    VP_TRY(vp_change_edit(call->change, call->receiver, error));
    call->result = call->receiver;
    return vp_change_edit(call->change, &(*owner)->record, error);
}

static vp_status refuse_type(const vp_call *call, bool is_public, vp_error *error) {
    const vp_nat_gateway *gateway = (const vp_nat_gateway *)call->receiver;
    if (vp_network_name_is(call->network, gateway->connectivity_type, "private") == is_public) {
        VP_REFUSE(error, "InvalidParameterValue", "The NAT gateway %s is %s",
                  vp_network_text(call->network, call->receiver->id),
                  is_public ? "private" : "public");
    }
    return VP_OK;
}

static const vp_field assign_fields[] = {VP_FIELD(vp_nat_secondary, private_ip_addresses,
                                                  VP_TYPE_LIST, "PrivateIpAddresses", 0,
                                                  &vp_nat_addr_item_schema),
                                         VP_FIELD(vp_nat_secondary, private_ip_address_count,
                                                  VP_TYPE_INT, "PrivateIpAddressCount", 0, NULL)};
static const vp_schema assign_schema =
    VP_SCHEMA("AssignPrivateNatGatewayAddress", vp_nat_secondary, assign_fields);

/***
Gives a private NAT gateway secondary addresses.
@function nat_gateway:assign_private_address
@tparam table options `private_ip_addresses` (list of addresses) or `private_ip_address_count` (so
many of the lowest free ones)
@treturn nat_gateway itself
@raise MissingParameter, InvalidParameterValue (a public or regional gateway, an address outside of
the subnet), InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet
@usage nat:assign_private_address{ private_ip_address_count = 2 }
Source: EC2 API Reference, "AssignPrivateNatGatewayAddress"
*/
static vp_status assign(vp_call *call, vp_error *error) {
    const vp_nat_secondary *asked = call->request;
    vp_network_interface *owner;
    vp_nat_gateway *gateway;
    VP_TRY(refuse_type(call, false, error));
    VP_TRY(vp_check_given(asked->private_ip_addresses.count > 0 ||
                              asked->private_ip_address_count.given,
                          "privateIpAddresses", error));
    VP_TRY(edit(call, &gateway, &owner, error));
    return vp_nat_address_add(call, gateway, owner, asked, error);
}

static const vp_field associate_fields[] = {
    VP_FIELD(vp_nat_secondary, allocation_ids, VP_TYPE_LIST, "AllocationIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema),
    VP_FIELD(vp_nat_secondary, private_ip_addresses, VP_TYPE_LIST, "PrivateIpAddresses", 0,
             &vp_nat_addr_item_schema)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateNatGatewayAddress", vp_nat_secondary, associate_fields);

/***
Gives a public NAT gateway further Elastic IPs, each with a private address.
@function nat_gateway:associate_address
@tparam table options `allocation_ids` (ids or addresses), `private_ip_addresses` (one for each;
default: the lowest free ones)
@treturn nat_gateway itself
@raise MissingParameter, InvalidParameterValue (a private or regional gateway),
InvalidParameterCombination, InvalidAllocationID.NotFound, Resource.AlreadyAssociated,
InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet
@usage nat:associate_address{ allocation_ids = { net:allocate_address() } }
Source: EC2 API Reference, "AssociateNatGatewayAddress"
*/
static vp_status associate(vp_call *call, vp_error *error) {
    const vp_nat_secondary *asked = call->request;
    vp_network_interface *owner;
    vp_nat_gateway *gateway;
    VP_TRY(refuse_type(call, true, error));
    VP_TRY(vp_check_given(asked->allocation_ids.count > 0, "allocationIds", error));
    VP_TRY(edit(call, &gateway, &owner, error));
    return vp_nat_address_add(call, gateway, owner, asked, error);
}

/* Takes address `at` of the gateway away, from its interface too. */
static vp_status remove_one(vp_call *call, vp_nat_gateway *gateway, vp_network_interface *owner,
                            uint32_t at, vp_error *error) {
    const vp_alloc *alloc = &call->network->alloc;
    vp_addr address =
        VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, at)->private_ip;
    for (uint32_t i = 1; i < owner->private_ip_addresses.count; i++) {
        if (vp_addr_equals(&VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)
                                ->private_ip_address,
                           &address)) {
            VP_TRY(vp_address_unmap(call->change, owner, i, error));
            vp_list_remove(alloc, &vp_private_ip_address_schema, &owner->private_ip_addresses, i);
            break;
        }
    }
    vp_list_remove(alloc, &vp_nat_gateway_address_schema, &gateway->nat_gateway_addresses, at);
    return VP_OK;
}

typedef struct unassign_request {
    vp_list private_ip_addresses; /* vp_nat_addr_item */
    vp_list association_ids;      /* vp_text_item */
} unassign_request;

static const vp_field unassign_fields[] = {VP_FIELD(unassign_request, private_ip_addresses,
                                                    VP_TYPE_LIST, "PrivateIpAddresses", 0,
                                                    &vp_nat_addr_item_schema)};
static const vp_schema unassign_schema =
    VP_SCHEMA("UnassignPrivateNatGatewayAddress", unassign_request, unassign_fields);

/* The place of a secondary address; their number when there is none. */
static uint32_t place_of(const vp_nat_gateway *gateway, const vp_addr *address,
                         vp_name association) {
    uint32_t at = 0;
    for (; at < gateway->nat_gateway_addresses.count; at++) {
        const vp_nat_gateway_address *held =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, at);
        if (held->is_primary != VP_TRUE &&
            (address != NULL ? vp_addr_equals(&held->private_ip, address)
                             : held->association_id == association)) {
            break;
        }
    }
    return at;
}

/***
Takes secondary addresses away from a private NAT gateway.
@function nat_gateway:unassign_private_address
@tparam table options `private_ip_addresses` (list of addresses)
@treturn nat_gateway itself
@raise MissingParameter, InvalidParameterValue (a public or regional gateway, not one of its
secondary addresses)
@usage nat:unassign_private_address{ private_ip_addresses = { "10.0.0.30" } }
Source: EC2 API Reference, "UnassignPrivateNatGatewayAddress"
*/
static vp_status unassign(vp_call *call, vp_error *error) {
    const vp_list *given = &((const unassign_request *)call->request)->private_ip_addresses;
    vp_network_interface *owner;
    vp_nat_gateway *gateway;
    VP_TRY(refuse_type(call, false, error));
    VP_TRY(vp_check_given(given->count > 0, "privateIpAddresses", error));
    VP_TRY(edit(call, &gateway, &owner, error));
    for (uint32_t i = 0; i < given->count; i++) {
        const vp_addr *address = &VP_ITEM(vp_nat_addr_item, given, i)->value;
        uint32_t at = place_of(gateway, address, VP_NO_NAME);
        if (at == gateway->nat_gateway_addresses.count) {
            char text[VP_ADDR_TEXT_MAX];
            (void)vp_addr_format(address, text);
            VP_REFUSE(error, "InvalidParameterValue",
                      "%s is no secondary address of the NAT gateway %s", text,
                      vp_network_text(call->network, call->receiver->id));
        }
        VP_TRY(remove_one(call, gateway, owner, at, error));
    }
    return VP_OK;
}

static const vp_field disassociate_fields[] = {VP_FIELD(
    unassign_request, association_ids, VP_TYPE_LIST, "AssociationIds", 0, &vp_text_item_schema)};
static const vp_schema disassociate_schema =
    VP_SCHEMA("DisassociateNatGatewayAddress", unassign_request, disassociate_fields);

/***
Takes further Elastic IPs away from a public NAT gateway, and their private addresses.
@function nat_gateway:disassociate_address
@tparam table options `association_ids` (as `nat_gateway_addresses` shows them)
@treturn nat_gateway itself
@raise MissingParameter, InvalidParameterValue (a private or regional gateway),
InvalidAssociationID.NotFound (also: that of the primary address)
@usage nat:disassociate_address{ association_ids = { nat.nat_gateway_addresses[2].association_id } }
Source: EC2 API Reference, "DisassociateNatGatewayAddress"
*/
static vp_status disassociate(vp_call *call, vp_error *error) {
    const vp_list *given = &((const unassign_request *)call->request)->association_ids;
    vp_network_interface *owner;
    vp_nat_gateway *gateway;
    VP_TRY(refuse_type(call, true, error));
    VP_TRY(vp_check_given(given->count > 0, "associationIds", error));
    VP_TRY(edit(call, &gateway, &owner, error));
    for (uint32_t i = 0; i < given->count; i++) {
        vp_name id = VP_ITEM(vp_text_item, given, i)->value;
        uint32_t at = place_of(gateway, NULL, id);
        if (at == gateway->nat_gateway_addresses.count) {
            VP_REFUSE(error, "InvalidAssociationID.NotFound",
                      "The association ID '%s' does not exist", vp_network_text(call->network, id));
        }
        VP_TRY(remove_one(call, gateway, owner, at, error));
    }
    return VP_OK;
}

const vp_action vp_nat_address_actions[] = {
    {"assign_private_address", VP_KIND_NAT_GATEWAY, &assign_schema, assign},
    {"unassign_private_address", VP_KIND_NAT_GATEWAY, &unassign_schema, unassign},
    {"associate_address", VP_KIND_NAT_GATEWAY, &associate_schema, associate},
    {"disassociate_address", VP_KIND_NAT_GATEWAY, &disassociate_schema, disassociate},
    {NULL, VP_KIND_NONE, NULL, NULL}};

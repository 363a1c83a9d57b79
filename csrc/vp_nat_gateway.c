/*
 * vp_nat_gateway.c - making and deleting NAT gateways, zonal in a subnet and regional in a VPC.
 *
 * A zonal gateway stands on an interface that it makes and takes away with it; a regional one has a
 * route table of its own. AWS makes a gateway and lets it fail afterwards; here what would fail is
 * refused, with the code of the failure. AWS: Amazon VPC User Guide, "NAT gateways".
 */
#include "vp_nat_address.h"
#include "vp_part.h"

#include <string.h>

#define QUOTA_GATEWAYS 5

typedef struct zone_request {
    vp_name availability_zone, availability_zone_id;
    vp_list allocation_ids; /* vp_text_item */
} zone_request;

static const vp_field zone_fields[] = {
    VP_FIELD(zone_request, availability_zone, VP_TYPE_TEXT, "AvailabilityZone", 0, NULL),
    VP_FIELD(zone_request, availability_zone_id, VP_TYPE_TEXT, "AvailabilityZoneId", 0, NULL),
    VP_FIELD(zone_request, allocation_ids, VP_TYPE_LIST, "AllocationIds", VP_FIELD_REFERENCE,
             &vp_text_item_schema)};
static const vp_schema zone_schema =
    VP_SCHEMA("AvailabilityZoneAddress", zone_request, zone_fields);

typedef struct create_request {
    vp_new made;
    vp_name connectivity_type, availability_mode, allocation_id;
    vp_addr private_ip_address;
    vp_nat_secondary secondary;
    vp_list availability_zone_addresses; /* zone_request */
} create_request;

static const vp_field zonal_fields[] = {
    VP_NEW_FIELDS(create_request, "NatGatewayId"),
    VP_FIELD(create_request, connectivity_type, VP_TYPE_TEXT, "ConnectivityType", 0, NULL),
    VP_FIELD(create_request, availability_mode, VP_TYPE_TEXT, "AvailabilityMode", 0, NULL),
    VP_FIELD(create_request, allocation_id, VP_TYPE_TEXT, "AllocationId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(create_request, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),
    VP_FIELD(create_request, secondary.allocation_ids, VP_TYPE_LIST, "SecondaryAllocationIds",
             VP_FIELD_REFERENCE, &vp_text_item_schema),
    VP_FIELD(create_request, secondary.private_ip_addresses, VP_TYPE_LIST,
             "SecondaryPrivateIpAddresses", 0, &vp_nat_addr_item_schema),
    VP_FIELD(create_request, secondary.private_ip_address_count, VP_TYPE_INT,
             "SecondaryPrivateIpAddressCount", 0, NULL)};
static const vp_schema zonal_schema = VP_SCHEMA("CreateNatGateway", create_request, zonal_fields);

static const vp_field regional_fields[] = {
    VP_NEW_FIELDS(create_request, "NatGatewayId"),
    VP_FIELD(create_request, connectivity_type, VP_TYPE_TEXT, "ConnectivityType", 0, NULL),
    VP_FIELD(create_request, availability_mode, VP_TYPE_TEXT, "AvailabilityMode", 0, NULL),
    VP_FIELD(create_request, availability_zone_addresses, VP_TYPE_LIST, "AvailabilityZoneAddresses",
             0, &zone_schema)};
static const vp_schema regional_schema =
    VP_SCHEMA("CreateNatGateway", create_request, regional_fields);

/* Public unless the request says private; nothing else is a type. */
static vp_status read_type(const vp_network *network, const create_request *request, bool *private,
                           vp_error *error) {
    vp_name type = request->connectivity_type;
    *private = vp_network_name_is(network, type, "private");
    if (type != VP_NO_NAME && !*private && !vp_network_name_is(network, type, "public")) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(network, type);
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter connectivityType is invalid. It is public or private.",
                  vp_error_quote(text, strlen(text), quoted));
    }
    return VP_OK;
}

/* The receiver says which it is, a subnet or a VPC; the option may only agree. */
static vp_status check_mode(const vp_network *network, const create_request *request, bool regional,
                            vp_error *error) {
    vp_name mode = request->availability_mode;
    if (vp_network_name_is(network, mode, regional ? "zonal" : "regional")) {
        VP_TRY(vp_check_given(!regional, "SubnetId", error));
        return vp_check_not_both(true, true, "SubnetId and AvailabilityMode regional", error);
    }
    return vp_check_only(network, mode, regional ? "regional" : "zonal", "availabilityMode", error);
}

static vp_status check_quota(const vp_network *network, const vp_subnet *subnet, vp_error *error) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NAT_GATEWAY); i++) {
        const vp_nat_gateway *other = VP_ROW(vp_nat_gateway, network, VP_KIND_NAT_GATEWAY, i);
        const vp_subnet *its =
            (const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, other->subnet_id);
        count += its != NULL && its->availability_zone == subnet->availability_zone &&
                         its->record.owner_id == subnet->record.owner_id
                     ? 1
                     : 0;
    }
    return vp_check_quota(network, count, QUOTA_GATEWAYS, "NatGatewayLimitExceeded",
                          "The maximum number of NAT gateways in the Availability Zone has been "
                          "reached.",
                          error);
}

/* The record with what all gateways have; the states it went through are logged. */
static vp_status add_gateway(vp_call *call, create_request *request, const vp_vpc *vpc,
                             bool private, vp_nat_gateway **made, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_check_add(call, VP_KIND_NAT_GATEWAY, &request->made, vpc, &record, error));
    vp_nat_gateway *gateway = (vp_nat_gateway *)record;
    gateway->vpc_id = vpc->record.id;
    VP_SET(call, gateway->state, "available", error);
    VP_SET(call, gateway->connectivity_type, private ? "private" : "public", error);
    VP_TRY(vp_network_log(call->network, "CreateNatGateway", record->id, "pending", error));
    VP_TRY(vp_network_log(call->network, "CreateNatGateway", record->id, "available", error));
    *made = gateway;
    return VP_OK;
}

static vp_status add_address(vp_call *call, vp_nat_gateway *gateway, bool primary,
                             vp_nat_gateway_address **added, vp_error *error) {
    void *item;
    VP_TRY(vp_change_append(call->change, &vp_nat_gateway_address_schema,
                            &gateway->nat_gateway_addresses, &item, error));
    *added = item;
    (*added)->is_primary = primary ? VP_TRUE : VP_FALSE;
    VP_SET(call, (*added)->status, "succeeded", error);
    return VP_OK;
}

/* ---- zonal ----------------------------------------------------------------------------------- */

/* The interface of a gateway has no groups, takes what is not for it, and only AWS may change it.
 */
static vp_status make_interface(vp_call *call, const vp_subnet *subnet,
                                const create_request *request, vp_network_interface **made,
                                vp_error *error) {
    vp_interface_request wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.private_ip_address = request->private_ip_address;
    wanted.source_dest_check = VP_FALSE;
    VP_SET(call, wanted.interface_type, "nat_gateway", error);
    return vp_interface_make_managed(call, subnet, &wanted, false, made, error);
}

static vp_status check_zonal(const vp_network *network, const vp_subnet *subnet,
                             const create_request *request, bool private, vp_error *error) {
    VP_TRY(vp_check_given(private || request->allocation_id != VP_NO_NAME, "AllocationId", error));
    VP_TRY(vp_check_not_both(private, request->allocation_id != VP_NO_NAME,
                             "ConnectivityType private and AllocationId", error));
    if (!vp_cidr_is_given(&subnet->cidr_block)) {
        VP_REFUSE(error, "InvalidParameterValue", "The subnet '%s' has no IPv4 CIDR block",
                  vp_network_text(network, subnet->record.id));
    }
    return check_quota(network, subnet, error);
}

/***
Makes a NAT gateway in a subnet. It stands on an interface of its own, and sends on what routes
lead to it as its own.
@function subnet:create_nat_gateway
@tparam table options `connectivity_type` (`"public"`, the default, or `"private"`),
`availability_mode` (`"zonal"`), `allocation_id` (id or address: the Elastic IP of a public one),
`private_ip_address` (default: the lowest free one), `secondary_allocation_ids` and, one for each,
`secondary_private_ip_addresses` (a private one: without Elastic IPs, or
`secondary_private_ip_address_count`), `nat_gateway_id` (its own id), `tags`
@treturn nat_gateway
@raise MissingParameter (a public one without `allocation_id`), InvalidParameterCombination (a
private one with it), InvalidAllocationID.NotFound, Resource.AlreadyAssociated (the Elastic IP),
Gateway.NotAttached (the VPC has no internet gateway), InvalidParameterValue,
InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet, NatGatewayLimitExceeded
@usage local nat = subnet:create_nat_gateway{ allocation_id = net:allocate_address() }
Source: EC2 API Reference, "CreateNatGateway"
*/
static vp_status create_zonal(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_subnet *subnet = (const vp_subnet *)call->receiver;
    vp_network_interface *owner;
    vp_nat_gateway *gateway;
    vp_nat_gateway_address *address;
    vp_record *elastic = NULL;
    vp_vpc *vpc;
    bool private;
    VP_TRY(check_mode(call->network, request, false, error));
    VP_TRY(read_type(call->network, request, &private, error));
    VP_TRY(check_zonal(call->network, subnet, request, private, error));
    VP_TRY(vp_check_vpc(call, subnet->vpc_id, &vpc, error));
    if (!private) {
        VP_TRY(vp_check_own(call, VP_KIND_ADDRESS, request->allocation_id, &elastic, error));
    }
    VP_TRY(make_interface(call, subnet, request, &owner, error));
    VP_TRY(add_gateway(call, request, vpc, private, &gateway, error));
    gateway->subnet_id = subnet->record.id;
    VP_SET(call, gateway->availability_mode, "zonal", error);
    VP_TRY(add_address(call, gateway, true, &address, error));
    address->network_interface_id = owner->record.id;
    address->private_ip = owner->private_ip_address;
    if (elastic != NULL) {
        VP_TRY(vp_address_join(call, (vp_address *)elastic, owner, 0, false, error));
        address->public_ip = ((const vp_address *)elastic)->public_ip;
        address->allocation_id = elastic->id;
        address->association_id = ((const vp_address *)elastic)->association_id;
    }
    return vp_nat_address_add(call, gateway, owner, &request->secondary, error);
}

/* ---- regional -------------------------------------------------------------------------------- */

/* An Elastic IP serves a zone; it belongs to no interface that anybody could see. */
static vp_status add_zone_address(vp_call *call, vp_nat_gateway *gateway, const zone_request *zone,
                                  vp_name allocation_id, vp_error *error) {
    vp_nat_gateway_address *added;
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_ADDRESS, allocation_id, &record, error));
    vp_address *elastic = (vp_address *)record;
    if (elastic->association_id != VP_NO_NAME) {
        VP_REFUSE(error, "Resource.AlreadyAssociated",
                  "resource %s is already associated with associate-id %s",
                  vp_network_text(call->network, record->id),
                  vp_network_text(call->network, elastic->association_id));
    }
    VP_TRY(vp_change_edit(call->change, record, error));
    VP_TRY(vp_network_new_id(call->network, VP_KIND_NONE, "eipassoc-", &elastic->association_id,
                             error));
    VP_TRY(add_address(call, gateway, gateway->nat_gateway_addresses.count == 0, &added, error));
    added->availability_zone = zone->availability_zone;
    added->availability_zone_id = zone->availability_zone_id;
    added->public_ip = elastic->public_ip;
    added->allocation_id = record->id;
    added->association_id = elastic->association_id;
    return VP_OK;
}

static vp_status add_zones(vp_call *call, vp_nat_gateway *gateway, const vp_list *zones,
                           vp_error *error) {
    for (uint32_t i = 0; i < zones->count; i++) {
        const zone_request *zone = VP_ITEM(zone_request, zones, i);
        VP_TRY(vp_check_given(zone->availability_zone != VP_NO_NAME ||
                                  zone->availability_zone_id != VP_NO_NAME,
                              "AvailabilityZone or AvailabilityZoneId", error));
        VP_TRY(vp_check_given(zone->allocation_ids.count > 0, "AllocationIds", error));
        for (uint32_t n = 0; n < zone->allocation_ids.count; n++) {
            VP_TRY(add_zone_address(call, gateway, zone,
                                    VP_ITEM(vp_text_item, &zone->allocation_ids, n)->value, error));
        }
    }
    return VP_OK;
}

/* Its table sends everything to the internet gateway, and what is inside to the VPC. */
static vp_status add_table(vp_call *call, vp_nat_gateway *gateway, const vp_vpc *vpc,
                           const vp_internet_gateway *way_out, vp_error *error) {
    vp_new bare = {VP_NO_NAME, {NULL, 0, 0}};
    static const vp_addr any = {.family = 4};
    vp_record *record;
    void *item;
    VP_TRY(vp_check_add(call, VP_KIND_ROUTE_TABLE, &bare, vpc, &record, error));
    vp_route_table *table = (vp_route_table *)record;
    VP_TRY(vp_route_table_fill(call, table, vpc, false, error));
    VP_TRY(vp_change_append(call->change, &vp_route_schema, &table->routes, &item, error));
    vp_route *route = item;
    route->destination_cidr_block = vp_cidr_of(&any, 0);
    route->gateway_id = way_out->record.id;
    VP_SET(call, route->origin, "CreateRoute", error);
    VP_SET(call, route->state, "active", error);
    gateway->route_table_id = record->id;
    call->result = &gateway->record;
    return VP_OK;
}

/***
Makes a regional NAT gateway: public, without a subnet, with a route table of its own.
@function vpc:create_nat_gateway
@tparam table options `availability_mode` (`"regional"`), `availability_zone_addresses`
(`{{ availability_zone, availability_zone_id, allocation_ids }}`: the zones that it serves; without
it one Elastic IP is allocated and it serves every zone), `nat_gateway_id` (its own id), `tags`
@treturn nat_gateway
@raise Gateway.NotAttached (the VPC has no internet gateway), InvalidParameterCombination (a private
one), InvalidAllocationID.NotFound, Resource.AlreadyAssociated, MissingParameter
@usage local nat = vpc:create_nat_gateway{ availability_zone_addresses = {
  { availability_zone = "us-east-1a", allocation_ids = { eip } } } }
Source: EC2 API Reference, "CreateNatGateway"; VPC User Guide, "Regional NAT gateways"
*/
static vp_status create_regional(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    const vp_internet_gateway *way_out = vp_gateway_of(call->network, vpc->record.id);
    vp_nat_gateway *gateway;
    vp_nat_gateway_address *added;
    bool private, automatic = request->availability_zone_addresses.count == 0;
    VP_TRY(check_mode(call->network, request, true, error));
    VP_TRY(read_type(call->network, request, &private, error));
    VP_TRY(vp_check_not_both(private, true,
                             "ConnectivityType private and AvailabilityMode regional", error));
    if (way_out == NULL) {
        VP_REFUSE(error, "Gateway.NotAttached",
                  "Network %s is not attached to any internet gateway",
                  vp_network_text(call->network, vpc->record.id));
    }
    VP_TRY(add_gateway(call, request, vpc, false, &gateway, error));
    VP_SET(call, gateway->availability_mode, "regional", error);
    VP_SET(call, gateway->auto_provision_zones, automatic ? "enabled" : "disabled", error);
    VP_TRY(add_zones(call, gateway, &request->availability_zone_addresses, error));
    if (automatic) {
        VP_TRY(add_address(call, gateway, true, &added, error));
        VP_TRY(vp_address_new_public(call->network, &added->public_ip, error));
    }
    return add_table(call, gateway, vpc, way_out, error);
}

/* ---- delete ---------------------------------------------------------------------------------- */

/* What an address of a gateway holds: an interface, or (regional) an Elastic IP alone. */
static vp_status give_back(vp_call *call, const vp_nat_gateway_address *held, vp_error *error) {
    vp_record *owner =
        vp_network_find(call->network, VP_KIND_NETWORK_INTERFACE, held->network_interface_id);
    vp_record *elastic = vp_network_find(call->network, VP_KIND_ADDRESS, held->allocation_id);
    if (owner != NULL) {
        return vp_interface_remove(call->change, (vp_network_interface *)owner, error);
    }
    if (elastic != NULL) {
        VP_TRY(vp_change_edit(call->change, elastic, error));
        ((vp_address *)elastic)->association_id = VP_NO_NAME;
    }
    return VP_OK;
}

/***
Deletes a NAT gateway with its interface, or with its route table unless that is associated with
something else. Its Elastic IP is disassociated and stays allocated;
routes to it stay, as blackholes.
@function nat_gateway:delete
@treturn nat_gateway itself, gone
@usage nat:delete()
Source: EC2 API Reference, "DeleteNatGateway"
*/
static vp_status delete_nat_gateway(vp_call *call, vp_error *error) {
    const vp_nat_gateway *gateway = (const vp_nat_gateway *)call->receiver;
    vp_record *table = vp_network_find(call->network, VP_KIND_ROUTE_TABLE, gateway->route_table_id);
    VP_TRY(
        vp_network_log(call->network, "DeleteNatGateway", call->receiver->id, "deleting", error));
    VP_TRY(vp_network_log(call->network, "DeleteNatGateway", call->receiver->id, "deleted", error));
    vp_name last = VP_NO_NAME; /* the addresses of a zonal gateway are all on one interface */
    for (uint32_t i = 0; i < gateway->nat_gateway_addresses.count; i++) {
        const vp_nat_gateway_address *held =
            VP_ITEM(vp_nat_gateway_address, &gateway->nat_gateway_addresses, i);
        if (held->network_interface_id == VP_NO_NAME || held->network_interface_id != last) {
            VP_TRY(give_back(call, held, error));
        }
        last = held->network_interface_id;
    }
    VP_TRY(vp_route_table_refresh(call->change, call->receiver->id, true, error));
    if (table != NULL && ((const vp_route_table *)table)->associations.count == 0) {
        VP_TRY(vp_change_remove(call->change, table, error));
    }
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_nat_gateway_actions[] = {
    {"create_nat_gateway", VP_KIND_SUBNET, &zonal_schema, create_zonal},
    {"create_nat_gateway", VP_KIND_VPC, &regional_schema, create_regional},
    {"delete", VP_KIND_NAT_GATEWAY, NULL, delete_nat_gateway},
    {NULL, VP_KIND_NONE, NULL, NULL}};

/*
 * vp_address.c - public addresses: Elastic IP addresses and those that Amazon lends.
 *
 * A public address is the other side of one private address. The interface shows it, the Elastic IP
 * record names the interface, the instance shows its primary one; vp_address_show keeps all three
 * true. Semantics 8.1; AWS: Amazon VPC User Guide, "Elastic IP addresses".
 */
#include "vp_host_name.h"
#include "vp_part.h"

#include <string.h>

#define QUOTA_ADDRESSES 5

/* Generated public addresses are counted up from here, inside a range of EC2's own. */
#define POOL_ADDRESS 0x36900000u /* 54.144.0.0 */
#define POOL_BITS 12

/* ---- what other files need ------------------------------------------------------------------- */

/*
 * The public addresses of the model one after the other: Elastic IPs, those of interfaces, and
 * those that only a regional NAT gateway shows.
 */
typedef struct public_cursor {
    uint32_t address, network_interface, gateway, at;
} public_cursor;

static bool next_public(const vp_network *network, public_cursor *cursor, vp_addr *found) {
    if (cursor->address < VP_ROW_COUNT(network, VP_KIND_ADDRESS)) {
        *found = VP_ROW(vp_address, network, VP_KIND_ADDRESS, cursor->address++)->public_ip;
        return true;
    }
    while (cursor->network_interface < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE)) {
        const vp_network_interface *owner = VP_ROW(
            vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, cursor->network_interface);
        uint32_t at = cursor->at++;
        if (at == 0) {
            *found = owner->association.public_ip;
            return true;
        }
        if (at <= owner->private_ip_addresses.count) {
            *found = VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at - 1)
                         ->association.public_ip;
            return true;
        }
        cursor->network_interface++;
        cursor->at = 0;
    }
    while (cursor->gateway < VP_ROW_COUNT(network, VP_KIND_NAT_GATEWAY)) {
        const vp_list *list = &VP_ROW(vp_nat_gateway, network, VP_KIND_NAT_GATEWAY, cursor->gateway)
                                   ->nat_gateway_addresses;
        if (cursor->at < list->count) {
            *found = VP_ITEM(vp_nat_gateway_address, list, cursor->at++)->public_ip;
            return true;
        }
        cursor->gateway++;
        cursor->at = 0;
    }
    return false;
}

/* Behind the highest that is in use and all that were lent before: nobody gets a used one soon. */
vp_status vp_address_new_public(vp_network *network, vp_addr *address, vp_error *error) {
    vp_addr base = vp_addr_from_ipv4(POOL_ADDRESS), used;
    vp_addr next = vp_addr_plus(&base, network->lent_public + (uint64_t)1);
    vp_cidr pool = vp_cidr_of(&base, POOL_BITS);
    public_cursor cursor = {0, 0, 0, 0};
    while (next_public(network, &cursor, &used)) {
        if (vp_cidr_contains_addr(&pool, &used) && vp_addr_compare(&used, &next) >= 0) {
            next = vp_addr_plus(&used, 1);
        }
    }
    if (!vp_cidr_contains_addr(&pool, &next)) {
        return vp_error_limit(error, "POOL_BITS", (size_t)1 << (32 - POOL_BITS));
    }
    network->lent_public = (uint32_t)(next.lo - base.lo);
    *address = next;
    return VP_OK;
}

vp_status vp_address_check_free(const vp_network *network, const vp_addr *address,
                                vp_error *error) {
    vp_addr used;
    public_cursor cursor = {0, 0, 0, 0};
    char text[VP_ADDR_TEXT_MAX];
    (void)vp_addr_format(address, text);
    if (address->family != 4) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter publicIp is invalid. This is not a valid IPv4 address.",
                  text);
    }
    if (!vp_block_is_public(address)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter publicIp is invalid. This is not a public address.",
                  text);
    }
    while (next_public(network, &cursor, &used)) {
        if (vp_addr_equals(&used, address)) {
            VP_REFUSE(error, "InvalidIPAddress.InUse", "Address %s is in use.", text);
        }
    }
    return VP_OK;
}

vp_status vp_address_show(vp_change *change, vp_network_interface *owner, uint32_t at,
                          const vp_address_association *association, vp_error *error) {
    static const vp_address_association none = {{0, 0, 0}, 0, 0, 0, 0};
    VP_TRY(vp_change_edit(change, &owner->record, error));
    const vp_address_association *shown = association != NULL ? association : &none;
    vp_address_association *own =
        &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at)->association;
    *own = *shown;
    VP_TRY(vp_host_name_public(change->network, owner->vpc_id, &own->public_ip,
                               &own->public_dns_name, error));
    if (at == 0) {
        owner->association = *own;
    }
    return vp_instance_reflect(change, owner->attachment.instance_id, error);
}

/* Forgets what an Elastic IP is associated with. */
static vp_status clear(vp_change *change, vp_address *address, vp_error *error) {
    VP_TRY(vp_change_edit(change, &address->record, error));
    address->private_ip_address = (vp_addr){0, 0, 0};
    address->association_id = VP_NO_NAME;
    address->instance_id = VP_NO_NAME;
    address->network_interface_id = VP_NO_NAME;
    address->network_interface_owner_id = VP_NO_NAME;
    return VP_OK;
}

vp_status vp_address_unmap(vp_change *change, vp_network_interface *owner, uint32_t at,
                           vp_error *error) {
    vp_name allocation_id =
        VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at)->association.allocation_id;
    vp_address *address =
        (vp_address *)vp_network_find(change->network, VP_KIND_ADDRESS, allocation_id);
    if (address != NULL) {
        VP_TRY(clear(change, address, error));
    }
    return vp_address_show(change, owner, at, NULL, error);
}

vp_status vp_address_release(vp_change *change, vp_network_interface *owner, vp_error *error) {
    const vp_network *network = change->network;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ADDRESS); i++) {
        vp_address *address = VP_ROW(vp_address, network, VP_KIND_ADDRESS, i);
        if (address->network_interface_id == owner->record.id) {
            VP_TRY(clear(change, address, error));
        }
    }
    return VP_OK;
}

/* ---- allocate, delete ------------------------------------------------------------------------ */

typedef struct allocate_request {
    vp_new made;
    vp_addr public_ip, address;
    vp_name domain;
} allocate_request;

static const vp_field allocate_fields[] = {
    VP_NEW_FIELDS(allocate_request, "AllocationId"),
    VP_FIELD(allocate_request, public_ip, VP_TYPE_ADDR, "PublicIp", 0, NULL),
    VP_FIELD(allocate_request, address, VP_TYPE_ADDR, "Address", 0, NULL),
    VP_FIELD(allocate_request, domain, VP_TYPE_TEXT, "Domain", 0, NULL)};
static const vp_schema allocate_schema =
    VP_SCHEMA("AllocateAddress", allocate_request, allocate_fields);

/***
Allocates an Elastic IP address.
@function network:allocate_address
@tparam[opt] table options `address`, or `public_ip` (IPv4 address, default: a generated one from
54.144.0.1 on), `domain` ("vpc": there is no EC2-Classic), `allocation_id` (its own id), `tags`
@treturn address
@raise InvalidIPAddress.InUse, InvalidParameterValue (also: no public address),
InvalidParameterCombination, AddressLimitExceeded
@usage local eip = net:allocate_address{ address = "203.0.113.25", domain = "vpc" }
Source: EC2 API Reference, "AllocateAddress"
*/
static vp_status allocate_address(vp_call *call, vp_error *error) {
    allocate_request *request = call->request;
    vp_record *record;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_ADDRESS); i++) {
        const vp_record *other = call->network->rows[VP_KIND_ADDRESS].rows[i];
        count += other->owner_id == call->owner_id && other->region == call->region ? 1 : 0;
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_ADDRESSES, "AddressLimitExceeded",
                          "The maximum number of addresses has been reached.", error));
    VP_TRY(vp_check_only(call->network, request->domain, "vpc", "domain", error));
    VP_TRY(vp_check_not_both(request->public_ip.family != 0, request->address.family != 0,
                             "address and publicIp", error));
    if (request->address.family != 0) {
        request->public_ip = request->address;
    }
    if (request->public_ip.family != 0) {
        VP_TRY(vp_address_check_free(call->network, &request->public_ip, error));
    } else {
        VP_TRY(vp_address_new_public(call->network, &request->public_ip, error));
    }
    VP_TRY(vp_check_add(call, VP_KIND_ADDRESS, &request->made, NULL, &record, error));
    vp_address *address = (vp_address *)record;
    address->public_ip = request->public_ip;
    VP_SET(call, address->domain, "vpc", error);
    return VP_OK;
}

/***
Releases an Elastic IP address.
@function address:delete
@treturn address itself, gone
@raise InvalidIPAddress.InUse: it is associated
@usage eip:delete()
Source: EC2 API Reference, "ReleaseAddress"
*/
static vp_status release_address(vp_call *call, vp_error *error) {
    const vp_address *address = (const vp_address *)call->receiver;
    if (address->association_id != VP_NO_NAME || address->network_interface_id != VP_NO_NAME) {
        char text[VP_ADDR_TEXT_MAX];
        (void)vp_addr_format(&address->public_ip, text);
        VP_REFUSE(error, "InvalidIPAddress.InUse", "Address %s is in use.", text);
    }
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- associate, disassociate ----------------------------------------------------------------- */

typedef struct associate_request {
    vp_name instance_id, network_interface_id;
    vp_addr private_ip_address;
    vp_bool allow_reassociation;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, instance_id, VP_TYPE_TEXT, "InstanceId", VP_FIELD_REFERENCE, NULL),
    VP_FIELD(associate_request, network_interface_id, VP_TYPE_TEXT, "NetworkInterfaceId",
             VP_FIELD_REFERENCE, NULL),
    VP_FIELD(associate_request, private_ip_address, VP_TYPE_ADDR, "PrivateIpAddress", 0, NULL),
    VP_FIELD(associate_request, allow_reassociation, VP_TYPE_BOOL, "AllowReassociation", 0, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateAddress", associate_request, associate_fields);

/* The interface that a request means: the one it names, or the only one of the instance. */
static vp_status find_interface(const vp_call *call, const associate_request *request,
                                vp_network_interface **found, vp_error *error) {
    const vp_network *network = call->network;
    vp_record *record;
    uint32_t count = 0;
    bool instance = request->instance_id != VP_NO_NAME;
    bool interface = request->network_interface_id != VP_NO_NAME;
    VP_TRY(vp_check_given(instance || interface, "instanceId or networkInterfaceId", error));
    VP_TRY(vp_check_not_both(instance, interface, "instanceId and networkInterfaceId", error));
    if (interface) {
        VP_TRY(vp_check_own(call, VP_KIND_NETWORK_INTERFACE, request->network_interface_id, &record,
                            error));
        *found = (vp_network_interface *)record;
        return VP_OK;
    }
    VP_TRY(vp_check_own(call, VP_KIND_INSTANCE, request->instance_id, &record, error));
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *own =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (own->attachment.instance_id == record->id) {
            *found = own;
            count++;
        }
    }
    if (count != 1) {
        VP_REFUSE(error, "InvalidInstanceID",
                  "There are %s interfaces attached to instance '%s'. Please specify an interface "
                  "ID for the operation instead.",
                  count == 0 ? "no" : "multiple", vp_network_text(network, record->id));
    }
    return VP_OK;
}

/* The place of a private address in an interface: the given one, else the primary. */
static vp_status find_private(const vp_network_interface *owner, const vp_addr *address,
                              uint32_t *at, vp_error *error) {
    for (*at = 0; *at < owner->private_ip_addresses.count; ++*at) {
        if (address->family == 0 ||
            vp_addr_equals(&VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, *at)
                                ->private_ip_address,
                           address)) {
            return VP_OK;
        }
    }
    char text[VP_ADDR_TEXT_MAX];
    (void)vp_addr_format(address, text);
    VP_REFUSE(error, "InvalidParameterValue",
              "Value (%s) for parameter privateIpAddress is invalid. The interface has no such "
              "private address.",
              text);
}

/* Ends the association of an Elastic IP. */
static vp_status detach(vp_change *change, vp_address *address, vp_error *error) {
    vp_network_interface *owner = (vp_network_interface *)vp_network_find(
        change->network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    for (uint32_t i = 0; owner != NULL && i < owner->private_ip_addresses.count; i++) {
        if (vp_addr_equals(&VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)
                                ->association.public_ip,
                           &address->public_ip)) {
            VP_TRY(vp_address_show(change, owner, i, NULL, error));
        }
    }
    return clear(change, address, error);
}

static vp_status refuse_associated(const vp_network *network, vp_name id, vp_name association_id,
                                   vp_error *error) {
    VP_REFUSE(error, "Resource.AlreadyAssociated",
              "resource %s is already associated with associate-id %s",
              vp_network_text(network, id), vp_network_text(network, association_id));
}

/* Both ends must be free, or may be taken over. */
static vp_status make_free(vp_call *call, vp_address *address, vp_network_interface *owner,
                           uint32_t at, bool take_over, vp_error *error) {
    const vp_address_association *old =
        &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at)->association;
    bool regional = address->network_interface_id == VP_NO_NAME; /* a NAT gateway's, if anybody's */
    if (address->association_id != VP_NO_NAME || !regional) {
        if (!take_over || regional) {
            return refuse_associated(call->network, address->record.id, address->association_id,
                                     error);
        }
        VP_TRY(detach(call->change, address, error));
    }
    if (old->allocation_id != VP_NO_NAME && !take_over) {
        return refuse_associated(call->network, owner->record.id, old->association_id, error);
    }
    return old->public_ip.family != 0 ? vp_address_unmap(call->change, owner, at, error) : VP_OK;
}

/* The interfaces of services, NAT gateways among them, keep the addresses they were made with. */
static vp_status refuse_managed(const vp_network_interface *owner, vp_error *error) {
    if (owner->requester_managed == VP_TRUE) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The network interface is managed by the service that made it.");
    }
    return VP_OK;
}

vp_status vp_address_join(vp_call *call, vp_address *address, vp_network_interface *owner,
                          uint32_t at, bool take_over, vp_error *error) {
    vp_network *network = call->network;
    if (vp_gateway_of(network, owner->vpc_id) == NULL) {
        VP_REFUSE(error, "Gateway.NotAttached",
                  "Network %s is not attached to any internet gateway",
                  vp_network_text(network, owner->vpc_id));
    }
    VP_TRY(make_free(call, address, owner, at, take_over, error));
    VP_TRY(vp_change_edit(call->change, &address->record, error));
    address->private_ip_address =
        VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, at)->private_ip_address;
    address->network_interface_id = owner->record.id;
    address->network_interface_owner_id = owner->record.owner_id;
    address->instance_id = owner->attachment.instance_id;
    VP_TRY(vp_network_new_id(network, VP_KIND_NONE, "eipassoc-", &address->association_id, error));
    vp_address_association shown = {.public_ip = address->public_ip,
                                    .allocation_id = address->record.id,
                                    .association_id = address->association_id,
                                    .ip_owner_id = address->record.owner_id};
    return vp_address_show(call->change, owner, at, &shown, error);
}

/***
Associates an Elastic IP address with a private address of an interface. A public address that
Amazon lent is given back.
@function address:associate
@tparam table options one of `network_interface_id`, `instance_id` (id or object; an instance with
one interface), `private_ip_address` (default: the primary), `allow_reassociation` (boolean)
@treturn string the id of the association
@raise Gateway.NotAttached (the VPC has no internet gateway), Resource.AlreadyAssociated,
InvalidNetworkInterfaceID.NotFound, InvalidInstanceID.NotFound, InvalidInstanceID,
InvalidParameterValue, InvalidParameterCombination, MissingParameter, OperationNotPermitted (a
service made the interface)
@usage eip:associate{ instance_id = web }
Source: EC2 API Reference, "AssociateAddress"
*/
static vp_status associate(vp_call *call, vp_error *error) {
    vp_address *address = (vp_address *)call->receiver;
    const associate_request *request = call->request;
    vp_network_interface *owner = NULL;
    uint32_t at;
    VP_TRY(find_interface(call, request, &owner, error));
    VP_TRY(find_private(owner, &request->private_ip_address, &at, error));
    VP_TRY(refuse_managed(owner, error));
    VP_TRY(
        vp_address_join(call, address, owner, at, request->allow_reassociation == VP_TRUE, error));
    call->result_id = address->association_id;
    return VP_OK;
}

/***
Ends the association of an Elastic IP address.
@function address:disassociate
@treturn address itself
@raise InvalidAssociationID.NotFound (it is not associated), OperationNotPermitted (a service made
the interface, as a NAT gateway's)
@usage eip:disassociate()
Source: EC2 API Reference, "DisassociateAddress"
*/
static vp_status disassociate(vp_call *call, vp_error *error) {
    vp_address *address = (vp_address *)call->receiver;
    if (address->network_interface_id == VP_NO_NAME && address->association_id != VP_NO_NAME) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The address %s is managed by the NAT gateway that it serves.",
                  vp_network_text(call->network, address->record.id));
    }
    if (address->network_interface_id == VP_NO_NAME) {
        VP_REFUSE(error, "InvalidAssociationID.NotFound", "The address %s is not associated",
                  vp_network_text(call->network, address->record.id));
    }
    const vp_record *owner =
        vp_network_find(call->network, VP_KIND_NETWORK_INTERFACE, address->network_interface_id);
    if (owner != NULL) {
        VP_TRY(refuse_managed((const vp_network_interface *)owner, error));
    }
    call->result = call->receiver;
    return detach(call->change, address, error);
}

const vp_action vp_address_actions[] = {
    {"allocate_address", VP_KIND_NONE, &allocate_schema, allocate_address},
    {"associate", VP_KIND_ADDRESS, &associate_schema, associate},
    {"disassociate", VP_KIND_ADDRESS, NULL, disassociate},
    {"delete", VP_KIND_ADDRESS, NULL, release_address},
    {NULL, VP_KIND_NONE, NULL, NULL}};

/*
 * vp_gateway.c - internet gateways and the VPCs they are attached to.
 *
 * A gateway has one VPC at most and a VPC one gateway (semantics 3.1). Routes to a gateway work
 * while it is attached, so attaching and detaching write their state anew.
 */
#include "vp_part.h"

#define QUOTA_GATEWAYS 5

vp_internet_gateway *vp_gateway_of(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_INTERNET_GATEWAY); i++) {
        vp_internet_gateway *gateway =
            VP_ROW(vp_internet_gateway, network, VP_KIND_INTERNET_GATEWAY, i);
        for (uint32_t j = 0; j < gateway->attachments.count; j++) {
            if (VP_ITEM(vp_gateway_attachment, &gateway->attachments, j)->vpc_id == vpc_id) {
                return gateway;
            }
        }
    }
    return NULL;
}

vp_status vp_gateway_attach(vp_call *call, vp_internet_gateway *gateway, const vp_vpc *vpc,
                            vp_error *error) {
    const vp_network *network = call->network;
    void *item;
    if (gateway->attachments.count > 0) {
        vp_name other = VP_ITEM(vp_gateway_attachment, &gateway->attachments, 0)->vpc_id;
        VP_REFUSE(error, "Resource.AlreadyAssociated",
                  "resource %s is already attached to network %s",
                  vp_network_text(network, gateway->record.id), vp_network_text(network, other));
    }
    if (vp_gateway_of(network, vpc->record.id) != NULL) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Network %s already has an internet gateway attached",
                  vp_network_text(network, vpc->record.id));
    }
    VP_TRY(vp_change_edit(call->change, &gateway->record, error));
    VP_TRY(vp_change_append(call->change, &vp_gateway_attachment_schema, &gateway->attachments,
                            &item, error));
    vp_gateway_attachment *attachment = item;
    attachment->vpc_id = vpc->record.id;
    VP_SET(call, attachment->state, "available", error);
    return vp_route_table_refresh(call->change, gateway->record.id, false, error);
}

/* ---- create, delete -------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
} create_request;

static const vp_field create_fields[] = {VP_NEW_FIELDS(create_request, "InternetGatewayId")};
static const vp_schema create_schema =
    VP_SCHEMA("CreateInternetGateway", create_request, create_fields);

/***
Makes an internet gateway, attached to nothing.
@function network:create_internet_gateway
@tparam[opt] table options `internet_gateway_id` (its own id), `tags`
@treturn internet_gateway
@raise InternetGatewayLimitExceeded
@usage local igw = net:create_internet_gateway()
Source: EC2 API Reference, "CreateInternetGateway"
*/
static vp_status create_internet_gateway(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_record *record;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(call->network, VP_KIND_INTERNET_GATEWAY); i++) {
        const vp_record *other = call->network->rows[VP_KIND_INTERNET_GATEWAY].rows[i];
        count += other->owner_id == call->owner_id && other->region == call->region ? 1 : 0;
    }
    VP_TRY(vp_check_quota(call->network, count, QUOTA_GATEWAYS, "InternetGatewayLimitExceeded",
                          "The maximum number of internet gateways has been reached.", error));
    return vp_check_add(call, VP_KIND_INTERNET_GATEWAY, &request->made, NULL, &record, error);
}

/***
Deletes an internet gateway. Routes to it stay, as blackholes.
@function internet_gateway:delete
@treturn internet_gateway itself, gone
@raise DependencyViolation: it is attached
@usage igw:delete()
Source: EC2 API Reference, "DeleteInternetGateway"
*/
static vp_status delete_internet_gateway(vp_call *call, vp_error *error) {
    const vp_internet_gateway *gateway = (const vp_internet_gateway *)call->receiver;
    VP_TRY(vp_check_no_dependents(call->network, call->receiver, gateway->attachments.count > 0,
                                  error));
    VP_TRY(vp_route_table_refresh(call->change, call->receiver->id, true, error));
    return vp_change_remove(call->change, call->receiver, error);
}

/* ---- attach, detach: from either end --------------------------------------------------------- */

typedef struct vpc_request {
    vp_name internet_gateway_id;
} vpc_request;

static const vp_field vpc_fields[] = {VP_FIELD(vpc_request, internet_gateway_id, VP_TYPE_TEXT,
                                               "InternetGatewayId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema vpc_schema = VP_SCHEMA("AttachInternetGateway", vpc_request, vpc_fields);

typedef struct gateway_request {
    vp_name vpc_id;
} gateway_request;

static const vp_field gateway_fields[] = {
    VP_FIELD(gateway_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema gateway_schema =
    VP_SCHEMA("AttachInternetGateway", gateway_request, gateway_fields);

/* Both ends of a call, whichever of them is the receiver. */
static vp_status find_ends(vp_call *call, vp_internet_gateway **gateway, vp_vpc **vpc,
                           vp_error *error) {
    vp_record *record;
    if (call->receiver->kind == VP_KIND_VPC) {
        *vpc = (vp_vpc *)call->receiver;
        VP_TRY(vp_check_own(call, VP_KIND_INTERNET_GATEWAY,
                            ((const vpc_request *)call->request)->internet_gateway_id, &record,
                            error));
        *gateway = (vp_internet_gateway *)record;
    } else {
        *gateway = (vp_internet_gateway *)call->receiver;
        VP_TRY(vp_check_vpc(call, ((const gateway_request *)call->request)->vpc_id, vpc, error));
    }
    call->result = call->receiver;
    return VP_OK;
}

/***
Attaches an internet gateway to a VPC.
@function vpc:attach_internet_gateway
@tparam table options `internet_gateway_id` (id or internet gateway)
@treturn vpc itself
@raise InvalidInternetGatewayID.NotFound, Resource.AlreadyAssociated (the gateway has a VPC),
InvalidParameterValue (the VPC has a gateway), MissingParameter
@usage vpc:attach_internet_gateway{ internet_gateway_id = igw }
Source: EC2 API Reference, "AttachInternetGateway"
*/
static vp_status attach_internet_gateway(vp_call *call, vp_error *error) {
    vp_internet_gateway *gateway;
    vp_vpc *vpc;
    VP_TRY(find_ends(call, &gateway, &vpc, error));
    return vp_gateway_attach(call, gateway, vpc, error);
}

/***
Attaches this internet gateway to a VPC; vpc:attach\_internet\_gateway from the other end.
@function internet_gateway:attach
@tparam table options `vpc_id` (id or VPC)
@treturn internet_gateway itself
@raise InvalidVpcID.NotFound, Resource.AlreadyAssociated (it has a VPC), InvalidParameterValue (the
VPC has a gateway), MissingParameter
@usage igw:attach{ vpc_id = vpc }
Source: EC2 API Reference, "AttachInternetGateway"
*/
static vp_status attach(vp_call *call, vp_error *error) {
    return attach_internet_gateway(call, error);
}

/* A public address needs the gateway it is mapped at. */
static vp_status check_no_public(const vp_network *network, const vp_vpc *vpc, vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *interface =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        bool public = interface->association.public_ip.family != 0;
        for (uint32_t j = 0; j < interface->private_ip_addresses.count; j++) {
            public = public || VP_ITEM(vp_private_ip_address, &interface->private_ip_addresses, j)
                                       ->association.public_ip.family != 0;
        }
        if (public && interface->vpc_id == vpc->record.id) {
            VP_REFUSE(error, "DependencyViolation",
                      "Network %s has some mapped public address(es). Please unmap those public "
                      "address(es) before detaching the gateway.",
                      vp_network_text(network, vpc->record.id));
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NAT_GATEWAY); i++) {
        const vp_nat_gateway *nat = VP_ROW(vp_nat_gateway, network, VP_KIND_NAT_GATEWAY, i);
        if (nat->vpc_id == vpc->record.id &&
            vp_network_name_is(network, nat->availability_mode, "regional")) {
            VP_REFUSE(error, "DependencyViolation",
                      "Network %s has the regional NAT gateway %s, which needs the gateway.",
                      vp_network_text(network, vpc->record.id),
                      vp_network_text(network, nat->record.id));
        }
    }
    return VP_OK;
}

/***
Detaches an internet gateway from a VPC. Routes to it become blackholes; a route table associated
with it is associated no more.
@function vpc:detach_internet_gateway
@tparam table options `internet_gateway_id` (id or internet gateway)
@treturn vpc itself
@raise InvalidInternetGatewayID.NotFound, Gateway.NotAttached, DependencyViolation (an interface of
the VPC has a public address), MissingParameter
@usage vpc:detach_internet_gateway{ internet_gateway_id = igw }
Source: EC2 API Reference, "DetachInternetGateway"
*/
static vp_status detach_internet_gateway(vp_call *call, vp_error *error) {
    const vp_network *network = call->network;
    vp_internet_gateway *gateway;
    vp_vpc *vpc;
    uint32_t at = 0;
    VP_TRY(find_ends(call, &gateway, &vpc, error));
    while (at < gateway->attachments.count &&
           VP_ITEM(vp_gateway_attachment, &gateway->attachments, at)->vpc_id != vpc->record.id) {
        at++;
    }
    if (at == gateway->attachments.count) {
        VP_REFUSE(error, "Gateway.NotAttached", "resource %s is not attached to network %s",
                  vp_network_text(network, gateway->record.id),
                  vp_network_text(network, vpc->record.id));
    }
    VP_TRY(check_no_public(network, vpc, error));
    VP_TRY(vp_change_edit(call->change, &gateway->record, error));
    vp_list_remove(&network->alloc, &vp_gateway_attachment_schema, &gateway->attachments, at);
    VP_TRY(vp_route_table_forget(call->change, gateway->record.id, error));
    return vp_route_table_refresh(call->change, gateway->record.id, false, error);
}

/***
Detaches this internet gateway from its VPC; vpc:detach\_internet\_gateway from the other end.
@function internet_gateway:detach
@tparam table options `vpc_id` (id or VPC)
@treturn internet_gateway itself
@raise InvalidVpcID.NotFound, Gateway.NotAttached, DependencyViolation (an interface of the VPC has
a public address), MissingParameter
@usage igw:detach{ vpc_id = vpc }
Source: EC2 API Reference, "DetachInternetGateway"
*/
static vp_status detach(vp_call *call, vp_error *error) {
    return detach_internet_gateway(call, error);
}

const vp_action vp_gateway_actions[] = {
    {"create_internet_gateway", VP_KIND_NONE, &create_schema, create_internet_gateway},
    {"attach_internet_gateway", VP_KIND_VPC, &vpc_schema, attach_internet_gateway},
    {"detach_internet_gateway", VP_KIND_VPC, &vpc_schema, detach_internet_gateway},
    {"attach", VP_KIND_INTERNET_GATEWAY, &gateway_schema, attach},
    {"detach", VP_KIND_INTERNET_GATEWAY, &gateway_schema, detach},
    {"delete", VP_KIND_INTERNET_GATEWAY, NULL, delete_internet_gateway},
    {NULL, VP_KIND_NONE, NULL, NULL}};

/*
 * vp_egress_only.c - egress-only internet gateways: made for a VPC and gone with the call that
 * deletes them.
 *
 * Unlike an internet gateway it is never without its VPC, so there is nothing to attach or detach,
 * and its quota of five a Region is kept by that of VPCs.
 * AWS: Amazon VPC User Guide, "Enable outbound IPv6 traffic using an egress-only internet gateway".
 */
#include "vp_part.h"

vp_egress_only_internet_gateway *vp_egress_only_of(const vp_network *network, vp_name vpc_id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY); i++) {
        vp_egress_only_internet_gateway *gateway = VP_ROW(vp_egress_only_internet_gateway, network,
                                                          VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, i);
        for (uint32_t j = 0; j < gateway->attachments.count; j++) {
            if (VP_ITEM(vp_gateway_attachment, &gateway->attachments, j)->vpc_id == vpc_id) {
                return gateway;
            }
        }
    }
    return NULL;
}

typedef struct create_request {
    vp_new made;
    vp_name vpc_id;
} create_request;

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "EgressOnlyInternetGatewayId"),
    VP_FIELD(create_request, vpc_id, VP_TYPE_TEXT, "VpcId", VP_FIELD_REFERENCE, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateEgressOnlyInternetGateway", create_request, create_fields);

/***
Makes an egress-only internet gateway: it lets IPv6 connections out of a VPC and none in.
@function network:create_egress_only_internet_gateway
@tparam table options `vpc_id` (id or VPC), `egress_only_internet_gateway_id` (its own id), `tags`
@treturn egress_only_internet_gateway attached to the VPC
@raise InvalidVpcID.NotFound, InvalidParameterValue (the VPC has one), MissingParameter
@usage local eigw = net:create_egress_only_internet_gateway{ vpc_id = vpc }
Source: EC2 API Reference, "CreateEgressOnlyInternetGateway"
*/
static vp_status create(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    vp_record *record;
    vp_vpc *vpc;
    void *item;
    VP_TRY(vp_check_vpc(call, request->vpc_id, &vpc, error));
    if (vp_egress_only_of(call->network, vpc->record.id) != NULL) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "Network %s already has an egress-only internet gateway attached",
                  vp_network_text(call->network, vpc->record.id));
    }
    VP_TRY(vp_check_add(call, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, &request->made, vpc, &record,
                        error));
    vp_egress_only_internet_gateway *gateway = (vp_egress_only_internet_gateway *)record;
    VP_TRY(vp_change_append(call->change, &vp_gateway_attachment_schema, &gateway->attachments,
                            &item, error));
    ((vp_gateway_attachment *)item)->vpc_id = vpc->record.id;
    VP_SET(call, ((vp_gateway_attachment *)item)->state, "attached", error);
    return VP_OK;
}

/***
Deletes an egress-only internet gateway. Routes to it stay, as blackholes.
@function egress_only_internet_gateway:delete
@treturn egress_only_internet_gateway itself, gone
@usage eigw:delete()
Source: EC2 API Reference, "DeleteEgressOnlyInternetGateway"
*/
static vp_status delete_gateway(vp_call *call, vp_error *error) {
    VP_TRY(vp_route_table_refresh(call->change, call->receiver->id, true, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_egress_only_actions[] = {
    {"create_egress_only_internet_gateway", VP_KIND_NONE, &create_schema, create},
    {"delete", VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY, NULL, delete_gateway},
    {NULL, VP_KIND_NONE, NULL, NULL}};

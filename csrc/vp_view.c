/*
 * vp_view.c - the table of documents that print a part of a kind's records.
 */
#include "vp_view.h"

#include "vp_record_transit.h"

#include <string.h>

#define ATTACHMENT(command, key, schema, mark)                                                     \
    {                                                                                              \
        VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, command, key, schema,                                  \
            (uint16_t)offsetof(vp_transit_gateway_attachment, mark)                                \
    }
#define ROUTE_TABLE(command, key, schema, mark)                                                    \
    { VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, command, key, schema, mark }

/*
 * search-transit-gateway-routes and get-transit-gateway-route-table-propagations print one table
 * each without naming it; wrapped with the id of the table they are lists (semantics 11.2).
 */
static const vp_view views[] = {
    {VP_KIND_SECURITY_GROUP, "security-group-vpc-associations", "SecurityGroupVpcAssociations",
     &vp_group_associations_view, 0},
    {VP_KIND_SECURITY_GROUP, "stale-security-groups", "StaleSecurityGroupSet", &vp_group_stale_view,
     0},
    {VP_KIND_INSTANCE, "classic-link-instances", "ClassicLinkInstances", &vp_classic_link_view,
     (uint16_t)offsetof(vp_instance, classic_link.is_described)},
    ATTACHMENT("transit-gateway-attachments", "TransitGatewayAttachments",
               &vp_transit_attachment_view, is_described),
    ATTACHMENT("transit-gateway-vpc-attachments", "TransitGatewayVpcAttachments",
               &vp_transit_vpc_attachment_view, is_vpc_described),
    ATTACHMENT("transit-gateway-peering-attachments", "TransitGatewayPeeringAttachments",
               &vp_transit_peering_attachment_view, is_peering_described),
    ROUTE_TABLE("transit-gateway-route-tables", "TransitGatewayRouteTables",
                &vp_transit_route_table_view, 0),
    ROUTE_TABLE("transit-gateway-routes", "TransitGatewayStaticRoutes", &vp_transit_routes_view,
                (uint16_t)offsetof(vp_transit_gateway_route_table, are_routes_known)),
    ROUTE_TABLE("transit-gateway-route-table-propagations", "TransitGatewayPropagations",
                &vp_transit_propagations_view,
                (uint16_t)offsetof(vp_transit_gateway_route_table, are_propagations_known)),
    ROUTE_TABLE("transit-gateway-prefix-list-references", "TransitGatewayPrefixListReferences",
                &vp_transit_references_view,
                (uint16_t)offsetof(vp_transit_gateway_route_table, are_references_known))};

const vp_view *vp_view_of_command(const char *command) {
    for (size_t i = 0; i < VP_COUNT_OF(views); i++) {
        if (strcmp(views[i].command, command) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

const vp_view *vp_view_of_key(const char *top_key) {
    for (size_t i = 0; i < VP_COUNT_OF(views); i++) {
        if (strcmp(views[i].top_key, top_key) == 0) {
            return &views[i];
        }
    }
    return NULL;
}

uint8_t vp_view_number(const vp_view *view) {
    return view == NULL ? 0 : (uint8_t)(view - views + 1);
}

const char *vp_view_key_of(const vp_record *record) {
    return record->view == 0 ? vp_kind_describe((vp_kind)record->kind)->top_key
                             : views[record->view - 1].top_key;
}

bool vp_view_shows(const vp_view *view, const vp_record *record) {
    const void *mark = (const char *)record + view->mark;
    return view->mark == 0 || *(const vp_bool *)mark == VP_TRUE;
}

void vp_view_mark(const vp_view *view, vp_record *record) {
    void *mark = (char *)record + view->mark;
    if (view->mark != 0) {
        *(vp_bool *)mark = VP_TRUE;
    }
}

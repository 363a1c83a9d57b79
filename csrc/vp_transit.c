/*
 * vp_transit.c - the decision of a transit gateway, and what its attachments are.
 *
 * The one idea: the steps of semantics 3.6 in their order, each of which can end the packet. The
 * routes they choose from are in vp_transit_table.c. AWS: Transit Gateway Guide, "How transit
 * gateways work".
 */
#include "vp_transit.h"

#include <string.h>

/* ---- what they are --------------------------------------------------------------------------- */

vp_transit_type vp_transit_type_of(const vp_network *network,
                                   const vp_transit_gateway_attachment *attachment) {
    static const struct {
        const char *name;
        vp_transit_type type;
    } types[] = {{"vpc", VP_TRANSIT_VPC},
                 {"vpn", VP_TRANSIT_VPN},
                 {"direct-connect-gateway", VP_TRANSIT_DIRECT_CONNECT},
                 {"peering", VP_TRANSIT_PEERING},
                 {"tgw-peering", VP_TRANSIT_PEERING}};
    for (size_t i = 0; i < VP_COUNT_OF(types); i++) {
        if (vp_network_name_is(network, attachment->resource_type, types[i].name)) {
            return types[i].type;
        }
    }
    return VP_TRANSIT_OTHER;
}

bool vp_transit_is_available(const vp_network *network, vp_name state) {
    return state == VP_NO_NAME || vp_network_name_is(network, state, "available");
}

bool vp_transit_is_enabled(const vp_network *network, vp_name option) {
    return vp_network_name_is(network, option, "enable");
}

vp_transit_gateway *vp_transit_find(const vp_network *network, vp_name gateway_id) {
    return (vp_transit_gateway *)vp_network_find(network, VP_KIND_TRANSIT_GATEWAY, gateway_id);
}

vp_transit_gateway_attachment *vp_transit_find_attachment(const vp_network *network, vp_name id) {
    return (vp_transit_gateway_attachment *)vp_network_find(network,
                                                            VP_KIND_TRANSIT_GATEWAY_ATTACHMENT, id);
}

/* Rows may be in any order: the lowest id is looked for, not met first. */
static vp_transit_gateway_attachment *attachment_at(const vp_network *network, uint32_t at) {
    return (vp_transit_gateway_attachment *)network->rows[VP_KIND_TRANSIT_GATEWAY_ATTACHMENT]
        .rows[at];
}

static uint32_t attachment_count(const vp_network *network) {
    return network->rows[VP_KIND_TRANSIT_GATEWAY_ATTACHMENT].count;
}

vp_transit_gateway_attachment *vp_transit_attachment_of(const vp_network *network,
                                                        vp_name gateway_id, vp_name resource_id) {
    vp_transit_gateway_attachment *best = NULL;
    bool best_works = false;
    for (uint32_t i = 0; i < attachment_count(network) && resource_id != VP_NO_NAME; i++) {
        vp_transit_gateway_attachment *one = attachment_at(network, i);
        if (one->transit_gateway_id != gateway_id || one->resource_id != resource_id) {
            continue;
        }
        bool works = vp_transit_is_available(network, one->state);
        bool lower =
            best != NULL && vp_network_compare(network, one->record.id, best->record.id) < 0;
        if (best == NULL || (works != best_works ? works : lower)) {
            best = one;
            best_works = works;
        }
    }
    return best;
}

/* The document of peering attachments names both gateways, and none as the attachment's own. */
bool vp_transit_is_at(const vp_transit_gateway_attachment *attachment, vp_name gateway_id) {
    return attachment->transit_gateway_id == gateway_id || attachment->resource_id == gateway_id ||
           attachment->requester_tgw_info.transit_gateway_id == gateway_id ||
           attachment->accepter_tgw_info.transit_gateway_id == gateway_id;
}

/* Both documents may say it: the one of the type, and the list of all attachments. */
vp_name vp_transit_other_end(const vp_transit_gateway_attachment *attachment, vp_name gateway_id) {
    vp_name requester = attachment->requester_tgw_info.transit_gateway_id;
    vp_name accepter = attachment->accepter_tgw_info.transit_gateway_id;
    if (requester == gateway_id && accepter != VP_NO_NAME) {
        return accepter;
    }
    if (accepter == gateway_id && requester != VP_NO_NAME) {
        return requester;
    }
    return attachment->transit_gateway_id == gateway_id ? attachment->resource_id
                                                        : attachment->transit_gateway_id;
}

vp_status vp_transit_settle(vp_network *network, vp_transit_gateway_attachment *attachment,
                            vp_error *error) {
    const char *type = attachment->is_vpc_described == VP_TRUE       ? "vpc"
                       : attachment->is_peering_described == VP_TRUE ? "peering"
                                                                     : NULL;
    if (attachment->resource_type == VP_NO_NAME && type != NULL) {
        vp_status status = vp_network_name(network, type, &attachment->resource_type, error);
        if (status != VP_OK) {
            return status;
        }
    }
    if (vp_transit_type_of(network, attachment) != VP_TRANSIT_VPC) {
        return VP_OK;
    }
    vp_name *const pairs[][2] = {{&attachment->vpc_id, &attachment->resource_id},
                                 {&attachment->vpc_owner_id, &attachment->resource_owner_id}};
    for (size_t i = 0; i < VP_COUNT_OF(pairs); i++) {
        if (*pairs[i][0] == VP_NO_NAME) {
            *pairs[i][0] = *pairs[i][1];
        } else if (*pairs[i][1] == VP_NO_NAME) {
            *pairs[i][1] = *pairs[i][0];
        }
    }
    return VP_OK;
}

/* ---- the decision ---------------------------------------------------------------------------- */

/* An association that is made or taken away just now decides nothing. */
vp_transit_table vp_transit_table_of(const vp_network *network,
                                     const vp_transit_gateway_attachment *attachment,
                                     vp_name gateway_id) {
    bool own = attachment->transit_gateway_id == gateway_id;
    const vp_transit_association *association =
        own ? &attachment->association : &attachment->peer_association;
    bool associated = association->state == VP_NO_NAME ||
                      vp_network_name_is(network, association->state, "associated");
    vp_transit_table found = {VP_NO_NAME, NULL, false};
    found.is_known = (own ? attachment->is_described : attachment->is_peer_described) == VP_TRUE;
    if (association->transit_gateway_route_table_id != VP_NO_NAME && associated) {
        found.is_known = true;
        found.id = association->transit_gateway_route_table_id;
        found.table = (vp_transit_gateway_route_table *)vp_network_find(
            network, VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE, found.id);
    }
    return found;
}

/* A table whose routes no document lists, or lists in part, may have one that would match. */
static const char *no_route(const vp_transit_gateway_route_table *table) {
    bool complete =
        table->are_routes_known == VP_TRUE && table->additional_routes_available != VP_TRUE;
    return complete ? "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT" : "TGW_RTB_ROUTES_ARE_UNKNOWN";
}

/* The table that is asked; NULL with choice->problem set. */
static const char *find_table(const vp_network *network,
                              const vp_transit_gateway_attachment *attachment, vp_name gateway_id,
                              vp_transit_choice *choice) {
    vp_transit_table found = vp_transit_table_of(network, attachment, gateway_id);
    if (found.id == VP_NO_NAME) {
        choice->missing_id = found.is_known ? VP_NO_NAME : attachment->record.id;
        return found.is_known ? "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION" : "UNKNOWN_RESOURCE";
    }
    choice->table = found.table;
    choice->missing_id = found.id;
    return found.table == NULL ? "TGW_RTB_ROUTES_ARE_UNKNOWN" : NULL;
}

/* What stands in the way of leaving by the selected route. */
static const char *problem_of_route(const vp_network *network, vp_transit_choice *choice) {
    const vp_transit_route *route = &choice->route;
    choice->next = vp_transit_find_attachment(network, route->attachment_id);
    if (route->is_blackhole || route->attachment_id == VP_NO_NAME) {
        return "TGW_RTB_BAD_STATE_ROUTE";
    }
    if (choice->next == NULL) {
        choice->missing_id = route->attachment_id;
        return "UNKNOWN_DESTINATION";
    }
    if (!vp_transit_is_available(network, choice->next->state)) {
        return "BAD_STATE_ATTACHMENT";
    }
    return vp_transit_type_of(network, choice->next) == VP_TRANSIT_OTHER ? "UNSUPPORTED_COMPONENT"
                                                                         : NULL;
}

static const char *decide(const vp_network *network,
                          const vp_transit_gateway_attachment *attachment, vp_name gateway_id,
                          const vp_addr *destination, vp_transit_choice *choice) {
    choice->gateway = vp_transit_find(network, gateway_id);
    if (choice->gateway == NULL) {
        choice->missing_id = gateway_id;
        return "UNKNOWN_RESOURCE";
    }
    if (!vp_transit_is_available(network, choice->gateway->state) ||
        !vp_transit_is_available(network, attachment->state)) {
        return "BAD_STATE_ATTACHMENT";
    }
    const char *problem = find_table(network, attachment, gateway_id, choice);
    if (problem != NULL) {
        return problem;
    }
    choice->missing_id = VP_NO_NAME;
    return vp_transit_select(network, choice->table, destination, &choice->route)
               ? problem_of_route(network, choice)
               : no_route(choice->table);
}

void vp_transit_route_packet(const vp_network *network,
                             const vp_transit_gateway_attachment *attachment, vp_name gateway_id,
                             const vp_addr *destination, vp_transit_choice *choice) {
    memset(choice, 0, sizeof *choice);
    choice->problem = decide(network, attachment, gateway_id, destination, choice);
}

/* ---- subnets and zones ----------------------------------------------------------------------- */

bool vp_transit_same_zone(const vp_subnet *a, const vp_subnet *b) {
    if (a->availability_zone_id != VP_NO_NAME && b->availability_zone_id != VP_NO_NAME) {
        return a->availability_zone_id == b->availability_zone_id;
    }
    return a->availability_zone == b->availability_zone;
}

/* By name, or by id where there is none; subnets of one zone (old data) by their own id. */
static bool is_lower(const vp_network *network, const vp_subnet *a, const vp_subnet *b) {
    vp_name zone_a =
        a->availability_zone != VP_NO_NAME ? a->availability_zone : a->availability_zone_id;
    vp_name zone_b =
        b->availability_zone != VP_NO_NAME ? b->availability_zone : b->availability_zone_id;
    int order = vp_network_compare(network, zone_a, zone_b);
    return order != 0 ? order < 0 : vp_network_compare(network, a->record.id, b->record.id) < 0;
}

vp_subnet *vp_transit_subnet_of(const vp_network *network,
                                const vp_transit_gateway_attachment *attachment,
                                const vp_subnet *zone, bool or_lowest, bool *complete) {
    vp_subnet *lowest = NULL, *within = NULL;
    *complete = attachment->subnet_ids.count > 0;
    for (uint32_t i = 0; i < attachment->subnet_ids.count; i++) {
        vp_subnet *subnet = (vp_subnet *)vp_network_find(
            network, VP_KIND_SUBNET, VP_ITEM(vp_text_item, &attachment->subnet_ids, i)->value);
        if (subnet == NULL) {
            *complete = false;
            continue;
        }
        if (lowest == NULL || is_lower(network, subnet, lowest)) {
            lowest = subnet;
        }
        if (zone != NULL && vp_transit_same_zone(subnet, zone) &&
            (within == NULL || is_lower(network, subnet, within))) {
            within = subnet;
        }
    }
    return within == NULL && or_lowest ? lowest : within;
}

/* ---- two attachments ------------------------------------------------------------------------- */

bool vp_transit_keeps_groups(const vp_network *network, const vp_transit_gateway *gateway,
                             const vp_transit_gateway_attachment *from,
                             const vp_transit_gateway_attachment *to) {
    return vp_transit_is_enabled(network, gateway->options.security_group_referencing_support) &&
           vp_transit_is_enabled(network, from->options.security_group_referencing_support) &&
           vp_transit_is_enabled(network, to->options.security_group_referencing_support);
}

bool vp_transit_joins(const vp_network *network, vp_name vpc_id, vp_name other_id,
                      bool references) {
    for (uint32_t i = 0; i < attachment_count(network); i++) {
        const vp_transit_gateway_attachment *one = attachment_at(network, i);
        if (one->resource_id != vpc_id || !vp_transit_is_available(network, one->state)) {
            continue;
        }
        const vp_transit_gateway *gateway = vp_transit_find(network, one->transit_gateway_id);
        const vp_transit_gateway_attachment *other =
            vp_transit_attachment_of(network, one->transit_gateway_id, other_id);
        if (other != NULL && vp_transit_is_available(network, other->state) &&
            (!references ||
             (gateway != NULL && vp_transit_keeps_groups(network, gateway, one, other)))) {
            return true;
        }
    }
    return false;
}

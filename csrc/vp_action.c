/*
 * vp_action.c - finding the actions of all object files.
 *
 * The order of the tables is the order of vp_action_next; nothing depends on it but the numbers
 * that the binding keeps while a Lua state lives.
 */
#include "vp_action.h"

#include <string.h>

static const vp_action *const tables[] = {vp_vpc_actions,
                                          vp_vpc_block_actions,
                                          vp_subnet_actions,
                                          vp_route_table_actions,
                                          vp_route_actions,
                                          vp_peering_actions,
                                          vp_security_group_actions,
                                          vp_group_rule_actions,
                                          vp_network_acl_actions,
                                          vp_gateway_actions,
                                          vp_vpn_gateway_actions,
                                          vp_vpn_connection_actions,
                                          vp_address_actions,
                                          vp_interface_actions,
                                          vp_instance_actions,
                                          vp_prefix_list_actions,
                                          vp_egress_only_actions,
                                          vp_transit_gateway_actions,
                                          vp_transit_attachment_actions,
                                          vp_transit_route_actions,
                                          vp_nat_gateway_actions,
                                          vp_nat_address_actions,
                                          vp_vpc_endpoint_actions,
                                          vp_hosted_zone_actions,
                                          vp_public_access_actions};

const vp_action *vp_action_next(uint32_t *position) {
    uint32_t left = *position;
    for (size_t table = 0; table < VP_COUNT_OF(tables); table++) {
        for (const vp_action *action = tables[table]; action->name != NULL; action++) {
            if (left-- == 0) {
                ++*position;
                return action;
            }
        }
    }
    return NULL;
}

const vp_action *vp_action_find(vp_kind receiver, const char *name, size_t length) {
    uint32_t position = 0;
    const vp_action *action;
    while ((action = vp_action_next(&position)) != NULL) {
        if (action->receiver == receiver && strlen(action->name) == length &&
            memcmp(action->name, name, length) == 0) {
            return action;
        }
    }
    return NULL;
}

/*
 * vp_walk_middlebox.c - through an interface that holds neither end of the packet (4.6).
 *
 * The one idea: an appliance forwards what it is handed, unchanged and by its own subnet's routes,
 * unless the model says that it translates: then it sends the request on as its own, and the reply
 * comes back to it. AWS: VPC User Guide, "Middlebox routing", "NAT instances".
 */
#include "vp_walk_transit.h"

/* AWS prints nothing about what software on an instance does, so the model has to say it (D31). */
static bool is_marked(const vp_walk *walk, const vp_record *record) {
    vp_name mark = vp_network_tag(walk->network, record, "vpcpeer:nat");
    return vp_network_name_is(walk->network, mark, "true");
}

static bool translates(const vp_walk *walk, const vp_network_interface *box) {
    return is_marked(walk, &box->record) ||
           (box->instance != NULL && is_marked(walk, &box->instance->record));
}

/* From here on the packet is the appliance's: its address, its ports. */
static bool translate(vp_walk *walk, const vp_place *place) {
    if (walk->family != 4 || vp_walk_push_stage(walk, place, NULL) == NULL) {
        return false;
    }
    walk->header.source = place->network_interface->private_ip_address;
    if (vp_axis_of(walk->protocol, walk->family) == VP_AXIS_PORTS) {
        vp_ports_clear(&walk->trace->source_ports);
        vp_ports_add(&walk->trace->source_ports, 1024, VP_PORTS_MAX);
    }
    walk->sender = *place;
    walk->way = VP_WAY_LOCAL;
    walk->preserved = true;
    walk->came_by = NULL;
    return true;
}

/*
 * Appliances are routers and answer a packet whose time ran out; gateways and routers of AWS do
 * not (D52).
 */
static void note_responder(vp_walk *walk, const vp_network_interface *box) {
    vp_addr *address =
        walk->replying ? NULL : vp_walk_append(walk, &walk->trace->traceroute, sizeof *address);
    if (address != NULL && walk->family == 4) {
        *address = box->private_ip_address;
    } else if (address != NULL && box->ipv6_addresses.count > 0) {
        *address = VP_ITEM(vp_ipv6_address, &box->ipv6_addresses, 0)->ipv6_address;
    } else if (address != NULL) {
        walk->trace->traceroute.count--;
    }
}

/*
 * Traffic between hosts of one subnet never goes through a route table (4.6) and meets no ACL
 * (7.2): what an appliance sends to a neighbour is there. The reply looks for its goal itself.
 */
vp_step vp_walk_send_on(vp_walk *walk) {
    vp_place neighbour = vp_walk_holder(walk, walk->at.vpc_id, &walk->header.destination);
    if (walk->replying || !vp_place_is_held(&neighbour) || neighbour.subnet == NULL ||
        neighbour.subnet != walk->at.subnet) {
        return VP_STEP_LOOKUP;
    }
    walk->reached = neighbour;
    return VP_STEP_DELIVER;
}

/*
 * In order (4.6): may it take a packet for somebody else, the ACL on the way in, its groups on the
 * way in and out. The reply is part of a connection that its groups know, so they are not asked
 * again.
 */
vp_step vp_walk_middlebox(vp_walk *walk, vp_network_interface *box) {
    vp_place place = vp_place_of(box);
    if (box->source_dest_check != VP_FALSE) {
        vp_explanation *explanation =
            vp_walk_fail(walk, "ENI_SOURCE_DEST_CHECK_RESTRICTION", vp_walk_direction(walk, false));
        explanation->network_interface = box;
        explanation->vpc = place.vpc;
        explanation->subnet = place.subnet;
        explanation->address = walk->header.destination;
        return VP_STEP_FAILED;
    }
    vp_walk_via(walk, &box->record);
    (void)vp_walk_pass_place(walk, &place);
    note_responder(walk, box);
    if (place.subnet != walk->at.subnet) {
        vp_walk_acl(walk, place.subnet, false);
    }
    walk->at = place;
    if (walk->replying) {
        return VP_STEP_LOOKUP;
    }
    vp_walk_warn_of_appliance(walk);
    vp_walk_groups(walk, &place, false);
    if (!translates(walk, box) || !translate(walk, &place)) {
        walk->preserved = false;
    }
    vp_walk_groups(walk, &place, true);
    vp_walk_hop(walk)->header = walk->header;
    return vp_walk_send_on(walk);
}

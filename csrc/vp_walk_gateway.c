/*
 * vp_walk_gateway.c - out of a VPC through its internet gateway, and in from the internet.
 *
 * The one idea: a gateway maps addresses one to one and filters nothing but addresses; a public
 * address that an interface of the model holds is followed in through that VPC's own gateway (D14).
 * AWS: VPC User Guide, "Internet gateways" and "Gateway route tables".
 */
#include "vp_walk_endpoint.h"
#include "vp_walk_outbound.h"

#include <string.h>

static vp_explanation *fail_at(vp_walk *walk, const char *code, bool egress,
                               vp_internet_gateway *gateway, const vp_addr *address) {
    vp_explanation *explanation = vp_walk_fail(walk, code, vp_walk_direction(walk, egress));
    explanation->gateway = gateway == NULL ? NULL : &gateway->record;
    explanation->address = *address;
    explanation->vpc = walk->at.vpc;
    explanation->subnet = walk->at.subnet;
    return explanation;
}

static bool is_rfc1918(const vp_addr *address) {
    return address->family == 4 && ((address->lo >> 24) == 10 || (address->lo >> 20) == 0xac1 ||
                                    (address->lo >> 16) == 0xc0a8);
}

static bool is_rfc6598(const vp_addr *address) {
    return address->family == 4 && (address->lo >> 22) == (0x64400000u >> 22);
}

/* The subnet's mode decides, else the VPC's. */
bool vp_walk_is_blocked(const vp_walk *walk, const vp_place *place, bool outbound) {
    vp_name mode = VP_NO_NAME;
    if (place->subnet != NULL) {
        mode = place->subnet->block_public_access_states.internet_gateway_block_mode;
    }
    if (mode == VP_NO_NAME && place->vpc != NULL) {
        mode = place->vpc->block_public_access_states.internet_gateway_block_mode;
    }
    return vp_network_name_is(walk->network, mode, "block-bidirectional") ||
           (!outbound && vp_network_name_is(walk->network, mode, "block-ingress"));
}

/* What stands in the way of packets that a gateway's route table sends to an appliance. */
typedef struct appliance {
    vp_network_interface *box; /* NULL: a Gateway Load Balancer endpoint, or not described */
    vp_vpc_endpoint *balancer;
    const vp_subnet *subnet;
    vp_route_choice choice;
} appliance;

/* The appliance to which the gateway's route table sends an address of the VPC; false: none. */
static bool find_appliance(const vp_walk *walk, const vp_record *gateway, const vp_addr *address,
                           appliance *found) {
    const vp_route_table *table = vp_index_edge_route_table(walk->index, gateway->id);
    *found = (appliance){.box = NULL};
    if (table == NULL || !vp_route_select(walk->network, table, address, &found->choice)) {
        return false;
    }
    found->balancer = vp_walk_balancer(walk, &found->choice);
    if (found->balancer != NULL) {
        found->subnet = vp_walk_balancer_subnet(walk, found->balancer);
        return true;
    }
    if (found->choice.target != VP_TARGET_INTERFACE) {
        return false;
    }
    found->box = vp_route_interface(walk->network, walk->index, found->choice.route);
    found->subnet = found->box == NULL ? NULL : found->box->subnet;
    return true;
}

/* Is a block of the sending subnet redirected? The appliance itself is not (D32). */
static bool is_block_redirected(const vp_walk *walk, const vp_record *gateway,
                                const vp_cidr *block) {
    appliance found;
    if (block->address.family != walk->family ||
        !find_appliance(walk, gateway, &block->address, &found)) {
        return false;
    }
    const vp_network_interface *own = found.balancer == NULL
                                          ? found.box
                                          : vp_endpoint_interface(walk->network, found.balancer, 0);
    return found.subnet == NULL || found.subnet != walk->at.subnet ||
           own != walk->at.network_interface;
}

/*
 * The subnet that sends is what counts, whoever the packet is from (9.5): gateway route tables name
 * whole subnets.
 */
bool vp_walk_is_redirected(const vp_walk *walk, const vp_record *gateway) {
    const vp_subnet *subnet = walk->at.subnet;
    if (subnet == NULL) {
        return false;
    }
    const vp_list *list = &subnet->ipv6_cidr_block_association_set;
    bool redirected = is_block_redirected(walk, gateway, &subnet->cidr_block);
    for (uint32_t i = 0; !redirected && i < list->count; i++) {
        const vp_block_association *association = VP_ITEM(vp_block_association, list, i);
        redirected = vp_block_is_associated(walk->network, association) &&
                     is_block_redirected(walk, gateway, &association->cidr_block);
    }
    return redirected;
}

/* What stands for a public address that the data do not tell. */
static vp_name open_public(const vp_network_interface *holder, const vp_addr *address) {
    return holder == NULL ? VP_NO_NAME : vp_interface_open_public(holder, address);
}

/* A public address, whichever of its private ones it belongs to. */
static bool has_public(const vp_walk *walk, const vp_network_interface *box) {
    bool found = vp_index_public_of(walk->index, box, &box->private_ip_address).family != 0;
    for (uint32_t i = 0; !found && i < box->private_ip_addresses.count; i++) {
        const vp_private_ip_address *own =
            VP_ITEM(vp_private_ip_address, &box->private_ip_addresses, i);
        found = vp_index_public_of(walk->index, box, &own->private_ip_address).family != 0;
    }
    return found;
}

/* An appliance of the internet is a host with a public address; an endpoint needs none (4.7). */
static const char *problem_of(const vp_walk *walk, const vp_record *gateway,
                              const appliance *found) {
    if (vp_route_state_of(walk->network, walk->index, &found->choice, walk->at.vpc_id).blackhole) {
        return "BAD_STATE_ROUTE";
    }
    if (found->box == NULL) {
        return found->balancer == NULL ? "UNKNOWN_DESTINATION" : NULL;
    }
    if (walk->family != 4 || gateway->kind != VP_KIND_INTERNET_GATEWAY) {
        return NULL;
    }
    return has_public(walk, found->box) ? NULL
           : open_public(found->box, &found->box->private_ip_address) != VP_NO_NAME
               ? "UNKNOWN_RESOURCE"
               : "INGRESS_RTB_NO_PUBLIC_IP";
}

/* Has the gateway a table that leads nowhere from an address: one in no block of the VPC? */
static bool is_unrouted(const vp_walk *walk, const vp_record *gateway, const vp_addr *address) {
    const vp_route_table *table = vp_index_edge_route_table(walk->index, gateway->id);
    vp_route_choice choice;
    return table != NULL && !vp_route_select(walk->network, table, address, &choice);
}

/* A gateway route table holds local routes and appliances only. */
vp_step vp_walk_enter(vp_walk *walk, vp_record *gateway) {
    appliance found;
    if (is_unrouted(walk, gateway, &walk->header.destination)) {
        vp_explanation *explanation =
            vp_walk_fail(walk, walk->replying ? "RETURN_ROUTE_MISSING" : "NO_ROUTE_TO_DESTINATION",
                         vp_walk_direction(walk, false));
        explanation->gateway = gateway;
        explanation->address = walk->header.destination;
        explanation->vpc = walk->at.vpc;
        explanation->route_table = vp_index_edge_route_table(walk->index, gateway->id);
        return VP_STEP_FAILED;
    }
    if (!find_appliance(walk, gateway, &walk->header.destination, &found)) {
        return VP_STEP_DELIVER;
    }
    const char *problem = problem_of(walk, gateway, &found);
    if (problem != NULL) {
        vp_explanation *explanation = vp_walk_fail(walk, problem, vp_walk_direction(walk, false));
        bool open = strcmp(problem, "UNKNOWN_RESOURCE") == 0;
        explanation->id =
            open ? open_public(found.box, &found.box->private_ip_address) : found.choice.target_id;
        explanation->gateway = gateway;
        explanation->network_interface = found.box;
        explanation->route_table = vp_index_edge_route_table(walk->index, gateway->id);
        explanation->route = found.choice.route;
        return VP_STEP_FAILED;
    }
    if (found.balancer != NULL) {
        return vp_walk_through_balancer(walk, found.balancer);
    }
    bool has_arrived = found.box == vp_index_interface_at(walk->index, found.box->vpc_id,
                                                          &walk->header.destination);
    return has_arrived ? VP_STEP_DELIVER : vp_walk_middlebox(walk, found.box);
}

/* Who holds the destination, seen from the internet: by public IPv4 or by IPv6 address. */
static vp_network_interface *holder_outside(const vp_walk *walk, vp_name vpc_id,
                                            const vp_addr *address, vp_addr *private_address) {
    if (address->family == 4) {
        return vp_index_public(walk->index, address, private_address);
    }
    *private_address = *address;
    return vp_index_interface_at(walk->index, vpc_id, address);
}

/* The interface is in a peer: from outside it cannot be reached through this VPC (5.9). */
static void hint_at_peer(vp_walk *walk, vp_internet_gateway *gateway, vp_name vpc_id) {
    uint32_t count;
    vp_vpc_peering_connection *const *all = vp_index_peerings_of(walk->index, vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_is_active(walk->network, all[i]) &&
            vp_walk_sides_of(all[i], vpc_id, &own, &peer) && peer->vpc_id == walk->to.vpc_id) {
            vp_explanation *hint = vp_walk_hint(walk, "PCX_EDGE_TO_EDGE_IGW");
            hint->vpc_peering_connection = all[i];
            hint->gateway = &gateway->record;
            hint->id = gateway->record.id;
            hint->vpc = walk->to.vpc;
            hint->destination_vpc = walk->at.vpc;
            return;
        }
    }
}

/*
 * The question asks for a private address itself, which no packet on the internet is sent to: what
 * was meant may be the interface that has it.
 */
static void note_private(const vp_walk *walk, vp_explanation *explanation) {
    const vp_addr *address = &walk->header.destination;
    const vp_rows *vpcs = &walk->network->rows[VP_KIND_VPC];
    bool is_private = is_rfc1918(address) || is_rfc6598(address);
    if (walk->to.network_interface != NULL || address->family != 4) {
        return;
    }
    for (uint32_t i = 0; i < vpcs->count && explanation->interface_met == NULL; i++) {
        const vp_vpc *vpc = (const vp_vpc *)vpcs->rows[i];
        vp_network_interface *holder = vp_index_interface_at(walk->index, vpc->record.id, address);
        is_private = is_private || vp_vpc_contains(walk->network, vpc, address);
        explanation->interface_met = holder == NULL ? NULL : &holder->record;
    }
    explanation->cause = is_private ? "private_address" : NULL;
}

/* One code for all that the gateway cannot map to an interface of its VPC (3.1.5). */
static vp_step refuse_entry(vp_walk *walk, vp_internet_gateway *gateway) {
    vp_explanation *explanation = fail_at(walk, "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", false,
                                          gateway, &walk->header.destination);
    explanation->network_interface = walk->to.network_interface;
    explanation->destination_vpc = walk->to.vpc;
    note_private(walk, explanation);
    if (gateway != NULL) {
        hint_at_peer(walk, gateway, walk->at.vpc_id);
    }
    return VP_STEP_FAILED;
}

/* What a gateway refuses as the source of a packet from the internet, or NULL. */
static const char *source_problem(const vp_walk *walk) {
    const vp_addr *source = &walk->header.source;
    if (is_rfc1918(source)) {
        return "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS";
    }
    if (is_rfc6598(source)) {
        return "IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS";
    }
    bool inside = walk->at.vpc != NULL && vp_vpc_contains(walk->network, walk->at.vpc, source);
    return inside ? "GATEWAY_REJECTS_SPOOFED_TRAFFIC" : NULL;
}

/* The interface has a public address, but nobody knows which: of a plan, for one. */
static vp_explanation *refuse_open(vp_walk *walk, vp_internet_gateway *gateway,
                                   vp_network_interface *holder, const vp_addr *address,
                                   bool egress) {
    vp_explanation *explanation = fail_at(walk, "UNKNOWN_RESOURCE", egress, gateway, address);
    explanation->id = open_public(holder, address);
    explanation->network_interface = holder;
    return explanation;
}

/* A packet from the internet that could not be given the public address of its receiver. */
static bool is_sent_to_open(const vp_walk *walk) {
    return walk->family == 4 && vp_addr_equals(&walk->header.destination, &walk->to_address) &&
           open_public(walk->to.network_interface, &walk->to_address) != VP_NO_NAME;
}

bool vp_walk_may_have_gateway(vp_walk *walk, const vp_network_interface *met, bool on_premises) {
    const vp_route_table *table =
        met == NULL || met->subnet == NULL ? NULL : met->subnet->route_table;
    vp_route_choice choice;
    walk->unseen = VP_NO_NAME;
    if (table == NULL) {
        return met != NULL;
    }
    if (!vp_route_select(walk->network, table, &walk->header.source, &choice)) {
        return false;
    }
    bool leads = on_premises ? choice.target == VP_TARGET_VPN_GATEWAY ||
                                   choice.target == VP_TARGET_TRANSIT_GATEWAY
                             : choice.target == VP_TARGET_INTERNET_GATEWAY;
    if (!leads || vp_network_find(walk->network, VP_KIND_NONE, choice.target_id) != NULL ||
        vp_route_state_of(walk->network, walk->index, &choice, met->vpc_id).blackhole) {
        return false;
    }
    walk->unseen = choice.target_id;
    return true;
}

vp_step vp_walk_come_in_unseen(vp_walk *walk) {
    vp_explanation *unknown =
        vp_walk_explain(walk, "UNKNOWN_RESOURCE", vp_walk_direction(walk, false));
    unknown->address = walk->header.destination;
    unknown->id = walk->unseen;
    unknown->subnet = walk->unseen == VP_NO_NAME ? walk->reached.subnet : NULL;
    return VP_STEP_DELIVER;
}

/*
 * 9.6: a packet for a public address arrives at the gateway of a VPC; at one that may be there,
 * where `gateway` is NULL.
 */
static vp_step come_in(vp_walk *walk, vp_internet_gateway *gateway, vp_name vpc_id) {
    vp_addr private_address;
    vp_place outside = {NULL, NULL, (vp_vpc *)vp_network_find(walk->network, VP_KIND_VPC, vpc_id),
                        vpc_id};
    walk->at = outside;
    walk->came_by = gateway == NULL ? NULL : &gateway->record;
    walk->crossed = NULL;
    walk->sender = (vp_place){NULL, NULL, NULL, VP_NO_NAME};
    vp_hop *hop = NULL;
    if (gateway != NULL) {
        vp_walk_via(walk, &gateway->record);
        hop = vp_walk_pass(walk, VP_KIND_INTERNET_GATEWAY, &gateway->record, &outside);
    }
    vp_walk_limit_mtu(walk, 1500);
    const char *problem = source_problem(walk);
    if (problem != NULL) {
        (void)fail_at(walk, problem, false, gateway, &walk->header.source);
        return VP_STEP_FAILED;
    }
    vp_network_interface *holder =
        holder_outside(walk, vpc_id, &walk->header.destination, &private_address);
    if (holder == NULL && walk->to.vpc_id == vpc_id && is_sent_to_open(walk)) {
        (void)refuse_open(walk, gateway, walk->to.network_interface, &walk->to_address, false);
        return VP_STEP_FAILED;
    }
    if (holder == NULL || holder->vpc_id != vpc_id ||
        (walk->family == 6 && holder->deny_all_igw_traffic == VP_TRUE)) {
        return refuse_entry(walk, gateway);
    }
    walk->reached = vp_place_of(holder);
    if (vp_walk_is_blocked(walk, &walk->reached, false)) {
        vp_explanation *blocked = fail_at(walk, "VPC_BLOCK_PUBLIC_ACCESS_ENABLED", false, gateway,
                                          &walk->header.destination);
        blocked->subnet = holder->subnet;
        return VP_STEP_FAILED;
    }
    walk->header.destination = private_address;
    if (hop != NULL) {
        hop->header = walk->header;
    }
    if (walk->at.vpc != NULL && !vp_vpc_contains(walk->network, walk->at.vpc, &private_address)) {
        (void)fail_at(walk, "IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS", false, gateway,
                      &private_address);
        return VP_STEP_FAILED;
    }
    return gateway == NULL ? vp_walk_come_in_unseen(walk) : vp_walk_enter(walk, &gateway->record);
}

/* The VPC that a gateway is attached to in a usable state, or VP_NO_NAME. */
static vp_name vpc_of_gateway(const vp_walk *walk, const vp_internet_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->attachments.count; i++) {
        vp_name id = VP_ITEM(vp_gateway_attachment, &gateway->attachments, i)->vpc_id;
        if (vp_gateway_is_attached(walk->network, gateway, id)) {
            return id;
        }
    }
    return VP_NO_NAME;
}

/* The gateway that the question names, else the one of the destination's VPC or of a peer of it. */
static vp_internet_gateway *entrance(const vp_walk *walk) {
    uint32_t count;
    if (walk->query->from.record != NULL) {
        return (vp_internet_gateway *)walk->query->from.record;
    }
    vp_internet_gateway *gateway = vp_index_internet_gateway_of(walk->index, walk->to.vpc_id);
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(walk->index, walk->to.vpc_id, &count);
    for (uint32_t i = 0; gateway == NULL && i < count; i++) {
        const vp_peering_vpc_info *own, *peer;
        if (vp_walk_sides_of(all[i], walk->to.vpc_id, &own, &peer)) {
            gateway = vp_index_internet_gateway_of(walk->index, peer->vpc_id);
        }
    }
    return gateway;
}

/* Is there somebody to be reached on the internet, by a gateway that the data may not have? */
static bool is_entrance_open(vp_walk *walk) {
    bool has_public =
        !vp_addr_equals(&walk->header.destination, &walk->to_address) || is_sent_to_open(walk);
    return walk->query->from.record == NULL && (walk->family == 6 || has_public) &&
           vp_index_internet_gateway_of(walk->index, walk->to.vpc_id) == NULL &&
           vp_walk_may_have_gateway(walk, walk->to.network_interface, false);
}

/*
 * The packet is sent to the public address of the interface that the question names. Where there
 * is none it keeps the private one, which the gateway then refuses.
 */
vp_step vp_walk_start_outside(vp_walk *walk) {
    const vp_record *named = walk->query->from.record;
    (void)vp_walk_pass(walk, VP_KIND_NONE, NULL, NULL);
    if (named != NULL && named->kind == VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY) {
        return vp_walk_refuse_egress_only(walk);
    }
    vp_internet_gateway *gateway = entrance(walk);
    if (walk->family == 4 && walk->to.network_interface != NULL) {
        vp_addr public_address =
            vp_index_public_of(walk->index, walk->to.network_interface, &walk->to_address);
        if (public_address.family == 4) {
            walk->header.destination = public_address;
            vp_walk_hop(walk)->header = walk->header;
        }
    }
    if (is_entrance_open(walk)) {
        return come_in(walk, NULL, walk->to.vpc_id);
    }
    vp_name vpc_id = gateway == NULL ? VP_NO_NAME : vpc_of_gateway(walk, gateway);
    if (gateway != NULL && vpc_id == VP_NO_NAME) {
        (void)fail_at(walk, "BAD_STATE", false, gateway, &walk->header.destination);
        return VP_STEP_FAILED;
    }
    if (gateway == NULL) {
        vp_explanation *explanation = fail_at(walk, "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", false,
                                              NULL, &walk->header.destination);
        explanation->network_interface = walk->to.network_interface;
        explanation->destination_vpc = walk->to.vpc;
        note_private(walk, explanation);
        return VP_STEP_FAILED;
    }
    return come_in(walk, gateway, vpc_id);
}

vp_network_interface *vp_walk_public_holder(const vp_walk *walk, const vp_addr *address) {
    vp_addr private_address;
    return address->family == 4 ? vp_index_public(walk->index, address, &private_address)
                                : vp_index_interface_anywhere(walk->index, address);
}

/* Whatever has the address out there, an interface that the question names is not it (F12). */
static vp_step stay_outside(vp_walk *walk) {
    vp_end_kind asked = walk->query->to.kind;
    if (vp_end_has_interfaces(asked) || asked == VP_END_SUBNET) {
        vp_explanation *explanation =
            fail_at(walk, "NO_PATH", true, NULL, &walk->header.destination);
        explanation->network_interface = walk->to.network_interface;
        explanation->destination_vpc = walk->to.vpc;
        return VP_STEP_FAILED;
    }
    walk->left = true;
    walk->arrived = true;
    return VP_STEP_LEFT;
}

/* On the internet: gone, unless the model holds the address. */
vp_step vp_walk_to_internet(vp_walk *walk) {
    const vp_addr *destination = &walk->header.destination;
    vp_network_interface *asked = walk->to.network_interface;
    (void)vp_walk_pass(walk, VP_KIND_NONE, NULL, NULL);
    bool own = walk->family == 6 && asked != NULL && vp_addr_equals(&walk->to_address, destination);
    const vp_network_interface *holder = own ? asked : vp_walk_public_holder(walk, destination);
    if (holder == NULL && vp_walk_is_nat_public(walk, destination)) {
        (void)fail_at(walk, "NO_POSSIBLE_DESTINATION", false, NULL, destination);
        return VP_STEP_FAILED;
    }
    vp_name vpc_id = holder == NULL ? VP_NO_NAME : holder->vpc_id;
    if (vpc_id == VP_NO_NAME) {
        return stay_outside(walk);
    }
    vp_internet_gateway *gateway = vp_index_internet_gateway_of(walk->index, vpc_id);
    if (gateway == NULL && !vp_walk_may_have_gateway(walk, holder, false)) {
        (void)fail_at(walk, "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS", false, NULL, destination);
        return VP_STEP_FAILED;
    }
    return come_in(walk, gateway, vpc_id);
}

/* What an internet gateway refuses as destination, or NULL. */
static const char *destination_problem(const vp_addr *destination) {
    if (is_rfc1918(destination)) {
        return "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS";
    }
    return is_rfc6598(destination) ? "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS" : NULL;
}

/*
 * Block Public Access asks the NAT gateway that sent the packet, else the workload behind whatever
 * forwarded it (3.1.8).
 */
static bool is_kept_in(vp_walk *walk) {
    const vp_stage *nat = vp_walk_nat_sender(walk);
    bool own = walk->from.vpc_id == walk->at.vpc_id;
    return nat != NULL ? vp_walk_is_blocked(walk, &nat->place, true)
                       : vp_walk_is_blocked(walk, own ? &walk->from : &walk->at, false);
}

/*
 * The public side of the source: the interface's, or what the NAT gateway says of itself, which
 * holds at the internet gateway of its own VPC alone (3.1.3).
 */
static vp_addr public_source(vp_walk *walk, const vp_network_interface *holder) {
    vp_addr found = {0, 0, 0};
    const vp_stage *nat = vp_walk_nat_sender(walk);
    if (holder != NULL) {
        found = vp_index_public_of(walk->index, holder, &walk->header.source);
    }
    bool own = nat != NULL && nat->place.vpc_id == walk->at.vpc_id;
    return found.family == 0 && own ? nat->nat_address->public_ip : found;
}

/* Would the source have a public address here, if the data told it? */
static bool is_source_open(vp_walk *walk, const vp_network_interface *holder) {
    return destination_problem(&walk->header.destination) == NULL &&
           vp_walk_nat_sender(walk) == NULL &&
           open_public(holder, &walk->header.source) != VP_NO_NAME;
}

/* Where the packet could arrive that depends on the address; elsewhere it is lost with any. */
static vp_step leave_open(vp_walk *walk, vp_internet_gateway *gateway, vp_route_table *table,
                          const vp_route_choice *choice, vp_network_interface *holder) {
    vp_end_kind asked = walk->query->to.kind;
    vp_addr private_address;
    bool inside = vp_end_has_interfaces(asked) || asked == VP_END_SUBNET;
    bool held = vp_index_public(walk->index, &walk->header.destination, &private_address) != NULL;
    if (!held && (inside || vp_walk_is_nat_public(walk, &walk->header.destination))) {
        return vp_walk_to_internet(walk);
    }
    vp_explanation *unknown = refuse_open(walk, gateway, holder, &walk->header.source, true);
    unknown->route_table = table;
    unknown->route = choice->route;
    return VP_STEP_FAILED;
}

/*
 * The checks are in the order of 9.5: what the VPC forbids, then what the addresses forbid. AWS:
 * VPC User Guide, "Enable internet access": only a public IPv4 address leaves.
 */
vp_step vp_walk_internet_gateway(vp_walk *walk, vp_route_table *table,
                                 const vp_route_choice *choice) {
    vp_internet_gateway *gateway = (vp_internet_gateway *)vp_network_find(
        walk->network, VP_KIND_INTERNET_GATEWAY, choice->target_id);
    const vp_addr *destination = &walk->header.destination;
    vp_network_interface *holder =
        vp_index_interface_at(walk->index, walk->at.vpc_id, &walk->header.source);
    vp_addr public_address = {0, 0, 0};
    const char *problem = NULL;
    if (gateway == NULL) {
        vp_explanation *unknown = fail_at(walk, "UNKNOWN_DESTINATION", true, NULL, destination);
        unknown->route_table = table;
        unknown->route = choice->route;
        unknown->id = choice->target_id;
        return VP_STEP_FAILED;
    }
    vp_walk_via(walk, &gateway->record);
    vp_hop *hop = vp_walk_pass(walk, VP_KIND_INTERNET_GATEWAY, &gateway->record, &walk->at);
    hop->subnet = NULL;
    vp_walk_limit_mtu(walk, 1500);
    if (is_kept_in(walk)) {
        problem = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED";
    } else if (vp_walk_is_redirected(walk, &gateway->record)) {
        problem = "INGRESS_RTB_TRAFFIC_REDIRECTION";
    } else if (walk->family == 4) {
        problem = destination_problem(destination);
        public_address = public_source(walk, holder);
        if (problem == NULL && public_address.family == 0) {
            problem = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS";
        }
        if (problem != NULL && is_source_open(walk, holder)) {
            return leave_open(walk, gateway, table, choice, holder);
        }
    }
    if (problem != NULL) {
        vp_explanation *explanation = fail_at(walk, problem, true, gateway, destination);
        explanation->network_interface = holder;
        explanation->route_table = table;
        explanation->route = choice->route;
        return VP_STEP_FAILED;
    }
    if (vp_walk_push_stage(walk, &walk->at, &gateway->record) == NULL) {
        return VP_STEP_FAILED;
    }
    if (walk->family == 4) {
        walk->header.source = public_address;
        hop->header = walk->header;
    }
    return vp_walk_to_internet(walk);
}

/*
 * vp_path_gateway.c - out of a VPC through its gateways, and in from outside (semantics 3.1, 3.2,
 * 3.4, 9.6).
 *
 * The one idea: an internet gateway maps addresses one to one. A mapped address still moves with
 * the question's, so that whatever looks at it later makes the answer hold for that one alone.
 */
#include "vp_path.h"

#include "vp_vpn.h"

enum { RFC1918 = 1, RFC6598 = 2 };

/* AWS: VPC User Guide, "Block public access": the subnet's mode decides, else the VPC's. */
static bool is_blocked(const vp_path *path, const vp_path_place *place, bool outbound) {
    vp_name mode = VP_NO_NAME;
    if (place->subnet != NULL) {
        mode = place->subnet->block_public_access_states.internet_gateway_block_mode;
    }
    if (mode == VP_NO_NAME && place->vpc != NULL) {
        mode = place->vpc->block_public_access_states.internet_gateway_block_mode;
    }
    return vp_network_name_is(path->network, mode, "block-bidirectional") ||
           (!outbound && vp_network_name_is(path->network, mode, "block-ingress"));
}

static bool is_private(vp_path *path, vp_path_address *address) {
    return address->value.family == 4 &&
           vp_path_value(path, vp_compiled_private(path->compiled), address) != 0;
}

/* ---- gateway route tables (4.7) ----------------------------------------------------------------
 */

/* The number of what the gateway's own table does with an address; 0: no route, or no table. */
static uint32_t number_at(vp_path *path, const vp_record *gateway, vp_path_address *address,
                          bool *has_table) {
    vp_route_table *table = vp_index_edge_route_table(path->compiled->index, gateway->id);
    *has_table = table != NULL;
    return table == NULL
               ? 0
               : vp_path_value(path,
                               vp_compiled_table(path->compiled, table, address->value.family),
                               address);
}

/* An action that leads to an appliance, or NULL. */
static const vp_compiled_action *to_appliance(const vp_path *path, uint32_t number) {
    const vp_compiled_action *action = &path->compiled->actions[number];
    bool appliance = number != 0 && (action->target == VP_TARGET_INTERFACE ||
                                     vp_path_balancer(path, action) != NULL);
    return appliance ? action : NULL;
}

/* Is a block of the sending subnet redirected? The appliance itself is not (D32). */
static bool is_block_redirected(vp_path *path, const vp_record *gateway, const vp_cidr *block) {
    vp_path_address first = {block->address, NULL, {0, 0}, false};
    if (block->address.family != path->source.value.family) {
        return false;
    }
    bool has_table;
    const vp_compiled_action *action =
        to_appliance(path, number_at(path, gateway, &first, &has_table));
    if (action == NULL) {
        return false;
    }
    const vp_vpc_endpoint *balancer = vp_path_balancer(path, action);
    const vp_network_interface *box = balancer == NULL
                                          ? (const vp_network_interface *)action->record
                                          : vp_endpoint_interface(path->network, balancer, 0);
    const vp_subnet *subnet = balancer != NULL ? vp_path_balancer_subnet(path, balancer)
                              : box == NULL    ? NULL
                                               : box->subnet;
    return subnet == NULL || subnet != path->at.subnet || box != path->at.network_interface;
}

bool vp_path_is_redirected(vp_path *path, const vp_record *gateway) {
    const vp_subnet *subnet = path->at.subnet;
    if (subnet == NULL) {
        return false;
    }
    const vp_list *list = &subnet->ipv6_cidr_block_association_set;
    bool redirected = is_block_redirected(path, gateway, &subnet->cidr_block);
    for (uint32_t i = 0; !redirected && i < list->count; i++) {
        const vp_block_association *association = VP_ITEM(vp_block_association, list, i);
        redirected = vp_block_is_associated(path->network, association) &&
                     is_block_redirected(path, gateway, &association->cidr_block);
    }
    return redirected;
}

/* Has the interface a public address for this private one, and the data do not tell which? */
static bool lacks_public(vp_path *path, const vp_network_interface *met, const vp_addr *address) {
    return met != NULL && (vp_compiled_of(path->compiled, met)->facts & VP_FACT_OPEN) != 0 &&
           vp_interface_open_public(met, address) != VP_NO_NAME &&
           vp_index_public_of(path->compiled->index, met, address).family == 0;
}

vp_path_step vp_path_enter(vp_path *path, vp_record *gateway) {
    bool has_table;
    uint32_t number = number_at(path, gateway, &path->destination, &has_table);
    const vp_compiled_action *action = to_appliance(path, number);
    if (has_table && number == 0) {
        return vp_path_fail(path);
    }
    if (action == NULL) {
        return VP_PATH_DELIVER;
    }
    vp_vpc_endpoint *balancer = vp_path_balancer(path, action);
    vp_network_interface *box =
        action->target == VP_TARGET_INTERFACE ? (vp_network_interface *)action->record : NULL;
    if (action->blackhole) {
        return vp_path_fail(path);
    }
    if (balancer != NULL) {
        return vp_path_through_balancer(path, balancer);
    }
    if (box == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    bool needs_public = path->destination.value.family == 4 &&
                        gateway->kind == VP_KIND_INTERNET_GATEWAY &&
                        !(vp_compiled_of(path->compiled, box)->facts & VP_FACT_PUBLIC);
    if (needs_public) {
        return lacks_public(path, box, &box->private_ip_address)
                   ? vp_path_give_up(path, "UNKNOWN_RESOURCE", box->record.id)
                   : vp_path_fail(path);
    }
    vp_path_place holder = vp_path_holder(path, box->vpc_id, &path->destination);
    return holder.network_interface == box ? VP_PATH_DELIVER : vp_path_middlebox(path, box);
}

/* ---- internet gateways -------------------------------------------------------------------------
 */

static vp_path_address mapped(const vp_path_address *address, const vp_addr *value) {
    vp_path_address result = *address;
    result.value = *value;
    result.mapped = true;
    return result;
}

/*
 * What the data name but do not describe, by which packets from the source may come to the
 * interface: the gateway to which answers go, or the subnet whose table is missing.
 */
static vp_name unseen_gateway(vp_path *path, const vp_network_interface *met, bool on_premises) {
    if (met->subnet == NULL || met->subnet->route_table == NULL) {
        return met->subnet_id;
    }
    vp_profile table =
        vp_compiled_table(path->compiled, met->subnet->route_table, path->source.value.family);
    uint32_t number = vp_path_value(path, table, &path->source);
    const vp_compiled_action *action = &path->compiled->actions[number];
    bool leads = on_premises ? action->target == VP_TARGET_VPN_GATEWAY ||
                                   action->target == VP_TARGET_TRANSIT_GATEWAY
                             : action->target == VP_TARGET_INTERNET_GATEWAY;
    bool unseen = number != 0 && leads && !action->blackhole &&
                  vp_network_find(path->network, VP_KIND_NONE, action->target_id) == NULL;
    return unseen ? action->target_id : VP_NO_NAME;
}

/* Nothing is known of how it came, which leaves the answer open; filters are asked all the same. */
static vp_path_step come_in_unseen(vp_path *path) {
    (void)vp_path_give_up(path, "UNKNOWN_RESOURCE", path->unseen);
    return VP_PATH_DELIVER;
}

/*
 * A packet for `met` arrives at the gateway of its VPC, for the private address given. NULL: at one
 * that may be there, since the data do not hold any; nothing is known of it, the rest is.
 */
static vp_path_step come_in(vp_path *path, vp_record *gateway, vp_vpc *vpc, vp_name vpc_id,
                            vp_network_interface *met, const vp_addr *private_address) {
    vp_path_place outside = {NULL, NULL, vpc, vpc_id}, nobody = {NULL, NULL, NULL, VP_NO_NAME};
    path->at = outside;
    path->came_by = gateway;
    path->crossed = NULL;
    path->sender = nobody;
    if (is_private(path, &path->source) || vp_path_is_in(path, vpc, &path->source)) {
        return vp_path_fail(path);
    }
    if (met == NULL || met->vpc_id != vpc_id ||
        (path->source.value.family == 6 && met->deny_all_igw_traffic == VP_TRUE)) {
        return vp_path_fail(path);
    }
    path->unseen = gateway == NULL ? unseen_gateway(path, met, false) : VP_NO_NAME;
    if (gateway == NULL && path->unseen == VP_NO_NAME) {
        return vp_path_fail(path);
    }
    if (lacks_public(path, met, private_address)) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", met->record.id);
    }
    path->reached = vp_path_place_of(met);
    if (is_blocked(path, &path->reached, false)) {
        return vp_path_fail(path);
    }
    if (path->destination.value.family == 4) {
        path->destination = mapped(&path->destination, private_address);
    }
    if (vpc != NULL && !vp_path_is_in(path, vpc, &path->destination)) {
        return vp_path_fail(path);
    }
    return gateway == NULL ? come_in_unseen(path) : vp_path_enter(path, gateway);
}

/* Who holds a public address, by what the profile of all of them says. */
static vp_network_interface *holder_outside(vp_path *path, uint32_t value,
                                            vp_addr *private_address) {
    const vp_rows *rows = vp_network_rows(path->network, VP_KIND_NETWORK_INTERFACE);
    *private_address = path->destination.value;
    if (value == 0 || value == VP_OUTSIDE_NAT) {
        return NULL;
    }
    vp_network_interface *met = (vp_network_interface *)rows->rows[value - 1];
    if (path->destination.value.family == 4) {
        (void)vp_index_public(path->compiled->index, &path->destination.value, private_address);
    }
    return met;
}

/*
 * The interface that the question means, where its own IPv6 address is what is sent to: then nobody
 * has to be looked up, and the answer holds for all of its class.
 */
static vp_network_interface *asked_outside(vp_path *path) {
    vp_network_interface *asked = path->to.network_interface;
    bool own = asked != NULL && path->destination.value.family == 6 &&
               path->destination.last == &path->answer->destination_last &&
               !(vp_compiled_of(path->compiled, asked)->facts & VP_FACT_DOUBTFUL);
    return own ? asked : NULL;
}

/* Past a gateway: gone, unless an interface of the model holds the address (D14). */
static vp_path_step go_to_internet(vp_path *path) {
    vp_path_address *destination = &path->destination;
    vp_network_interface *met = asked_outside(path);
    vp_addr private_address = destination->value;
    if (met == NULL) {
        uint32_t value = vp_path_value(
            path, vp_compiled_outside(path->compiled, destination->value.family), destination);
        if (value == VP_OUTSIDE_NAT) {
            return vp_path_fail(path);
        }
        met = holder_outside(path, value, &private_address);
        if (met != NULL && destination->value.family == 4) {
            vp_path_pin(destination); /* behind it is a private address of its own */
        }
    }
    if (met == NULL) {
        vp_path_end_kind asked = path->to_end->kind;
        bool inside = asked == VP_PATH_INTERFACE || asked == VP_PATH_SUBNET;
        path->left = path->arrived = !inside;
        return inside ? vp_path_fail(path) : VP_PATH_LEFT;
    }
    vp_internet_gateway *gateway = vp_index_internet_gateway_of(path->compiled->index, met->vpc_id);
    return come_in(path, gateway == NULL ? NULL : &gateway->record, met->vpc, met->vpc_id, met,
                   &private_address);
}

static const vp_path_stage *nat_sender(vp_path *path) {
    const vp_path_stage *top = vp_path_top(path);
    return top != NULL && top->nat != NULL ? top : NULL;
}

/* Block Public Access asks the NAT gateway that sent the packet, else the workload (3.1.8). */
static bool is_kept_in(vp_path *path) {
    const vp_path_stage *nat = nat_sender(path);
    bool own = path->from.vpc_id == path->at.vpc_id;
    return nat != NULL ? is_blocked(path, &nat->place, true)
                       : is_blocked(path, own ? &path->from : &path->at, false);
}

/* The public side of the source, of family 0 when there is none, or (`open`) none that is known. */
static vp_addr public_source(vp_path *path, bool *open) {
    const vp_path_stage *nat = nat_sender(path);
    vp_addr found = {0, 0, 0};
    vp_path_place holder = vp_path_holder(path, path->at.vpc_id, &path->source);
    if (holder.network_interface != NULL &&
        (vp_compiled_of(path->compiled, holder.network_interface)->facts & VP_FACT_PUBLIC)) {
        found = vp_index_public_of(path->compiled->index, holder.network_interface,
                                   &path->source.value);
        vp_path_pin(&path->source); /* another address of the interface may have none */
    }
    *open = found.family == 0 && nat == NULL &&
            lacks_public(path, holder.network_interface, &path->source.value);
    if (*open) {
        vp_path_pin(&path->source);
    }
    bool own = nat != NULL && nat->place.vpc_id == path->at.vpc_id; /* at its VPC's gateway alone */
    return found.family == 0 && own ? nat->nat_public : found;
}

static void note_passed(vp_path *path, const vp_record *gateway) {
    const vp_path_end *to = path->to_end;
    bool internet = gateway->kind != VP_KIND_VPN_GATEWAY;
    path->passed = path->passed || to->gateway == gateway ||
                   (to->gateway == NULL && internet == (to->kind == VP_PATH_INTERNET));
}

/* Without a known public address: what could arrive depends on it, and what is lost does not. */
static vp_path_step leave_open(vp_path *path) {
    vp_path_end_kind asked = path->to_end->kind;
    bool inside = asked == VP_PATH_INTERFACE || asked == VP_PATH_SUBNET;
    uint32_t value =
        vp_path_value(path, vp_compiled_outside(path->compiled, 4), &path->destination);
    bool lost = value == VP_OUTSIDE_NAT || (value == 0 && inside);
    vp_path_place holder = vp_path_holder(path, path->at.vpc_id, &path->source);
    return lost ? vp_path_fail(path)
                : vp_path_give_up(path, "UNKNOWN_RESOURCE", holder.network_interface->record.id);
}

vp_path_step vp_path_internet_gateway(vp_path *path, const vp_compiled_action *action) {
    vp_record *gateway = action->record;
    if (gateway == NULL || gateway->kind != VP_KIND_INTERNET_GATEWAY) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    note_passed(path, gateway);
    if (is_kept_in(path) || vp_path_is_redirected(path, gateway)) {
        return vp_path_fail(path);
    }
    if (path->source.value.family == 6) {
        return vp_path_push(path, &path->at, gateway) == NULL ? vp_path_fail(path)
                                                              : go_to_internet(path);
    }
    if (is_private(path, &path->destination)) {
        return vp_path_fail(path);
    }
    bool open;
    vp_addr public_address = public_source(path, &open);
    if (open) {
        return leave_open(path);
    }
    if (public_address.family == 0 || vp_path_push(path, &path->at, gateway) == NULL) {
        return vp_path_fail(path);
    }
    path->source = mapped(&path->source, &public_address);
    return go_to_internet(path);
}

/* AWS: VPC User Guide, "Egress-only internet gateways": IPv6, and connections from inside. */
vp_path_step vp_path_egress_only(vp_path *path, const vp_compiled_action *action) {
    vp_record *gateway = action->record;
    if (gateway == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    note_passed(path, gateway);
    bool own = path->from.vpc_id == path->at.vpc_id;
    if (path->source.value.family != 6 || is_blocked(path, own ? &path->from : &path->at, true) ||
        vp_path_push(path, &path->at, gateway) == NULL) {
        return vp_path_fail(path);
    }
    return go_to_internet(path);
}

/* ---- virtual private gateways ------------------------------------------------------------------
 */

/* What the gateway does with packets for (or from) an address on premises. */
static bool carries(vp_path *path, vp_vpn_gateway *gateway, vp_path_address *address,
                    bool inbound) {
    uint32_t value = vp_path_value(
        path, vp_compiled_behind(path->compiled, gateway, address->value.family), address);
    return value == VP_BEHIND_WORKS || (inbound && value == 0);
}

vp_path_step vp_path_vpn_gateway(vp_path *path, const vp_compiled_action *action) {
    vp_record *record = action->record;
    if (record == NULL) {
        return vp_path_give_up(path, "UNKNOWN_DESTINATION", action->target_id);
    }
    vp_path_end_kind asked = path->to_end->kind;
    note_passed(path, record);
    vp_path_place sender = vp_path_holder(path, path->at.vpc_id, &path->source);
    bool inside = asked == VP_PATH_INTERFACE || asked == VP_PATH_SUBNET;
    if ((!vp_path_is_held(&sender) && nat_sender(path) == NULL) ||
        !carries(path, (vp_vpn_gateway *)record, &path->destination, false) || inside ||
        vp_path_push(path, &path->at, record) == NULL) {
        return vp_path_fail(path);
    }
    path->left = path->arrived = true;
    return VP_PATH_LEFT;
}

/* ---- from outside ------------------------------------------------------------------------------
 */

static vp_name vpc_of_gateway(const vp_path *path, const vp_internet_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->attachments.count; i++) {
        vp_name id = VP_ITEM(vp_gateway_attachment, &gateway->attachments, i)->vpc_id;
        if (vp_gateway_is_attached(path->network, gateway, id)) {
            return id;
        }
    }
    return VP_NO_NAME;
}

/* Through the gateway of the destination's VPC, or the one that the question names. */
static vp_path_step start_on_internet(vp_path *path) {
    vp_record *named = path->from_end->gateway;
    vp_network_interface *met = path->to.network_interface;
    vp_addr private_address = path->to_end->address;
    if (met == NULL || (named != NULL && named->kind != VP_KIND_INTERNET_GATEWAY)) {
        return vp_path_fail(path);
    }
    vp_internet_gateway *gateway =
        named != NULL ? (vp_internet_gateway *)named
                      : vp_index_internet_gateway_of(path->compiled->index, path->to.vpc_id);
    vp_name unseen_in = named == NULL ? path->to.vpc_id : VP_NO_NAME;
    vp_name vpc_id = gateway == NULL ? unseen_in : vpc_of_gateway(path, gateway);
    bool has_public =
        private_address.family == 6 || lacks_public(path, met, &private_address) ||
        ((vp_compiled_of(path->compiled, met)->facts & VP_FACT_PUBLIC) != 0 &&
         vp_index_public_of(path->compiled->index, met, &private_address).family == 4);
    if (private_address.family == 4) {
        vp_path_pin(&path->destination);
    }
    if (vpc_id == VP_NO_NAME || !has_public) {
        return vp_path_fail(path);
    }
    return come_in(path, gateway == NULL ? NULL : &gateway->record,
                   (vp_vpc *)vp_network_find(path->network, VP_KIND_VPC, vpc_id), vpc_id, met,
                   &private_address);
}

/* Has a VPC that is peered with this one a virtual private gateway? Then that is the entrance. */
static bool peer_has_gateway(const vp_path *path, vp_name vpc_id) {
    uint32_t count;
    vp_vpc_peering_connection *const *all =
        vp_index_peerings_of(path->compiled->index, vpc_id, &count);
    for (uint32_t i = 0; i < count; i++) {
        vp_name a = all[i]->requester_vpc_info.vpc_id, b = all[i]->accepter_vpc_info.vpc_id;
        if (vp_vpn_gateway_of(path->network, a == vpc_id ? b : a) != NULL) {
            return true;
        }
    }
    return false;
}

static vp_path_step start_on_premises(vp_path *path) {
    vp_record *named = path->from_end->gateway;
    vp_vpn_gateway *gateway =
        named != NULL ? (named->kind == VP_KIND_VPN_GATEWAY ? (vp_vpn_gateway *)named : NULL)
                      : vp_vpn_gateway_of(path->network, path->to.vpc_id);
    if (gateway == NULL && named == NULL && path->to.network_interface != NULL) {
        path->unseen = unseen_gateway(path, path->to.network_interface, true);
    }
    if (path->unseen != VP_NO_NAME) {
        path->at.vpc = path->to.vpc;
        path->at.vpc_id = path->to.vpc_id;
        path->reached = path->to;
        return come_in_unseen(path);
    }
    if (gateway == NULL) {
        return named == NULL && peer_has_gateway(path, path->to.vpc_id)
                   ? vp_path_fail(path)
                   : vp_path_start_behind_transit(path);
    }
    vp_name vpc_id = vp_vpn_vpc_of(path->network, gateway);
    if (vpc_id == VP_NO_NAME || vpc_id != path->to.vpc_id) {
        return vp_path_fail(path);
    }
    path->at.vpc = (vp_vpc *)vp_network_find(path->network, VP_KIND_VPC, vpc_id);
    path->at.vpc_id = vpc_id;
    path->came_by = &gateway->record;
    path->reached = path->to;
    if (!carries(path, gateway, &path->source, true)) {
        return vp_path_fail(path);
    }
    return vp_path_enter(path, &gateway->record);
}

/* From an address of which nothing is known but where an answer would go: into the VPC it comes. */
static vp_path_step start_beyond(vp_path *path) {
    path->at.vpc = path->to.vpc;
    path->at.vpc_id = path->to.vpc_id;
    path->reached = path->to;
    return VP_PATH_DELIVER;
}

vp_path_step vp_path_start_outside(vp_path *path) {
    if (path->from_end->kind == VP_PATH_BEYOND) {
        return start_beyond(path);
    }
    return path->from_end->kind == VP_PATH_PREMISES ? start_on_premises(path)
                                                    : start_on_internet(path);
}

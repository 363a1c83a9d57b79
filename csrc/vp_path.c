/*
 * vp_path.c - the request from end to end, and how far its answer holds.
 *
 * The one idea: an address is looked at through vp_path_value only, which cuts how far it may move;
 * so whatever the way does, the answer says truthfully for which addresses it is the same.
 */
#include "vp_path.h"

#include <string.h>

/* ---- looking at addresses ----------------------------------------------------------------------
 */

void vp_path_pin(vp_path_address *address) {
    if (address->last != NULL) {
        *address->last = address->origin;
    }
}

uint32_t vp_path_value(vp_path *path, vp_profile profile, vp_path_address *address) {
    vp_point last;
    uint32_t value = vp_profile_value(path->compiled->profiles, profile, address->value.family,
                                      vp_point_of(&address->value), &last);
    if (address->mapped) {
        vp_path_pin(address);
    } else if (address->last != NULL && vp_point_less(last, *address->last)) {
        *address->last = last;
    }
    return value;
}

bool vp_path_is_in(vp_path *path, const vp_vpc *vpc, vp_path_address *address) {
    return vpc != NULL &&
           vp_path_value(path, vp_compiled_space(path->compiled, vpc, address->value.family),
                         address) == VP_SPACE_BLOCK;
}

vp_path_place vp_path_place_of(vp_network_interface *network_interface) {
    vp_path_place place = {network_interface, network_interface->subnet, network_interface->vpc,
                           network_interface->vpc_id};
    return place;
}

static uint32_t facts_of(const vp_path *path, const vp_path_place *place) {
    return place->network_interface == NULL
               ? VP_FACT_DESCRIBED | VP_FACT_USABLE | VP_FACT_OPENS
               : vp_compiled_of(path->compiled, place->network_interface)->facts;
}

/* Is the place an end of the question that is known to hold this address? */
static bool is_end(const vp_path *path, const vp_path_place *place, vp_name vpc_id,
                   const vp_path_address *address, const vp_path_address *own) {
    return vp_path_is_held(place) && place->vpc_id == vpc_id && !address->mapped &&
           address->last != NULL && address->last == own->last &&
           !(facts_of(path, place) & VP_FACT_DOUBTFUL);
}

/* The ends of the question are known; anybody else is looked up, which narrows the answer. */
vp_path_place vp_path_holder(vp_path *path, vp_name vpc_id, vp_path_address *address) {
    vp_path_place nobody = {NULL, NULL, NULL, vpc_id};
    vp_path_address from = {.last = &path->answer->source_last};
    vp_path_address to = {.last = &path->answer->destination_last};
    if (is_end(path, &path->from, vpc_id, address, &from)) {
        return path->from;
    }
    if (is_end(path, &path->to, vpc_id, address, &to)) {
        return path->to;
    }
    vp_profile held = vp_compiled_held(path->compiled, vpc_id, address->value.family);
    uint32_t value = vp_path_value(path, held, address);
    if (value == 0) {
        return nobody;
    }
    const vp_rows *rows = vp_network_rows(path->network, VP_KIND_NETWORK_INTERFACE);
    return vp_path_place_of((vp_network_interface *)rows->rows[value - 1]);
}

/* ---- what does not pass ------------------------------------------------------------------------
 */

vp_path_step vp_path_fail(vp_path *path) {
    path->known = path->unknown = VP_SERVICE_NONE;
    return VP_PATH_FAILED;
}

vp_name vp_path_name_of(const vp_path_place *place) {
    const vp_network_interface *met = place->network_interface;
    vp_name subnet_id = place->subnet != NULL ? place->subnet->record.id
                        : met != NULL         ? met->subnet_id
                                              : VP_NO_NAME;
    vp_name id = subnet_id != VP_NO_NAME ? subnet_id : place->vpc_id;
    return id == VP_NO_NAME && met != NULL ? met->record.id : id;
}

vp_path_step vp_path_give_up(vp_path *path, const char *code, vp_name far) {
    path->unknown = vp_service_combine(path->services, VP_TRUTH_UNION, path->known, path->unknown);
    path->known = VP_SERVICE_NONE;
    path->answer->code = path->answer->code == NULL ? code : path->answer->code;
    path->far = path->far == VP_NO_NAME ? far : path->far;
    return VP_PATH_FAILED;
}

/* ---- the request -------------------------------------------------------------------------------
 */

/* F2: addresses that AWS answers itself in every VPC, whatever the rules say. */
static bool ends_at_service(vp_path *path) {
    const vp_vpc *vpc = path->at.vpc;
    if (vpc == NULL && path->at.subnet == NULL) {
        return false;
    }
    uint8_t family = path->destination.value.family;
    vp_profile services =
        vpc != NULL ? vp_compiled_services(path->compiled, vpc, family)
                    : vp_compiled_services_beside(path->compiled, path->at.subnet, family);
    uint32_t served = vp_path_value(path, services, &path->destination);
    if (served == 0) {
        return false;
    }
    if (served == VP_SERVED_BY_RESOLVER && vpc != NULL &&
        vpc->enable_dns_support.value == VP_FALSE) {
        (void)vp_path_fail(path);
        return true;
    }
    path->at_service = path->arrived = true;
    return true;
}

static vp_path_step start_at_interface(vp_path *path) {
    path->at = path->sender = path->from;
    vp_path_place neighbour = vp_path_holder(path, path->at.vpc_id, &path->destination);
    bool held = vp_path_is_held(&neighbour);
    if (!held && ends_at_service(path)) {
        return VP_PATH_LEFT;
    }
    vp_path_groups(path, &path->from, true);
    if (held && neighbour.subnet != NULL && neighbour.subnet == path->at.subnet) {
        path->direct = true;
        path->reached = neighbour;
        return VP_PATH_DELIVER;
    }
    return VP_PATH_LOOKUP;
}

/* D17: a NAT gateway of the own subnet is reached without leaving it. */
static bool stays_in_subnet(const vp_path *path, const vp_compiled_action *action) {
    const vp_nat_gateway *gateway = (const vp_nat_gateway *)action->record;
    return action->target == VP_TARGET_NAT_GATEWAY && gateway != NULL && path->at.subnet != NULL &&
           gateway->subnet_id == path->at.subnet->record.id;
}

bool vp_path_is_near(vp_path *path, const vp_compiled_action *action) {
    const vp_path_stage *top = vp_path_top(path);
    bool nat = !path->replying && top != NULL && top->nat != NULL;
    if (path->at.subnet == NULL || !(path->from_transit || nat)) {
        return false;
    }
    if (action->target == VP_TARGET_LOCAL) {
        return vp_path_holder(path, path->at.vpc_id, &path->destination).subnet == path->at.subnet;
    }
    const vp_network_interface *box = (const vp_network_interface *)action->record;
    return path->from_transit && action->target == VP_TARGET_INTERFACE && box != NULL &&
           box->subnet == path->at.subnet;
}

vp_route_table *vp_path_table(const vp_path *path) {
    if (path->at.subnet != NULL) {
        return path->at.subnet->route_table;
    }
    if (vp_path_is_classic(path, path->at.network_interface)) {
        return path->at.vpc == NULL ? NULL : path->at.vpc->main_route_table;
    }
    return path->at.network_interface == NULL ? path->own_table : NULL;
}

uint32_t vp_path_route(vp_path *path, vp_route_table *table) {
    return vp_path_value(path,
                         vp_compiled_table(path->compiled, table, path->destination.value.family),
                         &path->destination);
}

static vp_path_step look_up(vp_path *path) {
    if (++path->lookups > VP_PATH_LOOKUPS_MAX) {
        return vp_path_fail(path);
    }
    vp_route_table *table = vp_path_table(path);
    uint32_t number = table == NULL ? 0 : vp_path_route(path, table);
    vp_compiled_action action = {.target = VP_TARGET_OTHER};
    if (number != 0) {
        action = path->compiled->actions[number];
    }
    bool near = number != 0 && (stays_in_subnet(path, &action) || vp_path_is_near(path, &action));
    path->from_transit = false;
    if (!near) {
        vp_path_acl(path, path->at.subnet, true);
    }
    if (table == NULL) {
        return vp_path_give_up(path, "UNKNOWN_RESOURCE", vp_path_name_of(&path->at));
    }
    vp_vpc_peering_connection *classic = vp_path_classic_route(path, table, &path->reached);
    if (classic != NULL) {
        path->crossed = classic;
        return VP_PATH_DELIVER;
    }
    return number == 0 || action.blackhole ? vp_path_fail(path) : vp_path_target(path, &action);
}

/* F12. */
static bool is_what_was_asked(const vp_path *path) {
    return !path->to_end->strict || vp_path_is_same(&path->reached, &path->to);
}

/* F9 to F12. */
static void deliver(vp_path *path) {
    const vp_network_interface *met = path->reached.network_interface;
    uint32_t facts =
        met == NULL ? VP_FACT_ACCEPTS | VP_FACT_USABLE : vp_compiled_of(path->compiled, met)->facts;
    if (path->reached.subnet != path->at.subnet) {
        vp_path_acl(path, path->reached.subnet, false);
    }
    if (!(facts & VP_FACT_ACCEPTS) || !(facts & VP_FACT_USABLE) ||
        (!path->to_end->strict && (facts & VP_FACT_UNAVAILABLE))) {
        (void)vp_path_fail(path);
        return;
    }
    vp_path_groups(path, &path->reached, false);
    if (!is_what_was_asked(path)) {
        (void)vp_path_fail(path);
        return;
    }
    path->arrived = true;
}

/* ---- before the first step ---------------------------------------------------------------------
 */

static vp_path_place place_of_end(const vp_path_end *end) {
    vp_path_place place = {NULL, NULL, NULL, VP_NO_NAME};
    if (end->kind == VP_PATH_INTERFACE) {
        return vp_path_place_of(end->network_interface);
    }
    if (end->kind == VP_PATH_SUBNET) {
        place.subnet = end->subnet;
        place.vpc = end->subnet->vpc;
        place.vpc_id = end->subnet->vpc_id;
    }
    return place;
}

/* An interface whose address is not known: another rule may hold for the one that it will have. */
static bool is_open(const vp_path_place *place, vp_path_address *address) {
    bool open = place->network_interface != NULL && vp_addr_is_unspecified(&address->value);
    if (open) {
        vp_path_pin(address);
    }
    return open;
}

/* P5 to P7. An end that is not described makes the verdict unknown, before anything else. */
static bool may_start(vp_path *path) {
    uint32_t source = facts_of(path, &path->from), destination = facts_of(path, &path->to);
    if (!(source & destination & VP_FACT_DESCRIBED)) {
        (void)vp_path_give_up(
            path, "UNKNOWN_RESOURCE",
            vp_path_name_of(source & VP_FACT_DESCRIBED ? &path->to : &path->from));
        return false;
    }
    const vp_path_place *open = is_open(&path->from, &path->source)      ? &path->from
                                : is_open(&path->to, &path->destination) ? &path->to
                                                                         : NULL;
    if (open != NULL) {
        (void)vp_path_give_up(path, "UNKNOWN_RESOURCE", open->network_interface->record.id);
        return false;
    }
    if (!(source & destination & VP_FACT_USABLE) || (destination & VP_FACT_UNAVAILABLE)) {
        (void)vp_path_fail(path);
        return false;
    }
    if (!(source & VP_FACT_OPENS)) {
        (void)(source & VP_FACT_UNSUPPORTED
                   ? vp_path_give_up(path, "UNSUPPORTED_COMPONENT", vp_path_name_of(&path->from))
                   : vp_path_fail(path));
        return false;
    }
    return true;
}

static vp_path_address address_of(const vp_addr *value, vp_point *last) {
    vp_path_address address = {*value, last, vp_point_of(value), false};
    *last = vp_point_highest(value->family);
    return address;
}

/* A set that went through NAT64 is told in the family of the question. */
static void return_to_family(vp_path *path) {
    if (path->family != path->from_end->address.family) {
        path->known = vp_service_to_ipv6(path->services, path->known, false);
        path->unknown = vp_service_to_ipv6(path->services, path->unknown, false);
    }
}

static void request(vp_path *path) {
    vp_path_step step = path->from_outside ? vp_path_start_outside(path) : start_at_interface(path);
    while (step == VP_PATH_LOOKUP) {
        step = look_up(path);
    }
    if (step == VP_PATH_DELIVER) {
        deliver(path);
    }
}

/* The large array of stages is left as it is: only stage_count of them mean anything. */
static void start(vp_path *path, vp_compiled *compiled, const vp_path_end *from,
                  const vp_path_end *to, vp_path_answer *answer) {
    memset(path, 0, offsetof(vp_path, stages));
    path->compiled = compiled;
    path->network = compiled->network;
    path->services = &compiled->profiles->services;
    path->from_end = from;
    path->to_end = to;
    path->answer = answer;
    path->family = from->address.family;
    path->source = address_of(&from->address, &answer->source_last);
    path->destination = address_of(&to->address, &answer->destination_last);
    path->from = place_of_end(from);
    path->to = place_of_end(to);
    path->from_outside = from->kind == VP_PATH_INTERNET || from->kind == VP_PATH_PREMISES ||
                         from->kind == VP_PATH_BEYOND;
    path->preserved = path->groups_kept = true;
    path->known = path->back = path->services->all;
}

/* A destination outside is one beyond a gateway: a packet that ended elsewhere found no path. */
static bool must_leave(const vp_path *path) {
    return path->to_end->kind == VP_PATH_INTERNET || path->to_end->kind == VP_PATH_PREMISES;
}

/* Types of ICMP that nobody answers need no way back, so they are none the worse for having none.
 */
static void walk_back(vp_path *path) {
    vp_service one_way = path->services->one_way[path->from_end->address.family == 6];
    vp_service known =
        vp_service_combine(path->services, VP_TRUTH_INTERSECTION, path->known, one_way);
    vp_service unknown =
        vp_service_combine(path->services, VP_TRUTH_INTERSECTION, path->unknown, one_way);
    vp_path_reply(path);
    path->known = vp_service_combine(path->services, VP_TRUTH_UNION, path->known, known);
    path->unknown = vp_service_combine(path->services, VP_TRUTH_UNION, path->unknown, unknown);
    path->unknown =
        vp_service_combine(path->services, VP_TRUTH_DIFFERENCE, path->unknown, path->known);
}

/* Only a reply whose end is not known can have found the sender. */
static void walk_back_beyond(vp_path *path) {
    vp_path_reply(path);
    if (path->far == VP_NO_NAME) {
        (void)vp_path_fail(path);
    }
    path->answer->far = path->far;
}

void vp_path_ask(vp_compiled *compiled, const vp_path_end *from, const vp_path_end *to,
                 bool bidirectional, vp_path_answer *answer) {
    vp_path path;
    answer->code = NULL;
    answer->far = VP_NO_NAME;
    start(&path, compiled, from, to, answer);
    bool starts = may_start(&path);
    answer->far = path.far;
    if (starts) {
        request(&path);
        if (path.arrived && must_leave(&path) && !path.passed) {
            (void)vp_path_fail(&path);
            path.arrived = false;
        }
        return_to_family(&path);
        answer->far = path.far;
        if (path.arrived && from->kind == VP_PATH_BEYOND) {
            walk_back_beyond(&path);
        } else if (path.arrived && bidirectional && !path.at_service && !path.direct &&
                   (path.known | path.unknown) != VP_SERVICE_NONE) {
            walk_back(&path);
            answer->far = path.from_outside ? path.far : answer->far;
        }
    }
    answer->known = path.known;
    answer->unknown = path.unknown;
    answer->back = path.back;
}

/*
 * vp_atlas_plain.c - packets on the ways that most take: within a subnet, within a VPC, over one
 * peering connection.
 *
 * The one idea: on such a way what each end admits depends on one address only, so nothing is
 * walked: the profiles of both ends are looked up and cut with each other. A column has one source
 * address, so what is looked up for it is remembered by the number of the profile. Whatever is not
 * certain to be plain is left to the walk; where both speak they say the same, word for word.
 */
#include "vp_atlas.h"

#include <string.h>

/* ---- what stands at a class --------------------------------------------------------------------
 */

/* Interfaces that the data describe fully, and that nothing tells apart but the address. */
static bool is_plain(const vp_atlas *atlas, const vp_network_interface *met, uint32_t facts,
                     const vp_compiled_groups *groups) {
    bool filtered = (facts & VP_FACT_UNFILTERED) == 0;
    return !atlas->compiled->has_classic && (facts & VP_FACT_DESCRIBED) != 0 &&
           (facts & (VP_FACT_DOUBTFUL | VP_FACT_CLASSIC | VP_FACT_OPEN)) == 0 &&
           met->subnet != NULL && met->vpc != NULL && met->subnet->vpc_id == met->vpc_id &&
           met->subnet->route_table != NULL && !(filtered && groups->missing);
}

static void make_side(vp_atlas *atlas, const vp_class *of, vp_side *side) {
    vp_compiled *compiled = atlas->compiled;
    vp_path_end end = vp_atlas_end(atlas, of->first, atlas->members[of->first].first);
    const vp_network_interface *met = end.network_interface;
    const vp_compiled_interface *facts = vp_compiled_of(compiled, met);
    const vp_compiled_groups *groups = &compiled->groups[facts->groups];
    vp_profile all = compiled->profiles->all[of->family == 6];
    memset(side, 0, sizeof *side);
    side->is_made = atlas->made_sides = true;
    side->is_plain = is_plain(atlas, met, facts->facts, groups);
    if (!side->is_plain) {
        return;
    }
    bool filtered = (facts->facts & VP_FACT_UNFILTERED) == 0;
    const vp_network_acl *acl = met->subnet->network_acl;
    side->subnet = met->subnet;
    side->groups = facts->groups;
    side->table = vp_compiled_table(compiled, met->subnet->route_table, of->family);
    for (int egress = 0; egress < 2; egress++) {
        side->rules[egress] =
            filtered ? vp_compiled_group_rules(compiled, facts->groups, egress == 1, of->family)
                     : all;
        side->acl[egress] =
            acl == NULL ? all : vp_compiled_acl(compiled, acl, egress == 1, of->family);
        side->refers[egress] = filtered && groups->references[egress];
    }
    side->opens = (facts->facts & VP_FACT_OPENS) != 0 && (facts->facts & VP_FACT_USABLE) != 0;
    side->takes = (facts->facts & VP_FACT_ACCEPTS) != 0 && (facts->facts & VP_FACT_USABLE) != 0 &&
                  (facts->facts & VP_FACT_UNAVAILABLE) == 0;
}

const vp_side *vp_atlas_side(vp_atlas *atlas, uint32_t class_number) {
    vp_side *side = &atlas->sides[class_number];
    if (!side->is_made) {
        make_side(atlas, &atlas->classes[class_number], side);
    }
    return side;
}

/* ---- looking up --------------------------------------------------------------------------------
 */

/* The value at the source; the column holds no farther. The second look finds it in `seen`. */
static uint32_t at_source(vp_plain *on, vp_profile profile) {
    vp_atlas *atlas = on->atlas;
    vp_point last;
    if (profile == on->all) {
        return atlas->compiled->profiles->services.all;
    }
    if (profile < atlas->seen_count && atlas->seen[profile].stamp == atlas->stamp) {
        return atlas->seen[profile].value;
    }
    uint32_t value =
        vp_profile_value(atlas->compiled->profiles, profile, on->family, on->source, &last);
    *on->last = vp_point_less(last, *on->last) ? last : *on->last;
    if (profile < atlas->seen_count) {
        atlas->seen[profile].stamp = atlas->stamp;
        atlas->seen[profile].value = value;
    }
    return value;
}

static uint32_t at_destination(vp_plain *on, vp_profile profile, vp_path_answer *answer) {
    vp_point last;
    if (profile == on->all) {
        return on->atlas->compiled->profiles->services.all;
    }
    uint32_t value = vp_profile_value(on->atlas->compiled->profiles, profile, on->family,
                                      on->destination, &last);
    if (vp_point_less(last, answer->destination_last)) {
        answer->destination_last = last;
    }
    return value;
}

static vp_service cut(vp_plain *on, vp_service a, vp_service b) {
    return vp_service_combine(&on->atlas->compiled->profiles->services, VP_TRUTH_INTERSECTION, a,
                              b);
}

/* What groups admit: by address, and by what rules that name groups say of those of the far end. */
static vp_service with_named(vp_plain *on, vp_service admitted, const vp_side *own,
                             const vp_side *far, bool egress) {
    vp_service named =
        vp_compiled_references(on->atlas->compiled, own->groups, far->groups, egress, on->family);
    return vp_service_combine(&on->atlas->compiled->profiles->services, VP_TRUTH_UNION, admitted,
                              named);
}

/* ---- which way ---------------------------------------------------------------------------------
 */

/* Makes a peering connection ready to be used from the VPC of the column's source. */
static void prepare_peering(vp_plain *on, uint32_t action) {
    vp_compiled *compiled = on->atlas->compiled;
    const vp_record *record = compiled->actions[action].record;
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)record;
    vp_plain_peering *way = &on->peering;
    memset(way, 0, sizeof *way);
    way->action = action;
    if (record == NULL || record->kind != VP_KIND_VPC_PEERING_CONNECTION) {
        return;
    }
    bool accepted = connection->requester_vpc_info.vpc_id != on->vpc_id;
    const vp_peering_vpc_info *own =
        accepted ? &connection->accepter_vpc_info : &connection->requester_vpc_info;
    const vp_peering_vpc_info *peer =
        accepted ? &connection->requester_vpc_info : &connection->accepter_vpc_info;
    if (own->vpc_id != on->vpc_id || peer->vpc == NULL || peer->vpc->subnet_count == 0) {
        return;
    }
    way->peer_id = peer->vpc_id;
    way->own_side = vp_compiled_side(compiled, connection, accepted, on->family);
    way->peer_side = vp_compiled_side(compiled, connection, !accepted, on->family);
    way->joined = vp_path_joins_in_region(compiled->network, connection);
    way->resolves = peer->vpc->cidr_block.address.family == 4 && on->family == 4;
    vp_addr resolver = vp_addr_plus(&peer->vpc->cidr_block.address, 2);
    way->resolver = vp_point_of(&resolver);
}

/* The peer's DNS server answers its own VPC only; it is apart from what stands around it. */
static bool is_resolver(const vp_plain *on, vp_path_answer *answer) {
    vp_point at = on->peering.resolver, before = vp_point_before(at);
    if (!on->peering.resolves || vp_point_less(at, on->destination)) {
        return false;
    }
    bool is = vp_point_equals(at, on->destination);
    vp_point last = is ? at : before;
    if (vp_point_less(last, answer->destination_last)) {
        answer->destination_last = last;
    }
    return is;
}

/* Who holds addresses in the own VPC: only asked for where VPCs overlap. */
static vp_profile held_of(vp_plain *on) {
    if (!on->knows_held) {
        on->held = vp_compiled_held(on->atlas->compiled, on->vpc_id, on->family);
        on->knows_held = true;
    }
    return on->held;
}

/* Nobody in the own VPC holds the destination, and AWS does not answer it there. */
static bool is_foreign(vp_plain *on, vp_path_answer *answer) {
    const vp_segment *own = on->own_segment;
    int wide = on->family == 6;
    if (vp_point_less(on->destination, own->lowest[wide])) {
        vp_point before = vp_point_before(own->lowest[wide]);
        if (vp_point_less(before, answer->destination_last)) {
            answer->destination_last = before;
        }
    } else if (!vp_point_less(own->highest[wide], on->destination) &&
               at_destination(on, held_of(on), answer) != 0) {
        return false;
    }
    return at_destination(on, on->services, answer) == 0;
}

/* Where the route for the destination leads. */
static vp_plain_way way_over(vp_plain *on, vp_name far_id, vp_path_answer *answer) {
    uint32_t number = at_destination(on, on->own->table, answer);
    const vp_compiled_action *action = &on->atlas->compiled->actions[number];
    if (far_id != on->vpc_id && !is_foreign(on, answer)) {
        return VP_PLAIN_NOT;
    }
    if (number == 0 || action->blackhole) {
        return VP_PLAIN_NOWHERE;
    }
    if (far_id == on->vpc_id) {
        return action->target == VP_TARGET_LOCAL ? VP_PLAIN_LOCAL : VP_PLAIN_NOT;
    }
    if (action->target != VP_TARGET_PEERING) {
        return VP_PLAIN_NOT;
    }
    if (on->peering.action != number) {
        prepare_peering(on, number);
    }
    if (on->peering.peer_id != far_id || (on->own->refers[1] && !on->peering.joined)) {
        return VP_PLAIN_NOT;
    }
    bool carried = at_source(on, on->peering.own_side) == VP_SPACE_BLOCK &&
                   at_destination(on, on->peering.peer_side, answer) == VP_SPACE_BLOCK &&
                   !is_resolver(on, answer);
    return carried ? VP_PLAIN_PEERING : VP_PLAIN_NOWHERE;
}

/* Does the table of the far end lead the answer back as plainly as the request came? */
typedef enum way_back { BACK_NOT_PLAIN, BACK_NONE, BACK_THERE } way_back;

static way_back way_back_of(vp_plain *on, const vp_side *far, vp_name far_id, vp_plain_way way) {
    uint32_t number = at_source(on, far->table);
    const vp_compiled_action *action = &on->atlas->compiled->actions[number];
    if (number == 0 || action->blackhole) {
        return BACK_NONE;
    }
    if (way == VP_PLAIN_LOCAL) {
        return action->target == VP_TARGET_LOCAL ? BACK_THERE : BACK_NOT_PLAIN;
    }
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)action->record;
    if (action->target != VP_TARGET_PEERING || connection == NULL) {
        return BACK_NOT_PLAIN;
    }
    vp_name a = connection->requester_vpc_info.vpc_id, b = connection->accepter_vpc_info.vpc_id;
    return (a == far_id && b == on->vpc_id) || (a == on->vpc_id && b == far_id) ? BACK_THERE
                                                                                : BACK_NOT_PLAIN;
}

/* ---- the answer --------------------------------------------------------------------------------
 */

/* What arrives: everything that the filters of both ends admit. */
static vp_service request(vp_plain *on, const vp_side *far, vp_plain_way way,
                          vp_path_answer *answer) {
    const vp_side *own = on->own;
    bool direct = way == VP_PLAIN_DIRECT;
    vp_service passing = at_destination(on, own->rules[1], answer);
    if (own->refers[1]) {
        passing = with_named(on, passing, own, far, true);
    }
    if (!direct && passing != VP_SERVICE_NONE) {
        passing = cut(on, passing, at_destination(on, own->acl[1], answer));
        if (passing != VP_SERVICE_NONE) {
            passing = cut(on, passing, at_source(on, far->acl[0]));
        }
    }
    if (passing == VP_SERVICE_NONE) {
        return passing;
    }
    vp_service taken = at_source(on, far->rules[0]);
    if (far->refers[0] && (way != VP_PLAIN_PEERING || on->peering.joined)) {
        taken = with_named(on, taken, far, own, false);
    }
    return cut(on, passing, taken);
}

bool vp_plain_begin(vp_plain *on, vp_atlas *atlas, uint32_t member, vp_point *last) {
    const vp_member *from = &atlas->members[member];
    const vp_class *of = &atlas->classes[from->class_number];
    memset(on, 0, sizeof *on);
    on->own = vp_atlas_side(atlas, from->class_number);
    if (!on->own->is_plain || !on->own->opens || atlas->walks_only) {
        return false;
    }
    on->atlas = atlas;
    on->own_segment = &atlas->segments[of->segment];
    on->vpc_id = on->own_segment->vpc_id;
    on->family = of->family;
    on->all = atlas->compiled->profiles->all[of->family == 6];
    on->services = vp_compiled_services(atlas->compiled, on->own_segment->vpc, on->family);
    on->source = from->first;
    on->last = last;
    vp_atlas_forget_seen(atlas);
    return true;
}

void vp_plain_enter(vp_plain *on, uint32_t segment) {
    const vp_segment *far = &on->atlas->segments[segment];
    int wide = on->family == 6;
    vp_path_answer answer;
    memset(&answer, 0, sizeof answer);
    answer.destination_last = vp_point_highest(on->family);
    on->destination = far->lowest[wide];
    on->way = way_over(on, far->vpc_id, &answer);
    on->is_uniform = !vp_point_less(answer.destination_last, far->highest[wide]);
}

bool vp_plain_ask(vp_plain *on, uint32_t class_number, vp_point destination,
                  vp_path_answer *answer) {
    const vp_class *of = &on->atlas->classes[class_number];
    vp_name far_id = on->atlas->segments[of->segment].vpc_id;
    const vp_side *far = vp_atlas_side(on->atlas, class_number);
    vp_services *services = &on->atlas->compiled->profiles->services;
    if (!far->is_plain) {
        return false;
    }
    memset(answer, 0, sizeof *answer);
    answer->destination_last = vp_point_highest(on->family);
    answer->back = services->all;
    on->destination = destination;
    vp_plain_way way = far->subnet == on->own->subnet ? VP_PLAIN_DIRECT
                       : on->is_uniform               ? on->way
                                                      : way_over(on, far_id, answer);
    if (way == VP_PLAIN_NOT) {
        return false;
    }
    if (way == VP_PLAIN_NOWHERE || !far->takes) {
        return true;
    }
    answer->known = request(on, far, way, answer);
    if (way == VP_PLAIN_DIRECT || answer->known == VP_SERVICE_NONE) {
        return true;
    }
    way_back back = way_back_of(on, far, far_id, way);
    answer->back = at_source(on, far->acl[1]);
    if (back == BACK_THERE) {
        answer->back = cut(on, answer->back, at_destination(on, on->own->acl[0], answer));
    } else {
        answer->known = cut(on, answer->known, services->one_way[on->family == 6]);
    }
    return back != BACK_NOT_PLAIN;
}

/*
 * vp_reach_outside.c - to and from addresses that no interface of the model has.
 *
 * The one idea: hop along the address line, each walk saying where the next one is due.
 */
#include "vp_reach_part.h"

#include "vp_sort.h"
#include "vp_vpn.h"

#include <string.h>

static void add_piece(vp_reach *reach, vp_reach_pieces *pieces, const vp_reach_piece *piece) {
    void *items = pieces->items;
    if (!vp_reach_is_none(&piece->flows) &&
        vp_reach_grow(reach, &items, &pieces->capacity, (size_t)pieces->count + 1,
                      sizeof *pieces->items)) {
        pieces->items = items;
        pieces->items[pieces->count++] = *piece;
    }
}

/* Part of the line that can be outside: first..last. */
typedef struct span {
    vp_point first, last;
} span;

/*
 * The spans of the address line outside, in order (9.1). On premises there are private addresses
 * too.
 */
static bool span_at(uint8_t family, bool premises, uint32_t n, span *found) {
    static const struct {
        uint32_t first, last;
    } public[] = {{0x01000000u, 0x09ffffffu}, {0x0b000000u, 0x643fffffu},
                  {0x64800000u, 0x7effffffu}, {0x80000000u, 0xa9fdffffu},
                  {0xa9ff0000u, 0xac0fffffu}, {0xac200000u, 0xc0a7ffffu},
                  {0xc0a90000u, 0xdfffffffu}},
      behind[] = {
          {0x01000000u, 0x7effffffu}, {0x80000000u, 0xa9fdffffu}, {0xa9ff0000u, 0xdfffffffu}};
    uint32_t count = premises ? VP_COUNT_OF(behind) : VP_COUNT_OF(public);
    memset(found, 0, sizeof *found);
    if (family == 4 && n < count) {
        found->first.lo = premises ? behind[n].first : public[n].first;
        found->last.lo = premises ? behind[n].last : public[n].last;
        return true;
    }
    if (family == 4 || n > (premises ? 1u : 0u)) {
        return false;
    }
    found->first.hi = n == 0 ? UINT64_C(0x2000000000000000) : UINT64_C(0xfc00000000000000);
    found->last.hi = n == 0 ? UINT64_C(0x3fffffffffffffff) : UINT64_C(0xfdffffffffffffff);
    found->last.lo = UINT64_MAX;
    return true;
}

/* The parts of a span that the profile has no value for. */
static vp_status add_unheld(vp_compiled *compiled, vp_set_builder *builder, uint8_t family,
                            const span *part, vp_error *error) {
    vp_profile held = vp_compiled_outside(compiled, family);
    vp_point at = part->first, until;
    for (;;) {
        uint32_t value = vp_profile_value(compiled->profiles, held, family, at, &until);
        until = vp_point_less(part->last, until) ? part->last : until;
        vp_addr first = vp_point_address(at, family), last = vp_point_address(until, family);
        if (value == 0) {
            vp_status status = vp_set_builder_add_range(builder, &first, &last, error);
            if (status != VP_OK) {
                return status;
            }
        }
        if (!vp_point_less(until, part->last)) {
            return VP_OK;
        }
        at = vp_point_after(until, family == 6);
    }
}

vp_status vp_reach_add_internet(vp_compiled *compiled, vp_set_builder *builder, vp_error *error) {
    static const uint8_t families[] = {4, 6};
    vp_status status = VP_OK;
    for (size_t i = 0; i < sizeof families; i++) {
        span part;
        for (uint32_t n = 0; status == VP_OK && span_at(families[i], false, n, &part); n++) {
            status = add_unheld(compiled, builder, families[i], &part, error);
        }
    }
    return status;
}

/* A walk between an address of the model and one outside. */
typedef struct outside_walk {
    vp_reach *reach;
    vp_path_end inside, outside;
    bool inbound;
    vp_profile skipped;   /* addresses that are somebody's, or that nothing is known of */
    bool skips_known;     /* skip what the profile has a value for, else what it has none for */
    vp_point inside_last; /* how far the address inside may move */
    vp_reach_piece piece;
    vp_reach_pieces *pieces;
} outside_walk;

/* The next point to walk for, or false when the span is used up. */
static bool next_point(const outside_walk *walk, vp_point *at, vp_point last, vp_point *until) {
    uint8_t family = walk->piece.family;
    for (;;) {
        uint32_t value =
            vp_profile_value(walk->reach->compiled->profiles, walk->skipped, family, *at, until);
        bool skip = walk->skips_known ? value != 0 : value == 0;
        *until = vp_point_less(last, *until) ? last : *until;
        if (!skip) {
            return true;
        }
        if (!vp_point_less(*until, last)) {
            return false;
        }
        *at = vp_point_after(*until, family == 6);
    }
}

/* Hops over one span. */
static void hop(outside_walk *walk, vp_point at, vp_point last) {
    vp_point until;
    while (next_point(walk, &at, last, &until)) {
        vp_path_answer answer;
        walk->outside.address = vp_point_address(at, walk->piece.family);
        vp_path_ask(walk->reach->compiled, walk->inbound ? &walk->outside : &walk->inside,
                    walk->inbound ? &walk->inside : &walk->outside, true, &answer);
        walk->reach->effort.walks++;
        vp_point end = walk->inbound ? answer.source_last : answer.destination_last;
        vp_point inside = walk->inbound ? answer.destination_last : answer.source_last;
        walk->inside_last = vp_point_less(inside, walk->inside_last) ? inside : walk->inside_last;
        end = vp_point_less(until, end) ? until : end;
        walk->piece.first = at;
        walk->piece.last = end;
        walk->piece.flows = vp_reach_flows_of(walk->reach, &answer, walk->piece.family);
        add_piece(walk->reach, walk->pieces, &walk->piece);
        if (!vp_point_less(end, last)) {
            return;
        }
        at = vp_point_after(end, walk->piece.family == 6);
    }
}

/* All spans, cut to the addresses that the question means. */
static void hop_all(outside_walk *walk, const vp_set *addresses, bool premises) {
    uint8_t family = walk->piece.family;
    span part;
    for (uint32_t n = 0; span_at(family, premises, n, &part); n++) {
        if (addresses == NULL) {
            hop(walk, part.first, part.last);
            continue;
        }
        vp_set_cursor cursor = vp_set_begin(addresses);
        vp_addr first, last;
        while (vp_set_next_range(&cursor, &first, &last)) {
            vp_point from = vp_point_of(&first), to = vp_point_of(&last);
            if (first.family == family && !vp_point_less(part.last, from) &&
                !vp_point_less(to, part.first)) {
                hop(walk, vp_point_less(from, part.first) ? part.first : from,
                    vp_point_less(part.last, to) ? part.last : to);
            }
        }
    }
}

static vp_vpn_gateway *gateway_behind(const vp_reach *reach, const vp_record *named,
                                      vp_name vpc_id) {
    if (named != NULL) {
        return named->kind == VP_KIND_VPN_GATEWAY
                   ? (vp_vpn_gateway *)vp_network_find(reach->network, VP_KIND_VPN_GATEWAY,
                                                       named->id)
                   : NULL;
    }
    return vp_vpn_gateway_of(reach->network, vpc_id);
}

/*
 * The addresses to leave out: of the internet those that interfaces have, which are ends of their
 * own; of the premises those that no gateway knows of. False: there is no way at all.
 */
static bool choose_skipped(outside_walk *walk, const vp_record *gateway_named, bool premises) {
    vp_compiled *compiled = walk->reach->compiled;
    uint8_t family = walk->piece.family;
    walk->skips_known = !premises;
    if (!premises) {
        walk->skipped = vp_compiled_outside(compiled, family);
        return true;
    }
    vp_vpn_gateway *gateway =
        gateway_behind(walk->reach, gateway_named, walk->inside.network_interface->vpc_id);
    if (gateway == NULL) {
        return false;
    }
    walk->skipped = vp_compiled_behind(compiled, gateway, family);
    return true;
}

/* From each address of a part of a delegated prefix, as far as an answer holds. */
static void look_along(outside_walk *walk, uint32_t member, const vp_reach_scope *inside,
                       const vp_reach_outside *outside, bool premises) {
    const vp_atlas *atlas = walk->reach->atlas;
    const vp_member *of = &atlas->members[member];
    uint32_t position = 0;
    vp_point at, last;
    while (vp_reach_next_range(inside, of, &position, &at, &last)) {
        for (;;) {
            walk->inside = vp_atlas_end(atlas, member, at);
            walk->inside_last = last;
            if (choose_skipped(walk, outside->gateway, premises)) {
                hop_all(walk, outside->addresses, premises);
            }
            if (!vp_point_less(walk->inside_last, last)) {
                break;
            }
            at = vp_point_after(walk->inside_last, of->family == 6);
        }
    }
}

static vp_reach_view *view_of(vp_reach *reach, uint32_t class_number, bool premises, bool inbound) {
    vp_reach_view **views = &reach->views[premises][inbound];
    if (*views == NULL) {
        *views = vp_alloc_zeroed(&reach->network->alloc,
                                 ((size_t)reach->view_count + 1) * sizeof **views);
        if (*views == NULL) {
            reach->status = VP_NO_MEMORY;
            return NULL;
        }
    }
    return &(*views)[class_number];
}

/* From one address, or what was found for another one of its class. */
static void look_once(outside_walk *walk, uint32_t member, const vp_reach_outside *outside,
                      bool premises) {
    vp_reach *reach = walk->reach;
    const vp_member *of = &reach->atlas->members[member];
    vp_reach_view *view = view_of(reach, of->class_number, premises, walk->inbound);
    if (view == NULL) {
        return;
    }
    bool holds = view->made && !vp_point_less(of->first, view->first) &&
                 !vp_point_less(view->last, of->first);
    if (!holds) {
        vp_reach_pieces *pieces = walk->pieces;
        vp_reach_view found = {of->first, of->first, reach->seen.count, 0, true};
        walk->inside = vp_atlas_end(reach->atlas, member, of->first);
        walk->inside_last = vp_point_highest(of->family);
        walk->pieces = &reach->seen;
        if (choose_skipped(walk, outside->gateway, premises)) {
            hop_all(walk, outside->addresses, premises);
        }
        walk->pieces = pieces;
        found.last = walk->inside_last;
        found.count = reach->seen.count - found.start;
        *view = found;
    }
    for (uint32_t i = 0; i < view->count; i++) {
        vp_reach_piece piece = reach->seen.items[view->start + i];
        piece.tag = walk->piece.tag;
        add_piece(reach, walk->pieces, &piece);
    }
    if (vp_point_equals(view->first, view->last)) { /* of no use to anybody else */
        reach->seen.count = view->start;
        view->made = false;
    }
}

static void look(vp_reach *reach, uint32_t place, bool premises, bool inbound,
                 vp_reach_pieces *pieces) {
    vp_atlas *atlas = reach->atlas;
    const vp_reach_scope *inside = inbound ? &reach->query.to : &reach->query.from;
    const vp_reach_outside *outside =
        &(inbound ? &reach->query.from : &reach->query.to)->outside[premises];
    for (uint32_t m = atlas->first_member[place]; m != VP_ATLAS_NONE; m = atlas->members[m].next) {
        const vp_member *member = &atlas->members[m];
        uint32_t position = 0;
        vp_point at, last;
        outside_walk walk = {.reach = reach, .inbound = inbound, .pieces = pieces};
        walk.outside.kind = premises ? VP_PATH_PREMISES : VP_PATH_INTERNET;
        walk.outside.gateway = outside->gateway;
        walk.piece.family = member->family;
        walk.piece.tag = place;
        if (reach->query.family != 0 && reach->query.family != member->family) {
            continue;
        }
        if (atlas->classes[member->class_number].is_block) {
            look_along(&walk, m, inside, outside, premises);
        } else if (vp_reach_next_range(inside, member, &position, &at, &last)) {
            look_once(&walk, m, outside, premises);
        }
    }
}

void vp_reach_views_clear(vp_reach *reach) {
    const vp_alloc *alloc = &reach->network->alloc;
    for (int i = 0; i < 4; i++) {
        vp_reach_view *views = reach->views[i / 2][i % 2];
        vp_alloc_free(alloc, views,
                      views == NULL ? 0 : ((size_t)reach->view_count + 1) * sizeof *views);
    }
    vp_alloc_free(alloc, reach->seen.items, reach->seen.capacity * sizeof *reach->seen.items);
}

void vp_reach_look_out(vp_reach *reach, uint32_t place, bool premises, vp_reach_pieces *pieces) {
    look(reach, place, premises, false, pieces);
}

void vp_reach_look_in(vp_reach *reach, uint32_t place, bool premises, vp_reach_pieces *pieces) {
    look(reach, place, premises, true, pieces);
}

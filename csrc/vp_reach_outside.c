/*
 * vp_reach_outside.c - to and from addresses that no interface of the model has.
 *
 * The one idea: hop along the address line, each walk saying where the next one is due; then cut
 * the line where any piece begins or ends, unite what lies above each cut, and gather equal flows.
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
        while (vp_reach_next_range(inside, member, &position, &at, &last)) {
            for (;;) {
                walk.inside = vp_atlas_end(atlas, m, at);
                walk.inside_last = last;
                if (choose_skipped(&walk, outside->gateway, premises)) {
                    hop_all(&walk, outside->addresses, premises);
                }
                if (!vp_point_less(walk.inside_last, last)) {
                    break;
                }
                at = vp_point_after(walk.inside_last, member->family == 6);
            }
        }
    }
}

void vp_reach_look_out(vp_reach *reach, uint32_t place, bool premises, vp_reach_pieces *pieces) {
    look(reach, place, premises, false, pieces);
}

void vp_reach_look_in(vp_reach *reach, uint32_t place, bool premises, vp_reach_pieces *pieces) {
    look(reach, place, premises, true, pieces);
}

/* ---- rows --------------------------------------------------------------------------------------
 */

static int compare_points(const void *left, const void *right, const void *context) {
    const vp_point *a = left, *b = right;
    (void)context;
    return (int)vp_point_less(*b, *a) - (int)vp_point_less(*a, *b);
}

/* By interface, so that the pieces of one lie together, then by address. */
static int compare_pieces(const void *left, const void *right, const void *context) {
    const vp_reach_piece *a = left, *b = right;
    if (a->tag != b->tag) {
        return a->tag < b->tag ? -1 : 1;
    }
    return compare_points(&a->first, &b->first, context);
}

/* Where pieces of a family begin, and where the line goes on behind them; each once, in order. */
static uint32_t find_cuts(vp_reach *reach, const vp_reach_pieces *pieces, uint8_t family) {
    void *items = reach->cuts;
    uint32_t found = 0, kept = 0;
    bool fits = vp_reach_grow(reach, &items, &reach->cut_capacity, 2 * (size_t)pieces->count + 1,
                              sizeof *reach->cuts);
    reach->cuts = items;
    for (uint32_t i = 0; fits && i < pieces->count; i++) {
        if (pieces->items[i].family == family) {
            reach->cuts[found++] = pieces->items[i].first;
            reach->cuts[found++] = vp_point_after(pieces->items[i].last, family == 6);
        }
    }
    vp_status status = vp_sort(&reach->network->alloc, reach->cuts, found, sizeof *reach->cuts,
                               compare_points, NULL);
    reach->status = status != VP_OK ? status : reach->status;
    for (uint32_t i = 0; i < found; i++) {
        if (kept == 0 || !vp_point_equals(reach->cuts[kept - 1], reach->cuts[i])) {
            reach->cuts[kept++] = reach->cuts[i];
        }
    }
    return reach->status == VP_OK ? kept : 0;
}

/* What flows at one point: over all interfaces, and how many have just that. */
typedef struct layer {
    vp_reach_flows flows, own; /* of all so far, of the interface under way */
    uint64_t known, unknown;   /* interfaces with exactly the flows of all */
} layer;

static void count_own(vp_reach *reach, layer *at) {
    vp_reach_flows before = at->flows;
    vp_reach_unite(reach, &at->flows, &at->own);
    at->known = at->flows.known != before.known ? 0 : at->known;
    at->unknown = at->flows.unknown != before.unknown ? 0 : at->unknown;
    at->known += at->own.known != VP_FLOW_NONE && at->own.known == at->flows.known;
    at->unknown += at->own.unknown != VP_FLOW_NONE && at->own.unknown == at->flows.unknown;
    memset(&at->own, 0, sizeof at->own);
}

static layer layer_at(vp_reach *reach, const vp_reach_pieces *pieces, uint8_t family,
                      vp_point point) {
    layer at;
    uint32_t tag = UINT32_MAX;
    memset(&at, 0, sizeof at);
    for (uint32_t i = 0; i < pieces->count; i++) {
        const vp_reach_piece *piece = &pieces->items[i];
        if (piece->family != family || vp_point_less(point, piece->first) ||
            vp_point_less(piece->last, point)) {
            continue;
        }
        if (piece->tag != tag) {
            count_own(reach, &at);
            tag = piece->tag;
        }
        vp_reach_unite(reach, &at.own, &piece->flows);
    }
    count_own(reach, &at);
    return at;
}

/* Adds first..last to the row that has this flow, or opens one. */
static void add_to_row(vp_reach *reach, uint32_t first_item, const vp_reach_item *pattern,
                       vp_point first, vp_point last) {
    vp_addr from = vp_point_address(first, pattern->family);
    vp_addr to = vp_point_address(last, pattern->family);
    vp_set_builder builder;
    vp_set *set = NULL;
    vp_reach_item *found = NULL;
    for (uint32_t i = first_item; i < reach->item_count && found == NULL; i++) {
        vp_reach_item *item = &reach->items[i];
        bool same = item->family == pattern->family && item->flow == pattern->flow &&
                    item->known == pattern->known && item->all == pattern->all;
        found = same ? item : NULL;
    }
    vp_set_builder_init(&builder, &reach->network->alloc);
    vp_status status = found == NULL ? VP_OK : vp_set_builder_add_set(&builder, found->set, NULL);
    if (status == VP_OK) {
        status = vp_set_builder_add_range(&builder, &from, &to, NULL);
    }
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&builder, &set, NULL);
    }
    vp_set_builder_clear(&builder);
    if (status != VP_OK) {
        reach->status = status;
        return;
    }
    if (found != NULL) {
        vp_set_unref(found->set);
        found->set = set;
        return;
    }
    vp_reach_item item = *pattern;
    item.set = set;
    item.sample = from;
    vp_reach_add_item(reach, &item);
}

void vp_reach_border_rows(vp_reach *reach, vp_reach_pieces *pieces, vp_reach_item *pattern,
                          const uint32_t total[2]) {
    uint32_t first_item = reach->item_count;
    vp_status status = vp_sort(&reach->network->alloc, pieces->items, pieces->count,
                               sizeof *pieces->items, compare_pieces, NULL);
    reach->status = status != VP_OK ? status : reach->status;
    for (int wide = 0; wide < 2; wide++) {
        uint8_t family = wide ? 6 : 4;
        uint32_t count = find_cuts(reach, pieces, family);
        for (uint32_t i = 0; i < count && reach->status == VP_OK; i++) {
            layer at = layer_at(reach, pieces, family, reach->cuts[i]);
            vp_point last =
                i + 1 < count ? vp_point_before(reach->cuts[i + 1]) : vp_point_highest(family);
            vp_flow unknown = vp_flow_combine(&reach->compiled->profiles->services,
                                              VP_FLOW_DIFFERENCE, at.flows.unknown, at.flows.known);
            pattern->family = family;
            if (at.flows.known != VP_FLOW_NONE) {
                pattern->known = true;
                pattern->flow = at.flows.known;
                pattern->code = NULL;
                pattern->all = at.known == total[wide];
                add_to_row(reach, first_item, pattern, reach->cuts[i], last);
            }
            if (unknown != VP_FLOW_NONE) {
                pattern->known = false;
                pattern->flow = unknown;
                pattern->code = at.flows.code;
                pattern->all = at.unknown == total[wide];
                add_to_row(reach, first_item, pattern, reach->cuts[i], last);
            }
        }
    }
    pattern->set = NULL;
}

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
 * The spans of the address line outside, in order (9.1): public ones, those of private use alone,
 * and both.
 */
typedef enum span_kind { SPAN_PUBLIC, SPAN_PRIVATE, SPAN_ANY } span_kind;

typedef struct span4 {
    uint32_t first, last;
} span4;

static uint32_t spans_of(span_kind kind, const span4 **spans) {
    static const span4 public[] = {{0x01000000u, 0x09ffffffu}, {0x0b000000u, 0x643fffffu},
                                   {0x64800000u, 0x7effffffu}, {0x80000000u, 0xa9fdffffu},
                                   {0xa9ff0000u, 0xac0fffffu}, {0xac200000u, 0xc0a7ffffu},
                                   {0xc0a90000u, 0xdfffffffu}},
                       private[] = {{0x0a000000u, 0x0affffffu},
                                    {0x64400000u, 0x647fffffu},
                                    {0xac100000u, 0xac1fffffu},
                                    {0xc0a80000u, 0xc0a8ffffu}},
                       any[] = {{0x01000000u, 0x7effffffu},
                                {0x80000000u, 0xa9fdffffu},
                                {0xa9ff0000u, 0xdfffffffu}};
    *spans = kind == SPAN_PUBLIC ? public : kind == SPAN_PRIVATE ? private : any;
    return kind == SPAN_PUBLIC    ? VP_COUNT_OF(public)
           : kind == SPAN_PRIVATE ? VP_COUNT_OF(private)
                                  : VP_COUNT_OF(any);
}

static bool span_at(uint8_t family, span_kind kind, uint32_t n, span *found) {
    const span4 *spans;
    uint32_t count = spans_of(kind, &spans);
    memset(found, 0, sizeof *found);
    if (family == 4 && n < count) {
        found->first.lo = spans[n].first;
        found->last.lo = spans[n].last;
        return true;
    }
    if (family == 4 || n > (kind == SPAN_ANY ? 1u : 0u)) {
        return false;
    }
    bool global = kind != SPAN_PRIVATE && n == 0;
    found->first.hi = global ? UINT64_C(0x2000000000000000) : UINT64_C(0xfc00000000000000);
    found->last.hi = global ? UINT64_C(0x3fffffffffffffff) : UINT64_C(0xfdffffffffffffff);
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
        for (uint32_t n = 0; status == VP_OK && span_at(families[i], SPAN_PUBLIC, n, &part); n++) {
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
    uint32_t which; /* VP_REACH_ON_INTERNET ... */
    const vp_reach_outside *meant;
    const vp_set *addresses;        /* walk for these; NULL: for all */
    bool by_name;                   /* keep only what is behind what the question names */
    uint32_t leads;                 /* walk only where routes lead there; 0: by the profile */
    vp_reach_ways ways, translated; /* of the interface, and of those that may answer for it */
    vp_profile skipped;             /* addresses that are somebody's, or that nothing is known of */
    bool skips_known;     /* skip what the profile has a value for, else what it has none for */
    bool drops_unknown;   /* it is told as being beyond */
    vp_point inside_last; /* how far the address inside may move */
    vp_reach_piece piece;
    vp_reach_pieces *pieces;
} outside_walk;

/* Do these runs lead there from a point on, up to *until? */
static bool is_led(const outside_walk *walk, const vp_reach_ways *ways, vp_point at,
                   vp_point *until) {
    const vp_reach_way *runs = walk->reach->ways + ways->first;
    uint32_t low = 0, high = ways->count;
    *until = vp_point_highest(walk->piece.family);
    while (low < high) { /* the first run that ends at the point or behind it */
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(runs[middle].last, at)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == ways->count) {
        return false;
    }
    bool inside = !vp_point_less(at, runs[low].first);
    *until = inside ? runs[low].last : vp_point_before(runs[low].first);
    return inside && (runs[low].leads & walk->leads) != 0;
}

/* Is there something to walk for from a point on, up to *until? */
static bool is_due(const outside_walk *walk, vp_point at, vp_point *until) {
    if (walk->leads != 0) {
        vp_point others;
        bool led = is_led(walk, &walk->ways, at, until);
        if (!led && walk->translated.count != 0) {
            led = is_led(walk, &walk->translated, at, &others);
            *until = led || vp_point_less(others, *until) ? others : *until;
        }
        return led;
    }
    uint32_t value = vp_profile_value(walk->reach->compiled->profiles, walk->skipped,
                                      walk->piece.family, at, until);
    return walk->skips_known ? value == 0 : value != 0;
}

/* The next point to walk for, or false when the span is used up. */
static bool next_point(const outside_walk *walk, vp_point *at, vp_point last, vp_point *until) {
    for (;;) {
        bool due = is_due(walk, *at, until);
        *until = vp_point_less(last, *until) ? last : *until;
        if (due) {
            return true;
        }
        if (!vp_point_less(*until, last)) {
            return false;
        }
        *at = vp_point_after(*until, walk->piece.family == 6);
    }
}

/* Public addresses that nobody in the model has: the rows of the internet tell what is not known.
 */
static bool is_told(const outside_walk *walk, vp_point at, vp_point *until) {
    vp_compiled *compiled = walk->reach->compiled;
    uint8_t family = walk->piece.family;
    vp_point last;
    uint32_t value = vp_profile_value(compiled->profiles, vp_compiled_outside(compiled, family),
                                      family, at, &last);
    *until = vp_point_less(last, *until) ? last : *until;
    return value == 0;
}

static bool is_named(const vp_reach_outside *meant, vp_name far) {
    for (uint32_t i = 0; i < meant->far_count; i++) {
        if (meant->far[i] == far) {
            return true;
        }
    }
    return false;
}

/* Is it a gateway endpoint that took the packet? The internet has no part in it. */
static bool is_served(const outside_walk *walk, vp_name far) {
    vp_network *network = walk->reach->network;
    const vp_vpc_endpoint *endpoint = vp_endpoint_find(network, far);
    return endpoint != NULL && vp_endpoint_type_of(network, endpoint) == VP_ENDPOINT_GATEWAY;
}

/* Keeps a piece of what an answer says, as far as this walk is the one to tell it. */
static void keep(outside_walk *walk, const vp_path_answer *answer, bool drops_unknown) {
    vp_reach_flows flows = vp_reach_flows_of(walk->reach, answer, walk->piece.family);
    if (drops_unknown) {
        flows.unknown = VP_FLOW_NONE;
    }
    if (walk->which == VP_REACH_BEYOND &&
        (answer->far == VP_NO_NAME || (walk->by_name && !is_named(walk->meant, answer->far)))) {
        return;
    }
    walk->piece.far = answer->far;
    walk->piece.flows = flows;
    add_piece(walk->reach, walk->pieces, &walk->piece);
}

/* Hops over one span. */
static void hop(outside_walk *walk, vp_point at, vp_point last, bool public) {
    const vp_reach_scope *far = walk->inbound ? &walk->reach->query.from : &walk->reach->query.to;
    bool shared = public && walk->which == VP_REACH_BEYOND && !walk->inbound && !walk->by_name &&
                  far->outside[VP_REACH_ON_INTERNET].meant;
    vp_point until;
    while (next_point(walk, &at, last, &until)) {
        vp_path_answer answer;
        bool told = shared && is_told(walk, at, &until);
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
        told = told && !is_served(walk, answer.far);
        keep(walk, &answer, told || (walk->drops_unknown && answer.far != VP_NO_NAME));
        if (!vp_point_less(end, last)) {
            return;
        }
        at = vp_point_after(end, walk->piece.family == 6);
    }
}

/* The spans of a kind, cut to the addresses that the question means. */
static void hop_spans(outside_walk *walk, span_kind kind) {
    uint8_t family = walk->piece.family;
    span part;
    for (uint32_t n = 0; span_at(family, kind, n, &part); n++) {
        if (walk->addresses == NULL) {
            hop(walk, part.first, part.last, kind == SPAN_PUBLIC);
            continue;
        }
        vp_set_cursor cursor = vp_set_begin(walk->addresses);
        vp_addr first, last;
        while (vp_set_next_range(&cursor, &first, &last)) {
            vp_point from = vp_point_of(&first), to = vp_point_of(&last);
            if (first.family == family && !vp_point_less(part.last, from) &&
                !vp_point_less(to, part.first)) {
                hop(walk, vp_point_less(from, part.first) ? part.first : from,
                    vp_point_less(part.last, to) ? part.last : to, kind == SPAN_PUBLIC);
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
 * From the premises by the virtual private gateway: from addresses that it knows. Where the VPC has
 * none in the data, by one that they only name, unless the rows from beyond tell that.
 */
static void come_by_vpn_gateway(outside_walk *walk, bool tells_beyond) {
    vp_vpn_gateway *gateway =
        gateway_behind(walk->reach, walk->meant->gateway, walk->inside.network_interface->vpc_id);
    if (gateway != NULL) {
        walk->leads = 0;
        walk->outside.gateway = &gateway->record;
        walk->skipped = vp_compiled_behind(walk->reach->compiled, gateway, walk->piece.family);
        hop_spans(walk, SPAN_ANY);
    } else if (walk->meant->gateway == NULL && !tells_beyond) {
        walk->leads = VP_WAY_FROM_BEYOND;
        walk->outside.gateway = NULL;
        hop_spans(walk, SPAN_ANY);
    }
}

/* Is the attachment one by which the question means packets to come from the premises? */
static bool is_entrance(const outside_walk *walk, const vp_transit_gateway_attachment *attachment) {
    vp_compiled *compiled = walk->reach->compiled;
    const vp_record *named = walk->meant->gateway;
    vp_transit_type type = vp_transit_type_of(compiled->network, attachment);
    return (type == VP_TRANSIT_VPN || type == VP_TRANSIT_DIRECT_CONNECT) &&
           (named == NULL || named == &attachment->record ||
            named->id == attachment->transit_gateway_id);
}

/* By transit gateways: from addresses to which the tables lead by one. */
static void come_by_transit(outside_walk *walk) {
    const vp_rows *rows = vp_network_rows(walk->reach->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    walk->leads = VP_WAY_PREMISES;
    for (uint32_t i = 0; i < rows->count; i++) {
        if (is_entrance(walk, (const vp_transit_gateway_attachment *)rows->rows[i])) {
            walk->outside.gateway = rows->rows[i];
            if (walk->piece.family == 4) {
                walk->translated = vp_reach_ways_of_translators(walk->reach);
            }
            hop_spans(walk, SPAN_ANY);
        }
    }
    walk->translated.count = 0;
}

/* Are addresses beyond meant by themselves, not only what is behind names? */
static bool is_all_meant(const vp_reach_outside *beyond) {
    return beyond->meant && (beyond->addresses != NULL || beyond->far_count == 0);
}

static void look_beyond(outside_walk *walk) {
    walk->leads = walk->inbound ? VP_WAY_FROM_BEYOND : VP_WAY_BEYOND;
    if (is_all_meant(walk->meant)) {
        hop_spans(walk, SPAN_PUBLIC);
        hop_spans(walk, SPAN_PRIVATE);
    }
    if (walk->meant->far_count > 0) {
        walk->by_name = true;
        walk->addresses = NULL;
        hop_spans(walk, SPAN_ANY);
        walk->by_name = false;
        walk->addresses = walk->meant->addresses;
    }
}

/*
 * All that is outside for one address inside. Of the internet those addresses are left out that
 * interfaces have, which are ends of their own.
 */
static void look_from(outside_walk *walk) {
    vp_reach *reach = walk->reach;
    const vp_reach_scope *far = walk->inbound ? &reach->query.from : &reach->query.to;
    const vp_reach_outside *beyond = &far->outside[VP_REACH_BEYOND];
    bool tells_beyond = is_all_meant(beyond) && beyond->addresses == walk->addresses;
    if (walk->which == VP_REACH_ON_INTERNET) {
        vp_name vpc_id = walk->inside.network_interface->vpc_id;
        walk->drops_unknown = walk->inbound && tells_beyond &&
                              vp_index_internet_gateway_of(reach->compiled->index, vpc_id) == NULL;
        walk->skips_known = true;
        walk->skipped = vp_compiled_outside(reach->compiled, walk->piece.family);
        hop_spans(walk, SPAN_PUBLIC);
        return;
    }
    walk->ways = vp_reach_ways_of(reach, walk->inside.network_interface, walk->piece.family);
    if (walk->which == VP_REACH_BEYOND) {
        look_beyond(walk);
        return;
    }
    if (walk->inbound) { /* who comes by a known gateway is on premises wherever knowledge ends */
        walk->drops_unknown = false;
        come_by_vpn_gateway(walk, tells_beyond);
    }
    walk->drops_unknown = tells_beyond;
    if (walk->inbound) {
        come_by_transit(walk);
        return;
    }
    walk->leads = VP_WAY_PREMISES;
    hop_spans(walk, SPAN_ANY);
}

/* From each address of a part of a delegated prefix, as far as an answer holds. */
static void look_along(outside_walk *walk, uint32_t member, const vp_reach_scope *inside) {
    const vp_atlas *atlas = walk->reach->atlas;
    const vp_member *of = &atlas->members[member];
    uint32_t position = 0;
    vp_point at, last;
    while (vp_reach_next_range(inside, of, &position, &at, &last)) {
        for (;;) {
            walk->inside = vp_atlas_end(atlas, member, at);
            walk->inside_last = last;
            look_from(walk);
            if (!vp_point_less(walk->inside_last, last)) {
                break;
            }
            at = vp_point_after(walk->inside_last, of->family == 6);
        }
    }
}

static vp_reach_view *view_of(vp_reach *reach, uint32_t class_number, uint32_t which,
                              bool inbound) {
    vp_reach_view **views = &reach->views[which][inbound];
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
static void look_once(outside_walk *walk, uint32_t member) {
    vp_reach *reach = walk->reach;
    const vp_member *of = &reach->atlas->members[member];
    vp_reach_view *view = view_of(reach, of->class_number, walk->which, walk->inbound);
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
        look_from(walk);
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

static vp_path_end_kind kind_outside(uint32_t which, bool inbound) {
    return which == VP_REACH_ON_INTERNET   ? VP_PATH_INTERNET
           : which == VP_REACH_ON_PREMISES ? VP_PATH_PREMISES
           : inbound                       ? VP_PATH_BEYOND
                                           : VP_PATH_ADDRESS;
}

static void look(vp_reach *reach, uint32_t place, uint32_t which, bool inbound,
                 vp_reach_pieces *pieces) {
    vp_atlas *atlas = reach->atlas;
    const vp_reach_scope *inside = inbound ? &reach->query.to : &reach->query.from;
    const vp_reach_outside *outside =
        &(inbound ? &reach->query.from : &reach->query.to)->outside[which];
    for (uint32_t m = atlas->first_member[place]; m != VP_ATLAS_NONE; m = atlas->members[m].next) {
        const vp_member *member = &atlas->members[m];
        uint32_t position = 0;
        vp_point at, last;
        outside_walk walk = {.reach = reach,
                             .inbound = inbound,
                             .which = which,
                             .meant = outside,
                             .addresses = outside->addresses,
                             .pieces = pieces};
        walk.outside.kind = kind_outside(which, inbound);
        walk.outside.gateway = outside->gateway;
        walk.piece.family = member->family;
        walk.piece.tag = place;
        if (reach->query.family != 0 && reach->query.family != member->family) {
            continue;
        }
        if (atlas->classes[member->class_number].is_block) {
            look_along(&walk, m, inside);
        } else if (vp_reach_next_range(inside, member, &position, &at, &last)) {
            look_once(&walk, m);
        }
    }
}

void vp_reach_views_clear(vp_reach *reach) {
    const vp_alloc *alloc = &reach->network->alloc;
    for (uint32_t i = 0; i < 2 * VP_REACH_OUTSIDES; i++) {
        vp_reach_view *views = reach->views[i / 2][i % 2];
        vp_alloc_free(alloc, views,
                      views == NULL ? 0 : ((size_t)reach->view_count + 1) * sizeof *views);
    }
    vp_alloc_free(alloc, reach->seen.items, reach->seen.capacity * sizeof *reach->seen.items);
}

void vp_reach_look_out(vp_reach *reach, uint32_t place, uint32_t outside, vp_reach_pieces *pieces) {
    look(reach, place, outside, false, pieces);
}

void vp_reach_look_in(vp_reach *reach, uint32_t place, uint32_t outside, vp_reach_pieces *pieces) {
    look(reach, place, outside, true, pieces);
}

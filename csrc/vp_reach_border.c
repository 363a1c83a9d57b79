/*
 * vp_reach_border.c - from pieces of the address line outside to rows, one for each flow.
 *
 * The one idea: go along the line where pieces begin and end. What flows at a point is the union
 * over all interfaces, kept in a tree with a leaf for each: a piece that begins or ends changes one
 * leaf and what is above it, and the top says what all have together, and how many have just that.
 */
#include "vp_reach_part.h"

#include "vp_sort.h"

#include <string.h>

/* What flows at the point under way, of one interface or of several that stand side by side. */
typedef struct layer {
    vp_reach_flows flows;
    uint64_t known, unknown; /* interfaces with exactly these flows */
} layer;

/* A piece begins at a point, or has ended before it. */
typedef struct event {
    vp_point at;
    uint32_t piece;
    bool begins;
} event;

/* A stretch of the line for a row. */
typedef struct part {
    vp_point first, last;
    vp_flow flow;
    uint32_t number; /* in the order of the line; of the first of a row when rows are sorted */
    const char *code;
    bool known, all;
} part;

/* The line of one family under way. */
typedef struct sweep {
    vp_reach *reach;
    const vp_reach_piece *pieces; /* by interface, then by address */
    uint32_t piece_count;
    uint8_t family;
    event *events;
    uint32_t event_count;
    uint32_t *leaf_of; /* by piece */
    uint32_t *active;  /* by leaf: the first piece that is active, or the count of pieces */
    uint32_t *next;    /* by piece: the next active one of the same interface */
    layer *tree;       /* [1] is the top, leaves from leaf_count on */
    uint32_t leaf_count;
    part *parts;
    uint32_t part_count, part_capacity;
} sweep;

static int compare_points(vp_point a, vp_point b) {
    return (int)vp_point_less(b, a) - (int)vp_point_less(a, b);
}

/* By interface, so that the pieces of one lie together, then by address. */
static int compare_pieces(const void *left, const void *right, const void *context) {
    const vp_reach_piece *a = left, *b = right;
    (void)context;
    if (a->tag != b->tag) {
        return a->tag < b->tag ? -1 : 1;
    }
    return compare_points(a->first, b->first);
}

static int compare_events(const void *left, const void *right, const void *context) {
    (void)context;
    return compare_points(((const event *)left)->at, ((const event *)right)->at);
}

/* By row: what makes one; then along the line. */
static int compare_parts(const void *left, const void *right, const void *context) {
    const part *a = left, *b = right;
    (void)context;
    if (a->flow != b->flow) {
        return a->flow < b->flow ? -1 : 1;
    }
    if (a->known != b->known || a->all != b->all) {
        return a->known != b->known ? (int)b->known - (int)a->known : (int)b->all - (int)a->all;
    }
    return a->number < b->number ? -1 : 1;
}

static int compare_items(const void *left, const void *right, const void *context) {
    const uint32_t *a = left, *b = right;
    const part *parts = context;
    return parts[*a].number < parts[*b].number ? -1 : 1;
}

/* ---- the tree ----------------------------------------------------------------------------------
 */

static layer united(vp_reach *reach, const layer *a, const layer *b) {
    layer both = *a;
    vp_reach_unite(reach, &both.flows, &b->flows);
    both.known = (a->flows.known == both.flows.known ? a->known : 0) +
                 (b->flows.known == both.flows.known ? b->known : 0);
    both.unknown = (a->flows.unknown == both.flows.unknown ? a->unknown : 0) +
                   (b->flows.unknown == both.flows.unknown ? b->unknown : 0);
    return both;
}

/* An interface's flows have changed: so has everything above. */
static void renew(sweep *on, uint32_t leaf) {
    layer own;
    memset(&own, 0, sizeof own);
    for (uint32_t i = on->active[leaf]; i != on->piece_count; i = on->next[i]) {
        vp_reach_unite(on->reach, &own.flows, &on->pieces[i].flows);
    }
    own.known = own.flows.known != VP_FLOW_NONE;
    own.unknown = own.flows.unknown != VP_FLOW_NONE;
    uint32_t node = on->leaf_count + leaf;
    on->tree[node] = own;
    for (node /= 2; node > 0; node /= 2) {
        on->tree[node] = united(on->reach, &on->tree[2 * node], &on->tree[2 * node + 1]);
    }
}

/* Puts a piece among the active ones of its interface, in their order, or takes it out. */
static void change(sweep *on, const event *what) {
    uint32_t leaf = on->leaf_of[what->piece];
    uint32_t *link = &on->active[leaf];
    while (*link != on->piece_count && *link < what->piece) {
        link = &on->next[*link];
    }
    if (what->begins) {
        on->next[what->piece] = *link;
        *link = what->piece;
    } else if (*link == what->piece) {
        *link = on->next[what->piece];
    }
    renew(on, leaf);
}

/* ---- along the line ----------------------------------------------------------------------------
 */

static void add_part(sweep *on, const part *found) {
    void *items = on->parts;
    if (found->flow != VP_FLOW_NONE &&
        vp_reach_grow(on->reach, &items, &on->part_capacity, (size_t)on->part_count + 1,
                      sizeof *on->parts)) {
        on->parts = items;
        on->parts[on->part_count] = *found;
        on->parts[on->part_count].number = on->part_count;
        on->part_count++;
    }
}

/* What the top of the tree says holds from one point to another. */
static void add_stretch(sweep *on, vp_point first, vp_point last, uint32_t total) {
    const layer *top = &on->tree[1];
    part found = {first, last, top->flows.known, 0, NULL, true, top->known == total};
    add_part(on, &found);
    found.flow = vp_flow_combine(&on->reach->compiled->profiles->services, VP_FLOW_DIFFERENCE,
                                 top->flows.unknown, top->flows.known);
    found.code = top->flows.code;
    found.known = false;
    found.all = top->unknown == total;
    add_part(on, &found);
}

static void go_along(sweep *on, uint32_t total) {
    for (uint32_t i = 0; i < on->event_count && on->reach->status == VP_OK;) {
        vp_point at = on->events[i].at;
        for (; i < on->event_count && vp_point_equals(on->events[i].at, at); i++) {
            change(on, &on->events[i]);
        }
        vp_point last =
            i < on->event_count ? vp_point_before(on->events[i].at) : vp_point_highest(on->family);
        add_stretch(on, at, last, total);
    }
}

/* Pieces of the family as events, and a leaf for each interface that has some. */
static void prepare(sweep *on) {
    uint32_t leaves = 0, before = UINT32_MAX;
    for (uint32_t i = 0; i < on->piece_count; i++) {
        const vp_reach_piece *piece = &on->pieces[i];
        if (piece->family != on->family) {
            continue;
        }
        leaves += leaves == 0 || piece->tag != before;
        before = piece->tag;
        on->leaf_of[i] = leaves - 1;
        on->active[leaves - 1] = on->piece_count;
        event begins = {piece->first, i, true};
        on->events[on->event_count++] = begins;
        if (vp_point_less(piece->last, vp_point_highest(on->family))) {
            event ends = {vp_point_after(piece->last, on->family == 6), i, false};
            on->events[on->event_count++] = ends;
        }
    }
    for (on->leaf_count = 1; on->leaf_count < leaves; on->leaf_count *= 2) {
    }
}

/* ---- rows --------------------------------------------------------------------------------------
 */

/* One row of the parts from..end, which are in the order of the line. */
static void add_row(sweep *on, const vp_reach_item *pattern, uint32_t from, uint32_t end) {
    vp_reach *reach = on->reach;
    vp_set_builder builder;
    vp_reach_item item = *pattern;
    vp_status status = VP_OK;
    vp_set_builder_init(&builder, &reach->network->alloc);
    for (uint32_t i = from; i < end && status == VP_OK; i++) {
        vp_addr first = vp_point_address(on->parts[i].first, on->family);
        vp_addr last = vp_point_address(on->parts[i].last, on->family);
        status = vp_set_builder_add_range(&builder, &first, &last, NULL);
    }
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&builder, &item.set, NULL);
    }
    vp_set_builder_clear(&builder);
    if (status != VP_OK) {
        reach->status = status;
        return;
    }
    item.family = on->family;
    item.known = on->parts[from].known;
    item.all = on->parts[from].all;
    item.flow = on->parts[from].flow;
    item.code = on->parts[from].code;
    item.sample = vp_point_address(on->parts[from].first, on->family);
    vp_reach_add_item(reach, &item);
}

static bool is_same_row(const part *a, const part *b) {
    return a->flow == b->flow && a->known == b->known && a->all == b->all;
}

/* Rows in the order in which their first parts lie. `firsts` has room for each part twice. */
static void add_rows(sweep *on, const vp_reach_item *pattern, uint32_t *firsts) {
    const vp_alloc *alloc = &on->reach->network->alloc;
    uint32_t *ends = firsts + on->part_count, count = 0;
    vp_status status =
        vp_sort(alloc, on->parts, on->part_count, sizeof *on->parts, compare_parts, NULL);
    for (uint32_t i = 0; i < on->part_count; i++) {
        if (i == 0 || !is_same_row(&on->parts[i - 1], &on->parts[i])) {
            firsts[count++] = i;
        }
        ends[firsts[count - 1]] = i + 1;
    }
    if (status == VP_OK) {
        status = vp_sort(alloc, firsts, count, sizeof *firsts, compare_items, on->parts);
    }
    on->reach->status = status != VP_OK ? status : on->reach->status;
    for (uint32_t i = 0; i < count && on->reach->status == VP_OK; i++) {
        add_row(on, pattern, firsts[i], ends[firsts[i]]);
    }
}

static void sweep_family(sweep *on, const vp_reach_item *pattern, uint32_t total) {
    vp_reach *reach = on->reach;
    const vp_alloc *alloc = &reach->network->alloc;
    prepare(on);
    size_t nodes = 2 * (size_t)on->leaf_count;
    on->tree = vp_alloc_zeroed(alloc, nodes * sizeof *on->tree);
    vp_status status =
        vp_sort(alloc, on->events, on->event_count, sizeof *on->events, compare_events, NULL);
    reach->status = on->tree == NULL ? VP_NO_MEMORY : status != VP_OK ? status : reach->status;
    if (reach->status == VP_OK) {
        go_along(on, total);
    }
    vp_alloc_free(alloc, on->tree, on->tree == NULL ? 0 : nodes * sizeof *on->tree);
    size_t firsts = 2 * (size_t)on->part_count + 1;
    uint32_t *room = vp_alloc_array(alloc, NULL, 0, firsts, sizeof *room);
    if (room == NULL) {
        reach->status = VP_NO_MEMORY;
    } else if (reach->status == VP_OK) {
        add_rows(on, pattern, room);
    }
    vp_alloc_free(alloc, room, room == NULL ? 0 : firsts * sizeof *room);
    vp_alloc_free(alloc, on->parts, on->part_capacity * sizeof *on->parts);
}

static void rows_of_one(vp_reach *reach, const vp_reach_pieces *pieces,
                        const vp_reach_item *pattern, const uint32_t total[2]) {
    const vp_alloc *alloc = &reach->network->alloc;
    size_t count = pieces->count;
    if (count == 0) {
        return;
    }
    vp_status status =
        vp_sort(alloc, pieces->items, count, sizeof *pieces->items, compare_pieces, NULL);
    event *events = vp_alloc_array(alloc, NULL, 0, 2 * count, sizeof *events);
    uint32_t *numbers = vp_alloc_array(alloc, NULL, 0, 3 * count, sizeof *numbers);
    status = events == NULL || numbers == NULL ? VP_NO_MEMORY : status;
    reach->status = status != VP_OK ? status : reach->status;
    for (int wide = 0; wide < 2 && reach->status == VP_OK; wide++) {
        sweep on;
        memset(&on, 0, sizeof on);
        on.reach = reach;
        on.pieces = pieces->items;
        on.piece_count = pieces->count;
        on.family = wide ? 6 : 4;
        on.events = events;
        on.leaf_of = numbers;
        on.active = numbers + count;
        on.next = numbers + 2 * count;
        sweep_family(&on, pattern, total[wide]);
    }
    vp_alloc_free(alloc, events, events == NULL ? 0 : 2 * count * sizeof *events);
    vp_alloc_free(alloc, numbers, numbers == NULL ? 0 : 3 * count * sizeof *numbers);
}

/* By what they are beyond, in the order of the ids. */
static int compare_far(const void *left, const void *right, const void *network) {
    const vp_reach_piece *a = left, *b = right;
    return a->far == b->far ? 0 : vp_network_compare(network, a->far, b->far);
}

void vp_reach_border_rows(vp_reach *reach, vp_reach_pieces *pieces, const vp_reach_item *pattern,
                          const uint32_t total[2]) {
    vp_reach_item item = *pattern;
    if (pattern->beyond == 0) {
        rows_of_one(reach, pieces, pattern, total);
        return;
    }
    vp_status status = vp_sort(&reach->network->alloc, pieces->items, pieces->count,
                               sizeof *pieces->items, compare_far, reach->network);
    reach->status = status != VP_OK ? status : reach->status;
    for (uint32_t first = 0, end; first < pieces->count && reach->status == VP_OK; first = end) {
        vp_name far = pieces->items[first].far;
        for (end = first + 1; end < pieces->count && pieces->items[end].far == far; end++) {
        }
        vp_reach_pieces alike = {pieces->items + first, end - first, 0};
        *(pattern->beyond == 1 ? &item.from : &item.to) = far;
        rows_of_one(reach, &alike, &item, total);
    }
}

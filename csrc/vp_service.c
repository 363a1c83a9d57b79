/*
 * vp_service.c - operations on numbers of sets.
 *
 * The one idea: every operation first asks the memo, then works on the two range maps in scratch
 * memory and interns the result. An organization has about a thousand different sets, so nearly all
 * questions end at the memo.
 */
#include "vp_service.h"

#include <string.h>

/* Operations of the memo; Boolean ones are their truth table. */
enum {
    OPERATION_ANSWERED = 0x10, /* + family */
    OPERATION_TRANSLATED = 0x20,
    OPERATION_TO_IPV4,
    OPERATION_TO_IPV6,
    OPERATION_TO_IPV6_REPLY,
    OPERATION_FLOW = 0x30,    /* + operation */
    OPERATION_PRODUCT = 0x40, /* + family */
    OPERATION_SOURCES = 0x50  /* + family */
};

#define TCP 6
#define UDP 17
#define PORTS 0x10000u
#define POINT(protocol, number) ((uint32_t)(protocol) << 16 | (uint32_t)(number))

static vp_point point_of(uint32_t value) {
    vp_point point = {0, value};
    return point;
}

vp_service_range vp_service_range_of(int protocol) {
    vp_service_range range = {0, VP_SERVICE_LAST};
    if (protocol >= 0) {
        range.first = POINT(protocol, 0);
        range.last = POINT(protocol, PORTS - 1);
    }
    return range;
}

vp_status vp_services_init(vp_services *services, const vp_alloc *alloc) {
    memset(services, 0, sizeof *services);
    vp_map_pool_init(&services->pool, alloc);
    vp_memo_init(&services->memo, alloc);
    vp_painter_init(&services->painter, alloc);
    services->all = vp_service_of_range(services, vp_service_range_of(-1));
    for (int i = 0; i < 2; i++) {
        int protocol = i == 0 ? 1 : 58;
        uint32_t echo = POINT(protocol, (i == 0 ? 8 : 128) * 256);
        vp_service_range one = {echo, echo};
        services->one_way[i] =
            vp_service_combine(services, VP_TRUTH_DIFFERENCE,
                               vp_service_of_range(services, vp_service_range_of(protocol)),
                               vp_service_of_range(services, one));
    }
    return services->pool.status;
}

void vp_services_clear(vp_services *services) {
    vp_alloc_free(&services->pool.alloc, services->scratch, services->scratch_capacity);
    services->scratch = NULL;
    services->scratch_capacity = 0;
    vp_map_pool_clear(&services->pool);
    vp_memo_clear(&services->memo);
    vp_painter_clear(&services->painter);
}

/* An empty map in scratch memory; false, with pool.status set, when there is none. */
static bool scratch_map(vp_services *services, size_t capacity, bool valued, vp_range_map *map) {
    size_t bytes = vp_range_map_bytes(4, capacity, valued);
    vp_status status = vp_alloc_grow(&services->pool.alloc, &services->scratch,
                                     &services->scratch_capacity, bytes, 1);
    if (status != VP_OK) {
        services->pool.status = status;
        return false;
    }
    vp_range_map_place(map, 4, capacity, valued, services->scratch);
    return true;
}

/* A two-valued map in the making: the points where it changes. */
static void flip(vp_range_map *map, uint32_t point) {
    if (map->count > 0 && map->points.narrow[map->count - 1] == point) {
        map->count--; /* a range that ends where the next one begins */
    } else {
        map->points.narrow[map->count++] = point;
    }
}

static void add_range(vp_range_map *map, uint32_t first, uint32_t last) {
    flip(map, first);
    flip(map, last + 1);
}

vp_service vp_service_of_range(vp_services *services, vp_service_range range) {
    vp_range_map map;
    if (!scratch_map(services, 2, false, &map)) {
        return VP_SERVICE_NONE;
    }
    add_range(&map, range.first, range.last);
    return vp_map_pool_intern(&services->pool, &map);
}

vp_service vp_service_painted(vp_services *services) {
    vp_range_map painted, map;
    vp_status status = vp_painter_finish(&services->painter, 4, &painted);
    if (status != VP_OK || !scratch_map(services, painted.count, false, &map)) {
        services->pool.status = status != VP_OK ? status : services->pool.status;
        return VP_SERVICE_NONE;
    }
    unsigned inside = 0;
    for (uint32_t i = 0; i < painted.count; i++) {
        if ((painted.values[i] & 1) != inside) {
            inside ^= 1;
            map.points.narrow[map.count++] = painted.points.narrow[i];
        }
    }
    return vp_map_pool_intern(&services->pool, &map);
}

/* What needs no work; false otherwise. */
static bool is_trivial(const vp_services *services, vp_truth truth, vp_service a, vp_service b,
                       vp_service *result) {
    bool meet = truth == VP_TRUTH_INTERSECTION;
    if (truth == VP_TRUTH_UNION || meet) {
        vp_service neutral = meet ? services->all : VP_SERVICE_NONE;
        vp_service absorbing = meet ? VP_SERVICE_NONE : services->all;
        *result = a == absorbing || b == absorbing ? absorbing : a == neutral ? b : a;
        return a == b || a == neutral || b == neutral || *result == absorbing;
    }
    if (truth == VP_TRUTH_DIFFERENCE && (a == VP_SERVICE_NONE || b == services->all || a == b)) {
        *result = VP_SERVICE_NONE;
        return true;
    }
    *result = a;
    return truth == VP_TRUTH_DIFFERENCE && b == VP_SERVICE_NONE;
}

vp_service vp_service_combine(vp_services *services, vp_truth truth, vp_service a, vp_service b) {
    vp_service result;
    vp_range_map map;
    if (is_trivial(services, truth, a, b, &result) ||
        vp_memo_find(&services->memo, truth, a, b, &result)) {
        return result;
    }
    const vp_range_map *left = vp_map_pool_get(&services->pool, a);
    const vp_range_map *right = vp_map_pool_get(&services->pool, b);
    if (!scratch_map(services, (size_t)left->count + right->count + 1, false, &map)) {
        return VP_SERVICE_NONE;
    }
    vp_range_map_merge(left, right, truth, &map);
    result = vp_map_pool_intern(&services->pool, &map);
    vp_memo_keep(&services->memo, truth, a, b, result);
    return result;
}

bool vp_service_contains(const vp_services *services, vp_service set, uint32_t point) {
    if (set == VP_SERVICE_NONE || set == services->all) {
        return set != VP_SERVICE_NONE;
    }
    const vp_range_map *map = vp_map_pool_get(&services->pool, set);
    return vp_range_map_search(map->points, 0, map->count, point_of(point), false) & 1;
}

bool vp_service_meets(const vp_services *services, vp_service set, vp_service_range range) {
    const vp_range_map *map = vp_map_pool_get(&services->pool, set);
    uint32_t rank = vp_range_map_search(map->points, 0, map->count, point_of(range.first), false);
    return (rank & 1) || (rank < map->count && map->points.narrow[rank] <= range.last);
}

bool vp_service_next(const vp_services *services, vp_service set, uint32_t *position,
                     vp_service_range *range) {
    const vp_range_map *map = vp_map_pool_get(&services->pool, set);
    if (*position >= map->count) {
        return false;
    }
    range->first = map->points.narrow[*position];
    range->last = map->points.narrow[*position + 1] - 1;
    *position += 2;
    return true;
}

/* Is this protocol one with types in place of ports? */
static bool has_types(uint32_t protocol, uint8_t family) {
    return protocol == (family == 6 ? 58 : 1);
}

static bool has_ports(uint32_t protocol) { return protocol == TCP || protocol == UDP; }

/*
 * Goes through a set in pieces that lie in one protocol: *first and *last start as a range and are
 * moved on. False when the range is used up.
 */
static bool next_piece(vp_service_range *rest, vp_service_range *piece) {
    if (rest->first > rest->last) {
        return false;
    }
    uint32_t end = rest->first | (PORTS - 1);
    piece->first = rest->first;
    piece->last = end < rest->last ? end : rest->last;
    rest->first = piece->last + 1;
    return true;
}

/* The piece of a request in one protocol, without what is not answered. */
static void add_answered(const vp_services *services, vp_range_map *map, vp_service_range piece,
                         vp_service back, uint8_t family) {
    uint32_t protocol = piece.first >> 16;
    if (!has_types(protocol, family)) {
        if (vp_service_meets(services, back, vp_service_range_of((int)protocol))) {
            add_range(map, piece.first, piece.last);
        }
        return;
    }
    uint32_t request = POINT(protocol, (family == 6 ? 128 : 8) * 256);
    uint32_t reply = POINT(protocol, (family == 6 ? 129 : 0) * 256);
    bool without = request >= piece.first && request <= piece.last &&
                   !vp_service_contains(services, back, reply);
    if (!without) {
        add_range(map, piece.first, piece.last);
        return;
    }
    if (piece.first < request) {
        add_range(map, piece.first, request - 1);
    }
    if (piece.last > request) {
        add_range(map, request + 1, piece.last);
    }
}

/* What a function of one piece adds to the map of the result. */
typedef void add_piece(const vp_services *services, vp_range_map *map, vp_service_range piece,
                       vp_service other, uint8_t family);

/* Makes a set of another, piece by piece; a piece gives at most two ranges. */
static vp_service by_pieces(vp_services *services, uint32_t operation, vp_service set,
                            vp_service other, uint8_t family, add_piece *add) {
    vp_service result;
    vp_range_map map;
    uint32_t position = 0;
    vp_service_range rest, piece;
    if (set == VP_SERVICE_NONE || vp_memo_find(&services->memo, operation, set, other, &result)) {
        return set == VP_SERVICE_NONE ? VP_SERVICE_NONE : result;
    }
    size_t count = vp_map_pool_get(&services->pool, set)->count;
    if (!scratch_map(services, 4 * (count + 512), false, &map)) {
        return VP_SERVICE_NONE;
    }
    while (vp_service_next(services, set, &position, &rest)) {
        while (next_piece(&rest, &piece)) {
            add(services, &map, piece, other, family);
        }
    }
    result = vp_map_pool_intern(&services->pool, &map);
    vp_memo_keep(&services->memo, operation, set, other, result);
    return result;
}

vp_service vp_service_answered(vp_services *services, vp_service request, vp_service back,
                               uint8_t family) {
    return back == services->all ? request
                                 : by_pieces(services, OPERATION_ANSWERED + (uint32_t)family,
                                             request, back, family, add_answered);
}

/* A translator's ports are its own: one that passes is as good as all. */
static void add_translated(const vp_services *services, vp_range_map *map, vp_service_range piece,
                           vp_service other, uint8_t family) {
    uint32_t protocol = piece.first >> 16;
    (void)services, (void)other, (void)family;
    if (!has_ports(protocol)) {
        add_range(map, piece.first, piece.last);
    } else if (piece.last >= POINT(protocol, 1024) &&
               !(map->count > 0 && map->points.narrow[map->count - 1] == POINT(protocol + 1, 0))) {
        add_range(map, POINT(protocol, 0), POINT(protocol, PORTS - 1));
    }
}

vp_service vp_service_translated(vp_services *services, vp_service back) {
    return back == services->all ? back
                                 : by_pieces(services, OPERATION_TRANSLATED, back, VP_SERVICE_NONE,
                                             4, add_translated);
}

/* Paints the part of a set that a NAT64 gateway carries, with ICMP's echo moved to `echo`. */
static vp_service carry_over(vp_services *services, uint32_t operation, vp_service set,
                             uint32_t echo, uint32_t moved) {
    vp_service result, carried = VP_SERVICE_NONE;
    vp_service_range one = {moved, moved};
    if (vp_memo_find(&services->memo, operation, set, VP_SERVICE_NONE, &result)) {
        return result;
    }
    carried = vp_service_combine(services, VP_TRUTH_UNION,
                                 vp_service_of_range(services, vp_service_range_of(TCP)),
                                 vp_service_of_range(services, vp_service_range_of(UDP)));
    result = vp_service_combine(services, VP_TRUTH_INTERSECTION, set, carried);
    if (vp_service_contains(services, set, echo)) {
        result = vp_service_combine(services, VP_TRUTH_UNION, result,
                                    vp_service_of_range(services, one));
    }
    vp_memo_keep(&services->memo, operation, set, VP_SERVICE_NONE, result);
    return result;
}

vp_service vp_service_to_ipv4(vp_services *services, vp_service request) {
    return carry_over(services, OPERATION_TO_IPV4, request, POINT(58, 128 * 256),
                      POINT(1, 8 * 256));
}

vp_service vp_service_to_ipv6(vp_services *services, vp_service request, bool is_reply) {
    return is_reply ? carry_over(services, OPERATION_TO_IPV6_REPLY, request, POINT(1, 0),
                                 POINT(58, 129 * 256))
                    : carry_over(services, OPERATION_TO_IPV6, request, POINT(1, 8 * 256),
                                 POINT(58, 128 * 256));
}

/* The source ports of a protocol that the way back admits, moved to 0-65535 of the line. */
static vp_service sources_of(vp_services *services, vp_service back, uint32_t protocol,
                             vp_service sources) {
    vp_service ports;
    vp_service_range range;
    vp_range_map map;
    uint32_t position = 0;
    if (back == services->all) {
        return sources;
    }
    if (!vp_memo_find(&services->memo, OPERATION_SOURCES, back, protocol, &ports)) {
        uint32_t low = POINT(protocol, 0), high = POINT(protocol, PORTS - 1);
        if (!scratch_map(services, vp_map_pool_get(&services->pool, back)->count + 2, false,
                         &map)) {
            return VP_SERVICE_NONE;
        }
        while (vp_service_next(services, back, &position, &range)) {
            if (range.last >= low && range.first <= high) {
                add_range(&map, range.first < low ? 0 : range.first - low,
                          range.last > high ? PORTS - 1 : range.last - low);
            }
        }
        ports = vp_map_pool_intern(&services->pool, &map);
        vp_memo_keep(&services->memo, OPERATION_SOURCES, back, protocol, ports);
    }
    return vp_service_combine(services, VP_TRUTH_INTERSECTION, ports, sources);
}

/* Writes the product into a scratch map; ports that nothing comes back to are left out. */
static vp_flow make_product(vp_services *services, vp_service request, vp_service back,
                            vp_service sources) {
    vp_service tcp = sources_of(services, back, TCP, sources);
    vp_service udp = sources_of(services, back, UDP, sources);
    vp_service_range rest, piece;
    vp_range_map map;
    uint32_t position = 0;
    size_t count = vp_map_pool_get(&services->pool, request)->count;
    if (!scratch_map(services, 2 * count + 16, true, &map)) {
        return VP_FLOW_NONE;
    }
    while (vp_service_next(services, request, &position, &rest)) {
        while (next_piece(&rest, &piece)) {
            uint32_t protocol = piece.first >> 16;
            vp_service value = protocol == TCP ? tcp : protocol == UDP ? udp : services->all;
            vp_range_map_append(&map, point_of(piece.first), value);
        }
        vp_range_map_append(&map, point_of(rest.last + 1), 0);
    }
    return vp_map_pool_intern(&services->pool, &map);
}

vp_flow vp_flow_product(vp_services *services, vp_service request, vp_service back,
                        vp_service sources, uint8_t family) {
    vp_service answered = vp_service_answered(services, request, back, family);
    uint32_t operation = OPERATION_PRODUCT + sources * 256; /* one of a handful in a question */
    vp_flow result;
    if (answered == VP_SERVICE_NONE ||
        vp_memo_find(&services->memo, operation, answered, back, &result)) {
        return answered == VP_SERVICE_NONE ? VP_FLOW_NONE : result;
    }
    result = make_product(services, answered, back, sources);
    vp_memo_keep(&services->memo, operation, answered, back, result);
    return result;
}

bool vp_flow_next(const vp_services *services, vp_flow flow, uint32_t *position, vp_flow_run *run) {
    const vp_range_map *map = vp_map_pool_get(&services->pool, flow);
    for (; *position < map->count; ++*position) {
        if (map->values[*position] != VP_SERVICE_NONE) {
            run->first = map->points.narrow[*position];
            run->last = *position + 1 < map->count ? map->points.narrow[*position + 1] - 1
                                                   : VP_SERVICE_LAST;
            run->sources = map->values[*position];
            ++*position;
            return true;
        }
    }
    return false;
}

static vp_service combine_sources(vp_services *services, vp_flow_operation operation, vp_service a,
                                  vp_service b) {
    static const vp_truth truths[] = {VP_TRUTH_UNION, VP_TRUTH_UNION, VP_TRUTH_INTERSECTION,
                                      VP_TRUTH_DIFFERENCE};
    return vp_service_combine(services, truths[operation], a, b);
}

/*
 * The sets of source ports are combined first, run by run, because that uses the scratch memory
 * too: their numbers lie in the painter's strokes meanwhile.
 */
static vp_flow merge_flows(vp_services *services, vp_flow_operation operation, vp_flow a,
                           vp_flow b) {
    vp_painter *painter = &services->painter;
    uint32_t i = 0, k = 0, left = 0, right = 0;
    vp_range_map map;
    vp_painter_begin(painter);
    for (;;) {
        const vp_range_map *first = vp_map_pool_get(&services->pool, a);
        const vp_range_map *second = vp_map_pool_get(&services->pool, b);
        uint32_t next_left = i < first->count ? first->points.narrow[i] : UINT32_MAX;
        uint32_t next_right = k < second->count ? second->points.narrow[k] : UINT32_MAX;
        uint32_t point = next_left < next_right ? next_left : next_right;
        if (point == UINT32_MAX) {
            break;
        }
        left = next_left == point ? first->values[i++] : left;
        right = next_right == point ? second->values[k++] : right;
        vp_painter_add(painter, point_of(point), point_of(point),
                       combine_sources(services, operation, left, right));
    }
    if (painter->status != VP_OK || !scratch_map(services, painter->count + 1, true, &map)) {
        services->pool.status = painter->status != VP_OK ? painter->status : services->pool.status;
        return VP_FLOW_NONE;
    }
    for (uint32_t n = 0; n < painter->count; n++) {
        vp_range_map_append(&map, painter->strokes[n].first, painter->strokes[n].value);
    }
    return vp_map_pool_intern(&services->pool, &map);
}

vp_flow vp_flow_combine(vp_services *services, vp_flow_operation operation, vp_flow a, vp_flow b) {
    vp_flow result;
    if (a == b || b == VP_FLOW_NONE) {
        bool none = operation == (a == b ? VP_FLOW_DIFFERENCE : VP_FLOW_INTERSECTION);
        return none ? VP_FLOW_NONE : a;
    }
    if (a == VP_FLOW_NONE) {
        return operation == VP_FLOW_UNION ? b : VP_FLOW_NONE;
    }
    if (vp_memo_find(&services->memo, OPERATION_FLOW + (uint32_t)operation, a, b, &result)) {
        return result;
    }
    result = merge_flows(services, operation, a, b);
    vp_memo_keep(&services->memo, OPERATION_FLOW + (uint32_t)operation, a, b, result);
    return result;
}

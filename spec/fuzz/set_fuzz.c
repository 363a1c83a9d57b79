/*
 * set_fuzz.c - the algebra of sets: inputs are lists of operations on eight slots.
 *
 * Beside every slot stands the same set as one bit a cell. A family has 1,024 cells: its lowest
 * addresses, one cell for everything in the middle, its highest addresses. After each operation the
 * invariant is checked and the set is compared with its cells.
 *
 * An operation is a character; those that are none are skipped, so a seed may have blanks and
 * lines. Of an operand the five low bits count: '@' and '`' are 0, 'A' and 'a' 1, ..., '_' 31. A
 * cell is two operands, "@@" the lowest address and "__" the highest.
 *
 * 4 6     the family of what is added from here on
 * +abcd   add the cells from ab to cd
 * %abcd   add d single cells from ab on, c + 1 apart
 * (a      add slot a
 * =a      freeze what was added into slot a
 * ~       forget what was added
 * .tabd   combine slots a and b by truth table t into slot d
 * #a      make the index of slot a
 * /al     walk the blocks of slot a that are l bits shorter than an address
 * *akn    damage a copy of the IPv4 part of slot a: the check of the invariant has to see it
 * :nabv   a map with values from n groups abv: the next point is ab cells on, its value is v
 * !n      refuse the n-th request for memory from here on
 */
#include "fuzz.h"
#include "vp_set.h"
#include "vp_space.h"

#define CELLS 1024
#define MIDDLE 511
#define SLOTS 8
#define OPERATIONS 64 /* a longer input is cut: it finds nothing new */

#define WORDS (2 * CELLS / 64) /* IPv4 in the first half, IPv6 in the second */

typedef struct cells {
    uint64_t words[WORDS];
} cells;

typedef struct machine {
    const uint8_t *next, *end;
    fuzz_memory memory;
    vp_alloc alloc;
    vp_set_builder builder;
    cells building;
    vp_set *sets[SLOTS];
    cells wanted[SLOTS];
    uint8_t family;
} machine;

static unsigned operand(machine *m) { return m->next < m->end ? *m->next++ & 31U : 0; }

static unsigned cell(machine *m) {
    unsigned high = operand(m);
    return high << 5 | operand(m);
}

/* ---- cells and addresses ----------------------------------------------------------------------*/

static vp_addr minus(vp_addr address, uint64_t count) {
    address.hi -= address.lo < count;
    address.lo -= count;
    return address;
}

static vp_addr first_of(uint8_t family, unsigned number) {
    vp_addr low = vp_addr_lowest(family);
    return number <= MIDDLE ? vp_addr_plus(&low, number)
                            : minus(vp_addr_highest(family), CELLS - 1 - number);
}

static vp_addr last_of(uint8_t family, unsigned number) {
    return number == MIDDLE ? minus(first_of(family, MIDDLE + 1), 1) : first_of(family, number);
}

/* The cell of an address that no operation can tell from its neighbours but the middle ones. */
static unsigned cell_of(const vp_addr *address) {
    vp_addr low = first_of(address->family, MIDDLE), high = last_of(address->family, MIDDLE);
    if (vp_addr_compare(address, &low) < 0) {
        return (unsigned)address->lo;
    }
    if (vp_addr_compare(address, &high) <= 0) {
        return MIDDLE;
    }
    return CELLS - 1 - (unsigned)(vp_addr_highest(address->family).lo - address->lo);
}

static bool has(const cells *all, uint8_t family, unsigned number) {
    unsigned bit = number + (family == 6 ? CELLS : 0);
    return all->words[bit / 64] >> bit % 64 & 1;
}

/* Sets the bits of the cells from..to, a word at a time. */
static void mark(cells *all, uint8_t family, unsigned from, unsigned to) {
    unsigned base = family == 6 ? CELLS : 0, first = base + from, end = base + to + 1;
    while (first < end) {
        unsigned stop = first / 64 * 64 + 64 < end ? first / 64 * 64 + 64 : end;
        all->words[first / 64] |= UINT64_MAX >> (64 - (stop - first)) << first % 64;
        first = stop;
    }
}

/* ---- what has to hold of every set ------------------------------------------------------------*/

/* The set as cells, read as ranges; its ranges begin and end at the edges of cells. */
static void read_ranges(const vp_set *set, cells *found) {
    vp_set_cursor cursor = vp_set_begin(set);
    vp_addr first, last;
    uint64_t count = 0;
    memset(found, 0, sizeof *found);
    for (; vp_set_next_range(&cursor, &first, &last); count++) {
        unsigned from = cell_of(&first), to = cell_of(&last);
        vp_addr edge = first_of(first.family, from), far = last_of(last.family, to);
        FUZZ_CHECK(first.family == last.family && vp_addr_compare(&first, &last) <= 0);
        FUZZ_CHECK(vp_addr_equals(&first, &edge) && vp_addr_equals(&last, &far));
        FUZZ_CHECK(from == 0 || !has(found, first.family, from - 1));
        FUZZ_CHECK(vp_set_contains_range(set, &first, &last));
        mark(found, first.family, from, to);
    }
    FUZZ_CHECK(count == vp_set_range_count(set) && (count == 0) == vp_set_is_empty(set));
}

/* The stretches between the first and the last range of a family hold all of it. */
static void check_within(const vp_set *set, const cells *wanted, uint8_t family) {
    const uint64_t *words = wanted->words + (family == 6 ? WORDS / 2 : 0);
    const uint64_t *other = wanted->words + (family == 6 ? 0 : WORDS / 2);
    unsigned from = 0, to = CELLS - 1;
    bool alone = true;
    for (unsigned i = 0; i < WORDS / 2; i++) {
        alone &= other[i] == 0;
    }
    while (from < to && !has(wanted, family, from)) {
        from += words[from / 64] == 0 && from + 64 < to ? 64 : 1;
    }
    while (to > from && !has(wanted, family, to)) {
        to--;
    }
    bool any = has(wanted, family, from);
    vp_addr first = first_of(family, from), last = last_of(family, to);
    FUZZ_CHECK(vp_set_is_within_range(set, &first, &last) == alone);
    FUZZ_CHECK(vp_set_overlaps_range(set, &first, &last) == any);
    if (any && from < to) {
        vp_addr next = first_of(family, from + 1);
        FUZZ_CHECK(!vp_set_is_within_range(set, &next, &last));
    }
}

/* The blocks of a set: aligned, in order, in the set, and no two could be one. */
static void check_blocks(const vp_set *set) {
    vp_set_cursor cursor = vp_set_begin(set);
    vp_cidr block, before = {{0, 0, 0}, 0};
    while (vp_set_next_cidr(&cursor, &block)) {
        vp_cidr aligned = vp_cidr_of(&block.address, block.prefix_length);
        vp_addr last = vp_cidr_last(&block);
        FUZZ_CHECK(vp_cidr_equals(&aligned, &block));
        FUZZ_CHECK(!vp_cidr_is_given(&before) || vp_cidr_compare(&before, &block) < 0);
        FUZZ_CHECK(vp_set_contains_range(set, &block.address, &last));
        if (block.prefix_length > 0) {
            vp_cidr twice = vp_cidr_of(&block.address, block.prefix_length - 1);
            last = vp_cidr_last(&twice);
            FUZZ_CHECK(!vp_set_contains_range(set, &twice.address, &last));
        }
        before = block;
    }
}

/* The number of addresses, modulo 2^128. */
static void check_count(const vp_set *set, const cells *wanted) {
    uint64_t middle = 0, low = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        for (uint64_t left = wanted->words[i]; left != 0; left &= left - 1) {
            low++;
        }
    }
    if (has(wanted, 4, MIDDLE)) {
        low += (UINT64_C(1) << 32) - CELLS;
    }
    if (has(wanted, 6, MIDDLE)) { /* 2^128 - CELLS more, so modulo that: CELLS less */
        middle -= low < CELLS;
        low -= CELLS;
    }
    vp_set_size size = vp_set_count(set);
    char text[VP_SET_SIZE_TEXT_MAX];
    FUZZ_CHECK(size.low == low && size.middle == middle);
    FUZZ_CHECK(vp_set_size_format(&size, text) == strlen(text));
}

/* Cells of both families, asked for together: some next to each other, the middle, both ends. */
static void check_batch(const vp_set *set, const cells *wanted) {
    vp_addr firsts[VP_RANKS_MAX], lasts[VP_RANKS_MAX];
    unsigned numbers[VP_RANKS_MAX];
    bool inside[VP_RANKS_MAX];
    for (unsigned i = 0; i < VP_RANKS_MAX; i++) {
        uint8_t family = i / 4 % 2 == 0 ? 4 : 6;
        unsigned far = i % 8 == 0 ? MIDDLE : CELLS - 1 - i / 2;
        numbers[i] = i % 3 == 0 ? i : i % 3 == 1 ? (i * 37) % CELLS : far;
        firsts[i] = first_of(family, numbers[i]);
        lasts[i] = last_of(family, numbers[i]);
    }
    vp_set_contains_ranges(set, firsts, lasts, VP_RANKS_MAX, inside);
    for (unsigned i = 0; i < VP_RANKS_MAX; i++) {
        FUZZ_CHECK(inside[i] == has(wanted, firsts[i].family, numbers[i]));
        if (vp_addr_equals(&firsts[i], &lasts[i])) {
            const vp_range_map *part = vp_set_part(set, firsts[i].family);
            FUZZ_CHECK(vp_range_map_value(part, vp_point_of(&firsts[i])) == inside[i]);
        }
    }
}

static void check_set(const vp_set *set, const cells *wanted) {
    cells found;
    const char *problem = vp_set_validate(set);
    if (problem != NULL) {
        fprintf(stderr, "%s\n", problem);
    }
    FUZZ_CHECK(problem == NULL);
    read_ranges(set, &found);
    FUZZ_CHECK(memcmp(&found, wanted, sizeof found) == 0);
    check_blocks(set);
    check_count(set, wanted);
    check_batch(set, wanted);
    check_within(set, wanted, 4);
    check_within(set, wanted, 6);
}

/* What two sets have to do with each other, by their cells and by themselves. */
static void check_pair(const machine *m, unsigned a, unsigned b) {
    const uint64_t *left = m->wanted[a].words, *right = m->wanted[b].words;
    bool overlaps = false, contains = true, equals = true;
    for (unsigned i = 0; i < WORDS; i++) {
        overlaps |= (left[i] & right[i]) != 0;
        contains &= (right[i] & ~left[i]) == 0;
        equals &= left[i] == right[i];
    }
    FUZZ_CHECK(vp_set_overlaps(m->sets[a], m->sets[b]) == overlaps);
    FUZZ_CHECK(vp_set_contains(m->sets[a], m->sets[b]) == contains);
    FUZZ_CHECK(vp_set_equals(m->sets[a], m->sets[b]) == equals);
}

/* ---- operations -------------------------------------------------------------------------------*/

static void store(machine *m, unsigned slot, vp_set *set, const cells *wanted) {
    vp_set_unref(m->sets[slot]);
    m->sets[slot] = set;
    m->wanted[slot] = *wanted;
    check_set(set, wanted);
    for (unsigned other = 0; other < SLOTS; other++) {
        if (m->sets[other] != NULL) {
            check_pair(m, slot, other);
            check_pair(m, other, slot);
        }
    }
}

/* A request was refused: that is the only failure there is. */
static bool succeeded(machine *m, vp_status status) {
    FUZZ_CHECK(status == VP_OK || (status == VP_NO_MEMORY && m->memory.refused));
    return status == VP_OK;
}

static void add(machine *m, unsigned from, unsigned to) {
    vp_addr first = first_of(m->family, from), last = last_of(m->family, to);
    vp_cidr one = vp_cidr_of(&first, vp_addr_bits(&first));
    vp_status status = vp_addr_equals(&first, &last)
                           ? vp_set_builder_add_cidr(&m->builder, &one, NULL)
                           : vp_set_builder_add_range(&m->builder, &first, &last, NULL);
    if (succeeded(m, status)) {
        mark(&m->building, m->family, from, to);
    }
}

static void add_comb(machine *m) {
    unsigned from = cell(m), step = operand(m) + 1, count = operand(m);
    for (; count > 0 && from < CELLS; count--, from += step) {
        add(m, from, from);
    }
}

static void empty(machine *m) {
    vp_set_builder_clear(&m->builder);
    memset(&m->building, 0, sizeof m->building);
}

static void add_slot(machine *m) {
    unsigned slot = operand(m) % SLOTS;
    if (m->sets[slot] == NULL) {
        return;
    }
    if (!succeeded(m, vp_set_builder_add_set(&m->builder, m->sets[slot], NULL))) {
        empty(m); /* which part of the set was added is not said */
        return;
    }
    for (unsigned i = 0; i < WORDS; i++) {
        m->building.words[i] |= m->wanted[slot].words[i];
    }
}

static void freeze(machine *m) {
    unsigned slot = operand(m) % SLOTS;
    vp_set *set = NULL;
    if (succeeded(m, vp_set_builder_freeze(&m->builder, &set, NULL))) {
        store(m, slot, set, &m->building);
    } else {
        FUZZ_CHECK(set == NULL);
    }
}

static void combine(machine *m) {
    static const cells nothing;
    unsigned truth = operand(m) & 15, a = operand(m) % SLOTS, b = operand(m) % SLOTS;
    unsigned slot = operand(m) % SLOTS;
    const cells *left = m->sets[a] != NULL ? &m->wanted[a] : &nothing;
    const cells *right = m->sets[b] != NULL ? &m->wanted[b] : &nothing;
    vp_set *set = NULL;
    cells wanted = nothing;
    for (unsigned state = 0; state < 4; state++) {
        uint64_t not_left = state & 1 ? 0 : UINT64_MAX, not_right = state & 2 ? 0 : UINT64_MAX;
        for (unsigned i = 0; (truth >> state & 1) && i < WORDS; i++) {
            wanted.words[i] |= (left->words[i] ^ not_left) & (right->words[i] ^ not_right);
        }
    }
    if (succeeded(m,
                  vp_set_combine(m->sets[a], m->sets[b], (vp_truth)truth, &m->alloc, &set, NULL))) {
        store(m, slot, set, &wanted);
    } else {
        FUZZ_CHECK(set == NULL);
    }
}

/* Damages a copy of a map in one of four ways; its check has to see that. */
static void damage(machine *m) {
    unsigned slot = operand(m) % SLOTS, kind = operand(m) % 4, at = operand(m);
    if (m->sets[slot] == NULL || m->sets[slot]->parts[0].count < 2) {
        return;
    }
    vp_set set = *m->sets[slot];
    set.parts[0] = m->sets[slot]->parts[kind & 1];
    set.parts[1] = m->sets[slot]->parts[0];
    set.parts[kind & 1].values = &set.references;
    FUZZ_CHECK(vp_set_validate(&set) != NULL); /* parts exchanged, or a part with values */
    vp_range_map map = m->sets[slot]->parts[0];
    size_t bytes = map.count * sizeof *map.points.narrow;
    uint32_t *points = malloc(bytes);
    /* Zeros: values that never change, an index that leads nowhere. */
    uint32_t *zeros = calloc(map.count + (size_t)map.index.entry_count, sizeof *zeros);
    FUZZ_CHECK(points != NULL && zeros != NULL);
    memcpy(points, map.points.narrow, bytes);
    map.points.narrow = points;
    if (kind == 0) {
        map.family = 5;
    } else if (kind == 1) {
        points[at % (map.count - 1) + 1] = points[at % (map.count - 1)];
    } else if (kind == 2 || map.index.directories == NULL) {
        map.values = zeros;
    } else {
        map.index.entries = zeros;
    }
    FUZZ_CHECK(vp_range_map_validate(&map) != NULL);
    free(points);
    free(zeros);
}

static void make_index(machine *m) {
    unsigned slot = operand(m) % SLOTS;
    if (m->sets[slot] != NULL) {
        (void)succeeded(m, vp_set_make_index(m->sets[slot]));
        check_set(m->sets[slot], &m->wanted[slot]);
    }
}

/* The blocks of one length, the first ones at least: in order, in the set, and of that length. */
static void check_space(machine *m) {
    unsigned slot = operand(m) % SLOTS;
    int bits = m->family == 6 ? 128 : 32, length = bits - (int)operand(m) % 10;
    if (m->sets[slot] == NULL) {
        return;
    }
    vp_space_cursor cursor = vp_space_begin(m->sets[slot], length);
    vp_cidr block, before = {{0, 0, 0}, 0};
    for (int i = 0; i < CELLS && vp_space_next(&cursor, &block); i++) {
        vp_cidr aligned = vp_cidr_of(&block.address, length);
        vp_addr last = vp_cidr_last(&block);
        FUZZ_CHECK(vp_cidr_equals(&aligned, &block));
        FUZZ_CHECK(!vp_cidr_is_given(&before) || vp_cidr_compare(&before, &block) < 0);
        FUZZ_CHECK(vp_set_contains_range(m->sets[slot], &block.address, &last));
        before = block;
    }
}

/* A many-valued map against its values at every cell. */
static void check_values(machine *m) {
    uint32_t groups = operand(m), values[CELLS], unset = UINT32_MAX;
    size_t bytes = vp_range_map_bytes(m->family, groups, true);
    void *memory = malloc(bytes + 1); /* exactly as many as asked for, but never 0 */
    FUZZ_CHECK(memory != NULL);
    vp_range_map map;
    vp_range_map_place(&map, m->family, groups, true, memory);
    memset(values, 0xff, sizeof values);
    for (unsigned from = 0; groups > 0; groups--) {
        from += cell(m);
        from = from < CELLS ? from : CELLS - 1;
        vp_addr first = first_of(m->family, from);
        values[from] = operand(m) % 4;
        vp_range_map_append(&map, vp_point_of(&first), values[from]);
    }
    FUZZ_CHECK(vp_range_map_validate(&map) == NULL && vp_range_map_equals(&map, &map));
    (void)succeeded(m, vp_range_map_make_index(&map, &m->alloc));
    FUZZ_CHECK(vp_range_map_validate(&map) == NULL);
    uint32_t value = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        vp_addr first = first_of(m->family, i), last = last_of(m->family, i);
        value = values[i] != unset ? values[i] : value;
        FUZZ_CHECK(vp_range_map_value(&map, vp_point_of(&first)) == value);
        FUZZ_CHECK(vp_range_map_value(&map, vp_point_of(&last)) == value);
    }
    vp_range_map_drop_index(&map, &m->alloc);
    free(memory);
}

static void refuse(machine *m) { m->memory.countdown = operand(m); }

static void operate(machine *m) {
    unsigned from, to;
    switch (*m->next++) {
    case '4':
    case '6':
        m->family = m->next[-1] == '6' ? 6 : 4;
        break;
    case '+':
        from = cell(m);
        to = cell(m);
        add(m, from < to ? from : to, from < to ? to : from);
        break;
    case '%':
        add_comb(m);
        break;
    case '=':
        freeze(m);
        break;
    case '(':
        add_slot(m);
        break;
    case '~':
        empty(m);
        break;
    case '!':
        refuse(m);
        break;
    case '.':
        combine(m);
        break;
    case '#':
        make_index(m);
        break;
    case '*':
        damage(m);
        break;
    case '/':
        check_space(m);
        break;
    case ':':
        check_values(m);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    machine m;
    memset(&m, 0, sizeof m);
    m.next = data;
    m.end = data + size;
    m.family = 4;
    m.alloc = fuzz_alloc(&m.memory);
    vp_set_builder_init(&m.builder, &m.alloc);
    for (int i = 0; i < OPERATIONS && m.next < m.end; i++) {
        operate(&m);
    }
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        vp_set_unref(m.sets[slot]);
    }
    vp_set_builder_clear(&m.builder);
    FUZZ_CHECK(m.memory.live == 0);
    return 0;
}

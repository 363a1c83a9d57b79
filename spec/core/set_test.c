/*
 * set_test.c - sets against a bit-by-bit oracle, and the laws of sets.
 *
 * The universe of the oracle is a strip of cells: the lowest 96 addresses, one cell for everything
 * in between, the highest 96 addresses. A random set is a union of random stretches of cells, so
 * the edges 0.0.0.0, 255.255.255.255, :: and ffff:...:ffff come up all the time.
 */
#include "random.h"
#include "vp_set_text.h"
#include "vp_space.h"
#include "vp_test.h"

/* 100,000 operations on both families in a plain run, a tenth of that under a sanitizer. */
#if defined(__SANITIZE_ADDRESS__)
#define ROUNDS 2000
#else
#define ROUNDS 20000
#endif

#define EDGE 96
#define CELLS (2 * EDGE + 1)

typedef struct strip {
    bool cell[2][CELLS]; /* IPv4, IPv6 */
} strip;

static const uint8_t families[2] = {4, 6};

static vp_addr minus(vp_addr address, uint64_t count) {
    address.hi -= address.lo < count;
    address.lo -= count;
    return address;
}

static vp_addr first_of(uint8_t family, int cell) {
    vp_addr low = vp_addr_lowest(family);
    return cell <= EDGE ? vp_addr_plus(&low, (uint64_t)cell)
                        : minus(vp_addr_highest(family), (uint64_t)(CELLS - 1 - cell));
}

static vp_addr last_of(uint8_t family, int cell) {
    return cell == EDGE ? minus(vp_addr_highest(family), EDGE) : first_of(family, cell);
}

/* Adds random stretches to a builder and to the oracle. */
static void fill(random_source *random, vp_set_builder *builder, strip *oracle) {
    static const int amounts[] = {0, 1, 2, 5, 20, 60, 90};
    static const int lengths[] = {1, 2, 5, 40, CELLS};
    memset(oracle, 0, sizeof *oracle);
    for (int f = 0; f < 2; f++) {
        int amount = amounts[random_below(random, VP_COUNT_OF(amounts))];
        int most = lengths[random_below(random, VP_COUNT_OF(lengths))];
        bool full = random_below(random, 16) == 0;
        for (int i = 0; i < (full ? 1 : amount); i++) {
            int from = full ? 0 : (int)random_below(random, CELLS);
            int to = full ? CELLS : from + (int)random_below(random, (uint64_t)most);
            to = to < CELLS ? to : CELLS - 1;
            vp_addr first = first_of(families[f], from), last = last_of(families[f], to);
            VP_CHECK(vp_set_builder_add_range(builder, &first, &last, NULL) == VP_OK);
            for (int cell = from; cell <= to; cell++) {
                oracle->cell[f][cell] = true;
            }
        }
    }
}

/* Whether set and oracle agree on every cell, and on whether stretches lie inside or touch. */
static bool agrees(const vp_set *set, const strip *oracle) {
    for (int f = 0; f < 2; f++) {
        for (int cell = 0; cell < CELLS; cell++) {
            vp_addr first = first_of(families[f], cell), last = last_of(families[f], cell);
            bool inside = oracle->cell[f][cell];
            if (vp_set_contains_range(set, &first, &last) != inside ||
                vp_set_overlaps_range(set, &first, &last) != inside) {
                return false;
            }
        }
    }
    return true;
}

/* The number of addresses by the oracle. */
static vp_set_size count(const strip *oracle) {
    vp_set_size size = {0, 0, 0};
    for (int f = 0; f < 2; f++) {
        for (int cell = 0; cell < CELLS; cell++) {
            vp_set_size one = {0, 0, 1};
            if (cell == EDGE) {
                one.low = f == 0 ? (UINT64_C(1) << 32) - 2 * EDGE : (uint64_t)0 - 2 * EDGE;
                one.middle = f == 0 ? 0 : UINT64_MAX;
            }
            if (oracle->cell[f][cell]) {
                size.low += one.low;
                uint64_t carry = size.low < one.low;
                size.middle += one.middle;
                size.high += size.middle < one.middle;
                size.middle += carry;
                size.high += size.middle < carry;
            }
        }
    }
    return size;
}

/* How many maximal stretches the oracle has. */
static uint64_t stretches(const strip *oracle) {
    uint64_t total = 0;
    for (int f = 0; f < 2; f++) {
        for (int cell = 0; cell < CELLS; cell++) {
            total += oracle->cell[f][cell] && (cell == 0 || !oracle->cell[f][cell - 1]);
        }
    }
    return total;
}

/* The list of blocks is in order, lies in the set, adds up to it, and no two could be one. */
static void check_blocks(const vp_set *set) {
    vp_set_cursor cursor = vp_set_begin(set);
    vp_cidr block, before = {{0, 0, 0}, 0};
    vp_set_builder builder;
    vp_set *again = NULL;
    bool sound = true;
    vp_set_builder_init(&builder, &set->alloc);
    while (vp_set_next_cidr(&cursor, &block)) {
        vp_addr last = vp_cidr_last(&block);
        sound &= vp_set_contains_range(set, &block.address, &last);
        sound &= before.address.family == 0 || vp_cidr_compare(&before, &block) < 0;
        if (block.prefix_length > 0) {
            vp_cidr parent = vp_cidr_of(&block.address, block.prefix_length - 1);
            last = vp_cidr_last(&parent);
            sound &= !vp_set_contains_range(set, &parent.address, &last);
        }
        sound &= vp_set_builder_add_cidr(&builder, &block, NULL) == VP_OK;
        before = block;
    }
    VP_CHECK(sound);
    VP_CHECK(vp_set_builder_freeze(&builder, &again, NULL) == VP_OK);
    VP_CHECK(vp_set_equals(again, set));
    vp_set_unref(again);
    vp_set_builder_clear(&builder);
}

/* Written in each style and read again it is the same set. */
static void check_text(const vp_set *set) {
    static char text[1 << 17];
    for (int style = VP_SET_STYLE_BLOCKS; style <= VP_SET_STYLE_RANGES; style++) {
        vp_set_cursor cursor = vp_set_begin(set);
        size_t length = 0, used = 0;
        vp_status status;
        do { /* in small pieces, so that every line is once the last one */
            status = vp_set_text_write(&cursor, (vp_set_style)style, text + length,
                                       VP_SET_LINE_MAX + 20, &used);
            length += used;
        } while (status == VP_MORE);
        VP_CHECK(length < sizeof text - 2 * VP_SET_LINE_MAX);
        vp_set_builder builder;
        vp_set *again = NULL;
        vp_set_reader reader = vp_set_text_begin(text, length);
        vp_set_builder_init(&builder, &set->alloc);
        VP_CHECK(vp_set_text_add(&reader, &builder, NULL) == VP_OK);
        VP_CHECK(vp_set_builder_freeze(&builder, &again, NULL) == VP_OK);
        VP_CHECK(vp_set_equals(again, set));
        vp_set_unref(again);
        vp_set_builder_clear(&builder);
    }
}

/* The low end of one family of a set, alone. */
static vp_set *low_end(const vp_set *set, uint8_t family) {
    vp_set_builder builder;
    vp_set *end = NULL, *result = NULL;
    vp_addr first = first_of(family, 0), last = first_of(family, EDGE - 1);
    vp_set_builder_init(&builder, &set->alloc);
    VP_CHECK(vp_set_builder_add_range(&builder, &first, &last, NULL) == VP_OK);
    VP_CHECK(vp_set_builder_freeze(&builder, &end, NULL) == VP_OK);
    VP_CHECK(vp_set_combine(set, end, VP_TRUTH_INTERSECTION, &set->alloc, &result, NULL) == VP_OK);
    vp_set_unref(end);
    vp_set_builder_clear(&builder);
    return result;
}

/* The blocks of a length are exactly the aligned ones that lie in the set. */
static void check_space(random_source *random, const vp_set *set) {
    int shorter = (int)random_below(random, 7);
    for (int f = 0; f < 2; f++) {
        vp_set *low = low_end(set, families[f]);
        int length = (f == 0 ? 32 : 128) - shorter;
        vp_space_cursor cursor = vp_space_begin(low, length);
        vp_cidr found = {{0, 0, 0}, 0};
        bool more = vp_space_next(&cursor, &found), sound = true;
        for (int cell = 0; cell < EDGE; cell += 1 << shorter) {
            vp_addr first = first_of(families[f], cell);
            vp_cidr block = vp_cidr_of(&first, length);
            vp_addr last = vp_cidr_last(&block);
            if (vp_set_contains_range(low, &first, &last)) {
                sound &= more && vp_cidr_equals(&found, &block);
                more = vp_space_next(&cursor, &found);
            }
        }
        VP_CHECK(sound && !more);
        vp_set_unref(low);
    }
}

static bool apply(unsigned truth, bool a, bool b) { return truth >> ((unsigned)b << 1 | a) & 1; }

static void check_operation(random_source *random, const vp_set *a, const strip *left,
                            const vp_set *b, const strip *right, vp_truth truth) {
    vp_alloc alloc = vp_alloc_default();
    vp_set *result = NULL;
    strip wanted;
    bool any = false;
    for (int f = 0; f < 2; f++) {
        for (int cell = 0; cell < CELLS; cell++) {
            bool value = apply(truth, left->cell[f][cell], right->cell[f][cell]);
            wanted.cell[f][cell] = value;
            any |= value;
        }
    }
    VP_CHECK(vp_set_combine(a, b, truth, &alloc, &result, NULL) == VP_OK);
    VP_CHECK(vp_set_validate(result) == NULL);
    VP_CHECK(agrees(result, &wanted));
    VP_CHECK(vp_set_is_empty(result) == !any);
    VP_CHECK(vp_set_range_count(result) == stretches(&wanted));
    vp_set_size size = vp_set_count(result), sum = count(&wanted);
    VP_CHECK(size.low == sum.low && size.middle == sum.middle && size.high == sum.high);
    if (truth == VP_TRUTH_INTERSECTION) {
        VP_CHECK(vp_set_overlaps(a, b) == any);
    } else if (truth == VP_TRUTH_DIFFERENCE) {
        VP_CHECK(vp_set_contains(b, a) == !any);
    } else if (truth == VP_TRUTH_SYMMETRIC_DIFFERENCE) {
        VP_CHECK(vp_set_equals(a, b) == !any);
    }
    if (random_below(random, 8) == 0) {
        check_blocks(result);
        check_text(result);
        check_space(random, result);
    }
    VP_CHECK(vp_set_make_index(result) == VP_OK);
    VP_CHECK(vp_set_validate(result) == NULL);
    VP_CHECK(agrees(result, &wanted));
    vp_set_unref(result);
}

static vp_set *combined(const vp_set *a, const vp_set *b, vp_truth truth) {
    vp_alloc alloc = vp_alloc_default();
    vp_set *result = NULL;
    VP_CHECK(vp_set_combine(a, b, truth, &alloc, &result, NULL) == VP_OK);
    return result;
}

/* Whether two sets are equal; both are released. */
static bool same(vp_set *a, vp_set *b) {
    bool equal = vp_set_equals(a, b);
    vp_set_unref(a);
    vp_set_unref(b);
    return equal;
}

/* The same combination of two sets that are released. */
static vp_set *both(vp_set *a, vp_set *b, vp_truth truth) {
    vp_set *result = combined(a, b, truth);
    vp_set_unref(a);
    vp_set_unref(b);
    return result;
}

static vp_set *complement(const vp_set *a) { return combined(a, NULL, VP_TRUTH_COMPLEMENT); }

/* Commutativity, De Morgan, complement twice, and what difference and the symmetric one are. */
static void check_laws(const vp_set *a, const vp_set *b) {
    const vp_truth meet = VP_TRUTH_INTERSECTION, join = VP_TRUTH_UNION;
    const vp_truth minus_b = VP_TRUTH_DIFFERENCE, either = VP_TRUTH_SYMMETRIC_DIFFERENCE;
    VP_CHECK(same(combined(a, b, join), combined(b, a, join)));
    VP_CHECK(same(combined(a, b, meet), combined(b, a, meet)));
    VP_CHECK(same(combined(a, b, either), combined(b, a, either)));
    vp_set *joined = combined(a, b, join), *met = combined(a, b, meet);
    VP_CHECK(same(complement(joined), both(complement(a), complement(b), meet)));
    VP_CHECK(same(complement(met), both(complement(a), complement(b), join)));
    vp_set *not_b = complement(b), *not_a = complement(a);
    VP_CHECK(same(complement(not_a), combined(a, a, join)));
    VP_CHECK(same(combined(a, b, minus_b), combined(a, not_b, meet)));
    VP_CHECK(same(combined(a, b, either), combined(joined, met, minus_b)));
    VP_CHECK(vp_set_contains(joined, a) && vp_set_contains(a, met));
    VP_CHECK(!vp_set_overlaps(a, not_a) && !vp_set_overlaps(met, not_b));
    vp_set_unref(joined);
    vp_set_unref(met);
    vp_set_unref(not_a);
    vp_set_unref(not_b);
}

/* How often the random sets of a family were what a careless test would never make. */
typedef struct rare_sets {
    unsigned empty, full, first, last; /* `first`, `last`: with that address of the line */
} rare_sets;

static void count_rare(rare_sets rare[2], const strip *oracle) {
    for (int f = 0; f < 2; f++) {
        int inside = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            inside += oracle->cell[f][cell];
        }
        rare[f].empty += inside == 0;
        rare[f].full += inside == CELLS;
        rare[f].first += oracle->cell[f][0];
        rare[f].last += oracle->cell[f][CELLS - 1];
    }
}

static void check_random_sets(void) {
    static const vp_truth truths[] = {VP_TRUTH_UNION, VP_TRUTH_INTERSECTION, VP_TRUTH_DIFFERENCE,
                                      VP_TRUTH_SYMMETRIC_DIFFERENCE, VP_TRUTH_COMPLEMENT};
    random_source random = random_start();
    vp_alloc alloc = vp_alloc_default();
    rare_sets rare[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    for (int round = 0; round < ROUNDS; round++) {
        vp_set_builder builder;
        vp_set *sets[2];
        strip oracles[2];
        for (int i = 0; i < 2; i++) {
            vp_set_builder_init(&builder, &alloc);
            fill(&random, &builder, &oracles[i]);
            VP_CHECK(vp_set_builder_freeze(&builder, &sets[i], NULL) == VP_OK);
            VP_CHECK(vp_set_validate(sets[i]) == NULL);
            VP_CHECK(agrees(sets[i], &oracles[i]));
            vp_set_builder_clear(&builder);
            count_rare(rare, &oracles[i]);
        }
        for (size_t i = 0; i < VP_COUNT_OF(truths); i++) {
            check_operation(&random, sets[0], &oracles[0], sets[1], &oracles[1], truths[i]);
        }
        check_laws(sets[0], sets[1]);
        vp_set_unref(sets[0]);
        vp_set_unref(sets[1]);
    }
    for (int f = 0; f < 2; f++) {
        VP_CHECK(rare[f].empty > ROUNDS / 20 && rare[f].full > ROUNDS / 20);
        VP_CHECK(rare[f].first > ROUNDS / 20 && rare[f].last > ROUNDS / 20);
    }
}

/* Everything that allocates, once. Returns the first failure. */
static vp_status work(const vp_alloc *alloc) {
    static const char text[] = "10.0.0.0/8, 10.1.0.0/16\n::1 # here\n10.255.0.0-11.0.0.3\nff00::/8";
    vp_set_builder builder;
    vp_set *set = NULL, *other = NULL, *both = NULL;
    vp_set_reader reader = vp_set_text_begin(text, sizeof text - 1);
    vp_set_builder_init(&builder, alloc);
    vp_status status = vp_set_text_add(&reader, &builder, NULL);
    for (uint32_t i = 200; i > 0 && status == VP_OK; i--) { /* enough for sorting and an index */
        vp_addr v4 = vp_addr_from_ipv4(i * 7919), v6 = {i, i * 7919, 6};
        status = vp_set_builder_add_range(&builder, &v4, &v4, NULL);
        if (status == VP_OK) {
            status = vp_set_builder_add_range(&builder, &v6, &v6, NULL);
        }
    }
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&builder, &set, NULL);
    }
    if (status == VP_OK) {
        status = vp_space_private(alloc, &other, NULL);
    }
    if (status == VP_OK) {
        status = vp_set_builder_add_set(&builder, other, NULL);
    }
    if (status == VP_OK) {
        vp_set_unref(other);
        other = NULL;
        status = vp_set_builder_freeze(&builder, &other, NULL);
    }
    if (status == VP_OK) {
        status = vp_set_combine(set, other, VP_TRUTH_COMPLEMENT, alloc, &both, NULL);
    }
    if (status == VP_OK) {
        status = vp_set_make_index(both);
    }
    vp_set_unref(set);
    vp_set_unref(other);
    vp_set_unref(both);
    vp_set_builder_clear(&builder);
    return status;
}

static void check_memory(void) {
    /* giving memory back may fail, too */
    VP_CHECK(vp_test_no_memory(work, true) > 1);
}

static vp_set *set_of(const char *text) {
    vp_alloc alloc = vp_alloc_default();
    vp_set_builder builder;
    vp_set *set = NULL;
    vp_set_reader reader = vp_set_text_begin(text, strlen(text));
    vp_set_builder_init(&builder, &alloc);
    VP_CHECK(vp_set_text_add(&reader, &builder, NULL) == VP_OK);
    VP_CHECK(vp_set_builder_freeze(&builder, &set, NULL) == VP_OK);
    vp_set_builder_clear(&builder);
    return set;
}

static void check_sizes(void) {
    static const struct {
        const char *text, *size;
    } cases[] = {
        {"", "0"},
        {"10.0.0.1", "1"},
        {"0.0.0.0/0", "4294967296"},
        {"::/0", "340282366920938463463374607431768211456"},
        {"::/0,0.0.0.0/0", "340282366920938463463374607436063178752"},
        {"8000::/1", "170141183460469231731687303715884105728"},
        {"::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "340282366920938463463374607431768211455"},
        {"::/64\n10.0.0.0/8", "18446744073726328832"},
    };
    for (size_t i = 0; i < VP_COUNT_OF(cases); i++) {
        vp_set *set = set_of(cases[i].text);
        vp_set_size size = vp_set_count(set);
        char text[VP_SET_SIZE_TEXT_MAX];
        VP_CHECK(vp_set_size_format(&size, text) == strlen(text));
        VP_CHECK_TEXT(text, cases[i].size);
        vp_set_unref(set);
    }
}

/* What Debian's iprange 1.0.4 gets wrong: the address after 255.255.255.255 is not 0.0.0.0. */
static void check_ends_of_the_line(void) {
    vp_set *set = set_of("255.255.255.0/24\n0.0.0.0/24\n");
    char out[VP_SET_LINE_MAX * 4];
    size_t used;
    vp_set_cursor cursor = vp_set_begin(set);
    VP_CHECK(vp_set_text_write(&cursor, VP_SET_STYLE_BLOCKS, out, sizeof out, &used) == VP_OK);
    out[used] = '\0';
    VP_CHECK_TEXT(out, "0.0.0.0/24\n255.255.255.0/24\n");
    vp_set_unref(set);
}

int main(void) {
    check_random_sets();
    check_memory();
    check_sizes();
    check_ends_of_the_line();
    return vp_test_end();
}

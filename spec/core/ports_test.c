/*
 * ports_test.c - sets of ports against an array of Booleans, on seeded random operations.
 */
#include "random.h"
#include "vp_ports.h"
#include "vp_test.h"

#define NUMBERS 65536

/* A set and what it must be. */
typedef struct pair {
    vp_ports ports;
    bool plain[NUMBERS];
} pair;

static pair sets[3];

static void check_same(const pair *set) {
    bool seen[NUMBERS] = {false}, empty = true, same = true;
    int32_t position = 0, last = -2;
    vp_ports_range range;
    while (vp_ports_next_range(&set->ports, &position, &range)) {
        VP_CHECK(range.first <= range.last && range.first > last + 1);
        last = range.last;
        for (int32_t number = range.first; number <= range.last; number++) {
            seen[number] = true;
        }
    }
    for (int32_t number = 0; number < NUMBERS; number++) {
        same = same && seen[number] == set->plain[number];
        empty = empty && !set->plain[number];
    }
    VP_CHECK(same);
    VP_CHECK(vp_ports_is_empty(&set->ports) == empty);
}

static void check_questions(random_source *random, const pair *set) {
    int32_t first = (int32_t)random_below(random, NUMBERS);
    int32_t last = first + (int32_t)random_below(random, 300);
    bool meets = false, within = true;
    for (int32_t number = 0; number < NUMBERS; number++) {
        bool inside = number >= first && number <= last;
        meets = meets || (inside && set->plain[number]);
        within = within && (inside || !set->plain[number]);
    }
    VP_CHECK(vp_ports_meets(&set->ports, first, last) == meets);
    VP_CHECK(vp_ports_is_within(&set->ports, first, last) == within);
    VP_CHECK(vp_ports_contains(&set->ports, first) == set->plain[first]);
}

static void change(random_source *random, pair *set, const pair *other) {
    int32_t first = (int32_t)random_below(random, NUMBERS + 200) - 100;
    uint64_t lengths[] = {1, 3, 64, 200, NUMBERS};
    int32_t last = first + (int32_t)random_below(random, lengths[random_below(random, 5)]);
    uint64_t operation = random_below(random, 6);
    for (int32_t number = 0; number < NUMBERS; number++) {
        bool inside = number >= first && number <= last, own = set->plain[number];
        bool theirs = other->plain[number];
        bool results[] = {own || inside,  own && !inside, own && theirs,
                          own && !theirs, own || theirs,  own || (theirs && inside)};
        set->plain[number] = results[operation];
    }
    switch (operation) {
    case 0:
        vp_ports_add(&set->ports, first, last);
        break;
    case 1:
        vp_ports_remove(&set->ports, first, last);
        break;
    case 2:
        vp_ports_intersect(&set->ports, &other->ports);
        break;
    case 3:
        vp_ports_subtract(&set->ports, &other->ports);
        break;
    case 4:
        vp_ports_unite(&set->ports, &other->ports);
        break;
    default:
        vp_ports_add_within(&set->ports, &other->ports, first, last);
        break;
    }
}

static void test_against_booleans(void) {
    random_source random = random_start();
    for (int i = 0; i < 3; i++) {
        vp_ports_clear(&sets[i].ports);
    }
    for (int round = 0; round < 600; round++) {
        pair *set = &sets[random_below(&random, 3)];
        const pair *other = &sets[random_below(&random, 3)];
        if (other == set) {
            continue;
        }
        change(&random, set, other);
        check_same(set);
        check_questions(&random, set);
    }
}

static void test_copies(void) {
    vp_ports a, b;
    vp_ports_clear(&a);
    vp_ports_add(&a, 22, 22);
    vp_ports_add(&a, 443, 445);
    vp_ports_copy(&b, &a);
    VP_CHECK(vp_ports_equals(&a, &b));
    vp_ports_remove(&b, 444, 444);
    VP_CHECK(!vp_ports_equals(&a, &b));
    VP_CHECK(vp_ports_contains(&a, 444) && !vp_ports_contains(&b, 444));
    vp_ports_fill(&b);
    VP_CHECK(vp_ports_contains(&b, 0) && vp_ports_contains(&b, 65535));
    vp_ports_clear(&b);
    vp_ports_clear(&a);
    VP_CHECK(vp_ports_equals(&a, &b) && vp_ports_is_within(&a, 5, 5));
}

int main(void) {
    test_against_booleans();
    test_copies();
    return vp_test_end();
}

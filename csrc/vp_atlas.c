/*
 * vp_atlas.c - sorting members into classes, and columns of runs.
 *
 * The one idea: walk for the first member of a class, skip to the first one for which that walk
 * does not answer, walk again; and the column as a whole holds as far as every walk in it does.
 */
#include "vp_atlas.h"

#include "vp_sort.h"

#include <string.h>

/* ---- members -----------------------------------------------------------------------------------
 */

static const vp_network_interface *interface_at(const vp_atlas *atlas, uint32_t place) {
    const vp_rows *rows = vp_network_rows(atlas->compiled->network, VP_KIND_NETWORK_INTERFACE);
    return (const vp_network_interface *)rows->rows[place];
}

/* Interfaces that packets can tell apart by more than the address are classes of their own. */
static bool is_alone(const vp_atlas *atlas, const vp_member *member) {
    uint32_t facts = atlas->compiled->interfaces[member->interface].facts;
    return (facts & (VP_FACT_TARGET | VP_FACT_DOUBTFUL)) != 0 ||
           !vp_point_equals(member->first, member->last);
}

/* What tells classes apart: equal keys are one class. Compared from the first word on. */
enum { KEY_WORDS = 6 };

typedef struct class_key {
    uint32_t words[KEY_WORDS];
} class_key;

static class_key key_of(const vp_atlas *atlas, const vp_member *member) {
    const vp_network_interface *met = interface_at(atlas, member->interface);
    const vp_compiled_interface *facts = &atlas->compiled->interfaces[member->interface];
    class_key key = {{met->vpc_id, member->family, met->subnet_id, facts->groups,
                      facts->facts << 1 | (met->deny_all_igw_traffic == VP_TRUE),
                      is_alone(atlas, member) ? 1 + member->interface : 0}};
    return key;
}

static int compare_keys(const void *left, const void *right, const void *context) {
    const class_key *keys = context;
    const class_key *a = &keys[*(const uint32_t *)left], *b = &keys[*(const uint32_t *)right];
    for (size_t i = 0; i < KEY_WORDS; i++) {
        if (a->words[i] != b->words[i]) {
            return a->words[i] < b->words[i] ? -1 : 1;
        }
    }
    return 0;
}

static int compare_members(const void *left, const void *right, const void *context) {
    const vp_member *a = left, *b = right;
    (void)context;
    return (int)vp_point_less(b->first, a->first) - (int)vp_point_less(a->first, b->first);
}

bool vp_atlas_grow(vp_atlas *atlas, void **items, uint32_t *capacity, size_t needed, size_t size) {
    vp_status status =
        vp_alloc_grow(&atlas->compiled->network->alloc, items, capacity, needed, size);
    atlas->status = status != VP_OK ? status : atlas->status;
    return status == VP_OK;
}

static void add_members(vp_atlas *atlas, uint32_t place) {
    uint32_t position = 0;
    vp_cidr block;
    while (vp_interface_next_block(interface_at(atlas, place), &position, &block)) {
        void *items = atlas->members;
        bool fits = vp_atlas_grow(atlas, &items, &atlas->member_capacity,
                                  (size_t)atlas->member_count + 1, sizeof *atlas->members);
        atlas->members = items;
        if (!fits) {
            return;
        }
        vp_addr last = vp_cidr_last(&block);
        vp_member member = {
            vp_point_of(&block.address), vp_point_of(&last), place, VP_ATLAS_NONE, VP_ATLAS_NONE,
            block.address.family};
        atlas->members[atlas->member_count++] = member;
    }
}

static void open_segment(vp_atlas *atlas, const vp_network_interface *met) {
    void *items = atlas->segments;
    bool fits = vp_atlas_grow(atlas, &items, &atlas->segment_capacity,
                              (size_t)atlas->segment_count + 1, sizeof *atlas->segments);
    atlas->segments = items;
    if (fits) {
        vp_segment segment = {.vpc_id = met->vpc_id, .vpc = met->vpc, .scopes = VP_ATLAS_NONE};
        atlas->segments[atlas->segment_count++] = segment;
    }
}

/* Opens a class, and a segment with the first class of a VPC. */
static void open_class(vp_atlas *atlas, uint32_t member) {
    const vp_member *of = &atlas->members[member];
    const vp_network_interface *met = interface_at(atlas, of->interface);
    void *items = atlas->classes;
    if (atlas->segment_count == 0 ||
        atlas->segments[atlas->segment_count - 1].vpc_id != met->vpc_id) {
        open_segment(atlas, met);
    }
    bool fits = vp_atlas_grow(atlas, &items, &atlas->class_capacity, (size_t)atlas->class_count + 1,
                              sizeof *atlas->classes);
    atlas->classes = items;
    if (!fits || atlas->status != VP_OK) {
        return;
    }
    vp_class made = {member,        member,     atlas->segment_count - 1,
                     VP_ATLAS_NONE, of->family, !vp_point_equals(of->first, of->last)};
    vp_segment *segment = &atlas->segments[made.segment];
    int wide = made.family == 6;
    if (segment->first[wide] == segment->end[wide]) {
        segment->first[wide] = segment->end[wide] = atlas->class_count;
    }
    segment->end[wide]++;
    segment->undescribed = segment->undescribed || met->subnet == NULL;
    atlas->has_undescribed = atlas->has_undescribed || segment->undescribed;
    atlas->classes[atlas->class_count++] = made;
}

/* The addresses that members of a segment hold lie in a span. */
static void widen(vp_segment *segment, const vp_member *member) {
    int wide = member->family == 6;
    if (!segment->has_span[wide] || vp_point_less(member->first, segment->lowest[wide])) {
        segment->lowest[wide] = member->first;
    }
    if (!segment->has_span[wide] || vp_point_less(segment->highest[wide], member->last)) {
        segment->highest[wide] = member->last;
    }
    segment->has_span[wide] = true;
}

/* Keys in the order in which they were met, and which of them stand at a slot (number + 1). */
typedef struct key_table {
    class_key *keys;
    uint32_t *slots, *order; /* order: of the keys, later the place of each one's next member */
    uint32_t count, slot_count;
} key_table;

static bool make_table(const vp_atlas *atlas, key_table *table) {
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    size_t most = (size_t)atlas->member_count + 1;
    memset(table, 0, sizeof *table);
    table->slot_count = 64;
    while (table->slot_count < 2 * most) {
        table->slot_count *= 2;
    }
    table->keys = vp_alloc_array(alloc, NULL, 0, most, sizeof *table->keys);
    table->order = vp_alloc_array(alloc, NULL, 0, 2 * most, sizeof *table->order);
    table->slots = vp_alloc_zeroed(alloc, table->slot_count * sizeof *table->slots);
    return table->keys != NULL && table->order != NULL && table->slots != NULL;
}

static void drop_table(const vp_atlas *atlas, key_table *table) {
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    size_t most = (size_t)atlas->member_count + 1;
    vp_alloc_free(alloc, table->keys, table->keys == NULL ? 0 : most * sizeof *table->keys);
    vp_alloc_free(alloc, table->order, table->order == NULL ? 0 : 2 * most * sizeof *table->order);
    vp_alloc_free(alloc, table->slots,
                  table->slots == NULL ? 0 : table->slot_count * sizeof *table->slots);
}

static uint32_t number_of_key(key_table *table, const class_key *key) {
    uint64_t hash = 0;
    for (size_t i = 0; i < KEY_WORDS; i++) {
        hash = (hash ^ key->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    uint32_t mask = table->slot_count - 1, slot = (uint32_t)hash & mask;
    for (; table->slots[slot] != 0; slot = (slot + 1) & mask) {
        if (memcmp(&table->keys[table->slots[slot] - 1], key, sizeof *key) == 0) {
            return table->slots[slot] - 1;
        }
    }
    table->keys[table->count] = *key;
    table->slots[slot] = ++table->count;
    return table->count - 1;
}

/* Numbers the members' keys, and puts the members where their key belongs among the others. */
static void place_members(vp_atlas *atlas, key_table *table, vp_member *sorted) {
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    for (uint32_t i = 0; i < atlas->member_count; i++) {
        class_key key = key_of(atlas, &atlas->members[i]);
        atlas->members[i].class_number = number_of_key(table, &key);
    }
    uint32_t *places = table->order + atlas->member_count + 1; /* by key: members, then where */
    memset(places, 0, table->count * sizeof *places);
    for (uint32_t i = 0; i < table->count; i++) {
        table->order[i] = i;
    }
    atlas->status =
        vp_sort(alloc, table->order, table->count, sizeof *table->order, compare_keys, table->keys);
    for (uint32_t i = 0; i < atlas->member_count; i++) {
        places[atlas->members[i].class_number]++;
    }
    for (uint32_t i = 0, next = 0; i < table->count; i++) {
        uint32_t count = places[table->order[i]];
        places[table->order[i]] = next;
        next += count;
    }
    for (uint32_t i = 0; i < atlas->member_count; i++) {
        sorted[places[atlas->members[i].class_number]++] = atlas->members[i];
    }
}

/* By key, and within one by address: which most are from the start. */
static void sort_members(vp_atlas *atlas) {
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    key_table table;
    vp_member *sorted =
        vp_alloc_array(alloc, NULL, 0, (size_t)atlas->member_count + 1, sizeof *sorted);
    if (!make_table(atlas, &table) || sorted == NULL) {
        atlas->status = VP_NO_MEMORY;
    } else {
        place_members(atlas, &table, sorted);
        if (atlas->member_count > 0) {
            memcpy(atlas->members, sorted, atlas->member_count * sizeof *sorted);
        }
    }
    drop_table(atlas, &table);
    vp_alloc_free(alloc, sorted,
                  sorted == NULL ? 0 : ((size_t)atlas->member_count + 1) * sizeof *sorted);
    for (uint32_t i = 0, end; i < atlas->member_count && atlas->status == VP_OK; i = end) {
        bool in_order = true;
        for (end = i + 1; end < atlas->member_count &&
                          atlas->members[end].class_number == atlas->members[i].class_number;
             end++) {
            in_order =
                in_order && vp_point_less(atlas->members[end - 1].first, atlas->members[end].first);
        }
        if (!in_order) {
            atlas->status = vp_sort(alloc, &atlas->members[i], end - i, sizeof *atlas->members,
                                    compare_members, NULL);
        }
    }
}

static void make_classes(vp_atlas *atlas) {
    uint32_t before = VP_ATLAS_NONE; /* number of the key of the member before */
    sort_members(atlas);
    for (uint32_t i = 0; i < atlas->member_count && atlas->status == VP_OK; i++) {
        vp_member *member = &atlas->members[i];
        bool block = !vp_point_equals(member->first, member->last);
        atlas->has_blocks = atlas->has_blocks || block;
        if (i == 0 || block || atlas->classes[atlas->class_count - 1].is_block ||
            before != member->class_number) {
            open_class(atlas, i);
        }
        before = member->class_number;
        if (atlas->status == VP_OK) {
            member->class_number = atlas->class_count - 1;
            widen(&atlas->segments[atlas->segment_count - 1], member);
            atlas->classes[atlas->class_count - 1].end = i + 1;
        }
    }
    for (uint32_t i = atlas->member_count; i-- > 0 && atlas->status == VP_OK;) {
        uint32_t *first = &atlas->first_member[atlas->members[i].interface];
        atlas->members[i].next = *first;
        *first = i;
    }
}

void vp_atlas_free(vp_atlas *atlas) {
    if (atlas == NULL) {
        return;
    }
    const vp_alloc alloc = atlas->compiled->network->alloc;
    vp_alloc_free(&alloc, atlas->members, atlas->member_capacity * sizeof *atlas->members);
    vp_alloc_free(&alloc, atlas->classes, atlas->class_capacity * sizeof *atlas->classes);
    vp_alloc_free(&alloc, atlas->segments, atlas->segment_capacity * sizeof *atlas->segments);
    vp_alloc_free(&alloc, atlas->runs, atlas->run_capacity * sizeof *atlas->runs);
    vp_alloc_free(&alloc, atlas->columns, atlas->column_capacity * sizeof *atlas->columns);
    vp_alloc_free(&alloc, atlas->listed, atlas->listed_capacity * sizeof *atlas->listed);
    vp_alloc_free(&alloc, atlas->scopes, atlas->scope_capacity * sizeof *atlas->scopes);
    vp_alloc_free(&alloc, atlas->sides,
                  atlas->sides == NULL ? 0
                                       : ((size_t)atlas->class_count + 1) * sizeof *atlas->sides);
    for (int wide = 0; wide < 2; wide++) {
        vp_alloc_free(&alloc, atlas->by_span[wide],
                      atlas->by_span[wide] == NULL
                          ? 0
                          : 2 * ((size_t)atlas->segment_count + 1) * sizeof(uint32_t));
    }
    vp_alloc_free(&alloc, atlas->seen, atlas->seen_capacity * sizeof *atlas->seen);
    vp_alloc_free(&alloc, atlas->is_listed,
                  atlas->is_listed == NULL ? 0 : (size_t)atlas->segment_count + 1);
    vp_alloc_free(&alloc, atlas->first_member,
                  ((size_t)atlas->interface_count + 1) * sizeof *atlas->first_member);
    vp_alloc_free(&alloc, atlas, sizeof *atlas);
}

vp_status vp_atlas_get(vp_compiled *compiled, vp_atlas **result, vp_error *error) {
    const vp_alloc *alloc = &compiled->network->alloc;
    if (compiled->atlas != NULL) {
        *result = compiled->atlas;
        return VP_OK;
    }
    vp_atlas *atlas = vp_alloc_zeroed(alloc, sizeof *atlas);
    if (atlas == NULL) {
        return vp_error_no_memory(error);
    }
    atlas->compiled = compiled;
    atlas->interface_count = compiled->interface_count;
    atlas->first_member =
        vp_alloc_array(alloc, NULL, 0, (size_t)atlas->interface_count + 1, sizeof(uint32_t));
    if (atlas->first_member == NULL) {
        vp_alloc_free(alloc, atlas, sizeof *atlas);
        return vp_error_no_memory(error);
    }
    memset(atlas->first_member, 0xff, ((size_t)atlas->interface_count + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < atlas->interface_count && atlas->status == VP_OK; i++) {
        add_members(atlas, i);
    }
    if (atlas->status == VP_OK) {
        make_classes(atlas);
    }
    if (atlas->status != VP_OK) {
        vp_atlas_free(atlas);
        return vp_error_no_memory(error);
    }
    atlas->is_listed = vp_alloc_zeroed(alloc, (size_t)atlas->segment_count + 1);
    atlas->sides = vp_alloc_zeroed(alloc, ((size_t)atlas->class_count + 1) * sizeof *atlas->sides);
    if (atlas->is_listed == NULL || atlas->sides == NULL) {
        vp_atlas_free(atlas);
        return vp_error_no_memory(error);
    }
    compiled->atlas = *result = atlas;
    compiled->atlas_free = vp_atlas_free;
    return VP_OK;
}

vp_path_end vp_atlas_end(const vp_atlas *atlas, uint32_t member, vp_point address) {
    const vp_member *of = &atlas->members[member];
    const vp_rows *rows = vp_network_rows(atlas->compiled->network, VP_KIND_NETWORK_INTERFACE);
    vp_path_end end = {.kind = VP_PATH_INTERFACE, .strict = true};
    end.network_interface = (vp_network_interface *)rows->rows[of->interface];
    end.address = vp_point_address(address, of->family);
    return end;
}

/* ---- columns -----------------------------------------------------------------------------------
 */

static uint32_t facts_of(const vp_atlas *atlas, uint32_t member) {
    return atlas->compiled->interfaces[atlas->members[member].interface].facts;
}

static void add_run(vp_atlas *atlas, const vp_run *run) {
    if ((run->known | run->unknown) == VP_SERVICE_NONE) {
        return;
    }
    if (atlas->run_count == atlas->run_capacity) {
        void *items = atlas->runs;
        bool fits = vp_atlas_grow(atlas, &items, &atlas->run_capacity, (size_t)atlas->run_count + 1,
                                  sizeof *atlas->runs);
        atlas->runs = items;
        if (!fits) {
            return;
        }
    }
    atlas->runs[atlas->run_count++] = *run;
}

/* The last member of a class, from `first` on, that stands at or before a point: by leaps. */
uint32_t vp_atlas_last_before(const vp_atlas *atlas, const vp_class *of, uint32_t first,
                              vp_point point) {
    uint32_t low = first, high = of->end - 1, step = 1;
    if (!vp_point_less(point, atlas->members[high].first)) {
        return high;
    }
    while (low + step < high && !vp_point_less(point, atlas->members[low + step].first)) {
        low += step;
        step *= 2;
    }
    high = low + step < high ? low + step : high;
    while (low + 1 < high) { /* low stands at or before the point, high behind it */
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(point, atlas->members[middle].first)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return low;
}

/* All runs of one class, for one source; *last is cut to where they hold. */
static void walk_class(vp_atlas *atlas, const vp_path_end *from, vp_plain *plain,
                       uint32_t class_number, vp_point *last) {
    const vp_class *of = &atlas->classes[class_number];
    for (uint32_t i = of->first; i < of->end;) {
        vp_path_answer answer;
        if (plain == NULL || !vp_plain_ask(plain, class_number, atlas->members[i].first, &answer)) {
            vp_path_end to = vp_atlas_end(atlas, i, atlas->members[i].first);
            vp_path_ask(atlas->compiled, from, &to, true, &answer);
            *last = vp_point_less(answer.source_last, *last) ? answer.source_last : *last;
        }
        atlas->walks++;
        vp_run run = {i,
                      vp_atlas_last_before(atlas, of, i, answer.destination_last),
                      answer.known,
                      answer.unknown,
                      answer.back,
                      answer.code};
        add_run(atlas, &run);
        i = run.last + 1;
    }
}

/* Another stamp; and room for what is seen of all profiles that there are. */
void vp_atlas_forget_seen(vp_atlas *atlas) {
    uint32_t count = atlas->compiled->profiles->pool.count;
    if (count > atlas->seen_capacity) {
        void *items = atlas->seen;
        uint32_t before = atlas->seen_capacity;
        if (vp_atlas_grow(atlas, &items, &atlas->seen_capacity, count, sizeof *atlas->seen)) {
            atlas->seen = items;
            memset(atlas->seen + before, 0, (atlas->seen_capacity - before) * sizeof *atlas->seen);
        }
    }
    atlas->seen_count = atlas->seen_capacity;
    atlas->stamp++;
}

static vp_column *find_column(vp_atlas *atlas, const vp_class *of, vp_point address) {
    for (uint32_t i = of->columns; i != VP_ATLAS_NONE; i = atlas->columns[i].next) {
        vp_column *column = &atlas->columns[i];
        if (!vp_point_less(address, column->first) && !vp_point_less(column->last, address)) {
            return column;
        }
    }
    return NULL;
}

/* Forgets all columns: they will be found out again. */
static void forget_columns(vp_atlas *atlas) {
    for (uint32_t i = 0; i < atlas->class_count; i++) {
        atlas->classes[i].columns = VP_ATLAS_NONE;
    }
    atlas->column_count = atlas->run_count = 0;
}

/* What a source sends to one class after the other. */
typedef struct look {
    vp_atlas *atlas;
    vp_path_end from;
    vp_plain plain;
    bool is_plain;
    uint8_t family;
    vp_column *column;
} look;

static void begin_look(look *on, vp_atlas *atlas, uint32_t member, vp_column *column) {
    const vp_class *of = &atlas->classes[atlas->members[member].class_number];
    vp_point address = atlas->members[member].first;
    vp_column made = {address, vp_point_highest(of->family), atlas->run_count, 0, of->columns};
    *column = made;
    on->atlas = atlas;
    on->from = vp_atlas_end(atlas, member, address);
    on->family = of->family;
    on->column = column;
    on->is_plain = vp_plain_begin(&on->plain, atlas, member, &column->last);
}

static void look_at_class(look *on, uint32_t class_number) {
    if (!on->atlas->classes[class_number].is_block) {
        walk_class(on->atlas, &on->from, on->is_plain ? &on->plain : NULL, class_number,
                   &on->column->last);
    }
}

static void look_at_segment(look *on, uint32_t number) {
    const vp_segment *segment = &on->atlas->segments[number];
    int wide = on->family == 6;
    if (on->is_plain && segment->has_span[wide]) {
        vp_plain_enter(&on->plain, number);
    }
    for (uint32_t k = segment->first[wide]; k < segment->end[wide]; k++) {
        look_at_class(on, k);
    }
}

/* Gateways send nothing of their own. */
static bool sends(const vp_atlas *atlas, uint32_t member) {
    return (facts_of(atlas, member) & VP_FACT_UNSUPPORTED) == 0;
}

void vp_atlas_look_beside(vp_atlas *atlas, uint32_t member, const vp_atlas_beside *beside,
                          vp_column *column) {
    look on;
    begin_look(&on, atlas, member, column);
    for (uint32_t i = 0; sends(atlas, member) && i < beside->segment_count; i++) {
        atlas->is_listed[beside->segments[i]] = 1;
        look_at_segment(&on, beside->segments[i]);
    }
    for (uint32_t i = 0; sends(atlas, member) && i < beside->class_count; i++) {
        const vp_class *of = &atlas->classes[beside->classes[i]];
        if (of->family == on.family && !atlas->is_listed[of->segment]) {
            on.is_plain = false; /* what is by itself is not plain */
            look_at_class(&on, beside->classes[i]);
        }
    }
    for (uint32_t i = 0; i < beside->segment_count; i++) {
        atlas->is_listed[beside->segments[i]] = 0;
    }
    column->run_count = atlas->run_count - column->runs;
}

const vp_column *vp_atlas_column(vp_atlas *atlas, uint32_t member) {
    vp_class *of = &atlas->classes[atlas->members[member].class_number];
    vp_column *found = find_column(atlas, of, atlas->members[member].first);
    if (found != NULL) {
        return found;
    }
    if (atlas->run_count > VP_ATLAS_RUNS_MAX) {
        forget_columns(atlas);
    }
    vp_scope scope = vp_atlas_scope(atlas, member);
    vp_column column;
    look on;
    begin_look(&on, atlas, member, &column);
    for (uint32_t i = 0; sends(atlas, member) && i < scope.count; i++) {
        look_at_segment(&on, atlas->listed[scope.first + i]);
    }
    void *items = atlas->columns;
    bool fits = vp_atlas_grow(atlas, &items, &atlas->column_capacity,
                              (size_t)atlas->column_count + 1, sizeof *atlas->columns);
    atlas->columns = items;
    if (!fits || atlas->status != VP_OK) {
        return NULL;
    }
    column.run_count = atlas->run_count - column.runs;
    of->columns = atlas->column_count;
    atlas->columns[atlas->column_count] = column;
    return &atlas->columns[atlas->column_count++];
}

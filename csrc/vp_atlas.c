/*
 * vp_atlas.c - an atlas, and columns of runs.
 *
 * The one idea: walk for the first member of a class, skip to the first one for which that walk
 * does not answer, walk again; and the column as a whole holds as far as every walk in it does.
 */
#include "vp_atlas.h"

#include "vp_sort.h"

#include <string.h>

bool vp_atlas_grow(vp_atlas *atlas, void **items, uint32_t *capacity, size_t needed, size_t size) {
    vp_status status =
        vp_alloc_grow(&atlas->compiled->network->alloc, items, capacity, needed, size);
    atlas->status = status != VP_OK ? status : atlas->status;
    return status == VP_OK;
}

void vp_atlas_free(vp_atlas *atlas) {
    if (atlas == NULL) {
        return;
    }
    const vp_alloc alloc = atlas->compiled->network->alloc;
    vp_alloc_free(&alloc, atlas->members,
                  ((size_t)atlas->member_count + 1) * sizeof *atlas->members);
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
        vp_alloc_free(&alloc, atlas->by_address[wide],
                      atlas->by_address[wide] == NULL
                          ? 0
                          : ((size_t)atlas->member_count + 1) * sizeof(uint32_t));
    }
    vp_alloc_free(&alloc, atlas->by_groups,
                  atlas->by_groups == NULL ? 0
                                           : ((size_t)atlas->class_count + 1) * sizeof(uint32_t));
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
    vp_atlas_make_classes(atlas);
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
    compiled->atlas_forget = vp_atlas_forget;
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

void vp_atlas_forget(vp_atlas *atlas, bool ways) {
    if (atlas->column_count > 0) {
        forget_columns(atlas);
    }
    for (uint32_t i = 0; ways && i < atlas->segment_count; i++) {
        atlas->segments[i].scopes = VP_ATLAS_NONE;
    }
    atlas->scope_count = ways ? 0 : atlas->scope_count;
    atlas->listed_count = ways ? 0 : atlas->listed_count;
    if (atlas->made_sides) {
        memset(atlas->sides, 0, atlas->class_count * sizeof *atlas->sides);
        atlas->made_sides = false;
    }
}

static int compare_addresses(const void *left, const void *right, const void *context) {
    const vp_atlas *atlas = context;
    const vp_member *a = &atlas->members[*(const uint32_t *)left];
    const vp_member *b = &atlas->members[*(const uint32_t *)right];
    return (int)vp_point_less(b->first, a->first) - (int)vp_point_less(a->first, b->first);
}

static uint32_t groups_of(const vp_atlas *atlas, uint32_t class_number) {
    const vp_member *member = &atlas->members[atlas->classes[class_number].first];
    return atlas->compiled->interfaces[member->interface].groups;
}

static int compare_groups(const void *left, const void *right, const void *context) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint32_t first = groups_of(context, a), second = groups_of(context, b);
    return first != second ? (first > second) - (first < second) : (a > b) - (a < b);
}

bool vp_atlas_sort_members(vp_atlas *atlas) {
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    vp_status status = VP_OK;
    for (int wide = 0; wide < 2 && status == VP_OK && atlas->by_address[wide] == NULL; wide++) {
        uint32_t *list =
            vp_alloc_array(alloc, NULL, 0, (size_t)atlas->member_count + 1, sizeof *list);
        uint32_t count = 0;
        for (uint32_t i = 0; list != NULL && i < atlas->member_count; i++) {
            if (atlas->members[i].family == (wide ? 6 : 4)) {
                list[count++] = i;
            }
        }
        status = list == NULL ? VP_NO_MEMORY
                              : vp_sort(alloc, list, count, sizeof *list, compare_addresses, atlas);
        atlas->by_address[wide] = list;
        atlas->address_count[wide] = count;
    }
    if (status == VP_OK && atlas->by_groups == NULL) {
        uint32_t *list =
            vp_alloc_array(alloc, NULL, 0, (size_t)atlas->class_count + 1, sizeof *list);
        for (uint32_t i = 0; list != NULL && i < atlas->class_count; i++) {
            list[i] = i;
        }
        status = list == NULL ? VP_NO_MEMORY
                              : vp_sort(alloc, list, atlas->class_count, sizeof *list,
                                        compare_groups, atlas);
        atlas->by_groups = list;
    }
    atlas->status = status != VP_OK ? status : atlas->status;
    return status == VP_OK;
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

void vp_atlas_look(vp_atlas *atlas, uint32_t member, vp_column *column) {
    vp_scope scope = vp_atlas_scope(atlas, member);
    look on;
    begin_look(&on, atlas, member, column);
    for (uint32_t i = 0; sends(atlas, member) && i < scope.count; i++) {
        look_at_segment(&on, atlas->listed[scope.first + i]);
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
    vp_column column;
    vp_atlas_look(atlas, member, &column);
    void *items = atlas->columns;
    bool fits = vp_atlas_grow(atlas, &items, &atlas->column_capacity,
                              (size_t)atlas->column_count + 1, sizeof *atlas->columns);
    atlas->columns = items;
    if (!fits || atlas->status != VP_OK) {
        return NULL;
    }
    of->columns = atlas->column_count;
    atlas->columns[atlas->column_count] = column;
    return &atlas->columns[atlas->column_count++];
}

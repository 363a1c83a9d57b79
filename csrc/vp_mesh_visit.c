/*
 * vp_mesh_visit.c - rectangles, from bundles and from source to source.
 *
 * The one idea: of a way over a transit gateway each filter asks one address, so for a class of
 * destinations what the filters beside it ask of the source cuts a bundle into runs, and what those
 * beside the bundle ask of the destination cuts the class. What answers find on their way back is
 * found the same way; where it is not certain the walk is asked, pair by pair.
 */
#include "vp_mesh.h"

#include "vp_sort.h"

#include <string.h>

/* Members of a bundle: from..end. */
typedef struct slice {
    uint32_t from, end;
} slice;

/* A class of destinations under way. */
typedef struct visiting {
    vp_mesh *mesh;
    vp_atlas *atlas;
    const vp_profiles *profiles;
    vp_services *services;
    const vp_mesh_bundle *bundle;
    const uint32_t *members; /* of the bundle */
    uint8_t family;
    vp_profile all;
    slice *holes;
    uint32_t *away_first, *away; /* by VPC: those for which it is looked at beside the bundles */
    uint32_t hole_count, hole_capacity;
    const vp_subnet *entry; /* where requests arrive in the VPC under way; NULL: not known */
    uint32_t class_number;
    const vp_class *of;
    const vp_side *side;
    const vp_mesh_exit *exit;
    bool all_home;        /* the answer's table leads home to all of the bundle */
    vp_service sent, met; /* what the bundle's side lets out to the run; and in on the way back */
    vp_service met_exit;  /* what the attachment's subnet admits of the answer */
    uint32_t first, last; /* the run of destinations */
} visiting;

/* ---- looking up --------------------------------------------------------------------------------
 */

static vp_service value_at(const visiting *on, vp_profile profile, vp_point at, vp_point *last) {
    vp_point until;
    if (profile == on->all) {
        return on->services->all;
    }
    uint32_t value = vp_profile_value(on->profiles, profile, on->family, at, &until);
    *last = vp_point_less(until, *last) ? until : *last;
    return value;
}

static vp_service cut(const visiting *on, vp_service a, vp_service b) {
    return vp_service_combine(on->services, VP_TRUTH_INTERSECTION, a, b);
}

static vp_point address_of(const visiting *on, uint32_t place) {
    return on->atlas->members[on->members[place]].first;
}

/* The first place from `from` on, below `end`, whose address lies behind a point: by leaps. */
static uint32_t place_behind(const visiting *on, uint32_t from, uint32_t end, vp_point point) {
    uint32_t step = 1;
    if (from == end || !vp_point_less(point, address_of(on, end - 1))) {
        return end;
    }
    while (from + step < end && !vp_point_less(point, address_of(on, from + step - 1))) {
        from += step;
        step *= 2;
    }
    uint32_t low = from, high = from + step < end ? from + step : end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_point_less(point, address_of(on, middle))) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* ---- rectangles --------------------------------------------------------------------------------
 */

static void show(const visiting *on, uint32_t from, uint32_t end, vp_service known,
                 vp_service unknown, vp_service back, const char *code) {
    vp_rectangle found = {
        on->members + from, 0, end - from, on->first, on->last, known, unknown, back, code};
    on->mesh->visit(on->mesh->context, &found);
}

/* Pair by pair, for a run of which a bundle cannot tell. */
static void walk_run(visiting *on, uint32_t from, uint32_t end) {
    vp_atlas *atlas = on->atlas;
    uint32_t first = on->first, last = on->last;
    for (uint32_t i = from; i < end; i++) {
        vp_path_end source = vp_atlas_end(atlas, on->members[i], address_of(on, i));
        for (on->first = first; on->first <= last; on->first = on->last + 1) {
            vp_path_end to = vp_atlas_end(atlas, on->first, atlas->members[on->first].first);
            vp_path_answer answer;
            vp_path_ask(atlas->compiled, &source, &to, true, &answer);
            atlas->walks++;
            on->last = on->first;
            while (on->last < last &&
                   !vp_point_less(answer.destination_last, atlas->members[on->last + 1].first)) {
                on->last++;
            }
            if ((answer.known | answer.unknown) != VP_SERVICE_NONE) {
                show(on, i, i + 1, answer.known, answer.unknown, answer.back, answer.code);
            }
        }
    }
    on->first = first;
    on->last = last;
}

typedef enum answer_way { ANSWER_WALK, ANSWER_NONE, ANSWER_STOPPED, ANSWER_HOME } answer_way;

/* How far answers to a source come; *last is cut to where that holds. */
static answer_way way_of_answer(const visiting *on, uint32_t place, vp_point *last) {
    const vp_compiled *compiled = on->atlas->compiled;
    uint32_t number = value_at(on, on->side->table, address_of(on, place), last);
    if (number == 0 || compiled->actions[number].blackhole) {
        return ANSWER_NONE;
    }
    if (number != on->exit->action) {
        return ANSWER_WALK;
    }
    if (on->exit->table == VP_MESH_NONE) {
        return ANSWER_NONE;
    }
    const vp_mesh_table *table = &on->mesh->tables[on->exit->table];
    if (table->gateway_id != on->mesh->tables[on->bundle->table].gateway_id) {
        return ANSWER_WALK;
    }
    if (on->all_home) {
        return ANSWER_HOME;
    }
    const vp_member *member = &on->atlas->members[on->members[place]];
    uint32_t segment = on->atlas->classes[member->class_number].segment;
    vp_point highest = on->atlas->segments[segment].highest[on->family == 6];
    *last = vp_point_less(highest, *last) ? highest : *last;
    return table->state[segment] == VP_MESH_HOME      ? ANSWER_HOME
           : table->state[segment] == VP_MESH_NOTHING ? ANSWER_STOPPED
                                                      : ANSWER_WALK;
}

/* Where a gateway's routes are not all known, a request comes as far as the gateway. */
static uint32_t visit_unknown(visiting *on, uint32_t from, uint32_t end) {
    vp_point at = address_of(on, from), last = vp_point_highest(on->family);
    vp_service unknown = cut(on, on->sent, value_at(on, on->bundle->meets, at, &last));
    uint32_t behind = place_behind(on, from + 1, end, last);
    if (!on->side->takes) {
        walk_run(on, from, behind);
    } else if (unknown != VP_SERVICE_NONE) {
        show(on, from, behind, VP_SERVICE_NONE, unknown, on->services->all,
             "TGW_RTB_ROUTES_ARE_UNKNOWN");
    }
    return behind;
}

/* One run of the bundle from `from` on; the place behind it. */
static uint32_t visit_run(visiting *on, uint32_t from, uint32_t end) {
    const vp_side *side = on->side;
    vp_point at = address_of(on, from), last = vp_point_highest(on->family);
    bool near = on->entry == side->subnet;
    vp_service known = cut(on, on->sent, value_at(on, on->bundle->meets, at, &last));
    known = cut(on, known, value_at(on, side->rules[0], at, &last));
    if (!near && known != VP_SERVICE_NONE) {
        known = cut(on, known, value_at(on, side->acl[0], at, &last));
    }
    if (known == VP_SERVICE_NONE) {
        return place_behind(on, from + 1, end, last);
    }
    answer_way way = way_of_answer(on, from, &last);
    vp_service back = value_at(on, side->acl[1], at, &last);
    if (way == ANSWER_STOPPED || way == ANSWER_HOME) {
        back = cut(on, back, on->met_exit);
    }
    if (way == ANSWER_HOME) {
        vp_profile arrival =
            on->mesh->backs[on->bundle->zones * on->mesh->zone_count + on->exit->zone];
        if (arrival != VP_MESH_AT_HOME) {
            back = cut(on, cut(on, back, on->met), value_at(on, arrival, at, &last));
        }
    } else {
        vp_service unanswered = cut(on, known, on->services->one_way[on->family == 6]);
        known = way == ANSWER_WALK ? known : unanswered;
    }
    uint32_t behind = place_behind(on, from + 1, end, last);
    if (way == ANSWER_WALK) {
        walk_run(on, from, behind);
    } else if (known != VP_SERVICE_NONE) {
        show(on, from, behind, known, VP_SERVICE_NONE, back, NULL);
    }
    return behind;
}

/* The bundle without its holes, by one run of destinations. */
static void visit_slices(visiting *on) {
    uint32_t from = 0;
    on->atlas->walks++;
    for (uint32_t i = 0; i <= on->hole_count; i++) {
        uint32_t end = i < on->hole_count ? on->holes[i].from : on->bundle->count;
        while (from < end) {
            from = on->entry == NULL ? visit_unknown(on, from, end) : visit_run(on, from, end);
        }
        if (i < on->hole_count && on->holes[i].end > from) {
            from = on->holes[i].end;
        }
    }
}

/* Does the table of the answers lead home to every VPC of the bundle? */
static bool is_all_home(const visiting *on) {
    const vp_mesh_table *table = &on->mesh->tables[on->exit->table];
    uint32_t before = VP_ATLAS_NONE;
    for (uint32_t i = 0; i < on->bundle->count; i++) {
        uint32_t number = on->atlas->members[on->members[i]].class_number;
        uint32_t segment = on->atlas->classes[number].segment;
        if (segment != before && table->state[segment] != VP_MESH_HOME) {
            return false;
        }
        before = segment;
    }
    return true;
}

/* One class of destinations, run by run. */
static void visit_class(visiting *on, uint32_t class_number, uint8_t *homes) {
    const vp_atlas *atlas = on->atlas;
    on->of = &atlas->classes[class_number];
    on->side = vp_atlas_side(on->atlas, class_number);
    on->exit = &on->mesh->exits[class_number];
    if (on->of->is_block || !on->side->is_plain || (!on->side->takes && on->entry != NULL)) {
        return;
    }
    on->all_home = false;
    if (on->exit->table != VP_MESH_NONE) {
        uint8_t *home = &homes[on->exit->table];
        *home = *home != 0 ? *home : is_all_home(on) ? 1 : 2;
        on->all_home = *home == 1;
    }
    bool near = on->entry == NULL || on->entry == on->side->subnet;
    vp_profile arrival =
        near || on->entry->network_acl == NULL
            ? on->all
            : vp_compiled_acl(atlas->compiled, on->entry->network_acl, true, on->family);
    for (on->first = on->of->first; on->first < on->of->end; on->first = on->last + 1) {
        vp_point at = atlas->members[on->first].first, last = vp_point_highest(on->family);
        on->sent = cut(on, value_at(on, on->bundle->rules, at, &last),
                       value_at(on, on->bundle->acl[1], at, &last));
        on->sent = cut(on, on->sent, value_at(on, arrival, at, &last));
        on->met = value_at(on, on->bundle->acl[0], at, &last);
        on->met_exit = on->exit->table == VP_MESH_NONE ? on->services->all
                                                       : value_at(on, on->exit->meets, at, &last);
        on->last = vp_atlas_last_before(atlas, on->of, on->first, last);
        if (on->sent != VP_SERVICE_NONE) {
            visit_slices(on);
        }
    }
}

/* ---- bundles -----------------------------------------------------------------------------------
 */

static int compare_slices(const void *left, const void *right, const void *context) {
    const slice *a = left, *b = right;
    (void)context;
    return (a->from > b->from) - (a->from < b->from);
}

static void add_hole(visiting *on, uint32_t number) {
    const vp_segment *segment = &on->atlas->segments[number];
    int wide = on->family == 6;
    if (!segment->has_span[wide]) {
        return;
    }
    vp_point lowest = segment->lowest[wide];
    bool zero = lowest.hi == 0 && lowest.lo == 0;
    uint32_t from = zero ? 0 : place_behind(on, 0, on->bundle->count, vp_point_before(lowest));
    uint32_t end = place_behind(on, from, on->bundle->count, segment->highest[wide]);
    if (from < end && on->hole_count < on->hole_capacity) {
        slice hole = {from, end};
        on->holes[on->hole_count++] = hole;
    }
}

/* What is looked at beside the bundles is cut out of the bundle: the VPC itself, and others. */
static bool find_holes(visiting *on, uint32_t segment) {
    on->hole_count = 0;
    add_hole(on, segment);
    for (uint32_t i = on->away_first[segment]; i < on->away_first[segment + 1]; i++) {
        if (on->away[i] != segment) {
            add_hole(on, on->away[i]);
        }
    }
    vp_status status = vp_sort(&on->atlas->compiled->network->alloc, on->holes, on->hole_count,
                               sizeof *on->holes, compare_slices, NULL);
    on->atlas->status = status != VP_OK ? status : on->atlas->status;
    return status == VP_OK;
}

/* Where packets of the bundle's zone arrive in a VPC. */
static const vp_subnet *entry_of(const visiting *on, uint32_t segment) {
    const vp_compiled *compiled = on->atlas->compiled;
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    vp_point until;
    bool complete;
    uint32_t value =
        vp_profile_value(on->profiles, on->mesh->tables[on->bundle->table].profile, on->family,
                         on->atlas->segments[segment].lowest[on->family == 6], &until);
    return vp_transit_subnet_of(compiled->network,
                                (const vp_transit_gateway_attachment *)rows->rows[value - 1],
                                on->mesh->zones[on->bundle->zone], true, &complete);
}

static void visit_bundle(visiting *on, uint8_t *homes) {
    const vp_atlas *atlas = on->atlas;
    const vp_mesh_table *table = &on->mesh->tables[on->bundle->table];
    on->family = on->bundle->family;
    on->members = on->mesh->bundled + on->bundle->first;
    on->all = on->profiles->all[on->family == 6];
    memset(homes, 0, on->mesh->table_count);
    for (uint32_t i = 0; i < atlas->segment_count && atlas->status == VP_OK; i++) {
        const vp_segment *segment = &atlas->segments[i];
        bool known = table->state[i] == VP_MESH_HOME;
        if (!(known || table->state[i] == VP_MESH_UNKNOWN) || !find_holes(on, i)) {
            continue;
        }
        on->entry = known ? entry_of(on, i) : NULL;
        for (uint32_t k = segment->first[on->family == 6]; k < segment->end[on->family == 6]; k++) {
            visit_class(on, k, homes);
        }
    }
}

/* The lists of the rest the other way round. */
static void turn_rest(visiting *on) {
    const vp_mesh *mesh = on->mesh;
    uint32_t count = on->atlas->segment_count;
    for (uint32_t i = 0; i < mesh->rest_count; i++) {
        on->away_first[mesh->rest[i] + 2]++;
    }
    for (uint32_t i = 0; i < count; i++) {
        on->away_first[i + 2] += on->away_first[i + 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = mesh->rest_first[i]; k < mesh->rest_first[i + 1]; k++) {
            on->away[on->away_first[mesh->rest[k] + 1]++] = i;
        }
    }
}

void vp_mesh_visit_bundles(vp_mesh *mesh) {
    vp_atlas *atlas = mesh->atlas;
    const vp_alloc *alloc = &atlas->compiled->network->alloc;
    size_t counts = (size_t)atlas->segment_count + 3, aways = (size_t)mesh->rest_count + 1;
    visiting on;
    memset(&on, 0, sizeof on);
    on.mesh = mesh;
    on.atlas = atlas;
    on.profiles = atlas->compiled->profiles;
    on.services = &atlas->compiled->profiles->services;
    on.hole_capacity = atlas->segment_count + 1;
    on.away_first = vp_alloc_zeroed(alloc, counts * sizeof *on.away_first);
    on.away = vp_alloc_zeroed(alloc, aways * sizeof *on.away);
    on.holes = vp_alloc_zeroed(alloc, on.hole_capacity * sizeof *on.holes);
    uint8_t *homes = vp_alloc_zeroed(alloc, (size_t)mesh->table_count + 1);
    if (on.away_first == NULL || on.away == NULL || on.holes == NULL || homes == NULL) {
        atlas->status = VP_NO_MEMORY;
    } else {
        turn_rest(&on);
        for (uint32_t i = 0; i < mesh->bundle_count && atlas->status == VP_OK; i++) {
            on.bundle = &mesh->bundles[i];
            visit_bundle(&on, homes);
        }
    }
    vp_alloc_free(alloc, on.away_first, on.away_first == NULL ? 0 : counts * sizeof(uint32_t));
    vp_alloc_free(alloc, on.away, on.away == NULL ? 0 : aways * sizeof(uint32_t));
    vp_alloc_free(alloc, on.holes, on.holes == NULL ? 0 : on.hole_capacity * sizeof *on.holes);
    vp_alloc_free(alloc, homes, homes == NULL ? 0 : (size_t)mesh->table_count + 1);
}

/* ---- source by source --------------------------------------------------------------------------
 */

static void show_column(const vp_atlas *atlas, const vp_column *column, uint32_t first,
                        uint32_t count, vp_rectangle_visit *visit, void *context) {
    for (uint32_t i = 0; i < column->run_count; i++) {
        const vp_run *run = &atlas->runs[column->runs + i];
        vp_rectangle found = {NULL,       first,        count,     run->first, run->last,
                              run->known, run->unknown, run->back, run->code};
        visit(context, &found);
    }
}

/* Members of a class from `first` on for which a column holds. */
static uint32_t count_sources(const vp_atlas *atlas, const vp_class *of, uint32_t first,
                              vp_point last) {
    return vp_atlas_last_before(atlas, of, first, last) - first + 1;
}

/* Columns are not kept: all of them together are more than what a question needs of the atlas. */
static void visit_source(vp_mesh *mesh, vp_atlas *atlas, uint32_t class_number, bool beside,
                         vp_rectangle_visit *visit, void *context) {
    const vp_class *of = &atlas->classes[class_number];
    for (uint32_t m = of->first, count; m < of->end && atlas->status == VP_OK; m += count) {
        vp_column found;
        if (beside) {
            uint32_t first = mesh->rest_first[of->segment];
            vp_atlas_beside rest = {mesh->rest + first, mesh->rest_first[of->segment + 1] - first,
                                    mesh->odd, mesh->odd_count};
            vp_atlas_look_beside(atlas, m, &rest, &found);
        } else {
            vp_atlas_look(atlas, m, &found);
        }
        count = count_sources(atlas, of, m, found.last);
        show_column(atlas, &found, m, count, visit, context);
        atlas->run_count = found.runs;
    }
}

void vp_mesh_visit(vp_atlas *atlas, vp_rectangle_visit *visit, void *context) {
    vp_mesh mesh;
    bool made = vp_mesh_make(&mesh, atlas);
    mesh.visit = visit;
    mesh.context = context;
    for (uint32_t i = 0; i < atlas->class_count && atlas->status == VP_OK; i++) {
        if (!atlas->classes[i].is_block) {
            visit_source(&mesh, atlas, i, made && vp_mesh_is_beside(&mesh, i), visit, context);
        }
    }
    if (made && atlas->status == VP_OK) {
        vp_mesh_visit_bundles(&mesh);
    }
    vp_mesh_clear(&mesh);
}

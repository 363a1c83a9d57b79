/*
 * vp_mesh.c - which members can be bundled, and what must be looked at beside the bundles.
 *
 * The one idea: whatever is claimed of a whole VPC is tested on its whole span of addresses; where
 * a test fails the VPC is odd, and is looked at class by class. So a bundle never speaks for a pair
 * of members for which it might be wrong.
 */
#include "vp_mesh.h"

#include "vp_sort.h"

#include <string.h>

static const vp_alloc *alloc_of(const vp_mesh *mesh) {
    return &mesh->atlas->compiled->network->alloc;
}

static void *make(vp_mesh *mesh, size_t count, size_t size) {
    void *memory = vp_alloc_zeroed(alloc_of(mesh), (count + 1) * size);
    mesh->atlas->status = memory == NULL ? VP_NO_MEMORY : mesh->atlas->status;
    return memory;
}

static void drop(const vp_mesh *mesh, void *memory, size_t count, size_t size) {
    vp_alloc_free(alloc_of(mesh), memory, memory == NULL ? 0 : (count + 1) * size);
}

static bool grow(vp_mesh *mesh, void *list, uint32_t *capacity, size_t needed, size_t size) {
    void *items;
    memcpy(&items, list, sizeof items);
    bool fits = vp_atlas_grow(mesh->atlas, &items, capacity, needed, size);
    memcpy(list, &items, sizeof items);
    return fits;
}

/* The value of a profile for a whole span; false when it is not the same throughout. */
static bool value_of_span(const vp_mesh *mesh, vp_profile profile, uint8_t family, vp_point first,
                          vp_point last, uint32_t *value) {
    vp_point until;
    *value = vp_profile_value(mesh->atlas->compiled->profiles, profile, family, first, &until);
    return !vp_point_less(until, last);
}

static uint32_t segment_of(const vp_mesh *mesh, uint32_t class_number) {
    return mesh->atlas->classes[class_number].segment;
}

/* ---- VPCs that are told apart by addresses -----------------------------------------------------
 */

/* Does any other VPC have addresses from `first` to `last`? */
static bool is_shared(const vp_mesh *mesh, uint32_t segment, uint8_t family, vp_point first,
                      vp_point last) {
    const vp_atlas *atlas = mesh->atlas;
    int wide = family == 6;
    const uint32_t *list = atlas->by_span[wide], *reach = list + atlas->segment_count + 1;
    uint32_t low = vp_atlas_begun(atlas, family, last);
    while (low-- > 0 && !vp_point_less(atlas->segments[reach[low]].highest[wide], first)) {
        if (list[low] != segment &&
            !vp_point_less(atlas->segments[list[low]].highest[wide], first)) {
            return true;
        }
    }
    return false;
}

/* Addresses that AWS answers in every VPC are nobody's. */
static bool is_link_local(uint8_t family, vp_point first, vp_point last) {
    if (family == 4) {
        return first.lo <= 0xa9feffffu && last.lo >= 0xa9fe0000u;
    }
    return last.hi >> 32 >= 0xfd000ec2u;
}

/* Its members stand alone in their span, and nobody else stands in its blocks. */
static bool stands_apart(const vp_mesh *mesh, uint32_t number, uint8_t family) {
    const vp_segment *segment = &mesh->atlas->segments[number];
    vp_compiled *compiled = mesh->atlas->compiled;
    int wide = family == 6;
    vp_point at = {0, 0}, until, highest = vp_point_highest(family);
    if (!segment->has_span[wide] || segment->vpc == NULL ||
        is_link_local(family, segment->lowest[wide], segment->highest[wide]) ||
        is_shared(mesh, number, family, segment->lowest[wide], segment->highest[wide])) {
        return false;
    }
    vp_profile space = vp_compiled_space(compiled, segment->vpc, family);
    for (;;) {
        uint32_t value = vp_profile_value(compiled->profiles, space, family, at, &until);
        if (value != 0 && is_shared(mesh, number, family, at, until)) {
            return false;
        }
        if (!vp_point_less(until, highest)) {
            return true;
        }
        at = vp_point_after(until, wide);
    }
}

/* ---- zones -------------------------------------------------------------------------------------
 */

static uint32_t zone_of(vp_mesh *mesh, const vp_subnet *subnet) {
    for (uint32_t i = 0; i < mesh->zone_count; i++) {
        if (mesh->zones[i]->availability_zone == subnet->availability_zone &&
            mesh->zones[i]->availability_zone_id == subnet->availability_zone_id) {
            return i;
        }
    }
    if (mesh->zone_count == VP_MESH_ZONES_MAX) {
        return VP_MESH_NONE;
    }
    mesh->zones[mesh->zone_count] = subnet;
    return mesh->zone_count++;
}

/* ---- tables of gateways ------------------------------------------------------------------------
 */

static uint32_t table_of(vp_mesh *mesh, vp_transit_gateway_route_table *table, vp_name gateway_id,
                         uint8_t family) {
    for (uint32_t i = 0; i < mesh->table_count; i++) {
        if (mesh->tables[i].table == table && mesh->tables[i].gateway_id == gateway_id &&
            mesh->tables[i].family == family) {
            return i;
        }
    }
    if (!grow(mesh, &mesh->tables, &mesh->table_capacity, (size_t)mesh->table_count + 1,
              sizeof *mesh->tables)) {
        return VP_MESH_NONE;
    }
    vp_mesh_table *made = &mesh->tables[mesh->table_count];
    memset(made, 0, sizeof *made);
    made->table = table;
    made->gateway_id = gateway_id;
    made->profile = vp_compiled_transit(mesh->atlas->compiled, table, family);
    made->family = family;
    return mesh->table_count++;
}

/* Does every zone's packet find the VPC of an attachment, by the table where it arrives? */
static bool leads_in(const vp_mesh *mesh, const vp_transit_gateway_attachment *next,
                     const vp_segment *segment, uint8_t family) {
    vp_compiled *compiled = mesh->atlas->compiled;
    int wide = family == 6;
    bool complete;
    for (uint32_t i = 0; i < mesh->zone_count; i++) {
        uint32_t number;
        const vp_subnet *subnet =
            vp_transit_subnet_of(compiled->network, next, mesh->zones[i], true, &complete);
        if (subnet == NULL || subnet->route_table == NULL || subnet->vpc_id != segment->vpc_id ||
            !value_of_span(mesh, vp_compiled_table(compiled, subnet->route_table, family), family,
                           segment->lowest[wide], segment->highest[wide], &number) ||
            number == 0 || compiled->actions[number].blackhole ||
            compiled->actions[number].target != VP_TARGET_LOCAL) {
            return false;
        }
    }
    return true;
}

/* What a table does with a whole VPC. */
static uint8_t state_of(const vp_mesh *mesh, const vp_mesh_table *table, uint32_t number) {
    vp_compiled *compiled = mesh->atlas->compiled;
    const vp_segment *segment = &mesh->atlas->segments[number];
    int wide = table->family == 6;
    uint32_t value;
    if (!mesh->is_apart[wide][number] ||
        !value_of_span(mesh, table->profile, table->family, segment->lowest[wide],
                       segment->highest[wide], &value) ||
        value == VP_TRANSIT_NOT_LOADED || value == VP_TRANSIT_NOT_MODELLED) {
        return VP_MESH_ODD;
    }
    if (value == 0) {
        bool complete = table->table->are_routes_known == VP_TRUE &&
                        table->table->additional_routes_available != VP_TRUE;
        return complete ? VP_MESH_NOTHING : VP_MESH_UNKNOWN;
    }
    if (value == VP_TRANSIT_REFUSED) {
        return VP_MESH_NOTHING;
    }
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_TRANSIT_GATEWAY_ATTACHMENT);
    const vp_transit_gateway_attachment *next =
        (const vp_transit_gateway_attachment *)rows->rows[value - 1];
    bool home = vp_transit_type_of(compiled->network, next) == VP_TRANSIT_VPC &&
                next->resource_id == segment->vpc_id &&
                !vp_transit_is_enabled(compiled->network, next->options.appliance_mode_support) &&
                leads_in(mesh, next, segment, table->family);
    return home ? VP_MESH_HOME : VP_MESH_ODD;
}

static bool make_states(vp_mesh *mesh) {
    vp_atlas *atlas = mesh->atlas;
    for (uint32_t i = 0; i < mesh->table_count; i++) {
        vp_mesh_table *table = &mesh->tables[i];
        table->state = vp_alloc_zeroed(alloc_of(mesh), (size_t)atlas->segment_count + 1);
        if (table->state == NULL) {
            atlas->status = VP_NO_MEMORY;
            return false;
        }
        for (uint32_t k = 0; k < atlas->segment_count; k++) {
            table->state[k] = state_of(mesh, table, k);
        }
    }
    return true;
}

/* ---- ways out ----------------------------------------------------------------------------------
 */

/* The first action of a table that leads to a transit gateway; 0: none. */
static uint32_t transit_action(const vp_compiled *compiled, vp_profile table) {
    const vp_range_map *map = vp_map_pool_get(&compiled->profiles->pool, table);
    for (uint32_t i = 0; table != VP_MAP_NONE && i < map->count; i++) {
        const vp_compiled_action *action = &compiled->actions[map->values[i]];
        if (map->values[i] != 0 && action->target == VP_TARGET_TRANSIT_GATEWAY &&
            !action->blackhole) {
            return map->values[i];
        }
    }
    return 0;
}

/* False when what happens at the gateway is nothing that a bundle can tell. */
static bool find_exit(vp_mesh *mesh, const vp_class *of, const vp_side *side, vp_mesh_exit *found) {
    vp_compiled *compiled = mesh->atlas->compiled;
    vp_network *network = compiled->network;
    bool complete;
    uint32_t number = transit_action(compiled, side->table);
    vp_name gateway_id = number == 0 ? VP_NO_NAME : compiled->actions[number].target_id;
    const vp_transit_gateway *gateway = vp_transit_find(network, gateway_id);
    vp_transit_gateway_attachment *from =
        gateway == NULL ? NULL
                        : vp_compiled_attachment(compiled, gateway_id,
                                                 mesh->atlas->segments[of->segment].vpc_id);
    if (from == NULL || !vp_transit_is_available(network, gateway->state) ||
        !vp_transit_is_available(network, from->state) ||
        vp_transit_is_enabled(network, gateway->options.security_group_referencing_support)) {
        return false;
    }
    found->zone = zone_of(mesh, side->subnet);
    const vp_subnet *subnet = vp_transit_subnet_of(network, from, side->subnet, false, &complete);
    vp_transit_table table = vp_transit_table_of(network, from, gateway_id);
    if ((subnet == NULL && !complete) || table.table == NULL || found->zone == VP_MESH_NONE) {
        return false;
    }
    found->action = number;
    if (subnet != NULL) { /* else the zone has no way to the gateway */
        found->table = table_of(mesh, table.table, gateway_id, of->family);
        found->meets = subnet->network_acl == NULL
                           ? compiled->profiles->all[of->family == 6]
                           : vp_compiled_acl(compiled, subnet->network_acl, false, of->family);
    }
    return true;
}

static void find_exits(vp_mesh *mesh) {
    vp_atlas *atlas = mesh->atlas;
    for (uint32_t i = 0; i < atlas->class_count; i++) {
        vp_mesh_exit *found = &mesh->exits[i];
        const vp_class *of = &atlas->classes[i];
        found->table = VP_MESH_NONE;
        if (of->is_block) {
            continue;
        }
        const vp_side *side = vp_atlas_side(atlas, i);
        if (!side->is_plain) {
            mesh->odd[mesh->odd_count++] = i;
        } else if (!find_exit(mesh, of, side, found)) {
            found->action = 0;
            found->table = VP_MESH_NONE;
        }
    }
}

/* ---- bundles -----------------------------------------------------------------------------------
 */

/* A class that sends by a gateway, all of whose other ways are looked at beside the bundles. */
bool vp_mesh_is_beside(const vp_mesh *mesh, uint32_t class_number) {
    const vp_class *of = &mesh->atlas->classes[class_number];
    return mesh->exits[class_number].action != 0 &&
           mesh->is_apart[of->family == 6][of->segment] != 0;
}

/* Where answers for a class arrive, for each zone of those who answer. */
static bool add_backs(vp_mesh *mesh, uint32_t class_number, const vp_mesh_bundle *bundle) {
    vp_compiled *compiled = mesh->atlas->compiled;
    const vp_side *side = vp_atlas_side(mesh->atlas, class_number);
    const vp_segment *segment = &mesh->atlas->segments[segment_of(mesh, class_number)];
    const vp_mesh_table *table = &mesh->tables[bundle->table];
    const vp_transit_gateway_attachment *home = vp_compiled_attachment(
        compiled, compiled->actions[mesh->exits[class_number].action].target_id, segment->vpc_id);
    bool complete;
    if (!grow(mesh, &mesh->backs, &mesh->back_capacity,
              ((size_t)bundle->zones + 1) * mesh->zone_count, sizeof *mesh->backs)) {
        return false;
    }
    for (uint32_t i = 0; i < mesh->zone_count; i++) {
        const vp_subnet *subnet =
            vp_transit_subnet_of(compiled->network, home, mesh->zones[i], true, &complete);
        mesh->backs[bundle->zones * mesh->zone_count + i] =
            subnet == NULL           ? VP_MESH_NONE
            : subnet == side->subnet ? VP_MESH_AT_HOME
            : !subnet->network_acl
                ? compiled->profiles->all[table->family == 6]
                : vp_compiled_acl(compiled, subnet->network_acl, true, table->family);
    }
    return true;
}

/* The bundle of a class; a new one when none is like it. */
static uint32_t bundle_for(vp_mesh *mesh, uint32_t class_number) {
    const vp_mesh_exit *exit = &mesh->exits[class_number];
    const vp_side *side = vp_atlas_side(mesh->atlas, class_number);
    size_t bytes = mesh->zone_count * sizeof *mesh->backs;
    vp_mesh_bundle made = {exit->table,
                           exit->zone,
                           side->rules[1],
                           {side->acl[0], side->acl[1]},
                           exit->meets,
                           mesh->bundle_count,
                           0,
                           0,
                           mesh->tables[exit->table].family};
    if (!add_backs(mesh, class_number, &made)) {
        return VP_MESH_NONE;
    }
    for (uint32_t i = mesh->bundle_count; i-- > 0;) { /* like that of a class near by, mostly */
        const vp_mesh_bundle *one = &mesh->bundles[i];
        if (one->table == made.table && one->zone == made.zone && one->rules == made.rules &&
            one->acl[0] == made.acl[0] && one->acl[1] == made.acl[1] && one->meets == made.meets &&
            memcmp(&mesh->backs[one->zones * mesh->zone_count],
                   &mesh->backs[made.zones * mesh->zone_count], bytes) == 0) {
            return i;
        }
    }
    if (!grow(mesh, &mesh->bundles, &mesh->bundle_capacity, (size_t)mesh->bundle_count + 1,
              sizeof *mesh->bundles)) {
        return VP_MESH_NONE;
    }
    mesh->bundles[mesh->bundle_count] = made;
    return mesh->bundle_count++;
}

static int compare_members(const void *left, const void *right, const void *context) {
    const vp_member *members = context;
    vp_point a = members[*(const uint32_t *)left].first;
    vp_point b = members[*(const uint32_t *)right].first;
    return (int)vp_point_less(b, a) - (int)vp_point_less(a, b);
}

static bool make_bundles(vp_mesh *mesh) {
    vp_atlas *atlas = mesh->atlas;
    uint32_t next = 0;
    for (uint32_t i = 0; i < atlas->class_count && atlas->status == VP_OK; i++) {
        const vp_class *of = &atlas->classes[i];
        mesh->bundle_of[i] = VP_MESH_NONE;
        if (!of->is_block && vp_mesh_is_beside(mesh, i) && mesh->exits[i].table != VP_MESH_NONE &&
            vp_atlas_side(atlas, i)->opens) {
            mesh->bundle_of[i] = bundle_for(mesh, i);
            if (mesh->bundle_of[i] != VP_MESH_NONE) {
                mesh->bundles[mesh->bundle_of[i]].count += of->end - of->first;
            }
        }
    }
    for (uint32_t i = 0; i < mesh->bundle_count; i++) {
        mesh->bundles[i].first = next;
        next += mesh->bundles[i].count;
        mesh->bundles[i].count = 0;
    }
    mesh->bundled = next == 0 ? NULL : make(mesh, next, sizeof *mesh->bundled);
    mesh->bundled_count = next;
    for (uint32_t i = 0; i < atlas->class_count && atlas->status == VP_OK; i++) {
        const vp_class *of = &atlas->classes[i];
        for (uint32_t m = of->first; mesh->bundle_of[i] != VP_MESH_NONE && m < of->end; m++) {
            vp_mesh_bundle *bundle = &mesh->bundles[mesh->bundle_of[i]];
            mesh->bundled[bundle->first + bundle->count++] = m;
        }
    }
    for (uint32_t i = 0; i < mesh->bundle_count && atlas->status == VP_OK; i++) {
        atlas->status =
            vp_sort(alloc_of(mesh), mesh->bundled + mesh->bundles[i].first, mesh->bundles[i].count,
                    sizeof *mesh->bundled, compare_members, atlas->members);
    }
    return atlas->status == VP_OK && mesh->bundle_count > 0;
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

/* Beside the bundles of a VPC's classes: each table and gateway once. */
static void list_rest(vp_mesh *mesh, const vp_segment *segment, int wide) {
    vp_atlas *atlas = mesh->atlas;
    vp_profile table = VP_MAP_NONE;
    uint32_t leaves = VP_MESH_NONE;
    for (uint32_t k = segment->first[wide]; k < segment->end[wide]; k++) {
        const vp_mesh_exit *exit = &mesh->exits[k];
        if (atlas->classes[k].is_block || !vp_mesh_is_beside(mesh, k)) {
            continue;
        }
        if (vp_atlas_side(atlas, k)->table == table &&
            (exit->table == leaves || exit->table == VP_MESH_NONE)) {
            continue;
        }
        table = vp_atlas_side(atlas, k)->table;
        leaves = exit->table;
        vp_atlas_scope_beside(atlas, atlas->classes[k].first, exit->action,
                              leaves == VP_MESH_NONE ? NULL : mesh->tables[leaves].state);
    }
}

/* For each VPC with classes in bundles, the VPCs that the bundles do not speak of. */
static bool make_rest(vp_mesh *mesh) {
    vp_atlas *atlas = mesh->atlas;
    for (uint32_t i = 0; i < atlas->segment_count && atlas->status == VP_OK; i++) {
        mesh->rest_first[i] = mesh->rest_count;
        uint32_t listed = atlas->listed_count;
        for (int wide = 0; wide < 2; wide++) {
            list_rest(mesh, &atlas->segments[i], wide);
        }
        uint32_t count = atlas->listed_count - listed;
        if (!grow(mesh, &mesh->rest, &mesh->rest_capacity, (size_t)mesh->rest_count + count + 1,
                  sizeof *mesh->rest)) {
            return false;
        }
        for (uint32_t k = 0; k < count; k++) {
            mesh->rest[mesh->rest_count++] = atlas->listed[listed + k];
            atlas->is_listed[atlas->listed[listed + k]] = 0;
        }
        atlas->listed_count = listed;
    }
    mesh->rest_first[atlas->segment_count] = mesh->rest_count;
    return atlas->status == VP_OK;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static bool make_room(vp_mesh *mesh) {
    const vp_atlas *atlas = mesh->atlas;
    mesh->exits = make(mesh, atlas->class_count, sizeof *mesh->exits);
    mesh->zones = make(mesh, VP_MESH_ZONES_MAX, sizeof *mesh->zones);
    mesh->bundle_of = make(mesh, atlas->class_count, sizeof *mesh->bundle_of);
    mesh->rest_first = make(mesh, (size_t)atlas->segment_count + 1, sizeof *mesh->rest_first);
    mesh->odd = make(mesh, atlas->class_count, sizeof *mesh->odd);
    for (int wide = 0; wide < 2; wide++) {
        mesh->is_apart[wide] = make(mesh, atlas->segment_count, 1);
    }
    return atlas->status == VP_OK;
}

void vp_mesh_clear(vp_mesh *mesh) {
    const vp_atlas *atlas = mesh->atlas;
    const vp_alloc *alloc = alloc_of(mesh);
    for (uint32_t i = 0; i < mesh->table_count; i++) {
        drop(mesh, mesh->tables[i].state, atlas->segment_count, 1);
    }
    vp_alloc_free(alloc, mesh->tables, mesh->table_capacity * sizeof *mesh->tables);
    vp_alloc_free(alloc, mesh->bundles, mesh->bundle_capacity * sizeof *mesh->bundles);
    vp_alloc_free(alloc, mesh->backs, mesh->back_capacity * sizeof *mesh->backs);
    vp_alloc_free(alloc, mesh->rest, mesh->rest_capacity * sizeof *mesh->rest);
    drop(mesh, mesh->exits, atlas->class_count, sizeof *mesh->exits);
    drop(mesh, (void *)(uintptr_t)mesh->zones, VP_MESH_ZONES_MAX, sizeof *mesh->zones);
    drop(mesh, mesh->bundle_of, atlas->class_count, sizeof *mesh->bundle_of);
    drop(mesh, mesh->bundled, mesh->bundled_count, sizeof *mesh->bundled);
    drop(mesh, mesh->rest_first, (size_t)atlas->segment_count + 1, sizeof *mesh->rest_first);
    drop(mesh, mesh->odd, atlas->class_count, sizeof *mesh->odd);
    for (int wide = 0; wide < 2; wide++) {
        drop(mesh, mesh->is_apart[wide], atlas->segment_count, 1);
    }
    memset(mesh, 0, sizeof *mesh);
}

bool vp_mesh_make(vp_mesh *mesh, vp_atlas *atlas) {
    memset(mesh, 0, sizeof *mesh);
    mesh->atlas = atlas;
    const vp_rows *gateways = vp_network_rows(atlas->compiled->network, VP_KIND_TRANSIT_GATEWAY);
    if (gateways->count == 0 || atlas->compiled->has_classic || atlas->walks_only ||
        !make_room(mesh)) {
        return false;
    }
    find_exits(mesh);
    for (int wide = 0; wide < 2; wide++) {
        uint8_t family = wide ? 6 : 4;
        if (!vp_atlas_sort_spans(atlas, family)) {
            return false;
        }
        for (uint32_t i = 0; i < atlas->segment_count; i++) {
            mesh->is_apart[wide][i] = stands_apart(mesh, i, family);
        }
    }
    return atlas->status == VP_OK && make_states(mesh) && make_bundles(mesh) && make_rest(mesh);
}

/*
 * vp_lint_view.c - what the checks of one run look up: blocks in order, and joined pairs.
 *
 * A view is made once and kept for the run; it is found by the number of a name, so finding it
 * costs nothing. Blocks of one VPC nest or are disjoint, which is what the binary searches rest on.
 */
#include "vp_lint_view.h"

#include "vp_change.h"
#include "vp_peering.h"
#include "vp_sort.h"

#include <string.h>

const vp_peering_vpc_info *vp_lint_info_of(const vp_vpc_peering_connection *connection, int side) {
    return side == 0 ? &connection->requester_vpc_info : &connection->accepter_vpc_info;
}

/* ---- findings ------------------------------------------------------------------------------ */

bool vp_lint_wants(const vp_lint *lint, vp_lint_code code) {
    return (lint->wanted >> code & 1u) != 0;
}

static vp_status no_room(vp_status status, vp_error *error) {
    return status == VP_LIMIT ? vp_error_limit(error, "VP_LIST_MAX", VP_LIST_MAX)
                              : vp_error_no_memory(error);
}

vp_status vp_lint_name(vp_lint *lint, vp_finding *finding, vp_name id, vp_error *error) {
    void *item;
    if (id == VP_NO_NAME) {
        return VP_OK;
    }
    vp_status status =
        vp_list_append(&lint->network->alloc, &vp_text_item_schema, &finding->resource_ids, &item);
    if (status != VP_OK) {
        return no_room(status, error);
    }
    ((vp_text_item *)item)->value = id;
    return VP_OK;
}

vp_status vp_lint_add(vp_lint *lint, vp_lint_code code, const vp_name ids[3], vp_finding **finding,
                      vp_error *error) {
    void *item;
    vp_status status =
        vp_list_append(&lint->network->alloc, &vp_finding_schema, lint->findings, &item);
    if (status != VP_OK) {
        return no_room(status, error);
    }
    *finding = item;
    (*finding)->code = (vp_int){(int32_t)code, 1};
    for (int i = 0; i < 3; i++) {
        VP_TRY(vp_lint_name(lint, *finding, ids[i], error));
    }
    return VP_OK;
}

/* ---- views ------------------------------------------------------------------------------------
 */

static int compare_blocks(const void *a, const void *b, const void *context) {
    (void)context;
    return vp_cidr_compare(a, b);
}

static vp_status add_block(vp_lint *lint, vp_lint_view *view, const vp_cidr *block,
                           vp_error *error) {
    void *items = view->blocks;
    if (vp_alloc_grow(&lint->network->alloc, &items, &view->capacity, (size_t)view->count + 1,
                      sizeof *view->blocks) != VP_OK) {
        return vp_error_no_memory(error);
    }
    view->blocks = items;
    view->blocks[view->count++] = *block;
    return VP_OK;
}

/* Sorts the blocks and makes the set of their addresses. */
static vp_status finish(vp_lint *lint, vp_lint_view *view, vp_error *error) {
    vp_set_builder builder;
    if (vp_sort(&lint->network->alloc, view->blocks, view->count, sizeof *view->blocks,
                compare_blocks, NULL) != VP_OK) {
        return vp_error_no_memory(error);
    }
    vp_set_builder_init(&builder, &lint->network->alloc);
    vp_status status = VP_OK;
    for (uint32_t i = 0; status == VP_OK && i < view->count; i++) {
        status = vp_set_builder_add_cidr(&builder, &view->blocks[i], error);
    }
    if (status == VP_OK) {
        status = vp_set_builder_freeze(&builder, &view->set, error);
    }
    vp_set_builder_clear(&builder);
    return status;
}

/* The view kept under a name and side, or a new empty one: then *is_new. */
static vp_status view_of(vp_lint *lint, vp_name name, int side, vp_lint_view **view, bool *is_new,
                         vp_error *error) {
    uint32_t *at = &lint->view_at[2 * (size_t)name + (size_t)side];
    *is_new = *at == 0;
    if (*is_new) {
        void *items = lint->views;
        if (vp_alloc_grow(&lint->network->alloc, &items, &lint->view_capacity,
                          (size_t)lint->view_count + 1, sizeof *lint->views) != VP_OK) {
            return vp_error_no_memory(error);
        }
        lint->views = items;
        vp_lint_view *made = vp_alloc_zeroed(&lint->network->alloc, sizeof *made);
        if (made == NULL) {
            return vp_error_no_memory(error);
        }
        lint->views[lint->view_count++] = made;
        *at = lint->view_count;
    }
    *view = lint->views[*at - 1];
    return VP_OK;
}

vp_status vp_lint_side(vp_lint *lint, const vp_vpc_peering_connection *connection, int side,
                       const vp_lint_view **view, vp_error *error) {
    const vp_peering_vpc_info *info = vp_lint_info_of(connection, side);
    bool is_loaded = vp_network_find(lint->network, VP_KIND_VPC, info->vpc_id) != NULL;
    vp_lint_view *made;
    uint32_t position = 0;
    vp_cidr block;
    bool is_new;
    VP_TRY(view_of(lint, is_loaded ? info->vpc_id : connection->record.id, is_loaded ? 0 : side,
                   &made, &is_new, error));
    *view = made;
    if (!is_new) {
        return VP_OK;
    }
    while (vp_peering_next_block(lint->network, info, &position, &block)) {
        VP_TRY(add_block(lint, made, &block, error));
    }
    return finish(lint, made, error);
}

vp_status vp_lint_list(vp_lint *lint, const vp_prefix_list *list, const vp_lint_view **view,
                       vp_error *error) {
    vp_lint_view *made;
    bool is_new;
    VP_TRY(view_of(lint, list->record.id, 0, &made, &is_new, error));
    *view = made;
    if (!is_new) {
        return VP_OK;
    }
    for (uint32_t i = 0; i < list->cidrs.count; i++) {
        VP_TRY(add_block(lint, made, &VP_ITEM(vp_cidr_item, &list->cidrs, i)->value, error));
    }
    return finish(lint, made, error);
}

uint32_t vp_lint_lower_bound(const vp_lint_view *view, const vp_cidr *block) {
    uint32_t low = 0, high = view->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (vp_cidr_compare(&view->blocks[middle], block) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Inside of it the first one in order; around it one of the blocks with a shorter prefix. */
const vp_cidr *vp_lint_overlapping(const vp_lint_view *view, const vp_cidr *block) {
    vp_addr last = vp_cidr_last(block);
    if (!vp_set_overlaps_range(view->set, &block->address, &last)) {
        return NULL;
    }
    uint32_t at = vp_lint_lower_bound(view, block);
    if (at < view->count && vp_cidr_contains(block, &view->blocks[at])) {
        return &view->blocks[at];
    }
    for (int length = block->prefix_length - 1; length >= 0; length--) {
        vp_cidr around = vp_cidr_of(&block->address, length);
        at = vp_lint_lower_bound(view, &around);
        if (at < view->count && vp_cidr_equals(&view->blocks[at], &around)) {
            return &view->blocks[at];
        }
    }
    return NULL;
}

/* ---- pairs ------------------------------------------------------------------------------------
 */

static int compare_pairs(const void *a, const void *b, const void *context) {
    const vp_lint_pair *one = a, *two = b;
    (void)context;
    if (one->a != two->a) {
        return one->a < two->a ? -1 : 1;
    }
    return one->b == two->b ? 0 : one->b < two->b ? -1 : 1;
}

/* Connections come in id order, and sorting keeps that order within a pair. */
static vp_status make_pairs(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_VPC_PEERING_CONNECTION);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_vpc_peering_connection *pcx = (const vp_vpc_peering_connection *)rows->rows[i];
        vp_name a = pcx->requester_vpc_info.vpc_id, b = pcx->accepter_vpc_info.vpc_id;
        void *items = lint->pairs;
        if (!vp_peering_is_live(lint->network, pcx) || a == VP_NO_NAME || b == VP_NO_NAME) {
            continue;
        }
        if (vp_alloc_grow(&lint->network->alloc, &items, &lint->pair_capacity,
                          (size_t)lint->pair_count + 1, sizeof *lint->pairs) != VP_OK) {
            return vp_error_no_memory(error);
        }
        lint->pairs = items;
        lint->pairs[lint->pair_count++] =
            (vp_lint_pair){a < b ? a : b, a < b ? b : a, pcx,
                           vp_network_name_is(lint->network, pcx->status.code, "active")};
    }
    return vp_sort(&lint->network->alloc, lint->pairs, lint->pair_count, sizeof *lint->pairs,
                   compare_pairs, NULL) == VP_OK
               ? VP_OK
               : vp_error_no_memory(error);
}

const vp_lint_pair *vp_lint_pairs_of(const vp_lint *lint, vp_name a, vp_name b, uint32_t *count) {
    vp_lint_pair wanted = {a < b ? a : b, a < b ? b : a, NULL, false};
    uint32_t low = 0, high = lint->pair_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_pairs(&lint->pairs[middle], &wanted, NULL) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *count = 0;
    while (low + *count < lint->pair_count &&
           compare_pairs(&lint->pairs[low + *count], &wanted, NULL) == 0) {
        ++*count;
    }
    return *count > 0 ? &lint->pairs[low] : NULL;
}

/* ---- the run ----------------------------------------------------------------------------------
 */

vp_status vp_lint_begin(vp_lint *lint, vp_network *network, uint32_t wanted, vp_list *findings,
                        vp_error *error) {
    memset(lint, 0, sizeof *lint);
    lint->network = network;
    lint->wanted = wanted;
    lint->findings = findings;
    VP_TRY(vp_index_get(network, &lint->index, error));
    lint->names = network->names.count; /* of which number 0 is none */
    lint->view_at = vp_alloc_zeroed(&network->alloc, (size_t)lint->names * 2 * sizeof(uint32_t));
    lint->use_of = vp_alloc_zeroed(&network->alloc, (size_t)lint->names * sizeof(vp_lint_use));
    lint->has_groups = vp_alloc_zeroed(&network->alloc, lint->names);
    if (lint->view_at == NULL || lint->use_of == NULL || lint->has_groups == NULL) {
        return vp_error_no_memory(error);
    }
    return make_pairs(lint, error);
}

void vp_lint_end(vp_lint *lint) {
    const vp_alloc *alloc = &lint->network->alloc;
    for (uint32_t i = 0; i < lint->view_count; i++) {
        vp_lint_view *view = lint->views[i];
        vp_set_unref(view->set);
        vp_alloc_free(alloc, view->blocks, view->capacity * sizeof *view->blocks);
        vp_alloc_free(alloc, view, sizeof *view);
    }
    vp_alloc_free(alloc, lint->views, lint->view_capacity * sizeof *lint->views);
    vp_alloc_free(alloc, lint->pairs, lint->pair_capacity * sizeof *lint->pairs);
    vp_alloc_free(alloc, lint->view_at, (size_t)lint->names * 2 * sizeof(uint32_t));
    vp_alloc_free(alloc, lint->use_of, (size_t)lint->names * sizeof(vp_lint_use));
    vp_alloc_free(alloc, lint->has_groups, lint->names);
}

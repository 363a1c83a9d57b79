/*
 * vp_set_builder.c - from ranges in any order to a frozen set.
 *
 * Adding only appends to an unsorted list; all work is done when the set is wanted. So a loop of
 * single additions costs what adding everything at once costs, and asking for the set after each
 * of them is the one way to make it slow.
 */
#include "vp_set.h"

/* The interval lists know no messages; a limit there is a limit of the set. */
static vp_status report(vp_status status, vp_error *error) {
    if (status == VP_LIMIT) {
        return vp_error_limit(error, "points of a set", UINT32_MAX);
    }
    return status == VP_OK ? VP_OK : vp_error_no_memory(error);
}

void vp_set_builder_init(vp_set_builder *builder, const vp_alloc *alloc) {
    builder->alloc = *alloc;
    builder->base = NULL;
    vp_intervals_init(&builder->pending[0], 4, alloc);
    vp_intervals_init(&builder->pending[1], 6, alloc);
}

void vp_set_builder_clear(vp_set_builder *builder) {
    vp_set_unref(builder->base);
    builder->base = NULL;
    vp_intervals_clear(&builder->pending[0]);
    vp_intervals_clear(&builder->pending[1]);
}

vp_status vp_set_builder_add_range(vp_set_builder *builder, const vp_addr *first,
                                   const vp_addr *last, vp_error *error) {
    vp_intervals *pending = &builder->pending[first->family == 6];
    return report(vp_intervals_add(pending, vp_point_of(first), vp_point_of(last)), error);
}

vp_status vp_set_builder_add_cidr(vp_set_builder *builder, const vp_cidr *cidr, vp_error *error) {
    vp_addr last = vp_cidr_last(cidr);
    return vp_set_builder_add_range(builder, &cidr->address, &last, error);
}

/*
 * The first set is borrowed as the base and not taken apart: adding few ranges to a large set then
 * costs one merge at the end.
 */
vp_status vp_set_builder_add_set(vp_set_builder *builder, vp_set *set, vp_error *error) {
    if (builder->base == NULL) {
        builder->base = vp_set_ref(set);
        return VP_OK;
    }
    vp_set_cursor cursor = vp_set_begin(set);
    vp_addr first, last;
    vp_status status = VP_OK;
    while (status == VP_OK && vp_set_next_range(&cursor, &first, &last)) {
        status = vp_set_builder_add_range(builder, &first, &last, error);
    }
    return status;
}

/* A list of which one item is bad must change nothing: the caller marks, adds, and goes back. */
vp_set_mark vp_set_builder_mark(const vp_set_builder *builder) {
    vp_set_mark mark = {{builder->pending[0].count, builder->pending[1].count},
                        builder->base != NULL};
    return mark;
}

void vp_set_builder_go_back(vp_set_builder *builder, const vp_set_mark *mark) {
    vp_intervals_truncate(&builder->pending[0], mark->counts[0]);
    vp_intervals_truncate(&builder->pending[1], mark->counts[1]);
    if (!mark->has_base) {
        vp_set_unref(builder->base);
        builder->base = NULL;
    }
}

/* Makes a set of what is pending alone. */
static vp_status freeze_pending(vp_set_builder *builder, vp_set **set, vp_error *error) {
    vp_intervals *pending = builder->pending;
    vp_status status = vp_intervals_sort(&pending[0]);
    if (status == VP_OK) {
        status = vp_intervals_sort(&pending[1]);
    }
    return status == VP_OK ? vp_set_from_intervals(&pending[0], &pending[1], set, error)
                           : report(status, error);
}

/*
 * What was frozen becomes the base, so that a builder can be added to and frozen again, and
 * freezing twice in a row makes no copy. On a failure both base and pending ranges are as they
 * were.
 */
vp_status vp_set_builder_freeze(vp_set_builder *builder, vp_set **set, vp_error *error) {
    vp_intervals *pending = builder->pending;
    if (builder->base == NULL || pending[0].count > 0 || pending[1].count > 0) {
        vp_set *fresh = NULL;
        vp_status status = freeze_pending(builder, &fresh, error);
        if (status == VP_OK && builder->base != NULL) {
            vp_set *both = NULL;
            status =
                vp_set_combine(builder->base, fresh, VP_TRUTH_UNION, &builder->alloc, &both, error);
            vp_set_unref(fresh);
            fresh = both;
        }
        if (status != VP_OK) {
            return status;
        }
        vp_set_unref(builder->base);
        builder->base = fresh;
        vp_intervals_truncate(&pending[0], 0);
        vp_intervals_truncate(&pending[1], 0);
    }
    *set = vp_set_ref(builder->base);
    return VP_OK;
}

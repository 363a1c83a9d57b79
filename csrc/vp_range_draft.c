/*
 * vp_range_draft.c - making and releasing the index of a range map.
 *
 * How deep an index gets depends on how unevenly the points lie, not on how many they are:
 * addresses in use have two or three levels. Every level is one more place in memory that a look-up
 * waits for. Nothing of a map changes before its index is complete.
 */
#include "vp_range_draft.h"

#define WORTH 32 /* fewer points are searched as fast without an index */

vp_status vp_range_draft_add(vp_range_draft *draft, uint32_t from, uint32_t to) {
    vp_range_index *index = &draft->index;
    void *items = index->directories;
    vp_status status =
        vp_alloc_grow(&draft->alloc, &items, &draft->directory_room,
                      (size_t)index->directory_count + 1, sizeof *index->directories);
    index->directories = items;
    if (status == VP_OK) {
        vp_range_directory wanted = {{0, 0}, from, 0, to, 0, false};
        index->directories[index->directory_count++] = wanted;
    }
    return status;
}

vp_status vp_range_draft_reserve(vp_range_draft *draft, size_t count) {
    vp_range_index *index = &draft->index;
    void *items = index->entries;
    if (count >= VP_RANGE_DEEPER - index->entry_count) {
        return VP_NO_MEMORY;
    }
    vp_status status = vp_alloc_grow(&draft->alloc, &items, &draft->entry_room,
                                     index->entry_count + count, sizeof *index->entries);
    index->entries = items;
    return status;
}

/* Gives back what growing left over; without memory for a smaller block the large one would stay,
 * so the sizes kept are those of the blocks.
 */
static void tighten(vp_range_draft *draft) {
    vp_range_index *index = &draft->index;
    void *tight = vp_alloc_array(&draft->alloc, index->directories, draft->directory_room,
                                 index->directory_count, sizeof *index->directories);
    index->directories = tight != NULL ? tight : index->directories;
    index->directory_count = tight != NULL ? index->directory_count : draft->directory_room;
    tight = vp_alloc_array(&draft->alloc, index->entries, draft->entry_room, index->entry_count,
                           sizeof *index->entries);
    index->entries = tight != NULL ? tight : index->entries;
    index->entry_count = tight != NULL ? index->entry_count : draft->entry_room;
}

/* The sizes are those of the blocks, which may be larger than what is used of them. */
static void release(const vp_range_index *index, uint32_t directories, uint32_t entries,
                    const vp_alloc *alloc) {
    vp_alloc_free(alloc, index->directories, directories * sizeof *index->directories);
    vp_alloc_free(alloc, index->entries, entries * sizeof *index->entries);
}

vp_status vp_range_map_make_index(vp_range_map *map, const vp_alloc *alloc) {
    if (map->index.directories != NULL || map->count < WORTH || map->count >= VP_RANGE_DEEPER) {
        return VP_OK;
    }
    vp_range_draft draft = {{NULL, NULL, 0, 0}, 0, 0, 0, *alloc};
    vp_status status = vp_range_draft_add(&draft, 0, map->count);
    for (uint32_t i = 0; i < draft.index.directory_count && status == VP_OK; i++) {
        status = map->values != NULL ? vp_range_draft_values(&draft, i, map)
                                     : vp_range_draft_ranks(&draft, i, map);
    }
    if (status != VP_OK) {
        release(&draft.index, draft.directory_room, draft.entry_room, alloc);
        return VP_NO_MEMORY;
    }
    for (uint32_t i = 0; i < draft.behind; i++) {
        draft.index.entries[draft.index.entry_count++] = 0;
    }
    tighten(&draft);
    map->index = draft.index;
    return VP_OK;
}

void vp_range_map_drop_index(vp_range_map *map, const vp_alloc *alloc) {
    vp_range_index none = {NULL, NULL, 0, 0};
    release(&map->index, map->index.directory_count, map->index.entry_count, alloc);
    map->index = none;
}

/* For whoever reports what an index costs; look-ups never need it. */
size_t vp_range_map_index_bytes(const vp_range_map *map) {
    const vp_range_index *index = &map->index;
    return index->directory_count * sizeof *index->directories +
           index->entry_count * sizeof *index->entries;
}

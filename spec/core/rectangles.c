/*
 * rectangles.c - one array with an entry for each pair of members, filled twice.
 */
#include "rectangles.h"

#include "vp_mesh.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    vp_service known, unknown, back;
    const char *code;
    uint32_t times;
} entry;

typedef struct filling {
    vp_atlas *atlas;
    entry *entries;
    uint32_t shared;
} filling;

static void fill(void *context, const vp_rectangle *found) {
    filling *on = context;
    for (uint32_t i = 0; i < found->source_count; i++) {
        uint32_t source = found->sources == NULL ? found->source_first + i : found->sources[i];
        for (uint32_t k = found->first; k <= found->last; k++) {
            entry *at = &on->entries[(size_t)source * on->atlas->member_count + k];
            at->known = found->known;
            at->unknown = found->unknown;
            at->back = found->back;
            at->code = found->code;
            at->times++;
            on->shared += found->sources != NULL;
        }
    }
}

static uint32_t compare_source(const filling *on, uint32_t source) {
    vp_atlas *atlas = on->atlas;
    entry *row = &on->entries[(size_t)source * atlas->member_count];
    const vp_column *column = vp_atlas_column(atlas, source);
    uint32_t different = 0;
    for (uint32_t i = 0; i < column->run_count; i++) {
        const vp_run *run = &atlas->runs[column->runs + i];
        for (uint32_t k = run->first; k <= run->last; k++) {
            bool same = row[k].times == 1 && row[k].known == run->known &&
                        row[k].unknown == run->unknown && row[k].back == run->back &&
                        (run->unknown == VP_SERVICE_NONE || strcmp(row[k].code, run->code) == 0);
            different += !same;
            row[k].times = 0;
        }
    }
    for (uint32_t k = 0; k < atlas->member_count; k++) {
        different += row[k].times != 0;
    }
    return different;
}

/* From here on columns are walked for, or plain again; what was found is forgotten. */
static void ask_the_walk(vp_atlas *atlas, bool only) {
    atlas->walks_only = only;
    for (uint32_t i = 0; i < atlas->class_count; i++) {
        atlas->classes[i].columns = VP_ATLAS_NONE;
    }
}

uint32_t rectangles_differ(vp_atlas *atlas, uint32_t *shared) {
    size_t count = (size_t)atlas->member_count * atlas->member_count;
    filling on = {atlas, calloc(count + 1, sizeof(entry)), 0};
    uint32_t different = 0;
    vp_mesh_visit(atlas, fill, &on);
    ask_the_walk(atlas, true);
    for (uint32_t i = 0; i < atlas->member_count; i++) {
        if (!atlas->classes[atlas->members[i].class_number].is_block) {
            different += compare_source(&on, i);
        }
    }
    ask_the_walk(atlas, false);
    free(on.entries);
    *shared = on.shared;
    return different;
}

/*
 * vp_lint_peering.c - findings about peering connections as such: what they join, who routes there.
 *
 * A pair of VPCs is judged once, however many connections join it. All peers of a VPC are compared
 * by one sweep over their blocks in order: blocks nest or are disjoint, so what overlaps stands
 * below one widest block. Semantics 5.4, 5.5, 5.8; AWS: VPC Peering Guide, "Limitations".
 */
#include "vp_change.h"
#include "vp_lint_view.h"
#include "vp_peering.h"
#include "vp_sort.h"

/* ---- pairs ------------------------------------------------------------------------------------
 */

/* The blocks of the smaller side are looked up in the larger one. */
static vp_status find_overlap(vp_lint *lint, const vp_vpc_peering_connection *connection,
                              vp_cidr *requester, vp_cidr *accepter, bool *found, vp_error *error) {
    const vp_lint_view *views[2];
    VP_TRY(vp_lint_side(lint, connection, 0, &views[0], error));
    VP_TRY(vp_lint_side(lint, connection, 1, &views[1], error));
    int small = views[0]->count <= views[1]->count ? 0 : 1;
    *found = false;
    for (uint32_t i = 0; !*found && i < views[small]->count; i++) {
        const vp_cidr *block = &views[small]->blocks[i];
        const vp_cidr *other = vp_lint_overlapping(views[1 - small], block);
        if (other != NULL) {
            *requester = small == 0 ? *block : *other;
            *accepter = small == 0 ? *other : *block;
            *found = true;
        }
    }
    return VP_OK;
}

static void name_sides(vp_finding *finding, const vp_vpc_peering_connection *connection) {
    finding->evidence.vpc_peering_connection_id = connection->record.id;
    finding->evidence.status = connection->status.code;
    finding->evidence.vpc_id = connection->requester_vpc_info.vpc_id;
    finding->evidence.peer_vpc_id = connection->accepter_vpc_info.vpc_id;
}

static vp_status judge_overlap(vp_lint *lint, const vp_lint_pair *pairs, uint32_t count,
                               vp_error *error) {
    vp_cidr requester, accepter;
    bool found;
    if (!vp_lint_wants(lint, VP_LINT_OVERLAPPING_CIDRS)) {
        return VP_OK;
    }
    for (uint32_t i = 0; i < count; i++) {
        const vp_vpc_peering_connection *connection = pairs[i].connection;
        vp_finding *finding;
        VP_TRY(find_overlap(lint, connection, &requester, &accepter, &found, error));
        if (found) {
            const vp_name ids[3] = {connection->record.id, connection->requester_vpc_info.vpc_id,
                                    connection->accepter_vpc_info.vpc_id};
            VP_TRY(vp_lint_add(lint, VP_LINT_OVERLAPPING_CIDRS, ids, &finding, error));
            name_sides(finding, connection);
            finding->evidence.cidr_block = requester;
            finding->evidence.peer_cidr_block = accepter;
        }
    }
    return VP_OK;
}

/* One finding for all connections of a pair. */
static vp_status judge_duplicate(vp_lint *lint, const vp_lint_pair *pairs, uint32_t count,
                                 vp_error *error) {
    const vp_name none[3] = {VP_NO_NAME, VP_NO_NAME, VP_NO_NAME};
    vp_finding *finding;
    if (count < 2 || !vp_lint_wants(lint, VP_LINT_DUPLICATE)) {
        return VP_OK;
    }
    VP_TRY(vp_lint_add(lint, VP_LINT_DUPLICATE, none, &finding, error));
    name_sides(finding, pairs[0].connection);
    for (uint32_t i = 0; i < count; i++) {
        VP_TRY(vp_lint_name(lint, finding, pairs[i].connection->record.id, error));
    }
    VP_TRY(vp_lint_name(lint, finding, finding->evidence.vpc_id, error));
    return vp_lint_name(lint, finding, finding->evidence.peer_vpc_id, error);
}

static vp_status judge_pairs(vp_lint *lint, vp_error *error) {
    for (uint32_t first = 0, next; first < lint->pair_count; first = next) {
        const vp_lint_pair *pair = &lint->pairs[first];
        for (next = first + 1; next < lint->pair_count && lint->pairs[next].a == pair->a &&
                               lint->pairs[next].b == pair->b;) {
            next++;
        }
        VP_TRY(judge_duplicate(lint, pair, next - first, error));
        VP_TRY(judge_overlap(lint, pair, next - first, error));
    }
    return VP_OK;
}

/* ---- which side routes ------------------------------------------------------------------------
 */

static bool has_tables(const vp_lint *lint, vp_name vpc_id) {
    uint32_t count;
    (void)vp_index_route_tables_of(lint->index, vpc_id, &count);
    return count > 0;
}

/* A side of which no table is in the data may well route to the connection: nothing is said. */
static vp_status judge_use(vp_lint *lint, const vp_vpc_peering_connection *connection,
                           vp_error *error) {
    const vp_lint_use *use = &lint->use_of[connection->record.id];
    bool uses[2] = {use->table[0] != NULL, use->table[1] != NULL};
    vp_finding *finding;
    if (uses[0] == uses[1]) {
        const vp_name ids[3] = {connection->record.id, connection->requester_vpc_info.vpc_id,
                                connection->accepter_vpc_info.vpc_id};
        if (uses[0] || !has_tables(lint, ids[1]) || !has_tables(lint, ids[2]) ||
            !vp_lint_wants(lint, VP_LINT_UNUSED_CONNECTION)) {
            return VP_OK;
        }
        VP_TRY(vp_lint_add(lint, VP_LINT_UNUSED_CONNECTION, ids, &finding, error));
        name_sides(finding, connection);
        return VP_OK;
    }
    int routing = uses[0] ? 0 : 1;
    vp_name silent = vp_lint_info_of(connection, 1 - routing)->vpc_id;
    if (!has_tables(lint, silent) || !vp_lint_wants(lint, VP_LINT_ONE_WAY)) {
        return VP_OK;
    }
    const vp_name ids[3] = {connection->record.id, use->table[routing]->record.id, silent};
    VP_TRY(vp_lint_add(lint, VP_LINT_ONE_WAY, ids, &finding, error));
    name_sides(finding, connection);
    finding->evidence.route_table_id = ids[1];
    finding->evidence.vpc_id = vp_lint_info_of(connection, routing)->vpc_id;
    finding->evidence.peer_vpc_id = silent;
    return VP_OK;
}

/* ---- the peers of one VPC ---------------------------------------------------------------------
 */

/* The blocks of all live peers of a VPC. */
typedef struct peers {
    vp_lint_block *blocks;
    uint32_t count, capacity;
} peers;

static vp_status add_peer(vp_lint *lint, peers *all, const vp_vpc_peering_connection *connection,
                          int side, vp_error *error) {
    const vp_lint_view *view;
    VP_TRY(vp_lint_side(lint, connection, side, &view, error));
    uint32_t count = view->count < VP_LINT_BLOCKS_MAX ? view->count : VP_LINT_BLOCKS_MAX;
    void *items = all->blocks;
    if (vp_alloc_grow(&lint->network->alloc, &items, &all->capacity, (size_t)all->count + count + 1,
                      sizeof *all->blocks) != VP_OK) {
        return vp_error_no_memory(error);
    }
    all->blocks = items;
    for (uint32_t i = 0; i < count; i++) {
        all->blocks[all->count++] = (vp_lint_block){vp_lint_info_of(connection, side)->vpc_id,
                                                    connection->record.id, view->blocks[i]};
    }
    return VP_OK;
}

static int compare_peer_blocks(const void *a, const void *b, const void *context) {
    const vp_lint_block *one = a, *two = b;
    int order = vp_cidr_compare(&one->cidr_block, &two->cidr_block);
    return order != 0 ? order
                      : vp_network_compare(context, one->vpc_peering_connection_id,
                                           two->vpc_peering_connection_id);
}

static bool are_of_one_vpc(const vp_lint_block *blocks, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        if (blocks[i].vpc_id != blocks[0].vpc_id) {
            return false;
        }
    }
    return true;
}

/* What stands below one widest block; the VPC, then each connection once in order of address. */
static vp_status report_ambiguity(vp_lint *lint, vp_name vpc_id, const vp_lint_block *blocks,
                                  uint32_t count, vp_error *error) {
    const vp_name ids[3] = {vpc_id, VP_NO_NAME, VP_NO_NAME};
    vp_finding *finding;
    VP_TRY(vp_lint_add(lint, VP_LINT_AMBIGUOUS_PEERS, ids, &finding, error));
    finding->evidence.vpc_id = vpc_id;
    finding->evidence.cidr_block = blocks[0].cidr_block;
    const vp_field *field = vp_schema_field(&vp_lint_evidence_schema, "Blocks", 6);
    for (uint32_t i = 0; i < count; i++) {
        void *item;
        if (vp_list_append(&lint->network->alloc, field->schema, &finding->evidence.blocks,
                           &item) != VP_OK) {
            return vp_error_no_memory(error);
        }
        *(vp_lint_block *)item = blocks[i];
        if (i == 0 ||
            blocks[i].vpc_peering_connection_id != blocks[i - 1].vpc_peering_connection_id) {
            VP_TRY(vp_lint_name(lint, finding, blocks[i].vpc_peering_connection_id, error));
        }
    }
    return VP_OK;
}

static vp_status sweep(vp_lint *lint, vp_name vpc_id, peers *all, vp_error *error) {
    if (vp_sort(&lint->network->alloc, all->blocks, all->count, sizeof *all->blocks,
                compare_peer_blocks, lint->network) != VP_OK) {
        return vp_error_no_memory(error);
    }
    for (uint32_t first = 0, next; first < all->count; first = next) {
        const vp_cidr *widest = &all->blocks[first].cidr_block;
        for (next = first + 1;
             next < all->count && vp_cidr_contains(widest, &all->blocks[next].cidr_block);) {
            next++;
        }
        if (!are_of_one_vpc(&all->blocks[first], next - first)) {
            VP_TRY(report_ambiguity(lint, vpc_id, &all->blocks[first], next - first, error));
        }
    }
    return VP_OK;
}

static vp_status judge_peers(vp_lint *lint, vp_name vpc_id, peers *all, vp_error *error) {
    uint32_t count;
    vp_vpc_peering_connection *const *list = vp_index_peerings_of(lint->index, vpc_id, &count);
    all->count = 0;
    for (uint32_t i = 0; count > 1 && i < count; i++) {
        int other = list[i]->requester_vpc_info.vpc_id == vpc_id ? 1 : 0;
        vp_name peer = vp_lint_info_of(list[i], other)->vpc_id;
        if (peer != vpc_id && vp_peering_is_live(lint->network, list[i])) {
            VP_TRY(add_peer(lint, all, list[i], other, error));
        }
    }
    return sweep(lint, vpc_id, all, error);
}

static vp_status judge_all_peers(vp_lint *lint, vp_error *error) {
    const vp_rows *rows = vp_network_rows(lint->network, VP_KIND_VPC);
    peers all = {NULL, 0, 0};
    vp_status status = VP_OK;
    for (uint32_t i = 0; status == VP_OK && i < rows->count; i++) {
        status = judge_peers(lint, rows->rows[i]->id, &all, error);
    }
    vp_alloc_free(&lint->network->alloc, all.blocks, all.capacity * sizeof *all.blocks);
    return status;
}

vp_status vp_lint_connections(vp_lint *lint, vp_error *error) {
    VP_TRY(judge_pairs(lint, error));
    for (uint32_t i = 0; i < lint->pair_count; i++) {
        VP_TRY(judge_use(lint, lint->pairs[i].connection, error));
    }
    return vp_lint_wants(lint, VP_LINT_AMBIGUOUS_PEERS) ? judge_all_peers(lint, error) : VP_OK;
}

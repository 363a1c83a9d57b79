/*
 * vp_lint_run.c - a run of the linter's checks.
 *
 * A check is skipped when none of its codes is asked for. Findings are sorted in the end, so that
 * their order depends on the model alone and not on how it is gone through.
 */
#include "vp_lint_view.h"
#include "vp_sort.h"

/* By severity, code, ids; what is equal keeps the order of the records. */
static int compare_findings(const void *a, const void *b, const void *context) {
    const vp_finding *one = a, *two = b;
    const vp_severity first = vp_lint_describe((vp_lint_code)one->code.value)->severity;
    const vp_severity second = vp_lint_describe((vp_lint_code)two->code.value)->severity;
    const vp_list *x = &one->resource_ids, *y = &two->resource_ids;
    if (first != second) {
        return first > second ? -1 : 1;
    }
    if (one->code.value != two->code.value) {
        return one->code.value < two->code.value ? -1 : 1;
    }
    for (uint32_t i = 0; i < x->count && i < y->count; i++) {
        vp_name left = VP_ITEM(vp_text_item, x, i)->value;
        vp_name right = VP_ITEM(vp_text_item, y, i)->value;
        int order = left == right ? 0 : vp_network_compare(context, left, right);
        if (order != 0) {
            return order;
        }
    }
    return x->count == y->count ? 0 : x->count < y->count ? -1 : 1;
}

/* A check and the codes that it may find. */
typedef struct check {
    vp_status (*run)(vp_lint *lint, vp_error *error);
    uint32_t finds;
} check;

#define BIT(code) (1u << (code))

/* What routes use a connection is noted by the first check for the second. */
static const check checks[] = {
    {vp_lint_routes, BIT(VP_LINT_NOT_PARTY) | BIT(VP_LINT_BROADER_THAN_PEER) |
                         BIT(VP_LINT_BLACKHOLE) | BIT(VP_LINT_WHOLE_PEER) |
                         BIT(VP_LINT_STATE_DISAGREES) | BIT(VP_LINT_ONE_WAY) |
                         BIT(VP_LINT_UNUSED_CONNECTION)},
    {vp_lint_connections, BIT(VP_LINT_OVERLAPPING_CIDRS) | BIT(VP_LINT_DUPLICATE) |
                              BIT(VP_LINT_AMBIGUOUS_PEERS) | BIT(VP_LINT_ONE_WAY) |
                              BIT(VP_LINT_UNUSED_CONNECTION)},
    {vp_lint_groups,
     BIT(VP_LINT_RULE_STALE) | BIT(VP_LINT_CROSS_REGION) | BIT(VP_LINT_STALE_DISAGREES)},
    {vp_lint_vpcs, BIT(VP_LINT_CIDR_RESTRICTED)},
    {vp_lint_prefix_lists, BIT(VP_LINT_UNKNOWN_PREFIX_LIST)}};

vp_status vp_lint_run(vp_network *network, uint32_t wanted, vp_list *findings, vp_error *error) {
    vp_lint lint;
    vp_status status = vp_lint_begin(&lint, network, wanted, findings, error);
    for (size_t i = 0; status == VP_OK && i < VP_COUNT_OF(checks); i++) {
        status = (checks[i].finds & wanted) != 0 ? checks[i].run(&lint, error) : VP_OK;
    }
    vp_lint_end(&lint);
    if (status == VP_OK && vp_sort(&network->alloc, findings->items, findings->count,
                                   sizeof(vp_finding), compare_findings, network) != VP_OK) {
        return vp_error_no_memory(error);
    }
    return status;
}

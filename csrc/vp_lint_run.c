/*
 * vp_lint_run.c - a run of the linter's checks.
 *
 * A check is skipped when none of its codes is asked for. Findings are sorted in the end, so that
 * their order depends on the model alone and not on how it is gone through.
 */
#include "vp_lint_view.h"
#include "vp_sort.h"

#include <stdio.h>

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

/* Was a list of stale rules read for some group? */
static bool has_listing(vp_network *network) {
    const vp_rows *rows = vp_network_rows(network, VP_KIND_SECURITY_GROUP);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_security_group *group = (const vp_security_group *)rows->rows[i];
        if (group->stale_ip_permissions.count + group->stale_ip_permissions_egress.count > 0) {
            return true;
        }
    }
    return false;
}

static vp_status report_stale(vp_network *network, const vp_lint_evidence *evidence,
                              vp_error *error) {
    char quoted[VP_ERROR_QUOTE_MAX], message[VP_ERROR_MESSAGE_MAX];
    size_t length;
    const char *id = vp_names_text(&network->names, evidence->referenced_group_id, &length);
    (void)snprintf(message, sizeof message, "has a rule that names %s and is %s",
                   vp_error_quote(id, length, quoted),
                   evidence->computed_stale == VP_TRUE
                       ? "stale, but describe-stale-security-groups does not list it"
                       : "listed as stale, but works");
    return vp_network_diagnose(
        network, VP_SEVERITY_WARNING, vp_lint_describe(VP_LINT_STALE_DISAGREES)->name,
        vp_network_find(network, VP_KIND_SECURITY_GROUP, evidence->group_id), NULL, message, error);
}

vp_status vp_lint_report_stale(vp_network *network, vp_error *error) {
    vp_list findings = {NULL, 0, 0};
    if (!has_listing(network)) {
        return VP_OK;
    }
    vp_status status = vp_lint_run(network, BIT(VP_LINT_STALE_DISAGREES), &findings, error);
    for (uint32_t i = 0; status == VP_OK && i < findings.count; i++) {
        status = report_stale(network, &VP_ITEM(vp_finding, &findings, i)->evidence, error);
    }
    vp_list_clear(&network->alloc, &vp_finding_schema, &findings);
    return status;
}

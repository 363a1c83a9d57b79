/*
 * vp_trace.c - a question's defaults, an answer's memory, and AWS's words for the codes.
 *
 * The one idea: a trace owns nothing but its lists, and each list knows the size of its items.
 */
#include "vp_trace.h"

#include <string.h>

/* Not a memset: the sets of ports are large, and their unused words need no value. */
void vp_trace_query_init(vp_trace_query *query) {
    memset(&query->from, 0, sizeof query->from);
    memset(&query->to, 0, sizeof query->to);
    query->protocol = VP_PROTOCOL_TCP;
    vp_ports_clear(&query->ports);
    vp_ports_add(&query->ports, 443, 443);
    vp_ports_clear(&query->source_ports);
    vp_ports_add(&query->source_ports, 1024, VP_PORTS_MAX);
    query->icmp_type = 8;
    query->icmp_code = 0;
    query->icmp_given = false;
    query->family = 0;
    query->bidirectional = true;
    query->ephemeral_all = false;
    query->through = NULL;
    query->avoid = NULL;
    query->through_count = 0;
    query->avoid_count = 0;
}

void vp_trace_init(vp_trace *trace, const vp_alloc *alloc) {
    memset(trace, 0, sizeof *trace);
    trace->alloc = *alloc;
    vp_ports_clear(&trace->ports);
    vp_ports_clear(&trace->source_ports);
}

void vp_trace_clear(vp_trace *trace) {
    vp_trace_list *const lists[] = {&trace->path,       &trace->return_path,  &trace->via,
                                    &trace->return_via, &trace->hints,        &trace->warnings,
                                    &trace->traceroute, &trace->explanations, &trace->chains,
                                    &trace->stages,     &trace->points,       &trace->saved_ports,
                                    &trace->candidates, &trace->slots};
    for (size_t i = 0; i < VP_COUNT_OF(lists); i++) {
        vp_alloc_free(&trace->alloc, lists[i]->items,
                      (size_t)lists[i]->capacity * lists[i]->item_size);
        memset(lists[i], 0, sizeof *lists[i]);
    }
}

bool vp_end_has_interfaces(vp_end_kind kind) {
    return kind == VP_END_INTERFACE || kind == VP_END_INSTANCE || kind == VP_END_ENDPOINT;
}

bool vp_trace_faces_internet(const vp_record *gateway) {
    return gateway->kind == VP_KIND_INTERNET_GATEWAY ||
           gateway->kind == VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY;
}

/* Codes of AWS are their own counterpart; of this project's, each has one, or none (10.2). */
const char *vp_trace_aws_code(const char *code) {
    static const char *const pairs[][2] = {
        {"PCX_NOT_ACTIVE", "BAD_STATE_ROUTE"},
        {"PCX_NOT_PARTY", "BAD_STATE_ROUTE"},
        {"PCX_OVERLAPPING_CIDRS", "DISCONNECTED_VPCS"},
        {"PCX_SAME_VPC", "DISCONNECTED_VPCS"},
        {"PCX_UNKNOWN_VPC", "DISCONNECTED_VPCS"},
        {"PCX_TRANSITIVE_PEERING", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR"},
        {"PCX_REMOTE_RESOLVER", "NO_POSSIBLE_DESTINATION"},
        {"RETURN_ROUTE_MISSING", "NO_ROUTE_TO_DESTINATION"},
        {"RETURN_ROUTE_BLACKHOLE", "BAD_STATE_ROUTE"},
        {"RETURN_ROUTE_WRONG_VPC", "MORE_SPECIFIC_ROUTE"},
        {"RETURN_ROUTE_WRONG_TARGET", "NO_ROUTE_TO_DESTINATION"},
        {"DELIVERED_TO_OTHER_INTERFACE", "NO_POSSIBLE_DESTINATION"},
        {"SG_REFERENCE_CROSS_REGION", "SG_REFERENCES_NOT_PRESERVED"},
        {"SG_REFERENCE_STALE", "ENI_SG_RULES_MISMATCH"},
        {"IPV6_NOT_ENABLED", "UNASSOCIATED_COMPONENT"},
        {"ADDRESS_FAMILY_MISMATCH", "NO_PATH"},
        {"DNS_NAME_NOT_FOUND", "NO_SOURCE_OR_DESTINATION"},
        {"DNS_SUPPORT_DISABLED", "NO_SOURCE_OR_DESTINATION"},
        {"ROUTING_LOOP", "NO_PATH"},
    };
    static const char *const no_counterpart[] = {
        "VPC_CIDR_RESTRICTED",          "PCX_DUPLICATE",      "ROUTE_TIE_PREFIX_LIST",
        "ROUTE_STATE_DISAGREES",        "SG_STALE_DISAGREES", "UNKNOWN_PREFIX_LIST",
        "EPHEMERAL_PORTS_PARTIAL",      "ASYMMETRIC_PATH",    "ASSUMPTION_DEFAULT_NETWORK_ACL",
        "ASSUMPTION_ON_PREMISES_PREFIX"};
    for (size_t i = 0; i < VP_COUNT_OF(pairs); i++) {
        if (strcmp(code, pairs[i][0]) == 0) {
            return pairs[i][1];
        }
    }
    for (size_t i = 0; i < VP_COUNT_OF(no_counterpart); i++) {
        if (strcmp(code, no_counterpart[i]) == 0) {
            return NULL;
        }
    }
    if (strncmp(code, "PCX_EDGE_TO_EDGE_", 17) == 0) {
        return "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR";
    }
    bool lint = strncmp(code, "PCX_ROUTE_", 10) == 0 || strncmp(code, "SG_RULE_", 8) == 0;
    return lint ? NULL : code;
}

const char *vp_trace_aws_code_of(const vp_explanation *explanation) {
    if (explanation->direction == VP_INGRESS &&
        strcmp(explanation->code, "PCX_EDGE_TO_EDGE_VGW") == 0) {
        return "VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS";
    }
    return vp_trace_aws_code(explanation->code);
}

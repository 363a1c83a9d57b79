/*
 * vp_diagnostic.c - what a lenient load kept but did not like.
 *
 * A diagnostic names the file and the JSON path of the record it speaks of; both are derived from
 * the place that every loaded record remembers, so nothing is kept for records without a fault.
 */
#include "vp_network.h"
#include "vp_view.h"

#include <stdio.h>

/* Writes "Reservations[0].Instances[2].VpcId", or "aws_instance.web.VpcId". */
static void write_path(const vp_network *network, const vp_record *record, const char *key,
                       char *out, size_t size) {
    const char *dot = key != NULL ? "." : "";
    const char *last = key != NULL ? key : "";
    vp_name address = vp_network_tag(network, record, VP_TAG_TERRAFORM_ADDRESS);
    if (address != VP_NO_NAME) {
        (void)snprintf(out, size, "%s%s%s", vp_network_text(network, address), dot, last);
    } else if (record->kind == VP_KIND_INSTANCE && record->view == 0) {
        (void)snprintf(out, size, "Reservations[%u].Instances[%u]%s%s",
                       (unsigned)record->parent_index, (unsigned)record->index, dot, last);
    } else {
        (void)snprintf(out, size, "%s[%u]%s%s", vp_view_key_of(record), (unsigned)record->index,
                       dot, last);
    }
}

vp_status vp_network_report(vp_network *network, const vp_diagnostic *diagnostic, vp_error *error) {
    if (network->diagnostic_count >= VP_DIAGNOSTICS_MAX) {
        return VP_OK;
    }
    vp_diagnostic kept = *diagnostic;
    if (network->diagnostic_count == VP_DIAGNOSTICS_MAX - 1) {
        vp_diagnostic full = {VP_SEVERITY_WARNING, 0, 0, 0, 0, 0};
        vp_status named = vp_network_name(network, "limit", &full.code, error);
        if (named == VP_OK) {
            named =
                vp_network_name(network, "VP_DIAGNOSTICS_MAX is reached: the rest is not listed",
                                &full.message, error);
        }
        if (named != VP_OK) {
            return named;
        }
        kept = full;
    }
    void *list = network->diagnostics;
    vp_status status = vp_alloc_grow(&network->alloc, &list, &network->diagnostic_capacity,
                                     (size_t)network->diagnostic_count + 1, sizeof kept);
    network->diagnostics = list;
    if (status != VP_OK) {
        return vp_error_no_memory(error);
    }
    network->diagnostics[network->diagnostic_count++] = kept;
    return VP_OK;
}

vp_status vp_network_diagnose(vp_network *network, vp_severity severity, const char *code,
                              const vp_record *record, const char *key, const char *message,
                              vp_error *error) {
    vp_diagnostic diagnostic = {severity, 0, 0, 0, 0, 0};
    vp_status status = vp_network_name(network, code, &diagnostic.code, error);
    if (status == VP_OK) {
        status = vp_network_name(network, message, &diagnostic.message, error);
    }
    if (status == VP_OK && record != NULL) {
        diagnostic.resource_id = record->id;
        diagnostic.file = record->file;
        if (record->index != VP_NO_INDEX) {
            char path[VP_ERROR_MESSAGE_MAX];
            write_path(network, record, key, path, sizeof path);
            status = vp_network_name(network, path, &diagnostic.path, error);
        }
    }
    return status == VP_OK ? vp_network_report(network, &diagnostic, error) : status;
}

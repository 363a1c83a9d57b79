/*
 * vp_seal.c - completes and checks a model after its documents were read.
 */
#include "vp_seal.h"

#include "vp_identity.h"
#include "vp_index.h"
#include "vp_judge.h"
#include "vp_rule_form.h"

#include <string.h>

/* No AWS id has this form, so none that a later document brings can be taken already. */
#define SYNTHETIC_PREFIX "eni-of-"

/* Appends the one private address of an instance, with its public side. */
static vp_status add_private_address(const vp_network *network, const vp_instance *instance,
                                     vp_network_interface *interface) {
    void *item;
    interface->private_ip_address = instance->private_ip_address;
    interface->association.public_ip = instance->public_ip_address;
    interface->association.public_dns_name = instance->public_dns_name;
    vp_status status = vp_list_append(&network->alloc, &vp_private_ip_address_schema,
                                      &interface->private_ip_addresses, &item);
    if (status == VP_OK) {
        vp_private_ip_address *address = item;
        address->private_ip_address = instance->private_ip_address;
        address->primary = VP_TRUE;
        address->private_dns_name = instance->private_dns_name;
        address->association = interface->association;
    }
    return status;
}

/* describe-instances repeats what its primary interface has; here it is all there is. */
static vp_status add_addresses_and_groups(const vp_network *network, const vp_instance *instance,
                                          vp_network_interface *interface) {
    vp_status status = VP_OK;
    void *item;
    if (instance->private_ip_address.family != 0) {
        status = add_private_address(network, instance, interface);
    }
    if (status == VP_OK && instance->ipv6_address.family != 0) {
        status = vp_list_append(&network->alloc, &vp_ipv6_address_schema,
                                &interface->ipv6_addresses, &item);
        if (status == VP_OK) {
            ((vp_ipv6_address *)item)->ipv6_address = instance->ipv6_address;
        }
    }
    const vp_list *groups = instance->classic_link.vpc_id != VP_NO_NAME
                                ? &instance->classic_link.groups
                                : &instance->security_groups;
    for (uint32_t i = 0; status == VP_OK && i < groups->count; i++) {
        status =
            vp_list_append(&network->alloc, &vp_group_identifier_schema, &interface->groups, &item);
        if (status == VP_OK) {
            *(vp_group_identifier *)item = *VP_ITEM(vp_group_identifier, groups, i);
        }
    }
    return status;
}

/* The id of the interface that stands for an instance without one. */
static vp_status synthetic_id(vp_network *network, const vp_instance *instance, vp_name *id,
                              vp_error *error) {
    size_t length, prefix = strlen(SYNTHETIC_PREFIX);
    const char *text = vp_names_text(&network->names, instance->record.id, &length);
    char *joined = vp_alloc_array(&network->alloc, NULL, 0, prefix + length, 1);
    if (joined == NULL) {
        return vp_error_no_memory(error);
    }
    memcpy(joined, SYNTHETIC_PREFIX, prefix);
    memcpy(joined + prefix, text, length);
    vp_status status = vp_network_intern(network, joined, prefix + length, id, error);
    vp_alloc_free(&network->alloc, joined, prefix + length);
    return status;
}

/*
 * Every text is interned before the record exists: a record that is in the model is complete but
 * for its lists. An interface of that id is there when a model is sealed a second time.
 */
static vp_status add_interface(vp_network *network, const vp_instance *instance, vp_error *error) {
    vp_name id, in_use, attached, type = VP_NO_NAME;
    vp_name linked_to = instance->classic_link.vpc_id;
    vp_record *record;
    vp_status status = synthetic_id(network, instance, &id, error);
    if (status == VP_OK) {
        status = vp_network_name(network, "in-use", &in_use, error);
    }
    if (status == VP_OK) {
        status = vp_network_name(network, "attached", &attached, error);
    }
    if (status == VP_OK && linked_to != VP_NO_NAME) {
        status = vp_network_name(network, VP_CLASSIC_LINK_TYPE, &type, error);
    }
    if (status != VP_OK || vp_network_find(network, VP_KIND_NONE, id) != NULL) {
        return status;
    }
    status = vp_network_add(network, VP_KIND_NETWORK_INTERFACE, id, &record, error);
    if (status != VP_OK) {
        return status;
    }
    vp_network_interface *interface = (vp_network_interface *)record;
    record->owner_id = instance->record.owner_id;
    record->region = instance->record.region;
    interface->vpc_id = linked_to != VP_NO_NAME ? linked_to : instance->vpc_id;
    interface->interface_type = type;
    interface->subnet_id = instance->subnet_id;
    interface->status = in_use;
    interface->source_dest_check = instance->source_dest_check;
    interface->private_dns_name = instance->private_dns_name;
    interface->attachment.instance_id = instance->record.id;
    interface->attachment.status = attached;
    interface->attachment.device_index.given = 1;
    status = add_addresses_and_groups(network, instance, interface);
    return status == VP_NO_MEMORY ? vp_error_no_memory(error) : status;
}

/* Gives instances that show an address but no interface one of their own. */
static vp_status add_interfaces(vp_network *network, vp_error *error) {
    const vp_index *index;
    vp_status status = vp_index_get(network, &index, error);
    if (status != VP_OK) {
        return status;
    }
    const vp_rows *rows = vp_network_rows(network, VP_KIND_INSTANCE);
    for (uint32_t i = 0; status == VP_OK && i < rows->count; i++) {
        const vp_instance *instance = (const vp_instance *)rows->rows[i];
        uint32_t count;
        (void)vp_index_interfaces_of(index, instance->record.id, &count);
        if (count == 0 &&
            (instance->private_ip_address.family != 0 || instance->ipv6_address.family != 0)) {
            status = add_interface(network, instance, error);
        }
    }
    vp_network_touch(network);
    return status;
}

/* ---- the default caller ---------------------------------------------------------------------- */

/* More owners than this in one model: the others are not counted. */
#define OWNERS_MAX 64

typedef struct owner_count {
    vp_identity owner;
    uint32_t count;
} owner_count;

/* Is the VPC one that tells who, or where, may be meant? */
static bool counts(const vp_network *network, const vp_record *vpc,
                   const vp_seal_options *options) {
    return (!vp_network_name_is(network, vpc->owner_id, VP_UNKNOWN_OWNER_ID) ||
            !vp_network_name_is(network, vpc->region, VP_UNKNOWN_REGION)) &&
           (options->owner_id == VP_NO_NAME || options->owner_id == vpc->owner_id) &&
           (options->region == VP_NO_NAME || options->region == vpc->region);
}

/* Of accounts and Regions with equally many VPCs the one of the first VPC in id order is taken. */
static void infer_caller(vp_network *network, const vp_seal_options *options) {
    owner_count owners[OWNERS_MAX];
    const vp_rows *vpcs = vp_network_rows(network, VP_KIND_VPC);
    uint32_t known = 0, best = 0;
    for (uint32_t i = 0; i < vpcs->count; i++) {
        const vp_record *vpc = vpcs->rows[i];
        uint32_t at = 0;
        while (at < known && (owners[at].owner.owner_id != vpc->owner_id ||
                              owners[at].owner.region != vpc->region)) {
            at++;
        }
        if (at == OWNERS_MAX || !counts(network, vpc, options)) {
            continue;
        }
        if (at == known) {
            owners[known++] = (owner_count){{vpc->owner_id, vpc->region}, 0};
        }
        owners[at].count++;
    }
    for (uint32_t i = 1; i < known; i++) {
        best = owners[i].count > owners[best].count ? i : best;
    }
    network->is_caller_inferred = options->owner_id == VP_NO_NAME;
    if (known == 0) {
        return;
    }
    const vp_identity *found = &owners[best].owner;
    if (!vp_network_name_is(network, found->owner_id, VP_UNKNOWN_OWNER_ID)) {
        network->owner_id = found->owner_id;
    }
    if (!vp_network_name_is(network, found->region, VP_UNKNOWN_REGION)) {
        network->region = found->region;
    }
}

/* What an earlier seal said is said again where it still holds. */
static void forget_judgements(vp_network *network) {
    uint32_t first = network->judged_first, end = network->judged_end;
    if (first < end && end <= network->diagnostic_count) {
        memmove(&network->diagnostics[first], &network->diagnostics[end],
                (network->diagnostic_count - end) * sizeof *network->diagnostics);
        network->diagnostic_count -= end - first;
    }
    network->judged_first = network->judged_end = network->diagnostic_count;
}

/*
 * The order matters: rules first, since groups may come into being; then owners and Regions, since
 * interfaces inherit them; then the interfaces, since the judges look at them; references before
 * the judges that follow them.
 */
vp_status vp_network_seal(vp_network *network, const vp_seal_options *options, vp_error *error) {
    static vp_status (*const judges[])(vp_network *, vp_error *) = {
        vp_judge_references, vp_judge_vpcs,     vp_judge_subnets,
        vp_judge_interfaces, vp_judge_peerings, vp_judge_endpoints};
    vp_identity fallback = {options->owner_id, options->region};
    vp_network_touch(network);
    vp_status status = vp_rule_form_merge(network, error);
    if (status == VP_OK) {
        status = vp_identity_derive(network, &fallback, error);
    }
    if (status == VP_OK) {
        infer_caller(network, options);
        status = add_interfaces(network, error);
    }
    forget_judgements(network);
    for (size_t i = 0; status == VP_OK && i < VP_COUNT_OF(judges); i++) {
        status = judges[i](network, error);
    }
    network->judged_end = network->diagnostic_count;
    network->is_unsealed = network->is_unsealed && status != VP_OK;
    return status;
}

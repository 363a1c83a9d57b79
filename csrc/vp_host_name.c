/*
 * vp_host_name.c - see vp_host_name.h.
 *
 * The one idea: both names are a prefix, the address with hyphens, and a domain that us-east-1 has
 * in a short form of its own. Source: Amazon VPC User Guide, "DNS attributes for your VPC".
 */
#include "vp_host_name.h"

#include "vp_dns.h"
#include "vp_part.h"

#include <stdio.h>
#include <string.h>

/* Writes a name; short_form stands for Region and domain in the oldest Region. */
static vp_status make_name(vp_network *network, vp_name region, const vp_addr *address,
                           const char *prefix, const char *short_form, const char *domain,
                           vp_name *name, vp_error *error) {
    char text[VP_ERROR_MESSAGE_MAX], dashed[VP_ADDR_TEXT_MAX];
    const char *region_text = vp_network_text(network, region);
    bool is_short = strcmp(region_text, "us-east-1") == 0;
    size_t length = vp_addr_format(address, dashed);
    *name = VP_NO_NAME;
    if (address->family != 4) {
        return VP_OK;
    }
    for (size_t i = 0; i < length; i++) {
        dashed[i] = dashed[i] == '.' ? '-' : dashed[i];
    }
    (void)snprintf(text, sizeof text, "%s%s.%.100s%s", prefix, dashed, is_short ? "" : region_text,
                   is_short ? short_form : domain);
    return vp_network_name(network, text, name, error);
}

vp_status vp_host_name_private(vp_network *network, vp_name region, const vp_addr *address,
                               vp_name *name, vp_error *error) {
    return make_name(network, region, address, "ip-", "ec2.internal", ".compute.internal", name,
                     error);
}

vp_status vp_host_name_public(vp_network *network, vp_name vpc_id, const vp_addr *address,
                              vp_name *name, vp_error *error) {
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, vpc_id);
    *name = VP_NO_NAME;
    if (vpc == NULL || !vp_dns_has_support(vpc) || !vp_dns_has_hostnames(vpc)) {
        return VP_OK;
    }
    return make_name(network, vpc->record.region, address, "ec2-", "compute-1.amazonaws.com",
                     ".compute.amazonaws.com", name, error);
}

/* An interface whose names are right is left alone, so that its record is not copied. */
static vp_status refresh(vp_change *change, vp_network_interface *owner, vp_error *error) {
    bool changed = false;
    for (uint32_t i = 0; i < owner->private_ip_addresses.count; i++) {
        vp_address_association *shown =
            &VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i)->association;
        vp_name name;
        VP_TRY(
            vp_host_name_public(change->network, owner->vpc_id, &shown->public_ip, &name, error));
        if (shown->public_dns_name == name) {
            continue;
        }
        VP_TRY(vp_change_edit(change, &owner->record, error));
        shown->public_dns_name = name;
        if (i == 0) {
            owner->association.public_dns_name = name;
        }
        changed = true;
    }
    return changed ? vp_instance_reflect(change, owner->attachment.instance_id, error) : VP_OK;
}

vp_status vp_host_name_refresh(vp_change *change, vp_name vpc_id, vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(change->network, VP_KIND_NETWORK_INTERFACE); i++) {
        vp_network_interface *owner =
            VP_ROW(vp_network_interface, change->network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->vpc_id == vpc_id) {
            VP_TRY(refresh(change, owner, error));
        }
    }
    return VP_OK;
}

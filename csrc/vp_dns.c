/*
 * vp_dns.c - host names of AWS and who gets which answer.
 *
 * A name is first taken apart (kind, address or instance, Region), then the interface behind it is
 * found, then the table of its kind decides. AWS: VPC User Guide, "DNS attributes for your VPC";
 * VPC Peering Guide, "Enable DNS resolution for a VPC peering connection".
 */
#include "vp_dns.h"

#include "vp_dns_zone.h"

#include <string.h>

#define DNS_NAME_MAX 255  /* RFC 1035 */
#define DNS_ALIASES_MAX 8 /* a chain of CNAMEs longer than this is taken for a loop */

typedef enum name_kind { NAME_NONE, NAME_PUBLIC, NAME_PRIVATE, NAME_RESOURCE } name_kind;

typedef struct name_parts {
    name_kind kind;
    vp_addr address; /* of a public or private name */
    const char *id;  /* of a resource name */
    size_t id_length;
    const char *region; /* text, not terminated */
    size_t region_length;
} name_parts;

bool vp_dns_has_support(const vp_vpc *vpc) { return vpc->enable_dns_support.value != VP_FALSE; }

bool vp_dns_has_hostnames(const vp_vpc *vpc) {
    return vpc->enable_dns_hostnames.value == VP_TRUE ||
           (vpc->enable_dns_hostnames.value == VP_UNSET && vpc->is_default == VP_TRUE);
}

/*
 * AWS: VPC User Guide, "DNS attributes for your VPC": private names and zones need both attributes,
 * the server alone needs the first.
 */
static bool has_both(const vp_vpc *vpc) {
    return vp_dns_has_support(vpc) && vp_dns_has_hostnames(vpc);
}

/* In the order of vp_dns_cause. */
const char *vp_dns_cause_text(vp_dns_cause cause) {
    static const char *const texts[] = {
        NULL,          "not_in_data", "attributes_off", "attributes_not_loaded", "only_in_region",
        "only_in_vpc", "only_inside"};
    return texts[cause];
}

static vp_dns_result nothing_for(vp_dns_reason *reason, vp_dns_cause cause, const vp_vpc *vpc) {
    *reason = (vp_dns_reason){cause, vpc};
    return VP_DNS_NXDOMAIN;
}

/* A VPC lacks an attribute: does it say so, or is it only the default of 1.1? */
static vp_dns_result nothing_without(vp_dns_reason *reason, const vp_vpc *vpc) {
    bool assumed = vp_dns_has_support(vpc) && vpc->enable_dns_hostnames.value == VP_UNSET;
    return nothing_for(reason, assumed ? VP_DNS_ATTRIBUTES_ASSUMED : VP_DNS_ATTRIBUTES_OFF, vpc);
}

/* Takes a beginning off the text; false, and nothing taken, when it begins otherwise. */
static bool takes(const char **text, size_t *length, const char *prefix) {
    size_t size = strlen(prefix);
    if (*length < size || memcmp(*text, prefix, size) != 0) {
        return false;
    }
    *text += size;
    *length -= size;
    return true;
}

/* Reads "10-0-0-5" up to the first dot; the dot is taken too. */
static bool take_address(const char **text, size_t *length, vp_addr *address) {
    char dotted[VP_ADDR_TEXT_MAX];
    size_t size = 0;
    while (size < *length && (*text)[size] != '.') {
        if (size + 1 >= sizeof dotted) {
            return false;
        }
        dotted[size] = (*text)[size] == '-' ? '.' : (*text)[size];
        size++;
    }
    if (size == *length || vp_addr_parse(dotted, size, address, NULL) != VP_OK) {
        return false;
    }
    *text += size + 1;
    *length -= size + 1;
    return address->family == 4;
}

/* What is left is "REGION" + suffix, or the short form that stands for us-east-1. */
static bool take_region(const char *text, size_t length, const char *short_form, const char *suffix,
                        name_parts *parts) {
    size_t suffix_length = strlen(suffix);
    if (length == strlen(short_form) && memcmp(text, short_form, length) == 0) {
        parts->region = "us-east-1";
        parts->region_length = strlen("us-east-1");
        return true;
    }
    if (length <= suffix_length ||
        memcmp(text + length - suffix_length, suffix, suffix_length) != 0) {
        return false;
    }
    parts->region = text;
    parts->region_length = length - suffix_length;
    return memchr(text, '.', parts->region_length) == NULL;
}

/* Host names do not distinguish case, and the dot of the root may stand at their end. */
typedef struct host_name {
    char text[DNS_NAME_MAX];
    size_t length; /* 0: no name at all, or one that is too long to be one */
} host_name;

static host_name name_of(const char *text, size_t length) {
    host_name name;
    name.length = length > DNS_NAME_MAX ? 0 : length;
    for (size_t i = 0; i < name.length; i++) {
        name.text[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    if (name.length > 0 && name.text[name.length - 1] == '.') {
        name.length--;
    }
    return name;
}

/* The parts point into the name. */
static name_parts take_apart(const host_name *name) {
    name_parts parts = {NAME_NONE, {0, 0, 0}, NULL, 0, NULL, 0};
    const char *rest = name->text;
    size_t left = name->length;
    if (takes(&rest, &left, "ec2-")) {
        if (take_address(&rest, &left, &parts.address) &&
            take_region(rest, left, "compute-1.amazonaws.com", ".compute.amazonaws.com", &parts)) {
            parts.kind = NAME_PUBLIC;
        }
    } else if (takes(&rest, &left, "ip-")) {
        if (take_address(&rest, &left, &parts.address) &&
            take_region(rest, left, "ec2.internal", ".compute.internal", &parts)) {
            parts.kind = NAME_PRIVATE;
        }
    } else if (left > 2 && memcmp(rest, "i-", 2) == 0) {
        const char *dot = memchr(rest, '.', left);
        if (dot != NULL) {
            parts.id = rest;
            parts.id_length = (size_t)(dot - rest);
            left -= parts.id_length + 1;
            if (take_region(dot + 1, left, "ec2.internal", ".compute.internal", &parts)) {
                parts.kind = NAME_RESOURCE;
            }
        }
    }
    return parts;
}

bool vp_dns_is_name(const vp_network *network, const char *text, size_t length) {
    host_name name = name_of(text, length);
    return take_apart(&name).kind != NAME_NONE ||
           vp_dns_zone_covers(network, name.text, name.length);
}

/* A name holds the Region of what it names: the same address elsewhere is another name. */
static bool is_region(const vp_network *network, vp_name region, const name_parts *parts) {
    size_t length;
    const char *text = vp_names_text(&network->names, region, &length);
    return length == parts->region_length && memcmp(text, parts->region, length) == 0;
}

/* An active connection between two VPCs whose option on T's side is wanted. */
typedef struct peering_view {
    bool active;      /* some active connection joins them */
    bool side_allows; /* AllowDnsResolutionFromRemoteVpc of the side of `target` */
} peering_view;

/*
 * Requester and accepter are told apart by the VPC, not by who asks: each side decides for its own
 * names. Several connections between two VPCs exist in loaded data alone; one that allows it will
 * do.
 */
static peering_view view_of(const vp_network *network, const vp_index *index, const vp_vpc *asker,
                            const vp_vpc *target) {
    peering_view view = {false, false};
    uint32_t count;
    vp_vpc_peering_connection *const *list = vp_index_peerings_of(index, target->record.id, &count);
    for (uint32_t i = 0; i < count; i++) {
        const vp_peering_vpc_info *ours = &list[i]->requester_vpc_info;
        const vp_peering_vpc_info *theirs = &list[i]->accepter_vpc_info;
        if (ours->vpc_id != target->record.id) {
            ours = &list[i]->accepter_vpc_info;
            theirs = &list[i]->requester_vpc_info;
        }
        if (theirs->vpc_id == asker->record.id && ours->vpc_id == target->record.id &&
            vp_network_name_is(network, list[i]->status.code, "active")) {
            view.active = true;
            view.side_allows =
                view.side_allows ||
                ours->peering_options.allow_dns_resolution_from_remote_vpc == VP_TRUE;
        }
    }
    return view;
}

/* The ranges for which the server answers in the whole Region (D46). */
static bool is_rfc1918(const vp_addr *address) {
    static const struct {
        uint32_t address;
        uint8_t length;
    } blocks[] = {{0x0a000000u, 8}, {0xac100000u, 12}, {0xc0a80000u, 16}};
    for (size_t i = 0; i < VP_COUNT_OF(blocks); i++) {
        vp_addr first = vp_addr_from_ipv4(blocks[i].address);
        vp_cidr block = vp_cidr_of(&first, blocks[i].length);
        if (vp_cidr_contains_addr(&block, address)) {
            return true;
        }
    }
    return false;
}

/* 8.3: the public name of an interface of VPC T; the first row of the table that fits decides. */
static vp_dns_result resolve_public(vp_network *network, const vp_index *index,
                                    const name_parts *parts, const vp_vpc *asker, vp_addr *address,
                                    vp_dns_reason *reason) {
    vp_addr private_address;
    const vp_network_interface *holder = vp_index_public(index, &parts->address, &private_address);
    const vp_vpc *target = holder != NULL ? holder->vpc : NULL;
    if (target != NULL && !has_both(target)) {
        return nothing_without(reason, target); /* the name does not exist, whoever asks */
    }
    if (asker != NULL && !vp_dns_has_support(asker)) {
        return VP_DNS_UNRESOLVED;
    }
    if (target == NULL) {
        return nothing_for(reason, VP_DNS_NOT_IN_DATA, NULL);
    }
    if (!is_region(network, target->record.region, parts)) {
        return VP_DNS_NXDOMAIN;
    }
    bool is_inside = asker == target;
    if (asker != NULL && !is_inside && has_both(asker)) {
        peering_view view = view_of(network, index, asker, target);
        is_inside = view.active && view.side_allows;
    }
    *address = is_inside ? private_address : parts->address;
    return VP_DNS_ADDRESS;
}

/* 8.4: does the private name of `address` in VPC `target` exist for the asker? Else *reason. */
static bool is_visible(const vp_network *network, const vp_index *index, const vp_vpc *asker,
                       const vp_vpc *target, const vp_addr *address, vp_dns_reason *reason) {
    if (!has_both(asker) || !has_both(target)) {
        (void)nothing_without(reason, has_both(asker) ? target : asker);
        return false;
    }
    if (asker == target) {
        return true;
    }
    peering_view view = view_of(network, index, asker, target);
    if (view.active && view.side_allows) {
        return true;
    }
    bool same_region = asker->record.region == target->record.region;
    if (same_region && is_rfc1918(address)) {
        return true;
    }
    *reason = (vp_dns_reason){same_region ? VP_DNS_ONLY_IN_VPC : VP_DNS_ONLY_IN_REGION, target};
    return false;
}

/* The answer for a private name: one's own VPC first, then peers that allow it, then by id. */
static vp_dns_result resolve_private(vp_network *network, const vp_index *index,
                                     const name_parts *parts, const vp_vpc *asker, vp_addr *address,
                                     vp_dns_reason *reason) {
    if (asker == NULL) {
        return nothing_for(reason, VP_DNS_ONLY_INSIDE, NULL);
    }
    if (!vp_dns_has_support(asker)) {
        return VP_DNS_UNRESOLVED;
    }
    const vp_rows *vpcs = vp_network_rows(network, VP_KIND_VPC);
    *reason = (vp_dns_reason){VP_DNS_NOT_IN_DATA, NULL};
    for (uint32_t i = 0; i < vpcs->count; i++) {
        const vp_vpc *target = (const vp_vpc *)vpcs->rows[i];
        if (!is_region(network, target->record.region, parts)) {
            continue;
        }
        if (reason->cause == VP_DNS_NOT_IN_DATA &&
            vp_vpc_contains(network, target, &parts->address)) {
            reason->cause = VP_DNS_NO_CAUSE; /* a VPC that is known would have it */
        }
        if (vp_index_interface_at(index, target->record.id, &parts->address) != NULL &&
            is_visible(network, index, asker, target, &parts->address, reason)) {
            *address = parts->address; /* whichever VPC: the name holds the address */
            return VP_DNS_ADDRESS;
        }
    }
    return VP_DNS_NXDOMAIN;
}

/* The primary address of a family of an instance's first interface; family 0: it has none. */
static vp_addr address_of(const vp_index *index, vp_name instance_id, int family) {
    vp_addr none = {0, 0, 0};
    uint32_t count;
    vp_network_interface *const *list = vp_index_interfaces_of(index, instance_id, &count);
    if (count == 0) {
        return none;
    }
    if (family == 6) {
        const vp_list *addresses = &list[0]->ipv6_addresses;
        return addresses->count > 0 ? VP_ITEM(vp_ipv6_address, addresses, 0)->ipv6_address : none;
    }
    return list[0]->private_ip_address;
}

/*
 * The name of an instance itself: its first interface, whichever address that has. It follows the
 * table of private names (8.4), since it is one.
 */
static vp_dns_result resolve_resource(vp_network *network, const vp_index *index,
                                      const name_parts *parts, const vp_vpc *asker, int family,
                                      vp_addr *address, vp_dns_reason *reason) {
    if (asker == NULL) {
        return nothing_for(reason, VP_DNS_ONLY_INSIDE, NULL);
    }
    if (!vp_dns_has_support(asker)) {
        return VP_DNS_UNRESOLVED;
    }
    vp_name id = vp_names_find(&network->names, parts->id, parts->id_length);
    const vp_instance *instance =
        (const vp_instance *)vp_network_find(network, VP_KIND_INSTANCE, id);
    const vp_vpc *target = instance != NULL ? instance->vpc : NULL;
    if (instance == NULL) {
        return nothing_for(reason, VP_DNS_NOT_IN_DATA, NULL);
    }
    if (target == NULL || !is_region(network, target->record.region, parts)) {
        return VP_DNS_NXDOMAIN;
    }
    vp_addr found = address_of(index, id, family);
    if (found.family == 0 || !is_visible(network, index, asker, target, &found, reason)) {
        return VP_DNS_NXDOMAIN;
    }
    *address = found;
    return VP_DNS_ADDRESS;
}

static bool ends_with(const host_name *name, const char *suffix) {
    size_t length = strlen(suffix);
    return name->length > length &&
           memcmp(name->text + (name->length - length), suffix, length) == 0;
}

/*
 * A name that somebody may have written into a zone: it has labels, and it is not below the zones
 * in which AWS alone makes names, whose forms are all known here.
 */
static bool may_exist(const host_name *name) {
    static const char *const own[] = {".ec2.internal", ".compute.internal",
                                      ".compute.amazonaws.com", ".compute-1.amazonaws.com"};
    for (size_t i = 0; i < VP_COUNT_OF(own); i++) {
        if (ends_with(name, own[i])) {
            return false;
        }
    }
    const char *dot = name->length == 0 ? NULL : memchr(name->text, '.', name->length);
    return dot != NULL && dot > name->text && dot < name->text + (name->length - 1);
}

/* The names that AWS gives to instances. */
static vp_dns_result resolve_instance(vp_network *network, const vp_index *index,
                                      const host_name *name, const vp_vpc *asker, int family,
                                      vp_addr *address, vp_dns_reason *reason) {
    name_parts parts = take_apart(name);
    switch (parts.kind) {
    case NAME_PUBLIC:
        return resolve_public(network, index, &parts, asker, address, reason);
    case NAME_PRIVATE:
        return resolve_private(network, index, &parts, asker, address, reason);
    case NAME_RESOURCE:
        return resolve_resource(network, index, &parts, asker, family, address, reason);
    default:
        if (asker != NULL && !vp_dns_has_support(asker)) {
            return VP_DNS_UNRESOLVED;
        }
        return nothing_for(reason, may_exist(name) ? VP_DNS_NOT_IN_DATA : VP_DNS_NO_CAUSE, NULL);
    }
}

/* The host names of endpoints are public, though what they mean is private. */
static vp_dns_result resolve_endpoint(vp_zone_result found, const vp_vpc *asker) {
    if (asker != NULL && !vp_dns_has_support(asker)) {
        return VP_DNS_UNRESOLVED;
    }
    return found == VP_ZONE_ADDRESS ? VP_DNS_ADDRESS : VP_DNS_NXDOMAIN;
}

/* A zone would know the name, if the VPC had both attributes. */
static bool lacks_zones(const vp_network *network, const vp_vpc *asker, const host_name *name) {
    return asker != NULL && vp_dns_has_support(asker) && !has_both(asker) &&
           vp_dns_zone_covers(network, name->text, name->length);
}

/* Private zones first, for VPCs that have both attributes (8.5). */
static vp_dns_result resolve_alias(vp_network *network, const vp_index *index, const vp_vpc *asker,
                                   int family, host_name *name, vp_name *alias, vp_addr *address,
                                   vp_dns_reason *reason) {
    vp_zone_result found =
        asker == NULL || !has_both(asker)
            ? VP_ZONE_NONE
            : vp_dns_zone_ask(network, asker, name->text, name->length, family, address, alias);
    if (found == VP_ZONE_NONE) {
        found = vp_dns_zone_endpoint(network, name->text, name->length, family, address);
        if (found != VP_ZONE_NONE) {
            return resolve_endpoint(found, asker);
        }
        return lacks_zones(network, asker, name)
                   ? nothing_without(reason, asker)
                   : resolve_instance(network, index, name, asker, family, address, reason);
    }
    return found == VP_ZONE_ADDRESS ? VP_DNS_ADDRESS : VP_DNS_NXDOMAIN;
}

/* A CNAME is asked for anew, by the same VPC. */
vp_dns_result vp_dns_resolve(vp_network *network, const vp_index *index, const char *text,
                             size_t length, const vp_vpc *asker, int family, vp_addr *address,
                             vp_dns_reason *reason) {
    host_name name = name_of(text, length);
    vp_dns_reason unread;
    reason = reason == NULL ? &unread : reason;
    family = family == 6 ? 6 : 4;
    for (int aliases = 0; aliases <= DNS_ALIASES_MAX; aliases++) {
        vp_name alias = VP_NO_NAME;
        *reason = (vp_dns_reason){VP_DNS_NO_CAUSE, NULL};
        vp_dns_result result =
            resolve_alias(network, index, asker, family, &name, &alias, address, reason);
        if (alias == VP_NO_NAME || result == VP_DNS_ADDRESS) {
            if (result != VP_DNS_NXDOMAIN) {
                reason->cause = VP_DNS_NO_CAUSE;
            }
            return result;
        }
        const char *next = vp_names_text(&network->names, alias, &length);
        name = name_of(next, length);
    }
    return VP_DNS_NXDOMAIN;
}

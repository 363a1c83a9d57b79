/*
 * vp_filter.c - rules against a set of ports, as they are written.
 *
 * The one idea: every rule is one range of the packet's axis (rule_range), so an ACL is a walk that
 * takes range after range away from what is undecided, and groups are a union of ranges. A rule
 * that covers the whole set decides at once; only rules that split it make the sets work.
 */
#include "vp_filter.h"

#include <string.h>

vp_axis vp_axis_of(int protocol, uint8_t family) {
    if (protocol == VP_PROTOCOL_TCP || protocol == VP_PROTOCOL_UDP) {
        return VP_AXIS_PORTS;
    }
    bool icmp = protocol == (family == 6 ? VP_PROTOCOL_ICMPV6 : VP_PROTOCOL_ICMP);
    return icmp ? VP_AXIS_ICMP : VP_AXIS_PROTOCOLS;
}

/* What a rule says of ports, or of ICMP's type and code. */
typedef struct rule_fields {
    vp_name protocol;
    vp_int first, last;
} rule_fields;

/* type << 8 | code; -1 stands for all, and a type of -1 for all codes too. */
static vp_ports_range icmp_range(const rule_fields *rule) {
    int32_t type = rule->first.given ? rule->first.value : -1;
    int32_t code = rule->last.given ? rule->last.value : -1;
    if (type < 0) {
        return (vp_ports_range){0, VP_PORTS_MAX};
    }
    if (code < 0) {
        return (vp_ports_range){type * 256, type * 256 + 255};
    }
    return (vp_ports_range){type * 256 + code, type * 256 + code};
}

/* The part of the packet's axis that a rule speaks of; false when it speaks of other packets. */
static bool rule_range(const vp_network *network, const rule_fields *rule,
                       const vp_filter_packet *packet, vp_ports_range *range) {
    int protocol;
    vp_axis axis = vp_axis_of(packet->protocol, packet->remote.family);
    *range = (vp_ports_range){0, VP_PORTS_MAX};
    if (!vp_protocol_read(network, rule->protocol, &protocol)) {
        return false;
    }
    if (protocol == VP_PROTOCOL_ALL) {
        return true;
    }
    if (axis == VP_AXIS_PROTOCOLS) {
        *range = (vp_ports_range){protocol, protocol};
        return true;
    }
    if (protocol != packet->protocol) {
        return false;
    }
    if (axis == VP_AXIS_ICMP) {
        *range = icmp_range(rule);
    } else {
        range->first = rule->first.given && rule->first.value > 0 ? rule->first.value : 0;
        range->last = rule->last.given && rule->last.value >= 0 ? rule->last.value : VP_PORTS_MAX;
    }
    return true;
}

/* The first range of `all` that is not in `part`. */
static vp_ports_range first_missing(const vp_ports *all, const vp_ports *part) {
    vp_ports left;
    vp_ports_range range = {-1, -1};
    int32_t position = 0;
    vp_ports_copy(&left, all);
    vp_ports_subtract(&left, part);
    (void)vp_ports_next_range(&left, &position, &range);
    return range;
}

/* An entry speaks of one direction, one family and the far address; ICMP has fields of its own. */
static bool entry_matches(const vp_network *network, const vp_network_acl_entry *entry,
                          const vp_filter_packet *packet, vp_ports_range *range) {
    const vp_cidr *block =
        packet->remote.family == 4 ? &entry->cidr_block : &entry->ipv6_cidr_block;
    if ((entry->egress == VP_TRUE) != packet->egress ||
        !vp_cidr_contains_addr(block, &packet->remote)) {
        return false;
    }
    bool icmp = vp_axis_of(packet->protocol, packet->remote.family) == VP_AXIS_ICMP;
    rule_fields fields = {entry->protocol,
                          icmp ? entry->icmp_type_code.type : entry->port_range.from,
                          icmp ? entry->icmp_type_code.code : entry->port_range.to};
    return rule_range(network, &fields, packet, range);
}

/*
 * First match decides (7.1), for each number of the set on its own: what a rule speaks of is taken
 * out of what is undecided, and what is left in the end no rule has allowed.
 */
void vp_filter_acl(const vp_network *network, const vp_network_acl *acl,
                   const vp_filter_packet *packet, vp_ports *ports, vp_acl_verdict *verdict) {
    const vp_network_acl_entry *allowing = NULL;
    vp_ports undecided, admitted;
    vp_ports_copy(&undecided, ports);
    vp_ports_clear(&admitted);
    verdict->denying = NULL;
    for (uint32_t i = 0; i < acl->entries.count && !vp_ports_is_empty(&undecided); i++) {
        const vp_network_acl_entry *entry = VP_ITEM(vp_network_acl_entry, &acl->entries, i);
        vp_ports_range range;
        if (!entry_matches(network, entry, packet, &range) ||
            !vp_ports_meets(&undecided, range.first, range.last)) {
            continue;
        }
        if (vp_network_name_is(network, entry->rule_action, "allow")) {
            allowing = allowing == NULL ? entry : allowing;
            vp_ports_add_within(&admitted, &undecided, range.first, range.last);
        } else {
            verdict->denying = verdict->denying == NULL ? entry : verdict->denying;
        }
        vp_ports_remove(&undecided, range.first, range.last);
    }
    verdict->passes = allowing != NULL;
    verdict->entry = verdict->passes ? allowing : verdict->denying;
    verdict->narrowed = !vp_ports_equals(&admitted, ports);
    verdict->missing = (vp_ports_range){-1, -1};
    if (verdict->narrowed) {
        verdict->missing = first_missing(ports, &admitted);
        if (verdict->passes) {
            vp_ports_copy(ports, &admitted);
        }
    }
}

/* What stands against a reference that would match otherwise; the least is reported (9.7). */
typedef enum obstacle { OTHER_REGION, STALE, TRANSIT_OFF, NOT_PRESERVED, NO_OBSTACLE } obstacle;

/* One question to the groups of an interface, while their rules are gone through. */
typedef struct asking {
    const vp_network *network;
    const vp_filter_packet *packet;
    const vp_far_end *far_end;
    const vp_ports *ports;
    vp_ports admitted;
    obstacle worst;
    uint32_t rules; /* how many rules there are in this direction */
    vp_group_verdict *verdict;
} asking;

static bool has_group(const vp_network_interface *network_interface, vp_name group_id) {
    for (uint32_t i = 0; i < network_interface->groups.count; i++) {
        if (VP_ITEM(vp_group_identifier, &network_interface->groups, i)->group_id == group_id) {
            return true;
        }
    }
    return false;
}

/* AWS: VPC Peering Guide, "Update your security groups to reference peer security groups". */
static obstacle obstacle_on(vp_way way, bool egress) {
    switch (way) {
    case VP_WAY_LOCAL:
    case VP_WAY_PEERING:
        return NO_OBSTACLE;
    case VP_WAY_OTHER_REGION:
        return OTHER_REGION;
    case VP_WAY_STALE:
        return STALE;
    case VP_WAY_TRANSIT:
        return egress ? TRANSIT_OFF : NO_OBSTACLE;
    case VP_WAY_TRANSIT_OFF:
        return TRANSIT_OFF;
    default:
        return NOT_PRESERVED;
    }
}

/* Is the group out of sight because its VPC is not loaded? */
static bool is_not_loaded(const vp_network *network, const vp_user_id_group_pair *pair) {
    return vp_network_find(network, VP_KIND_SECURITY_GROUP, pair->group_id) == NULL &&
           (pair->vpc_id == VP_NO_NAME
                ? pair->vpc_peering_connection_id != VP_NO_NAME
                : vp_network_find(network, VP_KIND_VPC, pair->vpc_id) == NULL);
}

/*
 * The far interface must carry the group, and the way must not have lost that knowledge (6.2,
 * 6.3). A reference that fails for the way alone is remembered, because it is the best reason to
 * give.
 */
static bool reference_matches(asking *asked, const vp_user_id_group_pair *pair) {
    const vp_far_end *far_end = asked->far_end;
    vp_group_verdict *verdict = asked->verdict;
    if (far_end->holder == NULL || far_end->way == VP_WAY_NONE ||
        !has_group(far_end->holder, pair->group_id)) {
        if (verdict->unknown_group == VP_NO_NAME && is_not_loaded(asked->network, pair)) {
            verdict->unknown_group = pair->group_id;
        }
        return false;
    }
    obstacle met = obstacle_on(far_end->way, asked->packet->egress);
    if (met < asked->worst) {
        asked->worst = met;
        verdict->group = pair->group_id;
    }
    return met == NO_OBSTACLE;
}

/* A list that is not in the data matches nothing; the caller warns of it (6.1). */
static bool list_matches(asking *asked, vp_name id) {
    const vp_prefix_list *list =
        (const vp_prefix_list *)vp_network_find(asked->network, VP_KIND_PREFIX_LIST, id);
    if (list == NULL) {
        asked->verdict->unknown_prefix_list = id;
        return false;
    }
    for (uint32_t i = 0; i < list->cidrs.count; i++) {
        if (vp_cidr_contains_addr(&VP_ITEM(vp_cidr_item, &list->cidrs, i)->value,
                                  &asked->packet->remote)) {
            return true;
        }
    }
    return false;
}

/* The first peer of a permission that the remote address is one of: its type and place. */
static bool peer_matches(asking *asked, const vp_ip_permission *permission, vp_type *type,
                         uint32_t *place) {
    const vp_addr *remote = &asked->packet->remote;
    *type = VP_TYPE_CIDR;
    if (remote->family == 4) {
        for (*place = 0; *place < permission->ip_ranges.count; ++*place) {
            const vp_ip_range *range = VP_ITEM(vp_ip_range, &permission->ip_ranges, *place);
            if (vp_cidr_contains_addr(&range->cidr_ip, remote)) {
                return true;
            }
        }
    } else {
        for (*place = 0; *place < permission->ipv6_ranges.count; ++*place) {
            const vp_ipv6_range *range = VP_ITEM(vp_ipv6_range, &permission->ipv6_ranges, *place);
            if (vp_cidr_contains_addr(&range->cidr_ipv6, remote)) {
                return true;
            }
        }
    }
    *type = VP_TYPE_LIST;
    for (*place = 0; *place < permission->prefix_list_ids.count; ++*place) {
        const vp_prefix_list_id *list =
            VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, *place);
        if (list_matches(asked, list->prefix_list_id)) {
            return true;
        }
    }
    *type = VP_TYPE_OBJECT;
    for (*place = 0; *place < permission->user_id_group_pairs.count; ++*place) {
        if (reference_matches(
                asked, VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, *place))) {
            return true;
        }
    }
    return false;
}

/* The first rule that matched stands for all in the answer. */
static void note_rule(vp_group_verdict *verdict, vp_security_group *group,
                      const vp_ip_permission *permission, vp_type type, uint32_t place, bool ipv6) {
    if (verdict->permission != NULL) {
        return;
    }
    verdict->security_group = group;
    verdict->permission = permission;
    verdict->permission_type = type;
    verdict->permission_index = place;
    verdict->permission_ipv6 = ipv6;
}

static const vp_list *permissions_of(const vp_security_group *group, bool egress) {
    return egress ? &group->ip_permissions_egress : &group->ip_permissions;
}

/* Goes through the rules of one group; true when everything is admitted. */
static bool ask_group(asking *asked, vp_security_group *group) {
    const vp_list *permissions = permissions_of(group, asked->packet->egress);
    for (uint32_t i = 0; i < permissions->count; i++) {
        const vp_ip_permission *permission = VP_ITEM(vp_ip_permission, permissions, i);
        asked->rules += permission->ip_ranges.count + permission->ipv6_ranges.count +
                        permission->prefix_list_ids.count + permission->user_id_group_pairs.count;
        rule_fields fields = {permission->ip_protocol, permission->from_port, permission->to_port};
        vp_ports_range range;
        vp_type type;
        uint32_t place;
        if (!rule_range(asked->network, &fields, asked->packet, &range) ||
            !vp_ports_meets(asked->ports, range.first, range.last) ||
            !peer_matches(asked, permission, &type, &place)) {
            continue;
        }
        note_rule(asked->verdict, group, permission, type, place,
                  asked->packet->remote.family == 6);
        vp_ports_add_within(&asked->admitted, asked->ports, range.first, range.last);
        if (vp_ports_equals(&asked->admitted, asked->ports)) {
            return true;
        }
    }
    return false;
}

/*
 * Interfaces without groups: those of gateways and load balancers are not filtered, those of
 * instances admit nothing (D42).
 */
static bool is_unfiltered(const vp_network *network,
                          const vp_network_interface *network_interface) {
    static const char *const filtered[] = {"interface", "efa", "efa-only", "trunk", "branch"};
    vp_name type = network_interface->interface_type;
    if (network_interface->groups.count > 0 || type == VP_NO_NAME) {
        return false;
    }
    for (size_t i = 0; i < VP_COUNT_OF(filtered); i++) {
        if (vp_network_name_is(network, type, filtered[i])) {
            return false;
        }
    }
    return true;
}

/* Why nothing is admitted (9.7). */
static const char *failure_of(const asking *asked, vp_name missing_group) {
    static const char *const codes[] = {
        [OTHER_REGION] = "SG_REFERENCE_CROSS_REGION",
        [STALE] = "SG_REFERENCE_STALE",
        [TRANSIT_OFF] = "SG_REFERENCING_SUPPORT",
        [NOT_PRESERVED] = "SG_REFERENCES_NOT_PRESERVED",
    };
    if (missing_group != VP_NO_NAME) {
        asked->verdict->group = missing_group;
        return "UNKNOWN_RESOURCE";
    }
    if (asked->worst != NO_OBSTACLE) {
        return codes[asked->worst];
    }
    return asked->rules == 0 ? "SG_HAS_NO_RULES" : "ENI_SG_RULES_MISMATCH";
}

/*
 * A set that is empty stays as it was: the failure is noted, and the walk needs something to go on
 * with.
 */
static void conclude(asking *asked, vp_name missing_group, vp_ports *ports) {
    vp_group_verdict *verdict = asked->verdict;
    verdict->passes = !vp_ports_is_empty(&asked->admitted);
    verdict->narrowed = !vp_ports_equals(&asked->admitted, ports);
    if (verdict->narrowed) {
        verdict->missing = first_missing(ports, &asked->admitted);
    }
    if (!verdict->passes) {
        verdict->code = failure_of(asked, missing_group);
    } else if (verdict->narrowed) {
        vp_ports_copy(ports, &asked->admitted);
    }
}

bool vp_filter_has_references(const vp_network *network,
                              const vp_network_interface *network_interface, bool egress) {
    for (uint32_t i = 0; i < network_interface->groups.count; i++) {
        vp_name id = VP_ITEM(vp_group_identifier, &network_interface->groups, i)->group_id;
        const vp_security_group *group =
            (const vp_security_group *)vp_network_find(network, VP_KIND_SECURITY_GROUP, id);
        const vp_list *permissions = group == NULL ? NULL : permissions_of(group, egress);
        for (uint32_t k = 0; group != NULL && k < permissions->count; k++) {
            if (VP_ITEM(vp_ip_permission, permissions, k)->user_id_group_pairs.count > 0) {
                return true;
            }
        }
    }
    return false;
}

bool vp_filter_is_closed(const vp_network *network, const vp_network_interface *network_interface,
                         bool egress) {
    for (uint32_t i = 0; i < network_interface->groups.count; i++) {
        vp_name id = VP_ITEM(vp_group_identifier, &network_interface->groups, i)->group_id;
        const vp_security_group *group =
            (const vp_security_group *)vp_network_find(network, VP_KIND_SECURITY_GROUP, id);
        if (group == NULL || permissions_of(group, egress)->count > 0) {
            return false;
        }
    }
    return !is_unfiltered(network, network_interface);
}

void vp_filter_groups(const vp_network *network, const vp_network_interface *network_interface,
                      const vp_filter_packet *packet, const vp_far_end *far_end, vp_ports *ports,
                      vp_group_verdict *verdict) {
    asking asked;
    vp_name missing_group = VP_NO_NAME;
    memset(verdict, 0, sizeof *verdict);
    verdict->missing = (vp_ports_range){-1, -1};
    if (is_unfiltered(network, network_interface)) {
        verdict->passes = true;
        return;
    }
    asked.network = network;
    asked.packet = packet;
    asked.far_end = far_end;
    asked.ports = ports;
    asked.worst = NO_OBSTACLE;
    asked.rules = 0;
    asked.verdict = verdict;
    vp_ports_clear(&asked.admitted);
    for (uint32_t i = 0; i < network_interface->groups.count; i++) {
        vp_name id = VP_ITEM(vp_group_identifier, &network_interface->groups, i)->group_id;
        vp_security_group *group =
            (vp_security_group *)vp_network_find(network, VP_KIND_SECURITY_GROUP, id);
        if (group == NULL) {
            missing_group = id;
        } else if (ask_group(&asked, group)) {
            break;
        }
    }
    conclude(&asked, missing_group, ports);
}

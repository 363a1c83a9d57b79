/*
 * lvp_answer.c - a vp_trace as plain Lua tables under AWS's names.
 *
 * Two tables grow side by side: the answer, and the Name tags of everything the answer mentions.
 * The names stay outside of the answer because its fields are a contract; sentences need them.
 */
#include "lvp_trace.h"

#include "vp_endpoint.h"

#include <inttypes.h>
#include <stdio.h>

/* Where the pieces go: the network is read, `names` is the stack index of the table of names. */
#define SAID 32

typedef struct teller {
    lua_State *L;
    const vp_network *network;
    int names;
    int texts;     /* the stack index of the first of SAID texts */
    vp_name *said; /* the names behind them: an answer says the same few ids again and again */
} teller;

/* Pushes the text of a name, from the stack when it was said before. */
static void push_name(const teller *t, vp_name name) {
    uint32_t slot = name % SAID;
    if (t->said[slot] != name) {
        lvp_push_name(t->L, t->network, name);
        lua_replace(t->L, t->texts + (int)slot);
        t->said[slot] = name;
    }
    lua_pushvalue(t->L, t->texts + (int)slot);
}

/* ---- fields of the table on top -------------------------------------------------------------- */

/* A constant of the core; NULL sets nothing. */
static void set_text(lua_State *L, const char *key, const char *text) {
    if (text != NULL) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, key);
    }
}

/* All our numbers fit an int; Lua before 5.3 gets a float of the same value. */
static void set_integer(lua_State *L, const char *key, int64_t value) {
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

/* An address or block that is not given (family 0) is a field that is not there. */
static void set_addr(lua_State *L, const char *key, const vp_addr *address) {
    if (address->family != 0) {
        lvp_push_addr(L, address);
        lua_setfield(L, -2, key);
    }
}

static void set_cidr(lua_State *L, const char *key, const vp_cidr *cidr) {
    if (vp_cidr_is_given(cidr)) {
        lvp_push_cidr_text(L, cidr);
        lua_setfield(L, -2, key);
    }
}

/* Likewise an id or state that is not given. */
static void set_name(const teller *t, const char *key, vp_name name) {
    if (name != VP_NO_NAME) {
        push_name(t, name);
        lua_setfield(t->L, -2, key);
    }
}

/* A list of one text: the fields that AWS makes lists. */
static void set_single(lua_State *L, const char *key) {
    lua_createtable(L, 1, 0);
    lua_insert(L, -2);
    lua_rawseti(L, -2, 1);
    lua_setfield(L, -2, key);
}

/* {first, last}, as everywhere in the contract. */
static void push_range(lua_State *L, int32_t first, int32_t last) {
    lua_createtable(L, 2, 0);
    lua_pushinteger(L, first);
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, last);
    lua_rawseti(L, -2, 2);
}

/* An endpoint without a Name tag is known by the service that it leads to. */
static vp_name name_of_endpoint(const vp_network *network, const vp_vpc_endpoint *endpoint) {
    vp_name name = vp_network_tag(network, &endpoint->record, "Name");
    return name != VP_NO_NAME ? name : endpoint->service_name;
}

/* What an interface belongs to is what people call it: an instance, or an endpoint. */
static vp_name name_of_interface(const vp_network *network, const vp_network_interface *interface) {
    if (interface->instance != NULL) {
        return vp_network_tag(network, &interface->instance->record, "Name");
    }
    const vp_vpc_endpoint *endpoint = interface->requester_managed == VP_TRUE
                                          ? vp_endpoint_of_interface(network, interface->record.id)
                                          : NULL;
    return endpoint == NULL ? VP_NO_NAME : name_of_endpoint(network, endpoint);
}

/* What people call a record: its Name tag; a group's own name; what stands behind others. */
static vp_name name_of(const vp_network *network, const vp_record *record) {
    vp_name name = vp_network_tag(network, record, "Name");
    if (name != VP_NO_NAME) {
        return name;
    }
    switch ((vp_kind)record->kind) {
    case VP_KIND_SECURITY_GROUP:
        return ((const vp_security_group *)record)->group_name;
    case VP_KIND_VPC_ENDPOINT:
        return name_of_endpoint(network, (const vp_vpc_endpoint *)record);
    case VP_KIND_NETWORK_INTERFACE:
        return name_of_interface(network, (const vp_network_interface *)record);
    default:
        return VP_NO_NAME;
    }
}

/* Notes the name of a record for the sentences; NULL and records without one are passed over. */
static void remember(const teller *t, const vp_record *record) {
    vp_name name = record == NULL ? VP_NO_NAME : name_of(t->network, record);
    if (name != VP_NO_NAME) {
        push_name(t, record->id);
        push_name(t, name);
        lua_rawset(t->L, t->names);
    }
}

/* Sets a field to a record's id, and remembers the record's name. NULL sets nothing. */
static void set_record(const teller *t, const char *key, const vp_record *record) {
    if (record != NULL) {
        set_name(t, key, record->id);
        remember(t, record);
    }
}

/* The record that an object starts with; NULL stays NULL, which taking its address would not. */
static const vp_record *base_of_vpc(const vp_vpc *vpc) { return vpc == NULL ? NULL : &vpc->record; }

static const vp_record *base_of_subnet(const vp_subnet *subnet) {
    return subnet == NULL ? NULL : &subnet->record;
}

/* Pushes an id, whether the data have the object or not, and remembers the object's name. */
static void push_id(const teller *t, vp_name id) {
    remember(t, vp_network_find(t->network, VP_KIND_NONE, id));
    push_name(t, id);
}

/* As push_id, into a field of the table on top. */
static void set_id(const teller *t, const char *key, vp_name id) {
    push_id(t, id);
    lua_setfield(t->L, -2, key);
}

/* AWS's words for the four protocols that have one, else the number as text ("-1": any). */
static void push_protocol(lua_State *L, int protocol) {
    char number[16];
    switch (protocol) {
    case VP_PROTOCOL_ICMP:
        lua_pushliteral(L, "icmp");
        break;
    case VP_PROTOCOL_TCP:
        lua_pushliteral(L, "tcp");
        break;
    case VP_PROTOCOL_UDP:
        lua_pushliteral(L, "udp");
        break;
    case VP_PROTOCOL_ICMPV6:
        lua_pushliteral(L, "icmpv6");
        break;
    default:
        (void)snprintf(number, sizeof number, "%d", protocol);
        lua_pushstring(L, number);
    }
}

/* ---- what decided ---------------------------------------------------------------------------- */

/* Pushes a route: its own fields, the table it is of, and the entry of a prefix list that matched.
 */
static void push_route(const teller *t, const vp_route_table *table, const vp_route *route,
                       const vp_cidr *entry) {
    lvp_push_fields(t->L, t->network, &vp_route_schema, route, LVP_STYLE_SNAKE, false);
    if (route->destination_prefix_list_id != VP_NO_NAME && entry != NULL) {
        set_cidr(t->L,
                 entry->address.family == 6 ? "destination_ipv6_cidr_block"
                                            : "destination_cidr_block",
                 entry);
    }
    if (table != NULL) {
        set_record(t, "route_table_id", &table->record);
    }
}

/* The entry that decided. Its ports are AWS's PortRange; no ports means all of them. */
static void push_acl_rule(const teller *t, const vp_network_acl *acl,
                          const vp_network_acl_entry *entry) {
    lua_createtable(t->L, 0, 6);
    if (acl != NULL) {
        set_record(t, "network_acl_id", &acl->record);
    }
    set_integer(t->L, "rule_number", entry->rule_number.value);
    set_name(t, "rule_action", entry->rule_action);
    set_name(t, "protocol", entry->protocol);
    set_cidr(t->L, "cidr_block", &entry->cidr_block);
    set_cidr(t->L, "ipv6_cidr_block", &entry->ipv6_cidr_block);
    if (entry->port_range.from.given) {
        lua_createtable(t->L, 0, 2);
        set_integer(t->L, "from", entry->port_range.from.value);
        set_integer(t->L, "to", entry->port_range.to.value);
        lua_setfield(t->L, -2, "port_range");
    }
}

/* The one peer of a permission that matched, and the rule's id where the data have it. */
static void set_peer(const teller *t, const vp_hop *hop) {
    const vp_ip_permission *permission = hop->permission;
    uint32_t i = hop->permission_index;
    vp_name rule_id = VP_NO_NAME;
    if (hop->permission_type == VP_TYPE_LIST && i < permission->prefix_list_ids.count) {
        const vp_prefix_list_id *list = VP_ITEM(vp_prefix_list_id, &permission->prefix_list_ids, i);
        set_id(t, "prefix_list_id", list->prefix_list_id);
        rule_id = list->security_group_rule_id;
    } else if (hop->permission_type == VP_TYPE_OBJECT &&
               i < permission->user_id_group_pairs.count) {
        const vp_user_id_group_pair *pair =
            VP_ITEM(vp_user_id_group_pair, &permission->user_id_group_pairs, i);
        set_id(t, "referenced_group_id", pair->group_id);
        rule_id = pair->security_group_rule_id;
    } else if (hop->permission_type == VP_TYPE_CIDR && hop->permission_ipv6 &&
               i < permission->ipv6_ranges.count) {
        const vp_ipv6_range *range = VP_ITEM(vp_ipv6_range, &permission->ipv6_ranges, i);
        set_cidr(t->L, "cidr_ipv6", &range->cidr_ipv6);
        rule_id = range->security_group_rule_id;
    } else if (hop->permission_type == VP_TYPE_CIDR && i < permission->ip_ranges.count) {
        const vp_ip_range *range = VP_ITEM(vp_ip_range, &permission->ip_ranges, i);
        set_cidr(t->L, "cidr_ip", &range->cidr_ip);
        rule_id = range->security_group_rule_id;
    }
    set_name(t, "security_group_rule_id", rule_id);
}

/*
 * AWS counts each peer of a permission as a rule of its own, so a rule names the group, the ports
 * and the one peer that let the packet pass.
 */
static void push_group_rule(const teller *t, const vp_hop *hop) {
    const vp_ip_permission *permission = hop->permission;
    lua_createtable(t->L, 0, 6);
    if (hop->security_group != NULL) {
        set_record(t, "group_id", &hop->security_group->record);
    }
    set_name(t, "ip_protocol", permission->ip_protocol);
    if (permission->from_port.given) {
        set_integer(t->L, "from_port", permission->from_port.value);
    }
    if (permission->to_port.given) {
        set_integer(t->L, "to_port", permission->to_port.value);
    }
    set_peer(t, hop);
}

/* The class name that Lua sees; the outside has no record and so no kind. */
static const char *hop_kind(const vp_hop *hop) {
    if (hop->kind == VP_KIND_CUSTOMER_GATEWAY) {
        return "onprem"; /* the label of the far end, where there is one */
    }
    return hop->kind == VP_KIND_NONE ? "internet" : vp_kind_describe(hop->kind)->name;
}

/* The route of a transit gateway; what was derived from a propagation has no state of its own. */
static void push_transit_route(const teller *t, const vp_transit_gateway_route_table *table,
                               const vp_transit_route *route) {
    lua_State *L = t->L;
    lua_createtable(L, 0, 6);
    set_cidr(L, "destination_cidr_block", &route->block);
    set_name(t, "prefix_list_id", route->prefix_list_id);
    set_text(L, "type", route->is_propagated ? "propagated" : "static");
    set_text(L, "state", route->is_blackhole ? "blackhole" : "active");
    if (route->attachment_id != VP_NO_NAME) {
        set_id(t, "transit_gateway_attachment_id", route->attachment_id);
    }
    if (table != NULL) {
        set_record(t, "transit_gateway_route_table_id", &table->record);
    }
}

/* One component of the path, with what decided there; nothing consulted, no field. */
static void push_hop(const teller *t, const vp_hop *hop) {
    lua_State *L = t->L;
    bool bare = hop->route == NULL && hop->network_acl_rule == NULL && hop->permission == NULL;
    lua_createtable(L, 0, bare ? 4 : 8);
    set_text(L, "kind", hop_kind(hop));
    if (hop->record != NULL) {
        set_record(t, "id", hop->record);
        set_name(t, "name", name_of(t->network, hop->record));
    }
    set_record(t, "vpc_id", base_of_vpc(hop->vpc));
    set_record(t, "subnet_id", base_of_subnet(hop->subnet));
    if (hop->route != NULL) {
        push_route(t, hop->route_table, hop->route, &hop->route_entry);
        lua_setfield(L, -2, "route");
    } else if (vp_cidr_is_given(&hop->transit_route.block)) {
        push_transit_route(t, hop->transit_table, &hop->transit_route);
        lua_setfield(L, -2, "route");
    }
    if (hop->network_acl_rule != NULL) {
        push_acl_rule(t, hop->network_acl, hop->network_acl_rule);
        lua_setfield(L, -2, "network_acl_rule");
    }
    if (hop->permission != NULL) {
        push_group_rule(t, hop);
        lua_setfield(L, -2, "security_group_rule");
    }
    lua_createtable(L, 0, 2);
    set_addr(L, "source_address", &hop->header.source);
    set_addr(L, "destination_address", &hop->header.destination);
    lua_setfield(L, -2, "header");
}

/* ---- reasons --------------------------------------------------------------------------------- */

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* Only these codes speak of all groups of an interface; elsewhere the list would be noise. */
static bool is_about_groups(const char *code) {
    return starts_with(code, "SG_") || starts_with(code, "ENI_SG_");
}

/* The groups of an interface in its own order, those that are not in the data included. */
static void set_groups(const teller *t, const vp_network_interface *interface) {
    lua_State *L = t->L;
    lua_createtable(L, (int)interface->groups.count, 0);
    for (uint32_t i = 0; i < interface->groups.count; i++) {
        push_id(t, VP_ITEM(vp_group_identifier, &interface->groups, i)->group_id);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "security_group_ids");
}

/* The components, each under the name that AWS's Explanation gives it. */
static void set_components(const teller *t, const vp_explanation *reason) {
    lua_State *L = t->L;
    if (reason->network_acl != NULL) {
        set_record(t, "network_acl_id", &reason->network_acl->record);
    }
    if (reason->network_acl_rule != NULL) {
        set_integer(L, "rule_number", reason->network_acl_rule->rule_number.value);
    }
    if (reason->route_table != NULL) {
        set_record(t, "route_table_id", &reason->route_table->record);
    }
    if (reason->route != NULL) {
        push_route(t, NULL, reason->route, NULL);
        lua_setfield(L, -2, "route");
    }
    if (reason->network_interface != NULL) {
        set_record(t, "network_interface_id", &reason->network_interface->record);
        if (is_about_groups(reason->code)) {
            set_groups(t, reason->network_interface);
        }
    }
    set_record(t, "subnet_id", base_of_subnet(reason->subnet));
    set_record(t, "vpc_id", base_of_vpc(reason->vpc));
    set_record(t, "destination_vpc_id", base_of_vpc(reason->destination_vpc));
    if (reason->vpc_peering_connection != NULL) {
        set_record(t, "vpc_peering_connection_id", &reason->vpc_peering_connection->record);
    }
    if (reason->transit_attachment != NULL) {
        set_record(t, "transit_gateway_attachment_id", &reason->transit_attachment->record);
    }
    if (reason->transit_table != NULL) {
        set_record(t, "transit_gateway_route_table_id", &reason->transit_table->record);
    }
    if (vp_cidr_is_given(&reason->transit_route.block)) {
        push_transit_route(t, NULL, &reason->transit_route);
        lua_setfield(L, -2, "transit_gateway_route_table_route");
    }
    if (reason->gateway != NULL) {
        char key[VP_KEY_MAX];
        (void)vp_key_snake(vp_kind_describe(reason->gateway->kind)->id_key, key);
        set_record(t, key, reason->gateway);
    }
}

/* Ports, or for ICMP the type and code (-1: all codes) that vp_ports.h packs into one number. */
static void set_port(lua_State *L, const vp_explanation *reason) {
    int32_t first = reason->port.first, last = reason->port.last;
    if (reason->protocol == VP_PROTOCOL_TCP || reason->protocol == VP_PROTOCOL_UDP) {
        push_range(L, first, last);
        set_single(L, "port_ranges");
    } else if (reason->protocol == VP_PROTOCOL_ICMP || reason->protocol == VP_PROTOCOL_ICMPV6) {
        bool one_type = first >> 8 == last >> 8;
        lua_createtable(L, 0, 2);
        set_integer(L, "type", one_type ? first >> 8 : -1);
        set_integer(L, "code", first == last ? first & 255 : -1);
        lua_setfield(L, -2, "icmp_type_code");
    }
}

/* The packet as it was there: address, protocol, the first ports that did not pass. */
static void set_packet(const teller *t, const vp_explanation *reason) {
    lua_State *L = t->L;
    set_name(t, "state", reason->state);
    set_addr(L, "address", &reason->address);
    if (reason->address.family != 0) {
        vp_cidr block = vp_cidr_of(&reason->address, vp_addr_bits(&reason->address));
        lvp_push_cidr_text(L, &block);
        set_single(L, "cidrs");
    }
    if (reason->protocol >= 0) {
        push_protocol(L, reason->protocol);
        set_single(L, "protocols");
    }
    if (reason->port.first >= 0) {
        set_port(L, reason);
    }
}

/* An id that the data do not have, or have in a role of its own. */
static void set_other_id(const teller *t, const vp_explanation *reason) {
    if (reason->id == VP_NO_NAME) {
        return;
    }
    const char *text = vp_network_text(t->network, reason->id);
    const char *key = "missing_component";
    if (starts_with(text, "pl-")) {
        key = "prefix_list_id";
    } else if (starts_with(text, "sg-")) {
        key = "referenced_group_id";
    } else if (vp_network_find(t->network, VP_KIND_NONE, reason->id) != NULL) {
        key = "component";
    }
    set_id(t, key, reason->id);
}

/* The connections that a transitive way would need, from the sender on. */
static void set_chain(const teller *t, const vp_list *chain) {
    lua_createtable(t->L, (int)chain->count, 0);
    for (uint32_t i = 0; i < chain->count; i++) {
        push_id(t, VP_ITEM(vp_text_item, chain, i)->value);
        lua_rawseti(t->L, -2, (int)i + 1);
    }
    lua_setfield(t->L, -2, "chain");
}

/* The two blocks that overlap. */
static void set_pair(lua_State *L, const vp_cidr pair[2]) {
    lua_createtable(L, 2, 0);
    for (int i = 0; i < 2; i++) {
        lvp_push_cidr_text(L, &pair[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "pair");
}

/* What is not known until apply of an object that a Terraform plan describes in part. */
static void set_open_attributes(const teller *t, const vp_explanation *reason) {
    const vp_record *record = vp_network_find(t->network, VP_KIND_NONE, reason->id);
    record = record == NULL ? reason->gateway : record;
    if (record != NULL && starts_with(reason->code, "UNKNOWN_")) {
        set_name(t, "known_after_apply",
                 vp_network_tag(t->network, record, VP_TAG_TERRAFORM_UNKNOWN));
    }
}

/* The particulars of one code (semantics 10.2), into the table on top. */
static void set_detail(const teller *t, const vp_explanation *reason) {
    lua_State *L = t->L;
    const char *code = reason->code;
    if (reason->vpc_peering_connection != NULL && strcmp(code, "PCX_NOT_ACTIVE") == 0) {
        set_name(t, "status", reason->vpc_peering_connection->status.code);
    }
    if (vp_cidr_is_given(&reason->pair[0])) {
        set_pair(L, reason->pair);
    }
    if (reason->chain.count > 0) {
        set_chain(t, &reason->chain);
    }
    if (reason->gateway != NULL && starts_with(code, "PCX_EDGE_TO_EDGE_")) {
        set_record(t, "gateway", reason->gateway);
    }
    if (reason->route_table != NULL && strcmp(code, "RETURN_ROUTE_MISSING") == 0) {
        set_record(t, "route_table", &reason->route_table->record);
    }
    set_open_attributes(t, reason);
    set_text(L, "connection", reason->connection);
    set_text(L, "cause", reason->cause);
    set_cidr(L, "destination", &reason->cidr);
    if (reason->destination_vpc != NULL && strcmp(code, "RETURN_ROUTE_WRONG_VPC") == 0) {
        set_record(t, "vpc", &reason->destination_vpc->record);
    }
    set_record(t, "interface", reason->interface_met);
}

/* A reason why not. Its components are fields of their own, its particulars in `detail`. */
static void push_explanation(const teller *t, const vp_explanation *reason) {
    static const char *const directions[] = {"egress", "ingress", "return-egress",
                                             "return-ingress"};
    lua_State *L = t->L;
    lua_createtable(L, 0, 12);
    set_text(L, "code", reason->code);
    set_text(L, "aws_code", vp_trace_aws_code_of(reason));
    if (reason->direction < VP_NO_DIRECTION) {
        set_text(L, "direction", directions[reason->direction]);
    }
    set_components(t, reason);
    set_packet(t, reason);
    set_other_id(t, reason);
    lua_newtable(L);
    set_detail(t, reason);
    lua_setfield(L, -2, "detail");
}

/* A hint or a warning: everything it knows is in its detail. */
static void push_remark(const teller *t, const vp_explanation *reason) {
    lua_State *L = t->L;
    lua_createtable(L, 0, 3);
    set_text(L, "code", reason->code);
    lua_newtable(L);
    set_components(t, reason);
    set_packet(t, reason);
    set_other_id(t, reason);
    set_detail(t, reason);
    lua_setfield(L, -2, "detail");
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A list of reasons in the order of the walk: the first is the primary cause. */
static void set_reasons(const teller *t, const char *key, const vp_trace_list *list,
                        void (*push)(const teller *, const vp_explanation *)) {
    lua_createtable(t->L, (int)list->count, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        push(t, VP_ITEM(vp_explanation, list, i));
        lua_rawseti(t->L, -2, (int)i + 1);
    }
    lua_setfield(t->L, -2, key);
}

static void set_path(const teller *t, const char *key, const vp_trace_list *list) {
    lua_createtable(t->L, (int)list->count, 0);
    for (uint32_t i = 0; i < list->count; i++) {
        push_hop(t, VP_ITEM(vp_hop, list, i));
        lua_rawseti(t->L, -2, (int)i + 1);
    }
    lua_setfield(t->L, -2, key);
}

/* What remains of the ports; a protocol without ports has an empty list. */
static void set_ports(lua_State *L, const char *key, const vp_ports *ports, int protocol) {
    lua_createtable(L, 1, 0);
    if (protocol == VP_PROTOCOL_TCP || protocol == VP_PROTOCOL_UDP || protocol == VP_PROTOCOL_ALL) {
        int32_t position = 0;
        vp_ports_range range;
        for (int i = 1; vp_ports_next_range(ports, &position, &range); i++) {
            push_range(L, range.first, range.last);
            lua_rawseti(L, -2, i);
        }
    }
    lua_setfield(L, -2, key);
}

/* The record that an end is called by: as asked, else the one that the walk found behind it. */
static const vp_record *end_record(const vp_end *asked, const vp_hop *walked) {
    if (asked->kind == VP_END_INTERNET || asked->kind == VP_END_ONPREM) {
        return NULL;
    }
    return asked->record != NULL ? asked->record : walked->record;
}

static void set_end(const teller *t, const char *key, const vp_end *asked, const vp_hop *walked,
                    const vp_addr *address) {
    lua_State *L = t->L;
    const vp_record *record = end_record(asked, walked);
    lua_createtable(L, 0, 5);
    if (record != NULL) {
        set_record(t, "id", record);
        set_name(t, "name", name_of(t->network, record));
    } else if (asked->kind == VP_END_INTERNET) {
        set_text(L, "id", "internet");
    } else if (asked->kind == VP_END_ONPREM) {
        set_text(L, "id", "onprem");
    } else if (asked->kind == VP_END_UNKNOWN || asked->kind == VP_END_NXDOMAIN ||
               asked->kind == VP_END_UNRESOLVED) {
        set_name(t, "id", asked->name);
    }
    set_addr(L, "address", address->family != 0 ? address : &asked->address);
    set_record(t, "vpc_id", base_of_vpc(walked->vpc));
    set_record(t, "subnet_id", base_of_subnet(walked->subnet));
    if (asked->kind == VP_END_SUBNET) { /* no interface: only routes and ACLs are tested (9.1) */
        lua_pushboolean(L, true);
        lua_setfield(L, -2, "bare");
    }
    lua_setfield(L, -2, key);
}

/* The connections and gateways that were passed, by id. */
static void set_via(const teller *t, const vp_trace_list *via) {
    lua_State *L = t->L;
    lua_createtable(L, (int)via->count, 0);
    for (uint32_t i = 0; i < via->count; i++) {
        push_id(t, (*VP_ITEM(vp_record *, via, i))->id);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "via");
}

static void set_traceroute(lua_State *L, const vp_trace_list *addresses) {
    lua_createtable(L, (int)addresses->count, 0);
    for (uint32_t i = 0; i < addresses->count; i++) {
        lvp_push_addr(L, VP_ITEM(vp_addr, addresses, i));
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "traceroute");
}

/* Unknown is no field `reachable` at all, so that it is neither true nor false. */
static void set_verdict(lua_State *L, int reachable) {
    if (reachable >= 0) {
        lua_pushboolean(L, reachable);
        lua_setfield(L, -2, "reachable");
    }
    set_text(L, "verdict",
             reachable > 0    ? "reachable"
             : reachable == 0 ? "not-reachable"
                              : "unknown");
}

void lvp_push_answer(lua_State *L, vp_network *network, const vp_trace *trace) {
    vp_name said[SAID] = {VP_NO_NAME};
    luaL_checkstack(L, 24 + SAID, "too many nested tables");
    lua_createtable(L, 0, 18);
    lua_createtable(L, 0, 8);
    teller t = {L, network, lua_gettop(L), lua_gettop(L) + 1, said};
    lua_settop(L, t.names + SAID);
    lua_pushvalue(L, t.names - 1); /* the answer on top while it is filled */
    set_verdict(L, trace->reachable);
    set_end(&t, "from", &trace->from, &trace->from_end, &trace->from_address);
    set_end(&t, "to", &trace->to, &trace->to_end, &trace->to_address);
    push_protocol(L, trace->protocol);
    lua_setfield(L, -2, "protocol");
    set_integer(L, "family", trace->family);
    set_ports(L, "ports", &trace->ports, trace->protocol);
    set_ports(L, "source_ports", &trace->source_ports, trace->protocol);
    set_path(&t, "path", &trace->path);
    set_path(&t, "return_path", &trace->return_path);
    set_via(&t, &trace->via);
    set_reasons(&t, "explanations", &trace->explanations, push_explanation);
    set_reasons(&t, "hints", &trace->hints, push_remark);
    set_reasons(&t, "warnings", &trace->warnings, push_remark);
    if (trace->mtu > 0) {
        set_integer(L, "mtu", trace->mtu);
    }
    set_traceroute(L, &trace->traceroute);
    lua_settop(L, t.names);
}

/* A default of the walk is known by its family only. */
static void push_icmp(lua_State *L, const vp_trace_query *query, const vp_trace *trace) {
    bool echo = !query->icmp_given && trace->protocol == VP_PROTOCOL_ICMPV6;
    push_range(L, echo ? 128 : query->icmp_type, query->icmp_code);
    lua_setfield(L, -2, "icmp");
}

void lvp_push_asked(lua_State *L, const vp_trace_query *query, const vp_trace *trace) {
    bool all = query->protocol == VP_PROTOCOL_ALL && !query->icmp_given;
    bool icmp = trace->protocol == VP_PROTOCOL_ICMP || trace->protocol == VP_PROTOCOL_ICMPV6;
    if (all || (!icmp && vp_ports_equals(&query->ports, &trace->ports))) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 1);
    if (icmp) {
        push_icmp(L, query, trace);
    } else {
        set_ports(L, "ports", &query->ports, trace->protocol);
    }
}

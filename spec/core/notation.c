/*
 * notation.c - reads the notation word by word and fills records.
 *
 * The one idea: every statement is a list of words; a record that exists is emptied first, so that
 * describing it again is the same as describing it.
 */
#include "notation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64
#define WORD_MAX 256

typedef struct statement {
    vp_network *network;
    char words[WORDS_MAX][WORD_MAX];
    int count;
} statement;

static void stop(const char *what, const char *word) {
    fprintf(stderr, "notation: %s: %s\n", what, word);
    exit(EXIT_FAILURE);
}

static vp_name name_of(vp_network *network, const char *text) {
    vp_name name;
    if (vp_network_name(network, text, &name, NULL) != VP_OK) {
        stop("no memory", text);
    }
    return name;
}

static vp_name id_of(vp_network *network, const char *prefix, const char *name) {
    char id[WORD_MAX];
    bool whole = strncmp(name, prefix, strlen(prefix)) == 0;
    (void)snprintf(id, sizeof id, "%s%s", whole ? "" : prefix, name);
    return name_of(network, id);
}

static vp_cidr cidr_of(const char *text) {
    vp_cidr block;
    if (vp_cidr_parse(text, strlen(text), VP_CIDR_CLEAR_HOST_BITS, &block, NULL) != VP_OK) {
        stop("no block", text);
    }
    return block;
}

static vp_addr addr_of(const char *text) {
    vp_addr address;
    if (vp_addr_parse(text, strlen(text), &address, NULL) != VP_OK) {
        stop("no address", text);
    }
    return address;
}

static void *append(vp_network *network, const vp_schema *schema, vp_list *list) {
    void *item;
    if (vp_list_append(&network->alloc, schema, list, &item) != VP_OK) {
        stop("no memory", schema->name);
    }
    return item;
}

/* A record of this id, new or emptied; the tags stay. */
static void *record_of(vp_network *network, vp_kind kind, vp_name id) {
    vp_record *record = vp_network_find(network, kind, id);
    if (record == NULL && vp_network_add(network, kind, id, &record, NULL) != VP_OK) {
        stop("cannot add", vp_network_text(network, id));
    }
    return record;
}

/* The next item of a list separated by commas, in place; NULL at the end. */
static char *next_item(char **rest) {
    char *item = *rest;
    if (item == NULL || *item == '\0') {
        return NULL;
    }
    char *comma = strchr(item, ',');
    *rest = comma == NULL ? NULL : comma + 1;
    if (comma != NULL) {
        *comma = '\0';
    }
    return item;
}

/* The value of the word "key=value", or NULL. */
static char *option_of(statement *said, const char *key) {
    size_t length = strlen(key);
    for (int i = 0; i < said->count; i++) {
        if (strncmp(said->words[i], key, length) == 0 && said->words[i][length] == '=') {
            return said->words[i] + length + 1;
        }
    }
    return NULL;
}

static vp_route *add_route(vp_network *network, vp_route_table *table, const char *destination) {
    vp_route *route = append(network, &vp_route_schema, &table->routes);
    if (strncmp(destination, "pl-", 3) == 0) {
        route->destination_prefix_list_id = name_of(network, destination);
        return route;
    }
    vp_cidr block = cidr_of(destination);
    if (block.address.family == 4) {
        route->destination_cidr_block = block;
    } else {
        route->destination_ipv6_cidr_block = block;
    }
    return route;
}

static void set_target(vp_network *network, vp_route *route, const char *target) {
    vp_name id = name_of(network, target);
    route->origin = name_of(network, "CreateRoute");
    if (strncmp(target, "pcx-", 4) == 0) {
        route->vpc_peering_connection_id = id;
    } else if (strncmp(target, "nat-", 4) == 0) {
        route->nat_gateway_id = id;
    } else if (strncmp(target, "tgw-", 4) == 0) {
        route->transit_gateway_id = id;
    } else if (strncmp(target, "eigw-", 5) == 0) {
        route->egress_only_internet_gateway_id = id;
    } else if (strchr(target, '-') != NULL || strcmp(target, "local") == 0) {
        route->gateway_id = id;
    } else {
        route->network_interface_id = id_of(network, "eni-", target);
    }
}

static void add_local_routes(vp_network *network, vp_route_table *table, const vp_vpc *vpc) {
    const vp_list *lists[] = {&vpc->cidr_block_association_set,
                              &vpc->ipv6_cidr_block_association_set};
    for (int family = 0; family < 2; family++) {
        for (uint32_t i = 0; i < lists[family]->count; i++) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(&VP_ITEM(vp_block_association, lists[family], i)->cidr_block,
                                 text);
            vp_route *route = add_route(network, table, text);
            route->gateway_id = name_of(network, "local");
            route->origin = name_of(network, "CreateRouteTable");
        }
    }
}

static bool is_local(const vp_network *network, const vp_route *route) {
    return vp_network_name_is(network, route->gateway_id, "local");
}

/* The table called "VPC.NAME", made when it is not there. */
static vp_route_table *table_of(vp_network *network, const char *name) {
    char vpc_name[WORD_MAX];
    vp_name id = id_of(network, "rtb-", name);
    vp_record *found = vp_network_find(network, VP_KIND_ROUTE_TABLE, id);
    if (found != NULL) {
        return (vp_route_table *)found;
    }
    (void)snprintf(vpc_name, sizeof vpc_name, "%s", name);
    *strchr(vpc_name, '.') = '\0';
    vp_route_table *table = record_of(network, VP_KIND_ROUTE_TABLE, id);
    table->vpc_id = id_of(network, "vpc-", vpc_name);
    add_local_routes(network, table,
                     (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, table->vpc_id));
    return table;
}

static void say_route_table(statement *said) {
    vp_network *network = said->network;
    vp_route_table *table = table_of(network, said->words[1]);
    for (uint32_t i = table->routes.count; i-- > 0;) {
        if (!is_local(network, VP_ITEM(vp_route, &table->routes, i))) {
            vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, i);
        }
    }
    for (int i = 2; i < said->count; i++) {
        char *target = strchr(said->words[i], '>');
        *target++ = '\0';
        char *star = strchr(target, '*');
        if (star != NULL) {
            *star = '\0';
        }
        vp_route *route = add_route(network, table, said->words[i]);
        set_target(network, route, target);
        if (star != NULL) {
            route->origin = name_of(network, "EnableVgwRoutePropagation");
        }
    }
}

static void refresh_local_routes(vp_network *network, const vp_vpc *vpc) {
    const vp_rows *tables = vp_network_rows(network, VP_KIND_ROUTE_TABLE);
    for (uint32_t i = 0; i < tables->count; i++) {
        vp_route_table *table = (vp_route_table *)tables->rows[i];
        for (uint32_t k = table->routes.count; table->vpc_id == vpc->record.id && k-- > 0;) {
            if (is_local(network, VP_ITEM(vp_route, &table->routes, k))) {
                vp_list_remove(&network->alloc, &vp_route_schema, &table->routes, k);
            }
        }
        if (table->vpc_id == vpc->record.id) {
            add_local_routes(network, table, vpc);
        }
    }
}

static void say_vpc(statement *said) {
    vp_network *network = said->network;
    char *rest = said->words[2], *item, main_name[WORD_MAX + 8];
    const char *region = option_of(said, "region"), *dns = option_of(said, "dns");
    vp_vpc *vpc = record_of(network, VP_KIND_VPC, id_of(network, "vpc-", said->words[1]));
    vpc->record.region = name_of(network, region == NULL ? "us-east-1" : region);
    vpc->enable_dns_support.value = dns != NULL && strcmp(dns, "none") == 0 ? VP_FALSE : VP_TRUE;
    vpc->cidr_block_association_set.count = 0;
    vpc->ipv6_cidr_block_association_set.count = 0;
    memset(&vpc->cidr_block, 0, sizeof vpc->cidr_block);
    while ((item = next_item(&rest)) != NULL) {
        vp_cidr block = cidr_of(item);
        vp_block_association *added =
            block.address.family == 4
                ? append(network, &vp_block_association_schema, &vpc->cidr_block_association_set)
                : append(network, &vp_ipv6_block_association_schema,
                         &vpc->ipv6_cidr_block_association_set);
        added->cidr_block = block;
        if (block.address.family == 4 && !vp_cidr_is_given(&vpc->cidr_block)) {
            vpc->cidr_block = block;
        }
    }
    (void)snprintf(main_name, sizeof main_name, "%s.main", said->words[1]);
    vp_route_table *main_table = table_of(network, main_name);
    if (main_table->associations.count == 0) {
        vp_route_table_association *association =
            append(network, &vp_route_table_association_schema, &main_table->associations);
        association->main = VP_TRUE;
    }
    refresh_local_routes(network, vpc);
}

/* Takes the subnet out of every table and ACL that names it. */
static void forget_associations(vp_network *network, vp_name subnet_id) {
    const vp_rows *tables = vp_network_rows(network, VP_KIND_ROUTE_TABLE);
    const vp_rows *acls = vp_network_rows(network, VP_KIND_NETWORK_ACL);
    for (uint32_t i = 0; i < tables->count; i++) {
        vp_list *list = &((vp_route_table *)tables->rows[i])->associations;
        for (uint32_t k = list->count; k-- > 0;) {
            if (VP_ITEM(vp_route_table_association, list, k)->subnet_id == subnet_id) {
                vp_list_remove(&network->alloc, &vp_route_table_association_schema, list, k);
            }
        }
    }
    for (uint32_t i = 0; i < acls->count; i++) {
        vp_list *list = &((vp_network_acl *)acls->rows[i])->associations;
        for (uint32_t k = list->count; k-- > 0;) {
            if (VP_ITEM(vp_network_acl_association, list, k)->subnet_id == subnet_id) {
                vp_list_remove(&network->alloc, &vp_network_acl_association_schema, list, k);
            }
        }
    }
}

static void add_entry(vp_network *network, vp_network_acl *acl, bool egress, int number,
                      const char *action, const char *protocol, const char *block) {
    vp_network_acl_entry *entry = append(network, &vp_network_acl_entry_schema, &acl->entries);
    vp_cidr cidr = cidr_of(block);
    entry->egress = egress ? VP_TRUE : VP_FALSE;
    entry->rule_number = (vp_int){number, 1};
    entry->rule_action = name_of(network, action);
    entry->protocol = name_of(network, strcmp(protocol, "all") == 0 ? "-1" : protocol);
    if (cidr.address.family == 4) {
        entry->cidr_block = cidr;
    } else {
        entry->ipv6_cidr_block = cidr;
    }
}

/* The ACL that allows everything, one for each VPC. */
static vp_network_acl *open_acl(vp_network *network, vp_name vpc_id) {
    char id[WORD_MAX];
    (void)snprintf(id, sizeof id, "acl-open-%.200s", vp_network_text(network, vpc_id));
    vp_name name = name_of(network, id);
    vp_record *found = vp_network_find(network, VP_KIND_NETWORK_ACL, name);
    if (found != NULL) {
        return (vp_network_acl *)found;
    }
    vp_network_acl *acl = record_of(network, VP_KIND_NETWORK_ACL, name);
    acl->vpc_id = vpc_id;
    acl->is_default = VP_TRUE;
    for (int egress = 0; egress < 2; egress++) {
        add_entry(network, acl, egress == 1, 100, "allow", "all", "0.0.0.0/0");
        add_entry(network, acl, egress == 1, 101, "allow", "all", "::/0");
    }
    return acl;
}

static void say_subnet(statement *said) {
    vp_network *network = said->network;
    char *rest = said->words[3], *item;
    const char *zone = option_of(said, "az"), *table = option_of(said, "rtb");
    const char *acl = option_of(said, "acl");
    char zone_name[WORD_MAX + 16];
    vp_subnet *subnet =
        record_of(network, VP_KIND_SUBNET, id_of(network, "subnet-", said->words[1]));
    subnet->vpc_id = id_of(network, "vpc-", said->words[2]);
    (void)snprintf(zone_name, sizeof zone_name, "us-east-1%s", zone == NULL ? "a" : zone);
    subnet->availability_zone = name_of(network, zone_name);
    subnet->ipv6_cidr_block_association_set.count = 0;
    while ((item = next_item(&rest)) != NULL) {
        vp_cidr block = cidr_of(item);
        if (block.address.family == 4) {
            subnet->cidr_block = block;
        } else {
            vp_block_association *added = append(network, &vp_ipv6_block_association_schema,
                                                 &subnet->ipv6_cidr_block_association_set);
            added->cidr_block = block;
        }
    }
    forget_associations(network, subnet->record.id);
    if (table != NULL) {
        vp_route_table_association *association = append(
            network, &vp_route_table_association_schema, &table_of(network, table)->associations);
        association->subnet_id = subnet->record.id;
    }
    vp_network_acl *filter =
        acl == NULL ? open_acl(network, subnet->vpc_id)
                    : record_of(network, VP_KIND_NETWORK_ACL, id_of(network, "acl-", acl));
    vp_network_acl_association *association =
        append(network, &vp_network_acl_association_schema, &filter->associations);
    association->subnet_id = subnet->record.id;
}

static void add_permission(vp_network *network, vp_list *list, const char *protocol,
                           const char *port, const char *peer) {
    vp_ip_permission *permission = append(network, &vp_ip_permission_schema, list);
    bool icmp = strncmp(protocol, "icmp", 4) == 0;
    permission->ip_protocol = name_of(network, strcmp(protocol, "all") == 0 ? "-1" : protocol);
    if (strcmp(port, "all") != 0) {
        const char *dash = strchr(port, '-');
        permission->from_port = (vp_int){atoi(port), 1};
        permission->to_port = (vp_int){dash != NULL ? atoi(dash + 1) : icmp ? -1 : atoi(port), 1};
    }
    if (strncmp(peer, "sg:", 3) == 0) {
        vp_user_id_group_pair *pair =
            append(network, &vp_user_id_group_pair_schema, &permission->user_id_group_pairs);
        pair->group_id = id_of(network, "sg-", peer + 3);
    } else if (strncmp(peer, "pl:", 3) == 0) {
        vp_prefix_list_id *id =
            append(network, &vp_prefix_list_id_schema, &permission->prefix_list_ids);
        id->prefix_list_id = name_of(network, peer + 3);
    } else if (strchr(peer, ':') != NULL) {
        vp_ipv6_range *range = append(network, &vp_ipv6_range_schema, &permission->ipv6_ranges);
        range->cidr_ipv6 = cidr_of(peer);
    } else {
        vp_ip_range *range = append(network, &vp_ip_range_schema, &permission->ip_ranges);
        range->cidr_ip = cidr_of(peer);
    }
}

/* The group that allows everything and that no rule names, one for each VPC. */
static vp_name open_group(vp_network *network, vp_name vpc_id) {
    static const char *const peers[] = {"0.0.0.0/0", "::/0"};
    char id[WORD_MAX];
    (void)snprintf(id, sizeof id, "sg-open-%.200s", vp_network_text(network, vpc_id));
    vp_name name = name_of(network, id);
    if (vp_network_find(network, VP_KIND_SECURITY_GROUP, name) == NULL) {
        vp_security_group *group = record_of(network, VP_KIND_SECURITY_GROUP, name);
        group->vpc_id = vpc_id;
        for (size_t i = 0; i < 2; i++) {
            add_permission(network, &group->ip_permissions, "all", "all", peers[i]);
            add_permission(network, &group->ip_permissions_egress, "all", "all", peers[i]);
        }
    }
    return name;
}

static void add_address(vp_network *network, vp_network_interface *met, const char *text,
                        const char *public_text) {
    vp_addr address = addr_of(text);
    if (address.family == 6) {
        vp_ipv6_address *item = append(network, &vp_ipv6_address_schema, &met->ipv6_addresses);
        item->ipv6_address = address;
        return;
    }
    bool first = met->private_ip_addresses.count == 0;
    vp_private_ip_address *item =
        append(network, &vp_private_ip_address_schema, &met->private_ip_addresses);
    item->private_ip_address = address;
    item->primary = first ? VP_TRUE : VP_FALSE;
    if (first) {
        met->private_ip_address = address;
        if (public_text != NULL) {
            item->association.public_ip = addr_of(public_text);
            met->association = item->association;
        }
    }
}

static void set_groups(vp_network *network, vp_network_interface *met, char *groups) {
    char *item;
    met->groups.count = 0;
    if (groups == NULL) {
        vp_group_identifier *group = append(network, &vp_group_identifier_schema, &met->groups);
        group->group_id = open_group(network, met->vpc_id);
    }
    while ((item = next_item(&groups)) != NULL) {
        vp_group_identifier *group = append(network, &vp_group_identifier_schema, &met->groups);
        group->group_id = id_of(network, "sg-", item);
    }
}

static void say_host(statement *said) {
    vp_network *network = said->network;
    char *rest = said->words[3], *item;
    const char *check = option_of(said, "check"), *nat = option_of(said, "nat");
    const char *kind = option_of(said, "kind"), *state = option_of(said, "state");
    vp_network_interface *met =
        record_of(network, VP_KIND_NETWORK_INTERFACE, id_of(network, "eni-", said->words[1]));
    met->subnet_id = id_of(network, "subnet-", said->words[2]);
    met->vpc_id =
        ((const vp_subnet *)vp_network_find(network, VP_KIND_SUBNET, met->subnet_id))->vpc_id;
    met->private_ip_addresses.count = met->ipv6_addresses.count = 0;
    memset(&met->association, 0, sizeof met->association);
    memset(&met->private_ip_address, 0, sizeof met->private_ip_address);
    while ((item = next_item(&rest)) != NULL) {
        add_address(network, met, item, option_of(said, "eip"));
    }
    set_groups(network, met, option_of(said, "sg"));
    met->interface_type = name_of(network, kind == NULL ? "interface" : kind);
    met->source_dest_check = check != NULL && strcmp(check, "off") == 0 ? VP_FALSE : VP_TRUE;
    met->status = name_of(network, "in-use");
    met->attachment.status = name_of(network, "attached");
    if (nat != NULL) {
        vp_tag *tag = append(network, &vp_tag_schema, &met->record.tags);
        tag->key = name_of(network, "vpcpeer:nat");
        tag->value = name_of(network, "true");
    }
    if (kind == NULL) {
        vp_instance *instance =
            record_of(network, VP_KIND_INSTANCE, id_of(network, "i-", said->words[1]));
        instance->subnet_id = met->subnet_id;
        instance->vpc_id = met->vpc_id;
        instance->state.name = name_of(network, state == NULL ? "running" : state);
        met->attachment.instance_id = instance->record.id;
    }
}

static void set_side(vp_network *network, vp_peering_vpc_info *side, const char *vpc_name) {
    side->vpc_id = id_of(network, "vpc-", vpc_name);
    const vp_vpc *vpc = (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, side->vpc_id);
    side->region = vpc == NULL ? VP_NO_NAME : vpc->record.region;
    side->cidr_block = vpc == NULL ? side->cidr_block : vpc->cidr_block;
}

static void connect_vpcs(vp_network *network, const char *id, const char *requester,
                         const char *accepter, const char *state) {
    vp_vpc_peering_connection *connection =
        record_of(network, VP_KIND_VPC_PEERING_CONNECTION, name_of(network, id));
    set_side(network, &connection->requester_vpc_info, requester);
    set_side(network, &connection->accepter_vpc_info, accepter);
    connection->status.code = name_of(network, state == NULL ? "active" : state);
}

static void say_peering(statement *said) {
    connect_vpcs(said->network, said->words[1], said->words[2], said->words[3],
                 option_of(said, "state"));
}

static void route_whole_vpc(vp_network *network, const char *from, const char *to, const char *id) {
    char main_name[WORD_MAX + 8];
    const vp_vpc *target =
        (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, id_of(network, "vpc-", to));
    const vp_vpc *source =
        (const vp_vpc *)vp_network_find(network, VP_KIND_VPC, id_of(network, "vpc-", from));
    (void)snprintf(main_name, sizeof main_name, "%s.main", from);
    vp_route_table *table = table_of(network, main_name);
    const vp_list *lists[] = {&target->cidr_block_association_set,
                              &target->ipv6_cidr_block_association_set};
    for (int family = 0; family < 2; family++) {
        bool both = family == 0 || source->ipv6_cidr_block_association_set.count > 0;
        for (uint32_t i = 0; both && i < lists[family]->count; i++) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(&VP_ITEM(vp_block_association, lists[family], i)->cidr_block,
                                 text);
            set_target(network, add_route(network, table, text), id);
        }
    }
}

static void join(vp_network *network, const char *a, const char *b) {
    char id[32];
    int x = a[0] | 32, y = b[0] | 32;
    (void)snprintf(id, sizeof id, "pcx-%c%c%c%c%c%c%c%c", x, x, x, x, y, y, y, y);
    connect_vpcs(network, id, a, b, NULL);
    route_whole_vpc(network, a, b, id);
    route_whole_vpc(network, b, a, id);
}

static void say_mesh(statement *said) {
    for (int i = 1; i < said->count; i++) {
        for (int k = i + 1; k < said->count; k++) {
            join(said->network, said->words[i], said->words[k]);
        }
    }
}

static void say_hub(statement *said) {
    for (int k = 2; k < said->count; k++) {
        join(said->network, said->words[1], said->words[k]);
    }
}

static void attach_to_vpc(statement *said, vp_list *attachments, const char *state) {
    attachments->count = 0;
    vp_gateway_attachment *attachment =
        append(said->network, &vp_gateway_attachment_schema, attachments);
    attachment->vpc_id = id_of(said->network, "vpc-", said->words[2]);
    attachment->state = name_of(said->network, state);
}

static void say_internet_gateway(statement *said) {
    vp_internet_gateway *gateway =
        record_of(said->network, VP_KIND_INTERNET_GATEWAY, name_of(said->network, said->words[1]));
    attach_to_vpc(said, &gateway->attachments, "available");
}

static void say_egress_only(statement *said) {
    vp_egress_only_internet_gateway *gateway =
        record_of(said->network, VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY,
                  name_of(said->network, said->words[1]));
    attach_to_vpc(said, &gateway->attachments, "attached");
}

static void say_prefix_list(statement *said) {
    char *rest = said->words[2], *item;
    vp_prefix_list *list =
        record_of(said->network, VP_KIND_PREFIX_LIST, name_of(said->network, said->words[1]));
    list->cidrs.count = 0;
    while ((item = next_item(&rest)) != NULL) {
        vp_cidr_item *added = append(said->network, &vp_cidr_item_schema, &list->cidrs);
        added->value = cidr_of(item);
    }
}

/* Splits "a|b|c" in place; missing parts are empty. */
static void split_rule(char *rule, char *parts[6]) {
    for (int i = 0; i < 6; i++) {
        parts[i] = rule;
        char *bar = strchr(rule, '|');
        rule = bar == NULL ? rule + strlen(rule) : bar + 1;
        if (bar != NULL) {
            *bar = '\0';
        }
    }
}

static void say_group(statement *said) {
    vp_network *network = said->network;
    vp_security_group *group =
        record_of(network, VP_KIND_SECURITY_GROUP, id_of(network, "sg-", said->words[1]));
    group->vpc_id = id_of(network, "vpc-", said->words[2]);
    vp_list_clear(&network->alloc, &vp_ip_permission_schema, &group->ip_permissions);
    vp_list_clear(&network->alloc, &vp_ip_permission_schema, &group->ip_permissions_egress);
    for (int i = 3; i < said->count; i++) {
        char *parts[6];
        split_rule(said->words[i], parts);
        bool egress = strcmp(parts[0], "out") == 0;
        add_permission(network, egress ? &group->ip_permissions_egress : &group->ip_permissions,
                       parts[1], parts[2], parts[3]);
    }
}

static const char *protocol_number(const char *protocol) {
    static const char *const names[][2] = {
        {"tcp", "6"}, {"udp", "17"}, {"icmp", "1"}, {"icmpv6", "58"}, {"all", "-1"}};
    for (size_t i = 0; i < VP_COUNT_OF(names); i++) {
        if (strcmp(protocol, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return protocol;
}

static void say_acl(statement *said) {
    vp_network *network = said->network;
    vp_network_acl *acl =
        record_of(network, VP_KIND_NETWORK_ACL, id_of(network, "acl-", said->words[1]));
    acl->vpc_id = id_of(network, "vpc-", said->words[2]);
    acl->entries.count = 0;
    for (int i = 3; i < said->count; i++) {
        char *parts[6];
        split_rule(said->words[i], parts);
        add_entry(network, acl, strcmp(parts[0], "out") == 0, atoi(parts[1]), parts[2],
                  protocol_number(parts[3]), parts[5]);
        vp_network_acl_entry *entry =
            VP_ITEM(vp_network_acl_entry, &acl->entries, acl->entries.count - 1);
        const char *dash = strchr(parts[4], '-');
        if (strcmp(parts[4], "all") == 0) {
            continue;
        }
        if (strncmp(parts[3], "icmp", 4) == 0) {
            entry->icmp_type_code.type = (vp_int){atoi(parts[4]), 1};
            entry->icmp_type_code.code = (vp_int){dash == NULL ? -1 : atoi(dash + 1), 1};
        } else {
            entry->port_range.from = (vp_int){atoi(parts[4]), 1};
            entry->port_range.to = (vp_int){atoi(dash == NULL ? parts[4] : dash + 1), 1};
        }
    }
}

static const struct {
    const char *keyword;
    void (*say)(statement *said);
} keywords[] = {{"vpc", say_vpc},        {"subnet", say_subnet},   {"host", say_host},
                {"pcx", say_peering},    {"rtb", say_route_table}, {"igw", say_internet_gateway},
                {"pl", say_prefix_list}, {"sg", say_group},        {"acl", say_acl},
                {"mesh", say_mesh},      {"hub", say_hub},         {"eigw", say_egress_only}};

static int find_keyword(const char *word) {
    for (size_t i = 0; i < VP_COUNT_OF(keywords); i++) {
        if (strcmp(word, keywords[i].keyword) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void add_word(statement *said, const char *text, size_t length) {
    if (said->count == WORDS_MAX || length >= WORD_MAX) {
        stop("too much in a statement", text);
    }
    memcpy(said->words[said->count], text, length);
    said->words[said->count++][length] = '\0';
}

/* Words up to ";" or the end of the line; a keyword left out is the last one. */
static const char *read_statement(statement *said, const char *text, int *keyword) {
    said->count = 0;
    while (*text != '\0' && *text != '\n' && *text != ';') {
        size_t length = strcspn(text, " ;\n");
        if (length > 0 && said->count == 0 && *keyword >= 0) {
            char first[WORD_MAX] = "";
            memcpy(first, text, length < WORD_MAX ? length : WORD_MAX - 1);
            if (find_keyword(first) < 0) {
                add_word(said, keywords[*keyword].keyword, strlen(keywords[*keyword].keyword));
            }
        }
        if (length > 0) {
            add_word(said, text, length);
        }
        text += length + (text[length] == ' ' ? 1 : 0);
    }
    return text;
}

void notation_add(vp_network *network, const char *text) {
    statement *said = calloc(1, sizeof *said);
    int keyword = -1;
    if (said == NULL) {
        stop("no memory", text);
        return;
    }
    said->network = network;
    while (*text != '\0') {
        text = read_statement(said, text, &keyword);
        if (said->count > 0) {
            keyword = find_keyword(said->words[0]);
            if (keyword < 0) {
                stop("no such statement", said->words[0]);
            }
            keywords[keyword].say(said);
        }
        keyword = *text == '\n' ? -1 : keyword;
        text += *text == '\0' ? 0 : 1;
    }
    free(said);
    vp_network_touch(network);
}

vp_network *notation_read(const vp_alloc *alloc, const char *text) {
    vp_network *network;
    if (vp_network_new(alloc, "111111111111", 12, "us-east-1", 9, &network, NULL) != VP_OK) {
        stop("no memory", text);
    }
    notation_add(network, text);
    return network;
}

vp_record *notation_get(const vp_network *network, const char *id) {
    vp_record *record =
        vp_network_find(network, VP_KIND_NONE, vp_names_find(&network->names, id, strlen(id)));
    if (record == NULL) {
        stop("no such object", id);
    }
    return record;
}

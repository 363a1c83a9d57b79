/*
 * drawing.c - see drawing.h.
 *
 * A value is drawn from few: what is there already, and a handful of words, numbers and blocks, so
 * that many calls meet and some go through.
 */
#include "drawing.h"

#include "calling.h"
#include "vp_part.h"
#include "vp_test.h"

static const char *pick(random_source *source, const char *const *texts, size_t count) {
    return texts[random_below(source, count)];
}
#define PICK(source, texts) pick(source, texts, VP_COUNT_OF(texts))

vp_record *drawing_record(const vp_network *network, random_source *source, vp_kind kind) {
    const vp_rows *rows = &network->rows[kind];
    return rows->count > 0 ? rows->rows[random_below(source, rows->count)] : NULL;
}

/* A block from a list that has some of everything. */
static vp_cidr any_block(random_source *source, bool ipv6) {
    static const char *const ipv4_blocks[] = {
        "10.0.0.0/16", "10.1.0.0/16",    "10.2.0.0/16",      "172.16.0.0/16",   "172.18.0.0/16",
        "0.0.0.0/0",   "192.168.0.0/16", "169.254.168.0/24", "198.51.100.0/24", "100.64.0.0/16"};
    static const char *const ipv6_blocks[] = {"2001:db8:1234:1a00::/56", "2001:db8:1234:1b00::/56",
                                              "::/0", "2001:db8::/32"};
    const char *text = ipv6 ? PICK(source, ipv6_blocks) : PICK(source, ipv4_blocks);
    vp_cidr block = {{0, 0, 0}, 0};
    if (!ipv6 && random_below(source, 2) == 0) {
        vp_addr first =
            vp_addr_from_ipv4((uint32_t)(0x0a000000 + (random_below(source, 16) << 16)));
        return vp_cidr_of(&first, 16);
    }
    vp_error error;
    VP_CHECK(vp_cidr_parse_block(text, strlen(text), &block, &error) == VP_OK);
    return block;
}

/* A block of some VPC, or a part of one; any block now and then. */
static vp_cidr random_block(const vp_network *network, random_source *source, bool ipv6) {
    const vp_vpc *vpc = (const vp_vpc *)drawing_record(network, source, VP_KIND_VPC);
    vp_cidr block = any_block(source, ipv6), own;
    if (vpc == NULL || random_below(source, 2) == 0) {
        return block;
    }
    uint32_t position = 0;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        block = own.address.family == block.address.family ? own : block;
    }
    if (random_below(source, 3) == 0) {
        return block;
    }
    vp_addr inside = vp_addr_plus(&block.address, random_below(source, 4) << (ipv6 ? 0 : 6));
    return vp_cidr_of(&inside, ipv6 ? 64 : 24 + (int)random_below(source, 3));
}

/* An address that an interface has, or one at the beginning of a subnet. */
static vp_addr random_address(const vp_network *network, random_source *source, bool ipv6) {
    const vp_network_interface *owner =
        (const vp_network_interface *)drawing_record(network, source, VP_KIND_NETWORK_INTERFACE);
    const vp_subnet *subnet = (const vp_subnet *)drawing_record(network, source, VP_KIND_SUBNET);
    const vp_list *list = owner == NULL ? NULL
                          : ipv6        ? &owner->ipv6_addresses
                                        : &owner->private_ip_addresses;
    if (list != NULL && list->count > 0 && random_below(source, 3) == 0) {
        uint64_t at = list->count - 1;
        return ipv6 ? VP_ITEM(vp_ipv6_address, list, at)->ipv6_address
                    : VP_ITEM(vp_private_ip_address, list, at)->private_ip_address;
    }
    vp_cidr block = any_block(source, ipv6);
    if (subnet != NULL && !ipv6 && vp_cidr_is_given(&subnet->cidr_block)) {
        block = subnet->cidr_block;
    } else if (subnet != NULL && ipv6 && subnet->ipv6_cidr_block_association_set.count > 0) {
        block =
            VP_ITEM(vp_block_association, &subnet->ipv6_cidr_block_association_set, 0)->cidr_block;
    }
    return vp_addr_plus(&block.address, random_below(source, 60));
}

/* The kind that a key such as "PeerVpcId" or "SecurityGroupIds" speaks of, if any. */
static vp_kind kind_of_key(const char *key) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const char *id_key = vp_kind_describe((vp_kind)kind)->id_key;
        if (strlen(id_key) > 2 && strstr(key, id_key) != NULL) { /* "Id" is in every key */
            return (vp_kind)kind;
        }
    }
    return strcmp(key, "Groups") == 0      ? VP_KIND_SECURITY_GROUP
           : strcmp(key, "GatewayId") == 0 ? VP_KIND_INTERNET_GATEWAY
                                           : VP_KIND_NONE;
}

/* The id of some association: of a table, or of a block of a VPC. */
static vp_name random_association(const vp_network *network, random_source *source) {
    const vp_route_table *table =
        (const vp_route_table *)drawing_record(network, source, VP_KIND_ROUTE_TABLE);
    const vp_vpc *vpc = (const vp_vpc *)drawing_record(network, source, VP_KIND_VPC);
    if (random_below(source, 2) == 0 && table != NULL && table->associations.count > 0) {
        return VP_ITEM(vp_route_table_association, &table->associations,
                       random_below(source, table->associations.count))
            ->route_table_association_id;
    }
    if (vpc != NULL) {
        return VP_ITEM(vp_block_association, &vpc->cidr_block_association_set,
                       random_below(source, vpc->cidr_block_association_set.count))
            ->association_id;
    }
    return VP_NO_NAME;
}

/* A word that suits the key. */
static const char *random_word(random_source *source, const char *key) {
    static const char *const protocols[] = {"-1", "-1", "6", "tcp", "udp", "17", "icmp", "47", "x"};
    static const char *const actions[] = {"allow", "deny", "allow", "x"};
    static const char *const names[] = {"a", "b", "c", "d", "default", "sg-x"};
    static const char *const others[] = {"us-east-1a",   "us-east-1b", "us-west-2",
                                         "222222222222", "local",      "x"};
    static const char *const services[] = {
        "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.sqs", "com.amazonaws.us-east-1.sns",
        "com.amazonaws.vpce.us-east-1.vpce-svc-1", "x"};
    static const char *const types[] = {"Interface", "GatewayLoadBalancer", "Gateway"};
    static const char *const modes[] = {
        "allow-egress", "allow-bidirectional", "block-ingress", "off", "zonal", "regional"};
    static const char *const kinds[] = {"ipsec.1", "ipsec.1", "A", "x"};
    static const char *const domains[] = {"vpc", "standard"};
    return strcmp(key, "ServiceName") == 0       ? PICK(source, services)
           : strstr(key, "Mode") != NULL         ? PICK(source, modes)
           : strcmp(key, "Type") == 0            ? PICK(source, kinds)
           : strcmp(key, "Domain") == 0          ? PICK(source, domains)
           : strcmp(key, "VpcEndpointType") == 0 ? PICK(source, types)
           : strstr(key, "Protocol") != NULL     ? PICK(source, protocols)
           : strcmp(key, "RuleAction") == 0      ? PICK(source, actions)
           : strstr(key, "Name") != NULL         ? PICK(source, names)
                                                 : PICK(source, others);
}

static vp_name random_name(vp_network *network, random_source *source, const vp_field *field) {
    vp_name name = VP_NO_NAME;
    vp_error error;
    vp_kind kind = kind_of_key(field->name);
    bool reference = (field->flags & VP_FIELD_REFERENCE) != 0;
    if (strstr(field->name, "AssociationId") != NULL) {
        return random_association(network, source);
    }
    if (kind != VP_KIND_NONE && !reference && random_below(source, 20) != 0) {
        return VP_NO_NAME; /* mostly let the model choose the ids of new objects */
    }
    if ((kind == VP_KIND_NONE && reference) || random_below(source, 30) == 0) {
        kind = (vp_kind)(1 + random_below(source, VP_KIND_COUNT - 1));
    }
    const vp_record *record = kind != VP_KIND_NONE ? drawing_record(network, source, kind) : NULL;
    if (record != NULL) {
        return record->id;
    }
    VP_CHECK(vp_network_name(network, random_word(source, field->name), &name, &error) == VP_OK);
    return name;
}

static void fill_field(vp_network *network, random_source *source, const vp_field *field,
                       void *member);

/* One or two items; those of a list of scalars are filled under the key of the list. */
static void fill_list(vp_network *network, random_source *source, const vp_field *field,
                      vp_list *list) {
    const vp_field *first = &field->schema->fields[0];
    for (uint64_t i = 1 + random_below(source, 2); i > 0; i--) {
        void *item;
        VP_CHECK(vp_list_append(&network->alloc, field->schema, list, &item) == VP_OK);
        if (first->name[0] == '\0') {
            vp_field named = *first;
            named.name = field->name;
            named.flags = field->flags;
            fill_field(network, source, &named, item);
        } else {
            drawing_fill(network, source, field->schema, item, 60);
        }
    }
}

static void fill_field(vp_network *network, random_source *source, const vp_field *field,
                       void *member) {
    static const int32_t numbers[] = {1, 1, 1, 2, 2, 3, 100, -1, 0, 65535, 70000};
    bool ipv6 = strstr(field->name, "Ipv6") != NULL;
    switch (field->type) {
    case VP_TYPE_TEXT:
        *(vp_name *)member = random_name(network, source, field);
        break;
    case VP_TYPE_BOOL:
        *(vp_bool *)member = random_below(source, 2) == 0 ? VP_TRUE : VP_FALSE;
        break;
    case VP_TYPE_INT:
        *(vp_int *)member = (vp_int){numbers[random_below(source, VP_COUNT_OF(numbers))], 1};
        if (strcmp(field->name, "MinCount") == 0 || strcmp(field->name, "MaxCount") == 0) {
            ((vp_int *)member)->value = 1; /* any other is refused */
        }
        break;
    case VP_TYPE_ADDR:
        *(vp_addr *)member = random_address(network, source, ipv6);
        break;
    case VP_TYPE_CIDR:
        *(vp_cidr *)member = random_block(network, source, ipv6);
        break;
    case VP_TYPE_LIST:
        fill_list(network, source, field, member);
        break;
    default:
        drawing_fill(network, source, field->schema, member, 60);
    }
}

/* Fields that calls can hardly do without, so that many calls go through. */
static bool is_wanted(const char *key) {
    static const char *const keys[] = {"CidrBlock",
                                       "PeerVpcId",
                                       "GroupName",
                                       "DestinationCidrBlock",
                                       "IpProtocol",
                                       "FromPort",
                                       "ToPort",
                                       "RuleNumber",
                                       "Protocol",
                                       "RuleAction",
                                       "SubnetId",
                                       "DeviceIndex",
                                       "PrefixListName",
                                       "InternetGatewayId",
                                       "InstanceId",
                                       "AssociationId",
                                       "ServiceName",
                                       "VpcEndpointType",
                                       "InternetGatewayBlockMode",
                                       "InternetGatewayExclusionMode"};
    for (size_t i = 0; i < VP_COUNT_OF(keys); i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Gives each field with a chance in percent. A list's items need what the binding insists on. */
void drawing_fill(vp_network *network, random_source *source, const vp_schema *schema,
                  void *request, uint64_t chance) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        uint64_t used = is_wanted(field->name) || schema->field_count == 1 ? 75 : chance;
        if ((field->flags & VP_FIELD_KEY) != 0 || random_below(source, 100) < used) {
            fill_field(network, source, field, (char *)request + field->offset);
        }
    }
}

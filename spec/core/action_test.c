/*
 * action_test.c - a change happens as a whole or not at all, also when there is no memory.
 *
 * One script of calls touches every kind of object. It is run with the n-th allocation failing for
 * all n; the first call that fails must leave a model whose every field is what it was before.
 */
#include "vp_action.h"
#include "vp_index.h"
#include "vp_peering.h"

#include "vp_test.h"

/* ---- requests from text ---------------------------------------------------------------------- */

enum { REQUEST_MAX = 1024, OPTIONS_MAX = 8 };

/* One call: "" as receiver is the network, else an id; options are key, text, key, text, ... */
typedef struct script_call {
    const char *receiver, *action, *options[2 * OPTIONS_MAX];
} script_call;

static vp_status set_scalar(vp_network *network, const vp_field *field, void *record,
                            const char *text, vp_error *error) {
    void *member = (char *)record + field->offset;
    size_t length = strlen(text);
    switch (field->type) {
    case VP_TYPE_TEXT:
        return vp_network_name(network, text, member, error);
    case VP_TYPE_BOOL:
        *(vp_bool *)member = strcmp(text, "true") == 0 ? VP_TRUE : VP_FALSE;
        return VP_OK;
    case VP_TYPE_INT:
        *(vp_int *)member = (vp_int){(int32_t)strtol(text, NULL, 10), 1};
        return VP_OK;
    case VP_TYPE_ADDR:
        return vp_addr_parse(text, length, member, error);
    default:
        return vp_cidr_parse_block(text, length, member, error);
    }
}

/* Sets a field; of a list, the first field of a new item. */
static vp_status set_field(vp_network *network, const vp_schema *schema, void *request,
                           const char *key, const char *text, vp_error *error) {
    const vp_field *field = vp_schema_field(schema, key, strlen(key));
    VP_CHECK(field != NULL);
    if (field == NULL) {
        return VP_MISUSE;
    }
    if (field->type != VP_TYPE_LIST) {
        return set_scalar(network, field, request, text, error);
    }
    void *item;
    vp_list *list = (vp_list *)(void *)((char *)request + field->offset);
    vp_status status = vp_list_append(&network->alloc, field->schema, list, &item);
    return status == VP_OK ? set_scalar(network, &field->schema->fields[0], item, text, error)
                           : status;
}

static vp_name find_name(const vp_network *network, const char *text) {
    return vp_names_find(&network->names, text, strlen(text));
}

static vp_status run_call(vp_network *network, const script_call *script, vp_error *error) {
    static const vp_schema none = {"none", 0, 0, NULL};
    union {
        char bytes[REQUEST_MAX];
        uint64_t align;
    } request;
    vp_call call = {0};
    call.network = network;
    call.owner_id = network->owner_id;
    call.region = network->region;
    call.request = &request;
    call.receiver = vp_network_find(network, VP_KIND_NONE, find_name(network, script->receiver));
    vp_kind kind = call.receiver != NULL ? (vp_kind)call.receiver->kind : VP_KIND_NONE;
    const vp_action *action = vp_action_find(kind, script->action, strlen(script->action));
    VP_CHECK(action != NULL);
    if (action == NULL) {
        fprintf(stderr, "no action %s of %s\n", script->action, script->receiver);
        return VP_MISUSE;
    }
    const vp_schema *schema = action->request != NULL ? action->request : &none;
    vp_status status = VP_OK;
    VP_CHECK(schema->size <= sizeof request);
    memset(&request, 0, sizeof request);
    for (size_t i = 0; status == VP_OK && i < 2 * OPTIONS_MAX && script->options[i] != NULL;
         i += 2) {
        status =
            set_field(network, schema, &request, script->options[i], script->options[i + 1], error);
    }
    if (status == VP_OK) {
        status = vp_action_run(action, &call, error);
    }
    vp_schema_clear(&network->alloc, schema, &request);
    return status;
}

/* ---- what a model holds, as a number --------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

static uint64_t hash_record(uint64_t hash, const vp_schema *schema, const void *record);

static uint64_t hash_field(uint64_t hash, const vp_field *field, const void *member) {
    switch (field->type) {
    case VP_TYPE_TEXT:
        return mix(hash, *(const vp_name *)member);
    case VP_TYPE_BOOL:
        return mix(hash, *(const vp_bool *)member);
    case VP_TYPE_INT:
        return mix(hash, (uint64_t)(int64_t)((const vp_int *)member)->value);
    case VP_TYPE_ADDR:
        return mix(mix(hash, ((const vp_addr *)member)->hi), ((const vp_addr *)member)->lo);
    case VP_TYPE_CIDR: {
        const vp_cidr *cidr = member;
        hash = mix(mix(hash, cidr->address.hi), cidr->address.lo);
        return mix(hash, (uint64_t)cidr->address.family << 8 | cidr->prefix_length);
    }
    case VP_TYPE_LIST: {
        const vp_list *list = member;
        hash = mix(hash, list->count);
        for (uint32_t i = 0; i < list->count; i++) {
            const char *items = list->items;
            hash = hash_record(hash, field->schema, items + (size_t)i * field->schema->size);
        }
        return hash;
    }
    default:
        return hash_record(hash, field->schema, member);
    }
}

static uint64_t hash_record(uint64_t hash, const vp_schema *schema, const void *record) {
    for (uint16_t i = 0; i < schema->field_count; i++) {
        hash =
            hash_field(hash, &schema->fields[i], (const char *)record + schema->fields[i].offset);
    }
    return hash;
}

/* All records, whatever their order, and all counters. */
static uint64_t hash_network(const vp_network *network) {
    uint64_t sum = mix(mix(network->next_id, network->event_count), network->diagnostic_count);
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_rows *rows = &network->rows[kind];
        for (uint32_t i = 0; i < rows->count; i++) {
            sum += hash_record(1, vp_kind_describe((vp_kind)kind)->schema, rows->rows[i]);
            if (kind == VP_KIND_VPC_PEERING_CONNECTION) {
                const vp_vpc_peering_connection *pcx =
                    (const vp_vpc_peering_connection *)rows->rows[i];
                sum += mix(mix((uint64_t)pcx->created_at, (uint64_t)pcx->ended_at), pcx->cause);
            }
        }
    }
    return mix(sum, (uint64_t)network->clock);
}

/* ---- the script ------------------------------------------------------------------------------ */

static const script_call script[] = {
    {"", "create_vpc", {"VpcId", "vpc-a", "CidrBlock", "10.0.0.0/16", "Tags", "Name"}},
    {"", "create_vpc", {"VpcId", "vpc-b", "CidrBlock", "172.16.0.0/16"}},
    {"", "create_vpc", {"VpcId", "vpc-c", "CidrBlock", "10.0.0.0/24"}},
    {"", "create_default_vpc", {"VpcId", "vpc-d"}},
    {"vpc-a", "create_subnet", {"SubnetId", "subnet-a", "CidrBlock", "10.0.0.0/24"}},
    {"vpc-b", "create_subnet", {"SubnetId", "subnet-b", "CidrBlock", "172.16.0.0/24"}},
    {"vpc-a", "create_route_table", {"RouteTableId", "rtb-a"}},
    {"rtb-a", "associate", {"SubnetId", "subnet-a"}},
    {"",
     "create_vpc_peering_connection",
     {"VpcPeeringConnectionId", "pcx-1", "VpcId", "vpc-a", "PeerVpcId", "vpc-b"}},
    {"",
     "create_vpc_peering_connection",
     {"VpcPeeringConnectionId", "pcx-2", "VpcId", "vpc-a", "PeerVpcId", "vpc-c"}},
    {"rtb-a",
     "create_route",
     {"DestinationCidrBlock", "172.16.0.0/16", "VpcPeeringConnectionId", "pcx-1"}},
    {"vpc-b", "associate_cidr_block", {"CidrBlock", "172.18.0.0/16"}},
    {"vpc-b", "associate_cidr_block", {"Ipv6CidrBlock", "2001:db8:1234:1a00::/56"}},
    {"pcx-1", "accept", {NULL}},
    {"vpc-a", "create_security_group", {"GroupId", "sg-a", "GroupName", "a"}},
    {"vpc-b", "create_security_group", {"GroupId", "sg-b", "GroupName", "b"}},
    {"sg-b", "authorize_ingress", {"IpProtocol", "-1", "ReferencedGroupId", "sg-a"}},
    {"sg-b",
     "authorize_ingress",
     {"IpProtocol", "tcp", "FromPort", "22", "ToPort", "22", "CidrIp", "10.0.0.0/8"}},
    {"sg-b", "revoke_egress", {"IpProtocol", "-1", "CidrIp", "0.0.0.0/0"}},
    {"vpc-b", "create_network_acl", {"NetworkAclId", "acl-b"}},
    {"acl-b",
     "create_entry",
     {"RuleNumber", "100", "Protocol", "-1", "RuleAction", "allow", "CidrBlock", "10.0.0.0/8"}},
    {"acl-b", "associate", {"SubnetId", "subnet-b"}},
    {"", "create_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"vpc-a", "attach_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"rtb-a", "create_route", {"DestinationCidrBlock", "0.0.0.0/0", "GatewayId", "igw-a"}},
    {"subnet-a",
     "run_instance",
     {"InstanceId", "i-1", "NetworkInterfaceId", "eni-1", "SecurityGroupIds", "sg-a", "Nat",
      "true"}},
    {"subnet-a", "create_network_interface", {"NetworkInterfaceId", "eni-2"}},
    {"eni-2", "attach", {"InstanceId", "i-1", "DeviceIndex", "1"}},
    {"eni-2", "assign_private_ip_addresses", {"PrivateIpAddresses", "10.0.0.99"}},
    {"rtb-a",
     "create_route",
     {"DestinationCidrBlock", "192.168.0.0/16", "NetworkInterfaceId", "eni-2"}},
    {"", "allocate_address", {"AllocationId", "eipalloc-1"}},
    {"eipalloc-1", "associate", {"NetworkInterfaceId", "eni-2"}},
    {"",
     "create_managed_prefix_list",
     {"PrefixListId", "pl-1", "PrefixListName", "p", "Entries", "10.9.0.0/16"}},
    {"i-1", "stop", {NULL}},
    {"i-1", "start", {NULL}},
    {"eni-2", "detach", {NULL}},
    {"eni-2", "delete", {NULL}},
    {"pcx-1", "delete", {NULL}},
    {"i-1", "terminate", {NULL}},
    {"vpc-a", "detach_internet_gateway", {"InternetGatewayId", "igw-a"}},
    {"subnet-a", "delete", {NULL}},
    {"rtb-a", "delete", {NULL}},
    {"sg-a", "delete", {NULL}},
    {"vpc-a", "delete", {NULL}}};

/* Runs the script until a call fails; checks what that call left behind. */
static vp_status run_script(vp_network *network) {
    vp_error error = {VP_OK, "", ""};
    for (size_t i = 0; i < VP_COUNT_OF(script); i++) {
        uint64_t before = hash_network(network);
        vp_status status = run_call(network, &script[i], &error);
        if (status != VP_OK) {
            if (status != VP_NO_MEMORY) {
                fprintf(stderr, "call %zu, %s: %s: %s\n", i, script[i].action, error.code,
                        error.message);
            }
            VP_CHECK(hash_network(network) == before);
            VP_CHECK(vp_network_validate(network) == NULL);
            return status;
        }
        VP_CHECK(hash_network(network) != before);
    }
    uint64_t before = hash_network(network);
    vp_status status = vp_peering_advance(network, 400 * 3600, &error);
    VP_CHECK(status == VP_OK || hash_network(network) == before);
    return status;
}

static vp_status run_once(const vp_alloc *alloc) {
    vp_network *network;
    vp_error error;
    vp_status status = vp_network_new(alloc, "111111111111", 12, "us-east-1", 9, &network, &error);
    if (status == VP_OK) {
        status = run_script(network);
        VP_CHECK(vp_network_validate(network) == NULL);
        vp_network_unref(network);
    }
    return status;
}

static void test_no_memory(void) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, n);
        vp_status status = run_once(&alloc);
        VP_CHECK(memory.live == 0);
        if (!memory.failed) {
            VP_CHECK(status == VP_OK);
            return;
        }
        VP_CHECK(status == VP_NO_MEMORY);
    }
}

static void test_find(void) {
    uint32_t position = 0, count = 0;
    const vp_action *action;
    while ((action = vp_action_next(&position)) != NULL) {
        count++;
        VP_CHECK(vp_action_find(action->receiver, action->name, strlen(action->name)) == action);
        VP_CHECK(action->request == NULL || action->request->size <= REQUEST_MAX);
    }
    VP_CHECK(count == position && count > 60);
    VP_CHECK(vp_action_find(VP_KIND_NONE, "create_vpc_", 11) == NULL);
    VP_CHECK(vp_action_find(VP_KIND_VPC, "create_vpc", 10) == NULL);
    VP_CHECK(vp_action_next(&position) == NULL);
}

int main(void) {
    test_find();
    test_no_memory();
    return vp_test_end();
}

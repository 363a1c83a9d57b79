/*
 * network_test.c - names, schemas and records: what is stored is found, copied and released; and
 * all of it once more with every allocation failing in turn.
 */
#include "vp_network.h"
#include "vp_test.h"

static void test_names(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_names names;
    vp_name name = 7, again = 8;
    size_t length;
    vp_names_init(&names, &alloc);
    VP_CHECK(vp_names_find(&names, "a", 1) == VP_NO_NAME);
    VP_CHECK(vp_names_intern(&names, "", 0, &name) == VP_OK && name == VP_NO_NAME);
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 5000; i++) {
            char text[16];
            int size = snprintf(text, sizeof text, "id-%u", i);
            VP_CHECK(vp_names_intern(&names, text, (size_t)size, &name) == VP_OK);
            VP_CHECK(name == i + 1);
            VP_CHECK_TEXT(vp_names_text(&names, name, NULL), text);
        }
    }
    VP_CHECK(vp_names_intern(&names, "a\0b", 3, &name) == VP_OK);
    VP_CHECK(vp_names_intern(&names, "a\0c", 3, &again) == VP_OK && again != name);
    VP_CHECK(memcmp(vp_names_text(&names, name, &length), "a\0b", 4) == 0 && length == 3);
    VP_CHECK_TEXT(vp_names_text(&names, 1u << 30, &length), "");
    vp_names_clear(&names);
    VP_CHECK(vp_names_find(&names, "id-1", 4) == VP_NO_NAME);
}

static void test_keys(void) {
    static const char *const pairs[][2] = {
        {"VpcId", "vpc_id"},
        {"CidrBlock", "cidr_block"},
        {"Ipv6CidrBlock", "ipv6_cidr_block"},
        {"VpcPeeringConnectionId", "vpc_peering_connection_id"},
        {"AccepterVpcInfo", "accepter_vpc_info"},
        {"IpPermissionsEgress", "ip_permissions_egress"},
        {"EnableDns64", "enable_dns64"},
        {"MapPublicIpOnLaunch", "map_public_ip_on_launch"},
    };
    for (size_t i = 0; i < VP_COUNT_OF(pairs); i++) {
        char out[VP_KEY_MAX];
        VP_CHECK(vp_key_snake(pairs[i][0], out) == strlen(pairs[i][1]));
        VP_CHECK_TEXT(out, pairs[i][1]);
    }
    const vp_schema *vpc = vp_kind_describe(VP_KIND_VPC)->schema;
    const vp_field *field = vp_schema_field_snake(vpc, "cidr_block", 10);
    VP_CHECK(field != NULL && strcmp(field->name, "CidrBlock") == 0);
    VP_CHECK(vp_schema_field(vpc, "CidrBlock", 9) == field);
    VP_CHECK(vp_schema_field(vpc, "CidrBloc", 8) == NULL);
    VP_CHECK(vp_schema_field(vpc, "CidrBlock\0x", 11) == NULL);
}

/* Every key fits VP_KEY_MAX and every member lies inside its structure. */
static void check_schema(const vp_schema *schema, int depth) {
    VP_CHECK(depth < 8);
    for (uint16_t i = 0; i < schema->field_count; i++) {
        const vp_field *field = &schema->fields[i];
        VP_CHECK(strlen(field->name) + 8 < VP_KEY_MAX);
        VP_CHECK(field->offset + vp_field_size(field) <= schema->size);
        VP_CHECK((field->schema != NULL) ==
                 (field->type == VP_TYPE_LIST || field->type == VP_TYPE_OBJECT));
        if (field->schema != NULL && depth < 8) {
            check_schema(field->schema, depth + 1);
        }
    }
}

static void test_kinds(void) {
    for (int kind = VP_KIND_NONE + 1; kind < VP_KIND_COUNT; kind++) {
        const vp_kind_info *info = vp_kind_describe((vp_kind)kind);
        char id[64];
        int length = snprintf(id, sizeof id, "%sx", info->prefix);
        VP_CHECK(vp_kind_of_id(id, (size_t)length) == (vp_kind)kind);
        VP_CHECK(vp_kind_of_id(info->prefix, strlen(info->prefix)) == VP_KIND_NONE);
        VP_CHECK(vp_schema_field(info->schema, info->id_key, strlen(info->id_key)) != NULL);
        check_schema(info->schema, 0);
    }
    VP_CHECK(vp_kind_of_id("lgw-1", 5) == VP_KIND_NONE);
    VP_CHECK(vp_kind_of_id("tgw-1", 5) == VP_KIND_TRANSIT_GATEWAY);
    VP_CHECK(vp_kind_of_id("tgw-rtb-1", 9) == VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE);
}

/* Adds a group with one permission of two ranges. */
static vp_status add_group(vp_network *network, const char *id, vp_record **record) {
    vp_name name;
    void *item;
    vp_status status = vp_network_name(network, id, &name, NULL);
    if (status == VP_OK) {
        status = vp_network_add(network, VP_KIND_SECURITY_GROUP, name, record, NULL);
    }
    if (status != VP_OK) {
        return status;
    }
    vp_security_group *group = (vp_security_group *)*record;
    status =
        vp_list_append(&network->alloc, &vp_ip_permission_schema, &group->ip_permissions, &item);
    for (uint32_t i = 0; i < 2 && status == VP_OK; i++) {
        vp_ip_permission *permission = VP_ITEM(vp_ip_permission, &group->ip_permissions, 0);
        permission->from_port.value = 443;
        permission->from_port.given = 1;
        status =
            vp_list_append(&network->alloc, &vp_ip_range_schema, &permission->ip_ranges, &item);
        if (status == VP_OK) {
            vp_addr address = vp_addr_from_ipv4(0x0a000000u + (i << 8));
            ((vp_ip_range *)item)->cidr_ip = vp_cidr_of(&address, 24);
        }
    }
    return status;
}

static void check_copy(const vp_network *network, vp_network *copy) {
    const vp_schema *schema = vp_kind_describe(VP_KIND_SECURITY_GROUP)->schema;
    vp_name name = vp_names_find(&copy->names, "sg-b", 4);
    vp_record *ours = vp_network_find(network, VP_KIND_SECURITY_GROUP, name);
    vp_record *theirs = vp_network_find(copy, VP_KIND_SECURITY_GROUP, name);
    VP_CHECK(ours != NULL && theirs != NULL && ours != theirs);
    VP_CHECK(vp_schema_equals(schema, ours, theirs));
    vp_security_group *group = (vp_security_group *)theirs;
    VP_ITEM(vp_ip_permission, &group->ip_permissions, 0)->from_port.value = 22;
    VP_CHECK(!vp_schema_equals(schema, ours, theirs));
    vp_network_remove(copy, theirs);
    VP_CHECK(vp_network_find(copy, VP_KIND_SECURITY_GROUP, name) == NULL);
    VP_CHECK(vp_network_find(network, VP_KIND_SECURITY_GROUP, name) == ours);
    VP_CHECK(vp_network_validate(copy) == NULL);
}

/* Builds, logs, clones and releases; `asserting` is off while allocations fail. */
static vp_status work(const vp_alloc *alloc, bool asserting) {
    static const char *const ids[] = {"sg-c", "sg-a", "sg-b"};
    vp_network *network = NULL, *copy = NULL;
    vp_record *record = NULL;
    vp_name made;
    vp_error error;
    vp_status status = vp_network_new(alloc, "111111111111", 12, "us-east-1", 9, &network, &error);
    for (size_t i = 0; i < VP_COUNT_OF(ids) && status == VP_OK; i++) {
        status = add_group(network, ids[i], &record);
    }
    if (status == VP_OK) {
        status = vp_network_diagnose(network, VP_SEVERITY_WARNING, "unknown_id", record, "VpcId",
                                     "is not in the data", &error);
    }
    if (status == VP_OK) {
        status = vp_network_log(network, "create", record->id, "available", &error);
    }
    if (status == VP_OK) {
        status = vp_network_new_id(network, VP_KIND_VPC, NULL, &made, &error);
    }
    if (status == VP_OK) {
        status = vp_network_clone(network, &copy, &error);
    }
    if (asserting) {
        vp_record *first = vp_network_next(network, VP_KIND_SECURITY_GROUP, VP_NO_NAME);
        VP_CHECK(status == VP_OK);
        VP_CHECK_TEXT(vp_network_text(network, first->id), "sg-a");
        VP_CHECK_TEXT(vp_network_text(network, made), "vpc-05692161d100b05e5");
        VP_CHECK(vp_network_add(network, VP_KIND_VPC, first->id, &record, &error) == VP_REFUSED);
        VP_CHECK_TEXT(error.code, "InvalidParameterValue");
        VP_CHECK(copy->diagnostic_count == 1 && copy->event_count == 1);
        check_copy(network, copy);
    }
    if (network != NULL) {
        VP_CHECK(vp_network_validate(network) == NULL);
        vp_network_close(network);
        vp_network_close(network);
        vp_network_unref(network);
    }
    vp_network_unref(copy);
    return status;
}

static vp_status work_only(const vp_alloc *alloc) { return work(alloc, false); }

static void test_no_memory(void) { VP_CHECK(vp_test_no_memory(work_only, false) > 1); }

/* A compacted network holds nothing that it does not use, says the same, and can still grow. */
static vp_status compact(const vp_alloc *alloc, size_t *live, const vp_test_memory *memory) {
    vp_network *network;
    vp_record *record = NULL;
    vp_error error;
    vp_status status = vp_network_new(alloc, "1", 1, "r", 1, &network, &error);
    if (status != VP_OK) {
        return status;
    }
    for (int i = 0; i < 100 && status == VP_OK; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "sg-%d", i);
        status = add_group(network, id, &record);
    }
    if (status == VP_OK) {
        live[0] = memory->live;
        vp_network_compact(network);
        live[1] = memory->live;
        VP_CHECK(vp_network_validate(network) == NULL);
        VP_CHECK(vp_names_find(&network->names, "sg-99", 5) == record->id);
        VP_CHECK(vp_network_find(network, VP_KIND_SECURITY_GROUP, record->id) == record);
        status = add_group(network, "sg-100", &record);
    }
    VP_CHECK(vp_network_validate(network) == NULL);
    vp_network_unref(network);
    return status;
}

static void test_compact(void) {
    for (size_t n = 1;; n++) {
        vp_test_memory memory;
        vp_alloc alloc = vp_test_failing_alloc(&memory, n);
        size_t live[2] = {0, 0};
        vp_status status = compact(&alloc, live, &memory);
        VP_CHECK(memory.live == 0);
        if (!memory.failed) {
            VP_CHECK(status == VP_OK);
            VP_CHECK(live[1] + 1000 < live[0]);
            break;
        }
    }
}

static void test_diagnostic_limit(void) {
    vp_alloc alloc = vp_alloc_default();
    vp_network *network;
    VP_CHECK(vp_network_new(&alloc, "1", 1, "r", 1, &network, NULL) == VP_OK);
    for (uint32_t i = 0; i < VP_DIAGNOSTICS_MAX + 10; i++) {
        VP_CHECK(vp_network_diagnose(network, VP_SEVERITY_INFO, "x", NULL, NULL, "y", NULL) ==
                 VP_OK);
    }
    VP_CHECK(network->diagnostic_count == VP_DIAGNOSTICS_MAX);
    const vp_diagnostic *last = &network->diagnostics[VP_DIAGNOSTICS_MAX - 1];
    VP_CHECK_TEXT(vp_network_text(network, last->code), "limit");
    vp_network_unref(network);
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    test_names();
    test_keys();
    test_kinds();
    (void)work(&alloc, true);
    test_no_memory();
    test_compact();
    test_diagnostic_limit();
    return vp_test_end();
}

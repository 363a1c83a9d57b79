/*
 * seal_test.c - sealing a model that lacks much and breaks many rules, twice over, and with every
 * allocation failing once. What the diagnostics say is tested through Lua.
 */
#include "vp_identity.h"
#include "vp_judge.h"
#include "vp_seal.h"
#include "vp_test.h"

/* A model under construction: the first failure is kept and everything after it does nothing. */
typedef struct maker {
    vp_network *network;
    vp_status status;
} maker;

static vp_name name_of(maker *make, const char *text) {
    vp_name name = VP_NO_NAME;
    if (make->status == VP_OK) {
        make->status = vp_network_name(make->network, text, &name, NULL);
    }
    return name;
}

static void *add(maker *make, vp_kind kind, const char *id) {
    static uint64_t nowhere[128]; /* written to after a failure, never read */
    vp_name name = name_of(make, id);
    vp_record *record = NULL;
    if (make->status == VP_OK) {
        make->status = vp_network_add(make->network, kind, name, &record, NULL);
    }
    if (make->status != VP_OK) {
        memset(nowhere, 0, sizeof nowhere);
        return nowhere;
    }
    return record;
}

static vp_cidr cidr(const char *text) {
    vp_cidr block = {{0, 0, 0}, 0};
    VP_CHECK(vp_cidr_parse(text, strlen(text), VP_CIDR_REFUSE_HOST_BITS, &block, NULL) == VP_OK);
    return block;
}

static void add_vpc(maker *make, const char *id, const char *block) {
    vp_vpc *vpc = add(make, VP_KIND_VPC, id);
    vpc->cidr_block = cidr(block);
}

static void add_subnet(maker *make, const char *id, const char *vpc_id, const char *block) {
    vp_subnet *subnet = add(make, VP_KIND_SUBNET, id);
    subnet->vpc_id = name_of(make, vpc_id);
    subnet->cidr_block = cidr(block);
    subnet->availability_zone = name_of(make, "us-west-2-lax-1a");
}

/* Two peered VPCs that overlap, subnets that do not fit, an instance without an interface. */
static void build(maker *make) {
    add_vpc(make, "vpc-a", "10.0.0.0/16");
    add_vpc(make, "vpc-b", "10.0.0.0/8");
    add_subnet(make, "subnet-1", "vpc-a", "10.0.0.0/24");
    add_subnet(make, "subnet-2", "vpc-a", "10.0.0.128/25");
    add_subnet(make, "subnet-3", "vpc-gone", "10.1.0.0/24");
    vp_instance *instance = add(make, VP_KIND_INSTANCE, "i-1");
    instance->vpc_id = name_of(make, "vpc-a");
    instance->subnet_id = name_of(make, "subnet-1");
    instance->private_ip_address = vp_addr_from_ipv4(0x0a000003);
    instance->ipv6_address = (vp_addr){1, 1, 6};
    void *item = NULL;
    if (make->status == VP_OK) {
        make->status = vp_list_append(&make->network->alloc, &vp_group_identifier_schema,
                                      &instance->security_groups, &item);
    }
    if (make->status == VP_OK) {
        vp_group_identifier group = {name_of(make, "sg-gone"), VP_NO_NAME};
        *(vp_group_identifier *)item = group;
    }
    vp_vpc_peering_connection *peering = add(make, VP_KIND_VPC_PEERING_CONNECTION, "pcx-1");
    peering->status.code = name_of(make, "active");
    peering->requester_vpc_info.vpc_id = name_of(make, "vpc-a");
    peering->requester_vpc_info.owner_id = name_of(make, "111111111111");
    peering->accepter_vpc_info.vpc_id = name_of(make, "vpc-b");
}

static vp_record *find(vp_network *network, const char *id) {
    vp_name name = vp_names_find(&network->names, id, strlen(id));
    return vp_network_find(network, VP_KIND_NONE, name);
}

static bool has_diagnostic(const vp_network *network, const char *code, const char *id) {
    for (uint32_t i = 0; i < network->diagnostic_count; i++) {
        if (vp_network_name_is(network, network->diagnostics[i].code, code) &&
            vp_network_name_is(network, network->diagnostics[i].resource_id, id)) {
            return true;
        }
    }
    return false;
}

static void check(vp_network *network) {
    VP_CHECK_TEXT(vp_network_text(network, find(network, "vpc-a")->owner_id), "111111111111");
    VP_CHECK_TEXT(vp_network_text(network, find(network, "vpc-a")->region), "us-west-2");
    VP_CHECK_TEXT(vp_network_text(network, find(network, "vpc-b")->owner_id), VP_UNKNOWN_OWNER_ID);
    VP_CHECK_TEXT(vp_network_text(network, find(network, "vpc-b")->region), VP_UNKNOWN_REGION);
    VP_CHECK_TEXT(vp_network_text(network, find(network, "i-1")->region), "us-west-2");
    const vp_network_interface *interface =
        (const vp_network_interface *)find(network, "eni-of-i-1");
    VP_CHECK(interface != NULL);
    if (interface != NULL) {
        VP_CHECK(interface->private_ip_addresses.count == 1);
        VP_CHECK(interface->ipv6_addresses.count == 1);
        VP_CHECK(interface->groups.count == 1);
        VP_CHECK(interface->attachment.instance_id == find(network, "i-1")->id);
    }
    VP_CHECK(network->rows[VP_KIND_NETWORK_INTERFACE].count == 1);
    VP_CHECK(has_diagnostic(network, "unknown_id", "subnet-3"));
    VP_CHECK(has_diagnostic(network, "unknown_id", "eni-of-i-1"));
    VP_CHECK(has_diagnostic(network, "InvalidVpc.Range", "vpc-b"));
    VP_CHECK(has_diagnostic(network, "InvalidSubnet.Conflict", "subnet-2"));
    VP_CHECK(has_diagnostic(network, "InvalidParameterValue", "eni-of-i-1"));
    VP_CHECK(has_diagnostic(network, "PCX_OVERLAPPING_CIDRS", "pcx-1"));
    VP_CHECK(vp_network_validate(network) == NULL);
}

static vp_status work(const vp_alloc *alloc, bool checked) {
    maker make = {NULL, VP_OK};
    vp_status status = vp_network_new(alloc, "1", 1, "r", 1, &make.network, NULL);
    if (status != VP_OK) {
        return status;
    }
    build(&make);
    vp_seal_options options = {VP_NO_NAME, VP_NO_NAME};
    for (int round = 0; round < 2 && make.status == VP_OK; round++) {
        make.status = vp_network_seal(make.network, &options, NULL);
        if (checked) {
            check(make.network);
        }
    }
    VP_CHECK(make.status == VP_OK || vp_network_validate(make.network) == NULL);
    vp_network_unref(make.network);
    return make.status;
}

static vp_status work_only(const vp_alloc *alloc) { return work(alloc, false); }

static void test_no_memory(void) { VP_CHECK(vp_test_no_memory(work_only, false) > 1); }

/* A Region of the options stands behind everything else. */
static void test_options(void) {
    vp_alloc alloc = vp_alloc_default();
    maker make = {NULL, VP_OK};
    VP_CHECK(vp_network_new(&alloc, "1", 1, "r", 1, &make.network, NULL) == VP_OK);
    build(&make);
    vp_seal_options options = {name_of(&make, "222222222222"), name_of(&make, "eu-west-1")};
    VP_CHECK(vp_network_seal(make.network, &options, NULL) == VP_OK);
    VP_CHECK_TEXT(vp_network_text(make.network, find(make.network, "vpc-a")->owner_id),
                  "111111111111");
    VP_CHECK_TEXT(vp_network_text(make.network, find(make.network, "vpc-b")->owner_id),
                  "222222222222");
    VP_CHECK_TEXT(vp_network_text(make.network, find(make.network, "vpc-b")->region), "eu-west-1");
    VP_CHECK_TEXT(vp_network_text(make.network, find(make.network, "subnet-3")->region),
                  "us-west-2");
    vp_network_unref(make.network);
}

int main(void) {
    vp_alloc alloc = vp_alloc_default();
    VP_CHECK(work(&alloc, true) == VP_OK);
    test_no_memory();
    test_options();
    return vp_test_end();
}

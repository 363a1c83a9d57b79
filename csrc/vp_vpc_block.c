/*
 * vp_vpc_block.c - adding blocks to a VPC and removing them.
 *
 * Every rule on a new block is one small check; `check_block` is the order in which they apply.
 * AWS: Amazon VPC User Guide, "VPC CIDR blocks".
 */
#include "vp_vpc_block.h"

#include "vp_group_part.h"
#include "vp_peering.h"

#include <stdio.h>
#include <string.h>

#define QUOTA_BLOCKS 5

/* 2600:1f00::/24 is where Amazon's blocks come from; a VPC gets a /56 of it. */
#define AMAZON_PREFIX ((uint64_t)0x26001f00 << 32)
#define AMAZON_BITS 24

/* One past the highest block in use, so that VPCs get theirs in order and one pass is enough. */
vp_status vp_vpc_block_from_amazon(const vp_network *network, vp_cidr *block, vp_error *error) {
    vp_addr first = {AMAZON_PREFIX, 0, 6};
    vp_cidr pool = vp_cidr_of(&first, AMAZON_BITS);
    uint64_t next = AMAZON_PREFIX;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC); i++) {
        const vp_vpc *vpc = VP_ROW(vp_vpc, network, VP_KIND_VPC, i);
        uint32_t position = 0;
        vp_cidr own;
        while (vp_vpc_next_block(network, vpc, &position, &own)) {
            vp_addr last = vp_cidr_last(&own);
            if (vp_cidr_contains(&pool, &own) && last.hi >= next) {
                next = (last.hi | 0xff) + 1;
            }
        }
    }
    vp_addr address = {next, 0, 6};
    if (!vp_cidr_contains_addr(&pool, &address)) {
        return vp_error_limit(error, "AMAZON_BITS", (size_t)1 << (56 - AMAZON_BITS));
    }
    *block = vp_cidr_of(&address, 56);
    return VP_OK;
}

/* ---- the rules ------------------------------------------------------------------------------- */

static vp_status refuse_range(const vp_cidr *block, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX];
    (void)vp_cidr_format(block, text);
    VP_REFUSE(error, "InvalidVpc.Range", "The CIDR '%s' is invalid.", text);
}

/* AWS names the two families' errors differently. */
static vp_status check_size(const vp_cidr *block, vp_error *error) {
    if (block->address.family == 6 && !vp_block_is_valid_ipv6(block)) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(block, text);
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter ipv6CidrBlock is invalid. The prefix length must be "
                  "44, 48, 52, 56 or 60.",
                  text);
    }
    if (block->address.family == 4 && !vp_block_is_valid_ipv4(block)) {
        return refuse_range(block, error);
    }
    return VP_OK;
}

/* The classes of private ranges (semantics 1.3); only IPv4 has them. */
static vp_status check_class(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                             vp_error *error) {
    uint32_t position = 0;
    bool has_10_15 = false;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        has_10_15 = has_10_15 || vp_block_is_in_10_15(&own);
    }
    if (block->address.family == 4 && !vp_block_may_join(&vpc->cidr_block, has_10_15, block)) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(block, text);
        VP_REFUSE(error, "InvalidVpc.Range",
                  "The CIDR '%s' is restricted. Use a CIDR from the same private address range as "
                  "the current VPC CIDR, or use a publicly-routable CIDR. For additional "
                  "restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/"
                  "vpc-cidr-blocks.html",
                  text);
    }
    return VP_OK;
}

/* A local route may have another target; its origin still tells. */
static bool is_local(const vp_network *network, const vp_route *route) {
    return vp_network_name_is(network, route->gateway_id, "local") ||
           vp_network_name_is(network, route->origin, "CreateRouteTable");
}

/* A block must not swallow the destination of a route that is there already. */
static vp_status check_routes(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                              vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        const vp_route_table *table = VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i);
        for (uint32_t j = 0; j < table->routes.count && table->vpc_id == vpc->record.id; j++) {
            const vp_route *route = VP_ITEM(vp_route, &table->routes, j);
            const vp_cidr *destination = block->address.family == 4
                                             ? &route->destination_cidr_block
                                             : &route->destination_ipv6_cidr_block;
            if (!is_local(network, route) && vp_cidr_is_given(destination) &&
                vp_cidr_contains(block, destination)) {
                char text[VP_CIDR_TEXT_MAX], other[VP_CIDR_TEXT_MAX];
                (void)vp_cidr_format(block, text);
                (void)vp_cidr_format(destination, other);
                VP_REFUSE(error, "InvalidVpc.Range",
                          "The CIDR '%s' covers the route to '%s' in route table %s", text, other,
                          vp_network_text(network, table->record.id));
            }
        }
    }
    return VP_OK;
}

static uint32_t count_blocks(const vp_network *network, const vp_vpc *vpc, uint8_t family) {
    uint32_t position = 0, count = 0;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        count += own.address.family == family ? 1 : 0;
    }
    return count;
}

/* The order of semantics 1.2; a VPC without a block is new and has nothing to collide with. */
static vp_status check_block(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                             vp_error *error) {
    VP_TRY(check_size(block, error));
    if (!vp_cidr_is_given(&vpc->cidr_block)) {
        return VP_OK; /* the primary block of a new VPC */
    }
    if (vp_check_vpc_overlaps(network, vpc, block)) {
        return refuse_range(block, error);
    }
    VP_TRY(check_class(network, vpc, block, error));
    VP_TRY(check_routes(network, vpc, block, error));
    VP_TRY(vp_peering_check_block(network, vpc, block, error));
    if (network->quotas && count_blocks(network, vpc, block->address.family) >= QUOTA_BLOCKS) {
        VP_REFUSE(error, "CidrLimitExceeded",
                  "This network '%s' has met its maximum number of allowed CIDRs: %d",
                  vp_network_text(network, vpc->record.id), QUOTA_BLOCKS);
    }
    return VP_OK;
}

vp_status vp_vpc_block_add(vp_call *call, vp_vpc *vpc, const vp_cidr *block,
                           vp_name *association_id, vp_error *error) {
    static const char action[] = "AssociateVpcCidrBlock";
    bool is_ipv4 = block->address.family == 4;
    vp_network *network = call->network;
    void *item;
    VP_TRY(check_block(network, vpc, block, error));
    if (is_ipv4 && !vp_cidr_is_given(&vpc->cidr_block)) {
        vpc->cidr_block = *block;
    }
    if (is_ipv4) {
        VP_TRY(vp_change_append(call->change, &vp_block_association_schema,
                                &vpc->cidr_block_association_set, &item, error));
    } else {
        VP_TRY(vp_change_append(call->change, &vp_ipv6_block_association_schema,
                                &vpc->ipv6_cidr_block_association_set, &item, error));
    }
    vp_block_association *association = item;
    association->cidr_block = *block;
    VP_SET(call, association->state.state, "associated", error);
    VP_TRY(vp_network_new_id(network, VP_KIND_NONE, "vpc-cidr-assoc-", association_id, error));
    association->association_id = *association_id;
    if (vp_block_is_used_internally(block)) {
        VP_TRY(vp_network_diagnose(network, VP_SEVERITY_WARNING, "VPC_CIDR_RESTRICTED",
                                   &vpc->record, NULL,
                                   "172.17.0.0/16 is used internally by some AWS services", error));
    }
    VP_TRY(vp_network_log(network, action, *association_id, "associating", error));
    return vp_network_log(network, action, *association_id, "associated", error);
}

/* ---- the actions ----------------------------------------------------------------------------- */

typedef struct associate_request {
    vp_cidr cidr_block, ipv6_cidr_block;
    vp_bool amazon_provided_ipv6_cidr_block;
} associate_request;

static const vp_field associate_fields[] = {
    VP_FIELD(associate_request, cidr_block, VP_TYPE_CIDR, "CidrBlock", 0, NULL),
    VP_FIELD(associate_request, ipv6_cidr_block, VP_TYPE_CIDR, "Ipv6CidrBlock", 0, NULL),
    VP_FIELD(associate_request, amazon_provided_ipv6_cidr_block, VP_TYPE_BOOL,
             "AmazonProvidedIpv6CidrBlock", 0, NULL)};
static const vp_schema associate_schema =
    VP_SCHEMA("AssociateVpcCidrBlock", associate_request, associate_fields);

/* Of the three ways to name a block exactly one must be used. */
static vp_status choose_block(const vp_network *network, const associate_request *request,
                              vp_cidr *block, vp_error *error) {
    static const char names[] = "cidrBlock, ipv6CidrBlock and amazonProvidedIpv6CidrBlock";
    bool ipv4 = vp_cidr_is_given(&request->cidr_block);
    bool ipv6 = vp_cidr_is_given(&request->ipv6_cidr_block);
    bool amazon = request->amazon_provided_ipv6_cidr_block == VP_TRUE;
    VP_TRY(vp_check_given(ipv4 || ipv6 || amazon, "cidrBlock or ipv6CidrBlock", error));
    VP_TRY(vp_check_not_both(ipv4, ipv6 || amazon, names, error));
    VP_TRY(vp_check_not_both(ipv6, amazon, names, error));
    VP_TRY(vp_check_family(&request->cidr_block, 4, "cidrBlock", error));
    VP_TRY(vp_check_family(&request->ipv6_cidr_block, 6, "ipv6CidrBlock", error));
    *block = ipv4 ? request->cidr_block : request->ipv6_cidr_block;
    return amazon ? vp_vpc_block_from_amazon(network, block, error) : VP_OK;
}

/***
Adds a block to a VPC and a local route for it to all its route tables.
@function vpc:associate_cidr_block
@tparam table options one of `cidr_block` (IPv4, /16 to /28), `ipv6_cidr_block` (/44 to /60 in
steps of 4), `amazon_provided_ipv6_cidr_block` (true: a /56 that no other VPC has)
@treturn string the id of the association
@raise InvalidVpc.Range, InvalidParameterValue, OperationNotPermitted (a request of this VPC is
pending acceptance), CidrLimitExceeded
@usage local id = vpc:associate_cidr_block{ cidr_block = "172.18.0.0/16" }
Source: EC2 API Reference, "AssociateVpcCidrBlock"; Amazon VPC User Guide, "VPC CIDR blocks"
*/
static vp_status associate_cidr_block(vp_call *call, vp_error *error) {
    vp_vpc *vpc = (vp_vpc *)call->receiver;
    vp_cidr block;
    VP_TRY(choose_block(call->network, call->request, &block, error));
    bool first_ipv6 = block.address.family == 6 && !vp_check_vpc_has_ipv6(call->network, vpc);
    VP_TRY(vp_change_edit(call->change, &vpc->record, error));
    VP_TRY(vp_vpc_block_add(call, vpc, &block, &call->result_id, error));
    VP_TRY(vp_route_table_add_local(call, vpc->record.id, &block, error));
    if (first_ipv6) {
        VP_TRY(vp_network_acl_admit_ipv6(call, vpc->record.id, error));
        VP_TRY(vp_security_group_admit_ipv6(call, vpc->record.id, error));
    }
    return vp_peering_block_added(call->change, vpc, &block, error);
}

typedef struct disassociate_request {
    vp_name association_id;
} disassociate_request;

static const vp_field disassociate_fields[] = {
    VP_FIELD(disassociate_request, association_id, VP_TYPE_TEXT, "AssociationId", 0, NULL)};
static const vp_schema disassociate_schema =
    VP_SCHEMA("DisassociateVpcCidrBlock", disassociate_request, disassociate_fields);

/* The association with this id in one of the two sets, or NULL. */
static vp_block_association *find_association(vp_list *set, vp_name id, uint32_t *at) {
    for (*at = 0; *at < set->count; ++*at) {
        vp_block_association *association = VP_ITEM(vp_block_association, set, *at);
        if (association->association_id == id) {
            return association;
        }
    }
    return NULL;
}

/* A block that holds a subnet cannot go. */
static vp_status check_unused(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block,
                              vp_error *error) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SUBNET); i++) {
        const vp_subnet *subnet = VP_ROW(vp_subnet, network, VP_KIND_SUBNET, i);
        const vp_list *ipv6 = &subnet->ipv6_cidr_block_association_set;
        bool inside =
            vp_cidr_is_given(&subnet->cidr_block) && vp_cidr_contains(block, &subnet->cidr_block);
        for (uint32_t j = 0; j < ipv6->count && !inside; j++) {
            const vp_block_association *own = VP_ITEM(vp_block_association, ipv6, j);
            inside =
                vp_block_is_associated(network, own) && vp_cidr_contains(block, &own->cidr_block);
        }
        if (subnet->vpc_id == vpc->record.id && inside) {
            char text[VP_CIDR_TEXT_MAX];
            (void)vp_cidr_format(block, text);
            VP_REFUSE(error, "InvalidCidrBlock.InUse",
                      "The vpc %s currently has a subnet within CIDR block %s",
                      vp_network_text(network, vpc->record.id), text);
        }
    }
    return VP_OK;
}

/***
Removes a block from a VPC, and its local routes.
@function vpc:disassociate_cidr_block
@tparam table options `association_id` (what associate\_cidr\_block returned)
@treturn vpc itself
@raise InvalidVpcCidrBlockAssociationID.NotFound, OperationNotPermitted (the primary block),
InvalidCidrBlock.InUse (a subnet lies in it)
@usage vpc:disassociate_cidr_block{ association_id = id }
Source: EC2 API Reference, "DisassociateVpcCidrBlock"
*/
static vp_status disassociate_cidr_block(vp_call *call, vp_error *error) {
    static const char action[] = "DisassociateVpcCidrBlock";
    vp_vpc *vpc = (vp_vpc *)call->receiver;
    const disassociate_request *request = call->request;
    vp_network *network = call->network;
    vp_name id = request->association_id;
    uint32_t at;
    VP_TRY(vp_check_given(id != VP_NO_NAME, "associationId", error));
    vp_list *set = &vpc->cidr_block_association_set;
    const vp_schema *schema = &vp_block_association_schema;
    vp_block_association *association = find_association(set, id, &at);
    if (association == NULL) {
        set = &vpc->ipv6_cidr_block_association_set;
        schema = &vp_ipv6_block_association_schema;
        association = find_association(set, id, &at);
    }
    if (association == NULL) {
        VP_REFUSE(error, "InvalidVpcCidrBlockAssociationID.NotFound",
                  "The vpc CIDR block association ID '%.100s' does not exist",
                  vp_network_text(network, id));
    }
    vp_cidr block = association->cidr_block;
    if (vp_cidr_equals(&block, &vpc->cidr_block)) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The vpc CIDR block with association ID %s may not be disassociated. It is the "
                  "primary IPv4 CIDR block of the VPC",
                  vp_network_text(network, id));
    }
    VP_TRY(check_unused(network, vpc, &block, error));
    VP_TRY(vp_change_edit(call->change, &vpc->record, error));
    vp_list_remove(&network->alloc, schema, set, at);
    VP_TRY(vp_route_table_remove_local(call, vpc->record.id, &block, error));
    VP_TRY(vp_network_log(network, action, id, "disassociating", error));
    call->result = call->receiver;
    return vp_network_log(network, action, id, "disassociated", error);
}

const vp_action vp_vpc_block_actions[] = {
    {"associate_cidr_block", VP_KIND_VPC, &associate_schema, associate_cidr_block},
    {"disassociate_cidr_block", VP_KIND_VPC, &disassociate_schema, disassociate_cidr_block},
    {NULL, VP_KIND_NONE, NULL, NULL}};

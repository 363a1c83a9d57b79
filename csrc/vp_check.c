/*
 * vp_check.c - the questions that many actions ask before they change something.
 *
 * Codes and messages that AWS words alike for all objects are written once, here; what it calls a
 * kind is a row of a table.
 */
#include "vp_check.h"

#include <string.h>

vp_status vp_check_add(vp_call *call, vp_kind kind, vp_new *made, const vp_vpc *vpc,
                       vp_record **record, vp_error *error) {
    VP_TRY(vp_change_add(call->change, kind, made->id, record, error));
    vp_record *added = *record;
    added->tags = made->tags;
    memset(&made->tags, 0, sizeof made->tags);
    /* What lies in a VPC is its owner's, but for what participants have there (semantics 1.6). */
    bool of_participant = vpc != NULL && !vp_check_is_own(call, &vpc->record) &&
                          (kind == VP_KIND_INSTANCE || kind == VP_KIND_NETWORK_INTERFACE ||
                           kind == VP_KIND_SECURITY_GROUP);
    added->owner_id = call->owner_id;
    added->region = call->region;
    if (vpc != NULL && vpc->record.owner_id != VP_NO_NAME && !of_participant) {
        added->owner_id = vpc->record.owner_id;
    }
    if (vpc != NULL && vpc->record.region != VP_NO_NAME) {
        added->region = vpc->record.region;
    }
    call->result = added;
    return VP_OK;
}

vp_status vp_check_given(bool given, const char *parameter, vp_error *error) {
    if (!given) {
        VP_REFUSE(error, "MissingParameter", "The request must contain the parameter %s",
                  parameter);
    }
    return VP_OK;
}

vp_status vp_check_not_both(bool a, bool b, const char *parameters, vp_error *error) {
    if (a && b) {
        VP_REFUSE(error, "InvalidParameterCombination",
                  "The parameters %s may not be used together", parameters);
    }
    return VP_OK;
}

vp_status vp_check_only(const vp_network *network, vp_name given, const char *only,
                        const char *parameter, vp_error *error) {
    if (given != VP_NO_NAME && !vp_network_name_is(network, given, only)) {
        char quoted[VP_ERROR_QUOTE_MAX];
        const char *text = vp_network_text(network, given);
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter %s is invalid. It is %s.",
                  vp_error_quote(text, strlen(text), quoted), parameter, only);
    }
    return VP_OK;
}

/* The binding refuses the wrong family by the key; values made in the core come here unchecked. */
vp_status vp_check_family(const vp_cidr *block, uint8_t family, const char *parameter,
                          vp_error *error) {
    if (block->address.family != 0 && block->address.family != family) {
        char text[VP_CIDR_TEXT_MAX];
        (void)vp_cidr_format(block, text);
        VP_REFUSE(error, "InvalidParameterValue",
                  "Value (%s) for parameter %s is invalid. This is not a valid CIDR block.", text,
                  parameter);
    }
    return VP_OK;
}

/* What AWS calls a kind in its messages, and its code for an id that nothing has. */
typedef struct kind_words {
    const char *word, *not_found, *parameter;
} kind_words;

static const kind_words *words_of(vp_kind kind) {
    static const kind_words words[VP_KIND_COUNT] = {
        [VP_KIND_VPC] = {"vpc", "InvalidVpcID.NotFound", "vpcId"},
        [VP_KIND_SUBNET] = {"subnet", "InvalidSubnetID.NotFound", "subnetId"},
        [VP_KIND_ROUTE_TABLE] = {"routeTable", "InvalidRouteTableID.NotFound", "routeTableId"},
        [VP_KIND_VPC_PEERING_CONNECTION] = {"vpcPeeringConnection",
                                            "InvalidVpcPeeringConnectionID.NotFound",
                                            "vpcPeeringConnectionId"},
        [VP_KIND_SECURITY_GROUP] = {"security group", "InvalidGroup.NotFound", "groupId"},
        [VP_KIND_SECURITY_GROUP_RULE] = {"security group rule",
                                         "InvalidSecurityGroupRuleId.NotFound",
                                         "securityGroupRuleId"},
        [VP_KIND_NETWORK_ACL] = {"networkAcl", "InvalidNetworkAclID.NotFound", "networkAclId"},
        [VP_KIND_INTERNET_GATEWAY] = {"internetGateway", "InvalidInternetGatewayID.NotFound",
                                      "internetGatewayId"},
        [VP_KIND_VPN_GATEWAY] = {"vpnGateway", "InvalidVpnGatewayID.NotFound", "vpnGatewayId"},
        [VP_KIND_VPN_CONNECTION] = {"vpnConnection", "InvalidVpnConnectionID.NotFound",
                                    "vpnConnectionId"},
        [VP_KIND_CUSTOMER_GATEWAY] = {"customerGateway", "InvalidCustomerGatewayID.NotFound",
                                      "customerGatewayId"},
        [VP_KIND_NETWORK_INTERFACE] = {"networkInterface", "InvalidNetworkInterfaceID.NotFound",
                                       "networkInterfaceId"},
        [VP_KIND_INSTANCE] = {"instance", "InvalidInstanceID.NotFound", "instanceId"},
        [VP_KIND_ADDRESS] = {"allocation", "InvalidAllocationID.NotFound", "allocationId"},
        [VP_KIND_PREFIX_LIST] = {"prefix list", "InvalidPrefixListID.NotFound", "prefixListId"},
        [VP_KIND_EGRESS_ONLY_INTERNET_GATEWAY] = {"egressOnlyInternetGateway",
                                                  "InvalidGatewayID.NotFound",
                                                  "egressOnlyInternetGatewayId"},
        [VP_KIND_NAT_GATEWAY] = {"natGateway", "NatGatewayNotFound", "natGatewayId"},
        [VP_KIND_TRANSIT_GATEWAY] = {"transitGateway", "InvalidTransitGatewayID.NotFound",
                                     "transitGatewayId"},
        [VP_KIND_TRANSIT_GATEWAY_ATTACHMENT] = {"transitGatewayAttachment",
                                                "InvalidTransitGatewayAttachmentID.NotFound",
                                                "transitGatewayAttachmentId"},
        [VP_KIND_TRANSIT_GATEWAY_ROUTE_TABLE] = {"transitGatewayRouteTable",
                                                 "InvalidRouteTableID.NotFound",
                                                 "transitGatewayRouteTableId"},
        [VP_KIND_VPC_ENDPOINT] = {"Vpc Endpoint", "InvalidVpcEndpointId.NotFound", "vpcEndpointId"},
        [VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_OPTIONS] = {"options", "InvalidParameterValue",
                                                     "optionsId"},
        [VP_KIND_VPC_BLOCK_PUBLIC_ACCESS_EXCLUSION] =
            {"exclusion", "InvalidVpcBlockPublicAccessExclusionId.NotFound", "ExclusionId"},
        [VP_KIND_HOSTED_ZONE] = {"hosted zone", "NoSuchHostedZone", "hostedZoneId"}};
    return &words[kind];
}

vp_status vp_check_refuse_unknown(const vp_network *network, vp_kind kind, vp_name id,
                                  const char *because, vp_error *error) {
    const kind_words *words = words_of(kind);
    /* The id is outside text: it may be long, or hold bytes that do not belong in a message. */
    char quoted[VP_ERROR_QUOTE_MAX];
    const char *text = vp_network_text(network, id);
    VP_REFUSE(error, words->not_found, "The %s %s'%s' does not exist%s", words->word,
              kind == VP_KIND_SECURITY_GROUP ? "" : "ID ",
              vp_error_quote(text, strlen(text), quoted), because);
}

vp_status vp_check_exists(const vp_network *network, vp_kind kind, vp_name id, vp_record **record,
                          vp_error *error) {
    VP_TRY(vp_check_given(id != VP_NO_NAME, words_of(kind)->parameter, error));
    *record = vp_network_find(network, kind, id);
    if (*record == NULL) {
        return vp_check_refuse_unknown(network, kind, id, "", error);
    }
    return VP_OK;
}

vp_status vp_check_no_dependents(const vp_network *network, const vp_record *record,
                                 bool dependents, vp_error *error) {
    if (dependents) {
        VP_REFUSE(error, "DependencyViolation", "The %s '%s' has dependencies and cannot be %s",
                  words_of((vp_kind)record->kind)->word, vp_network_text(network, record->id),
                  "deleted.");
    }
    return VP_OK;
}

/* Quotas can be raised on request, so they bind only those who ask for them (semantics D05). */
vp_status vp_check_quota(const vp_network *network, uint32_t count, uint32_t quota,
                         const char *code, const char *message, vp_error *error) {
    if (network->quotas && count >= quota) {
        VP_REFUSE(error, code, "%s", message);
    }
    return VP_OK;
}

vp_status vp_check_vpc(const vp_call *call, vp_name id, vp_vpc **vpc, vp_error *error) {
    vp_record *record;
    VP_TRY(vp_check_own(call, VP_KIND_VPC, id, &record, error));
    *vpc = (vp_vpc *)record;
    return VP_OK;
}

/* The three below differ in one comparison; blocks that are not associated do not count. */
bool vp_check_vpc_has_block(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block) {
    uint32_t position = 0;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        if (vp_cidr_equals(&own, block)) {
            return true;
        }
    }
    return false;
}

bool vp_check_vpc_covers(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block) {
    uint32_t position = 0;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        if (vp_cidr_contains(&own, block)) {
            return true;
        }
    }
    return false;
}

bool vp_check_vpc_overlaps(const vp_network *network, const vp_vpc *vpc, const vp_cidr *block) {
    uint32_t position = 0;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        if (vp_cidr_overlaps(&own, block)) {
            return true;
        }
    }
    return false;
}

bool vp_check_vpc_has_ipv6(const vp_network *network, const vp_vpc *vpc) {
    uint32_t position = 0;
    vp_cidr own;
    while (vp_vpc_next_block(network, vpc, &position, &own)) {
        if (own.address.family == 6) {
            return true;
        }
    }
    return false;
}

/* A subnet has one IPv4 block at most and any number of IPv6 blocks. */
static bool subnet_has(const vp_network *network, const vp_subnet *subnet, const vp_cidr *block) {
    if (vp_cidr_equals(&subnet->cidr_block, block)) {
        return true;
    }
    const vp_list *blocks = &subnet->ipv6_cidr_block_association_set;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const vp_block_association *association = VP_ITEM(vp_block_association, blocks, i);
        if (vp_block_is_associated(network, association) &&
            vp_cidr_equals(&association->cidr_block, block)) {
            return true;
        }
    }
    return false;
}

vp_subnet *vp_check_subnet_with(const vp_network *network, vp_name vpc_id, const vp_cidr *block) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_SUBNET); i++) {
        vp_subnet *subnet = VP_ROW(vp_subnet, network, VP_KIND_SUBNET, i);
        if (subnet->vpc_id == vpc_id && subnet_has(network, subnet, block)) {
            return subnet;
        }
    }
    return NULL;
}

/*
 * vp_vpc_endpoint.c - making, changing and deleting VPC endpoints.
 *
 * The one idea: a request is first judged by the type of endpoint (each type has options of its
 * own), then the endpoint is put together from the parts of vp_endpoint_part.h, which refuse the
 * rest. AWS: EC2 API Reference, "CreateVpcEndpoint", "ModifyVpcEndpoint".
 */
#include "vp_dns.h"
#include "vp_endpoint_part.h"
#include "vp_group_part.h"

#include <string.h>

#define QUOTA_GATEWAYS 20   /* gateway endpoints of an account in a Region */
#define QUOTA_INTERFACES 50 /* other endpoints of a VPC */

/* ---- requests -------------------------------------------------------------------------------- */

typedef struct create_request {
    vp_new made;
    vp_name vpc_endpoint_type, service_name, policy_document, ip_address_type;
    vp_name resource_configuration_arn, service_network_arn;
    vp_list route_table_ids, subnet_ids, security_group_ids; /* vp_text_item */
    vp_list subnet_configurations;                           /* vp_endpoint_place */
    vp_bool private_dns_enabled;
} create_request;

#define IDS_FIELD(type, member, key)                                                               \
    VP_FIELD(type, member, VP_TYPE_LIST, key, VP_FIELD_REFERENCE, &vp_text_item_schema)

static const vp_field place_fields[] = {
    VP_FIELD(vp_endpoint_place, subnet_id, VP_TYPE_TEXT, "SubnetId",
             VP_FIELD_REFERENCE | VP_FIELD_KEY, NULL),
    VP_FIELD(vp_endpoint_place, ipv4, VP_TYPE_ADDR, "Ipv4", 0, NULL),
    VP_FIELD(vp_endpoint_place, ipv6, VP_TYPE_ADDR, "Ipv6", 0, NULL)};
static const vp_schema place_schema =
    VP_SCHEMA("SubnetConfiguration", vp_endpoint_place, place_fields);

static const vp_field create_fields[] = {
    VP_NEW_FIELDS(create_request, "VpcEndpointId"),
    VP_FIELD(create_request, vpc_endpoint_type, VP_TYPE_TEXT, "VpcEndpointType", 0, NULL),
    VP_FIELD(create_request, service_name, VP_TYPE_TEXT, "ServiceName", 0, NULL),
    VP_FIELD(create_request, resource_configuration_arn, VP_TYPE_TEXT, "ResourceConfigurationArn",
             0, NULL),
    VP_FIELD(create_request, service_network_arn, VP_TYPE_TEXT, "ServiceNetworkArn", 0, NULL),
    VP_FIELD(create_request, policy_document, VP_TYPE_TEXT, "PolicyDocument", 0, NULL),
    VP_FIELD(create_request, ip_address_type, VP_TYPE_TEXT, "IpAddressType", 0, NULL),
    IDS_FIELD(create_request, route_table_ids, "RouteTableIds"),
    IDS_FIELD(create_request, subnet_ids, "SubnetIds"),
    IDS_FIELD(create_request, security_group_ids, "SecurityGroupIds"),
    VP_FIELD(create_request, subnet_configurations, VP_TYPE_LIST, "SubnetConfigurations", 0,
             &place_schema),
    VP_FIELD(create_request, private_dns_enabled, VP_TYPE_BOOL, "PrivateDnsEnabled", 0, NULL)};
static const vp_schema create_schema =
    VP_SCHEMA("CreateVpcEndpoint", create_request, create_fields);

typedef struct modify_request {
    vp_list add_route_table_ids, remove_route_table_ids;       /* vp_text_item */
    vp_list add_subnet_ids, remove_subnet_ids;                 /* vp_text_item */
    vp_list add_security_group_ids, remove_security_group_ids; /* vp_text_item */
    vp_list subnet_configurations;                             /* vp_endpoint_place */
    vp_name policy_document, ip_address_type;
    vp_bool private_dns_enabled, reset_policy;
} modify_request;

static const vp_field modify_fields[] = {
    IDS_FIELD(modify_request, add_route_table_ids, "AddRouteTableIds"),
    IDS_FIELD(modify_request, remove_route_table_ids, "RemoveRouteTableIds"),
    IDS_FIELD(modify_request, add_subnet_ids, "AddSubnetIds"),
    IDS_FIELD(modify_request, remove_subnet_ids, "RemoveSubnetIds"),
    IDS_FIELD(modify_request, add_security_group_ids, "AddSecurityGroupIds"),
    IDS_FIELD(modify_request, remove_security_group_ids, "RemoveSecurityGroupIds"),
    VP_FIELD(modify_request, subnet_configurations, VP_TYPE_LIST, "SubnetConfigurations", 0,
             &place_schema),
    VP_FIELD(modify_request, policy_document, VP_TYPE_TEXT, "PolicyDocument", 0, NULL),
    VP_FIELD(modify_request, ip_address_type, VP_TYPE_TEXT, "IpAddressType", 0, NULL),
    VP_FIELD(modify_request, private_dns_enabled, VP_TYPE_BOOL, "PrivateDnsEnabled", 0, NULL),
    VP_FIELD(modify_request, reset_policy, VP_TYPE_BOOL, "ResetPolicy", 0, NULL)};
static const vp_schema modify_schema =
    VP_SCHEMA("ModifyVpcEndpoint", modify_request, modify_fields);

/* ---- judging --------------------------------------------------------------------------------- */

/* AWS makes a gateway endpoint when the type is not given. */
static vp_status read_type(vp_call *call, const create_request *request, vp_vpc_endpoint *endpoint,
                           vp_endpoint_type *type, vp_error *error) {
    static const char *const types[] = {"Gateway", "Interface", "GatewayLoadBalancer", "Resource",
                                        "ServiceNetwork"};
    endpoint->vpc_endpoint_type = request->vpc_endpoint_type;
    if (request->vpc_endpoint_type == VP_NO_NAME) {
        VP_SET(call, endpoint->vpc_endpoint_type, "Gateway", error);
    }
    for (size_t i = 0; i < VP_COUNT_OF(types); i++) {
        if (vp_network_name_is(call->network, endpoint->vpc_endpoint_type, types[i])) {
            *type = vp_endpoint_type_of(call->network, endpoint);
            return VP_OK;
        }
    }
    char quoted[VP_ERROR_QUOTE_MAX];
    const char *text = vp_network_text(call->network, endpoint->vpc_endpoint_type);
    VP_REFUSE(error, "InvalidParameterValue",
              "Value (%s) for parameter vpcEndpointType is invalid. It is Gateway, Interface, "
              "GatewayLoadBalancer, Resource or ServiceNetwork.",
              vp_error_quote(text, strlen(text), quoted));
}

/* An option that endpoints of this type do not have. */
static vp_status refuse_option(bool given, const char *option, const char *type, vp_error *error) {
    if (given) {
        VP_REFUSE(error, "InvalidParameter", "%s cannot be given for VPC endpoints of type %s",
                  option, type);
    }
    return VP_OK;
}

/* What it leads to: a service, or what an ARN of VPC Lattice names; each type has one of the three.
 */
static vp_status check_far_side(const vp_call *call, const create_request *request,
                                const vp_vpc_endpoint *endpoint, vp_endpoint_type type,
                                vp_error *error) {
    const vp_network *network = call->network;
    const char *name = vp_network_text(network, endpoint->vpc_endpoint_type);
    bool resource = strcmp(name, "Resource") == 0, shared = strcmp(name, "ServiceNetwork") == 0;
    vp_name service = request->service_name, configuration = request->resource_configuration_arn;
    VP_TRY(refuse_option(service != VP_NO_NAME && (resource || shared), "A service name", name,
                         error));
    VP_TRY(refuse_option(configuration != VP_NO_NAME && !resource, "A resource configuration", name,
                         error));
    VP_TRY(refuse_option(request->service_network_arn != VP_NO_NAME && !shared, "A service network",
                         name, error));
    if (resource) {
        return vp_endpoint_check_arn(network, configuration, ":resourceconfiguration/",
                                     "resourceConfigurationArn", error);
    }
    if (shared) {
        return vp_endpoint_check_arn(network, request->service_network_arn, ":servicenetwork/",
                                     "serviceNetworkArn", error);
    }
    VP_TRY(vp_check_given(service != VP_NO_NAME, "serviceName", error));
    return vp_endpoint_check_service(network, service, type, endpoint->record.region, error);
}

/* What was asked for, whether by creating or by modifying. */
typedef struct asked {
    bool tables, subnets, groups, private_dns;
} asked;

/* Loaded endpoints may not tell their type, but those are gateway or interface endpoints. */
static vp_status check_options(const vp_network *network, const vp_vpc_endpoint *endpoint,
                               vp_endpoint_type type, const asked *given, vp_error *error) {
    const char *name = endpoint->vpc_endpoint_type != VP_NO_NAME
                           ? vp_network_text(network, endpoint->vpc_endpoint_type)
                       : type == VP_ENDPOINT_GATEWAY ? "Gateway"
                                                     : "Interface";
    bool gateway = type == VP_ENDPOINT_GATEWAY, interface = type == VP_ENDPOINT_INTERFACE;
    VP_TRY(refuse_option(given->tables && !gateway, "Route tables", name, error));
    VP_TRY(refuse_option(given->subnets && gateway, "Subnets", name, error));
    VP_TRY(refuse_option(given->groups && !interface, "Security groups", name, error));
    return refuse_option(given->private_dns && !interface, "Private DNS", name, error);
}

static vp_status set_address_type(vp_call *call, const create_request *request,
                                  vp_endpoint_type type, vp_vpc_endpoint *endpoint,
                                  vp_error *error) {
    static const char *const types[] = {"ipv4", "dualstack", "ipv6"};
    size_t count = type == VP_ENDPOINT_GATEWAY ? 1 : VP_COUNT_OF(types);
    endpoint->ip_address_type = request->ip_address_type;
    if (request->ip_address_type == VP_NO_NAME) {
        return vp_network_name(call->network, "ipv4", &endpoint->ip_address_type, error);
    }
    for (size_t i = 0; i < count; i++) {
        if (vp_network_name_is(call->network, request->ip_address_type, types[i])) {
            return VP_OK;
        }
    }
    char quoted[VP_ERROR_QUOTE_MAX];
    const char *text = vp_network_text(call->network, request->ip_address_type);
    VP_REFUSE(error, "InvalidParameterValue",
              "Value (%s) for parameter ipAddressType is invalid for this type of endpoint.",
              vp_error_quote(text, strlen(text), quoted));
}

/* Gateway endpoints count in the Region, the others in their VPC. */
static vp_status check_quota(const vp_network *network, const vp_vpc_endpoint *added,
                             vp_endpoint_type type, vp_error *error) {
    bool gateway = type == VP_ENDPOINT_GATEWAY;
    uint32_t count = 0;
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_ENDPOINT); i++) {
        const vp_vpc_endpoint *other = VP_ROW(vp_vpc_endpoint, network, VP_KIND_VPC_ENDPOINT, i);
        bool alike = (vp_endpoint_type_of(network, other) == VP_ENDPOINT_GATEWAY) == gateway;
        bool together = gateway ? other->record.owner_id == added->record.owner_id &&
                                      other->record.region == added->record.region
                                : other->vpc_id == added->vpc_id;
        count += other != added && alike && together ? 1 : 0;
    }
    return vp_check_quota(network, count, gateway ? QUOTA_GATEWAYS : QUOTA_INTERFACES,
                          "VpcEndpointLimitExceeded",
                          "The maximum number of VPC endpoints has been reached.", error);
}

/* ---- private DNS ----------------------------------------------------------------------------- */

static bool allows_private_dns(const vp_vpc *vpc) {
    return vp_dns_has_support(vpc) && vp_dns_has_hostnames(vpc);
}

/* Another endpoint or a hosted zone that answers for the name in the VPC already. */
static bool has_conflict(const vp_network *network, const vp_vpc_endpoint *endpoint,
                         const char *name) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_VPC_ENDPOINT); i++) {
        const vp_vpc_endpoint *other = VP_ROW(vp_vpc_endpoint, network, VP_KIND_VPC_ENDPOINT, i);
        if (other != endpoint && other->vpc_id == endpoint->vpc_id &&
            other->service_name == endpoint->service_name &&
            other->private_dns_enabled == VP_TRUE &&
            vp_endpoint_type_of(network, other) == VP_ENDPOINT_INTERFACE) {
            return true;
        }
    }
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_HOSTED_ZONE); i++) {
        const vp_hosted_zone *zone = VP_ROW(vp_hosted_zone, network, VP_KIND_HOSTED_ZONE, i);
        if (vp_endpoint_lists(&zone->vpc_ids, endpoint->vpc_id) &&
            vp_network_name_is(network, zone->name, name)) {
            return true;
        }
    }
    return false;
}

/*
 * AWS: PrivateLink Guide, "Access an AWS service using an interface VPC endpoint": both DNS
 * attributes of the VPC have to be on, and the service has to have a name of its own.
 */
static vp_status check_private_dns(const vp_network *network, const vp_vpc_endpoint *endpoint,
                                   const vp_vpc *vpc, vp_error *error) {
    char name[VP_ENDPOINT_NAME_MAX];
    if (!allows_private_dns(vpc)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
                  "attributes set to true for %s",
                  vp_network_text(network, vpc->record.id));
    }
    if (endpoint->service_name == VP_NO_NAME) {
        VP_REFUSE(error, "InvalidParameter",
                  "Private DNS can't be enabled because the names of what %s leads to are not in "
                  "the model; a private hosted zone can hold them.",
                  vp_network_text(network, endpoint->record.id));
    }
    if (!vp_endpoint_private_name(network, endpoint->service_name, name)) {
        VP_REFUSE(error, "InvalidParameter",
                  "Private DNS can't be enabled because the service %.150s does not provide a "
                  "private DNS name.",
                  vp_network_text(network, endpoint->service_name));
    }
    if (has_conflict(network, endpoint, name)) {
        VP_REFUSE(error, "InvalidParameter",
                  "private-dns-enabled cannot be set because there is already a conflicting DNS "
                  "domain for %.150s in the VPC %s",
                  name, vp_network_text(network, vpc->record.id));
    }
    return VP_OK;
}

/* Where nothing is said, private DNS is on where it can be, as AWS's default is. */
static vp_status set_private_dns(vp_call *call, vp_bool wanted, const vp_vpc *vpc,
                                 vp_vpc_endpoint *endpoint, vp_error *error) {
    vp_error ignored;
    if (wanted == VP_TRUE) {
        VP_TRY(check_private_dns(call->network, endpoint, vpc, error));
    } else if (wanted == VP_UNSET) {
        vp_status status = check_private_dns(call->network, endpoint, vpc, &ignored);
        wanted = status == VP_OK ? VP_TRUE : VP_FALSE;
    }
    endpoint->private_dns_enabled = wanted;
    return VP_OK;
}

/* ---- putting together ------------------------------------------------------------------------ */

static vp_status add_tables(vp_call *call, vp_vpc_endpoint *endpoint, const vp_list *ids,
                            vp_error *error) {
    for (uint32_t i = 0; i < ids->count; i++) {
        VP_TRY(vp_endpoint_add_table(call, endpoint, VP_ITEM(vp_text_item, ids, i)->value, error));
    }
    return VP_OK;
}

/* Subnets with wishes come first, so that generated addresses stay out of their way. */
static vp_status add_subnets(vp_call *call, vp_vpc_endpoint *endpoint, const vp_list *places,
                             const vp_list *ids, vp_error *error) {
    for (uint32_t i = 0; i < places->count; i++) {
        VP_TRY(
            vp_endpoint_add_subnet(call, endpoint, VP_ITEM(vp_endpoint_place, places, i), error));
    }
    for (uint32_t i = 0; i < ids->count; i++) {
        vp_endpoint_place place = {VP_ITEM(vp_text_item, ids, i)->value, {0, 0, 0}, {0, 0, 0}};
        VP_TRY(vp_endpoint_add_subnet(call, endpoint, &place, error));
    }
    return VP_OK;
}

/* No groups given means the default group, as for other interfaces. */
static vp_status add_groups(vp_call *call, vp_vpc_endpoint *endpoint, const vp_list *ids,
                            vp_error *error) {
    const vp_security_group *usual = vp_security_group_default(call->network, endpoint->vpc_id);
    for (uint32_t i = 0; i < ids->count; i++) {
        VP_TRY(vp_endpoint_add_group(call, endpoint, VP_ITEM(vp_text_item, ids, i)->value, error));
    }
    return ids->count == 0 && usual != NULL
               ? vp_endpoint_add_group(call, endpoint, usual->record.id, error)
               : VP_OK;
}

/* What an appliance stands on is one interface. */
static vp_status check_one_subnet(const vp_vpc_endpoint *endpoint, vp_endpoint_type type,
                                  vp_error *error) {
    if (type == VP_ENDPOINT_LOAD_BALANCER && endpoint->subnet_ids.count != 1) {
        VP_REFUSE(error, "InvalidParameter",
                  "A Gateway Load Balancer endpoint needs exactly one subnet");
    }
    return VP_OK;
}

static vp_status log_state(vp_call *call, const char *action, const vp_vpc_endpoint *endpoint,
                           const char *passing, const char *final, vp_error *error) {
    VP_TRY(vp_network_log(call->network, action, endpoint->record.id, passing, error));
    return vp_network_log(call->network, action, endpoint->record.id, final, error);
}

/* What the request says and nothing depends on; the services accept by themselves here. */
static vp_status write_words(vp_call *call, const create_request *request,
                             vp_vpc_endpoint *endpoint, vp_error *error) {
    endpoint->service_name = request->service_name;
    endpoint->resource_configuration_arn = request->resource_configuration_arn;
    endpoint->service_network_arn = request->service_network_arn;
    endpoint->policy_document = request->policy_document;
    endpoint->requester_managed = VP_FALSE;
    endpoint->private_dns_enabled = VP_FALSE;
    return vp_network_name(call->network, "available", &endpoint->state, error);
}

/***
Makes a VPC endpoint. A gateway endpoint (S3, DynamoDB) adds a route for the service's prefix list
to its route tables; where the model has no prefix list of the service's name, it makes an empty
one, so load `describe-prefix-lists` or make the list first. An interface endpoint puts an interface
into each subnet, as do endpoints to resources and service networks of VPC Lattice, a Gateway Load
Balancer endpoint into one.
@function vpc:create_vpc_endpoint
@tparam table options `vpc_endpoint_type` (`"Gateway"`, the default, `"Interface"`,
`"GatewayLoadBalancer"`, `"Resource"`, `"ServiceNetwork"`); of the first three `service_name`
(`"com.amazonaws.us-east-1.s3"`), of the last two `resource_configuration_arn` or
`service_network_arn`; of a gateway endpoint `route_table_ids`; of the others `subnet_ids` or
`subnet_configurations` (`{{ subnet_id, ipv4, ipv6 }}`: with addresses), `ip_address_type`
(`"ipv4"`, the default, `"dualstack"`, `"ipv6"`), and but for Gateway Load Balancer endpoints
`security_group_ids` (default: the default group); of an interface endpoint `private_dns_enabled`
(default: where the VPC and the service allow it); of all `policy_document` (kept, not judged),
`vpc_endpoint_id` (its own id), `tags`
@treturn vpc_endpoint
@raise MissingParameter, InvalidParameterValue, InvalidServiceName, InvalidParameter (an option that
the type does not have, a service that does not have the type, a subnet or group of another VPC,
private DNS where it cannot be), InvalidRouteTableID.NotFound, RouteAlreadyExists,
InvalidSubnetID.NotFound, DuplicateSubnetsInSameZone, InvalidGroup.NotFound,
InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet,
SecurityGroupsPerInterfaceLimitExceeded, VpcEndpointLimitExceeded
@usage local s3 = vpc:create_vpc_endpoint{
  service_name = "com.amazonaws.us-east-1.s3", route_table_ids = { vpc.main_route_table } }
Source: EC2 API Reference, "CreateVpcEndpoint"
*/
static vp_status create_vpc_endpoint(vp_call *call, vp_error *error) {
    create_request *request = call->request;
    const vp_vpc *vpc = (const vp_vpc *)call->receiver;
    asked given = {request->route_table_ids.count > 0,
                   request->subnet_ids.count > 0 || request->subnet_configurations.count > 0,
                   request->security_group_ids.count > 0, request->private_dns_enabled == VP_TRUE};
    vp_endpoint_type type = VP_ENDPOINT_UNKNOWN;
    vp_record *record;
    VP_TRY(vp_check_add(call, VP_KIND_VPC_ENDPOINT, &request->made, vpc, &record, error));
    vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)record;
    endpoint->vpc_id = vpc->record.id;
    VP_TRY(write_words(call, request, endpoint, error));
    VP_TRY(read_type(call, request, endpoint, &type, error));
    VP_TRY(check_far_side(call, request, endpoint, type, error));
    VP_TRY(check_options(call->network, endpoint, type, &given, error));
    VP_TRY(set_address_type(call, request, type, endpoint, error));
    VP_TRY(check_quota(call->network, endpoint, type, error));
    VP_TRY(add_tables(call, endpoint, &request->route_table_ids, error));
    if (type == VP_ENDPOINT_INTERFACE) {
        VP_TRY(add_groups(call, endpoint, &request->security_group_ids, error));
        VP_TRY(set_private_dns(call, request->private_dns_enabled, vpc, endpoint, error));
    }
    VP_TRY(
        add_subnets(call, endpoint, &request->subnet_configurations, &request->subnet_ids, error));
    VP_TRY(check_one_subnet(endpoint, type, error));
    VP_TRY(vp_endpoint_write_names(call, endpoint, error));
    call->result = record;
    return log_state(call, "CreateVpcEndpoint", endpoint, "pending", "available", error);
}

/* ---- modify ---------------------------------------------------------------------------------- */

static vp_status refuse_managed(const vp_vpc_endpoint *endpoint, vp_error *error) {
    if (endpoint->requester_managed == VP_TRUE) {
        VP_REFUSE(error, "OperationNotPermitted",
                  "The VPC endpoint is managed by the service that made it.");
    }
    return VP_OK;
}

/* Removing comes first, so that one call can put another subnet of the same zone in place. */
static vp_status change_places(vp_call *call, vp_vpc_endpoint *endpoint,
                               const modify_request *request, vp_error *error) {
    const vp_list *tables = &request->remove_route_table_ids;
    for (uint32_t i = 0; i < tables->count; i++) {
        VP_TRY(vp_endpoint_remove_table(call, endpoint, VP_ITEM(vp_text_item, tables, i)->value,
                                        error));
    }
    const vp_list *subnets = &request->remove_subnet_ids;
    for (uint32_t i = 0; i < subnets->count; i++) {
        VP_TRY(vp_endpoint_remove_subnet(call, endpoint, VP_ITEM(vp_text_item, subnets, i)->value,
                                         error));
    }
    VP_TRY(add_tables(call, endpoint, &request->add_route_table_ids, error));
    return add_subnets(call, endpoint, &request->subnet_configurations, &request->add_subnet_ids,
                       error);
}

static vp_status change_groups(vp_call *call, vp_vpc_endpoint *endpoint,
                               const modify_request *request, vp_error *error) {
    const vp_list *added = &request->add_security_group_ids;
    if (added->count > 0) {
        VP_TRY(add_groups(call, endpoint, added, error));
    }
    for (uint32_t i = endpoint->groups.count; i-- > 0;) {
        vp_name id = VP_ITEM(vp_group_identifier, &endpoint->groups, i)->group_id;
        if (vp_endpoint_lists(&request->remove_security_group_ids, id)) {
            vp_list_remove(&call->network->alloc, &vp_group_identifier_schema, &endpoint->groups,
                           i);
        }
    }
    if (endpoint->groups.count == 0 && request->remove_security_group_ids.count > 0) {
        VP_REFUSE(error, "InvalidParameter",
                  "An interface endpoint needs at least one security group");
    }
    return vp_endpoint_show_groups(call, endpoint, error);
}

/***
Changes an endpoint: route tables of a gateway endpoint, subnets and groups of the others. What is
removed goes first.
@function vpc_endpoint:modify
@tparam table options `add_route_table_ids`, `remove_route_table_ids`, `add_subnet_ids`,
`remove_subnet_ids`, `subnet_configurations` (`{{ subnet_id, ipv4, ipv6 }}`: subnets to add, with
addresses), `add_security_group_ids`, `remove_security_group_ids`, `private_dns_enabled`,
`ip_address_type` (`"ipv4"`, `"dualstack"`), `policy_document`, `reset_policy`
@treturn vpc_endpoint itself
@raise InvalidParameter (an option that the type does not have, what is removed is not there, the
last group, private DNS where it cannot be), OperationNotPermitted (a service made it), and what
vpc:create\_vpc\_endpoint raises
@usage s3:modify{ add_route_table_ids = { private } }
Source: EC2 API Reference, "ModifyVpcEndpoint"
*/
static vp_status modify(vp_call *call, vp_error *error) {
    vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)call->receiver;
    const modify_request *request = call->request;
    vp_endpoint_type type = vp_endpoint_type_of(call->network, endpoint);
    asked given = {
        request->add_route_table_ids.count + request->remove_route_table_ids.count > 0,
        request->add_subnet_ids.count + request->remove_subnet_ids.count +
                request->subnet_configurations.count >
            0,
        request->add_security_group_ids.count + request->remove_security_group_ids.count > 0,
        request->private_dns_enabled != VP_UNSET};
    vp_vpc *vpc;
    VP_TRY(refuse_managed(endpoint, error));
    VP_TRY(check_options(call->network, endpoint, type, &given, error));
    VP_TRY(vp_check_vpc(call, endpoint->vpc_id, &vpc, error));
    VP_TRY(vp_change_edit(call->change, &endpoint->record, error));
    if (request->ip_address_type != VP_NO_NAME) {
        VP_TRY(vp_endpoint_set_address_type(call, endpoint, request->ip_address_type, error));
    }
    VP_TRY(change_places(call, endpoint, request, error));
    if (given.subnets) {
        VP_TRY(check_one_subnet(endpoint, type, error));
    }
    if (given.groups) {
        VP_TRY(change_groups(call, endpoint, request, error));
    }
    if (given.private_dns) {
        VP_TRY(set_private_dns(call, request->private_dns_enabled, vpc, endpoint, error));
    }
    if (given.subnets || given.private_dns) {
        VP_TRY(vp_endpoint_write_names(call, endpoint, error));
    }
    if (request->policy_document != VP_NO_NAME || request->reset_policy == VP_TRUE) {
        endpoint->policy_document = request->policy_document;
    }
    call->result = call->receiver;
    return VP_OK;
}

/* ---- delete ---------------------------------------------------------------------------------- */

/* AWS: a Gateway Load Balancer endpoint can go only when no route leads to it any more. */
static bool is_target(const vp_network *network, vp_name id) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_ROUTE_TABLE); i++) {
        const vp_list *routes = &VP_ROW(vp_route_table, network, VP_KIND_ROUTE_TABLE, i)->routes;
        for (uint32_t n = 0; n < routes->count; n++) {
            if (VP_ITEM(vp_route, routes, n)->gateway_id == id) {
                return true;
            }
        }
    }
    return false;
}

/***
Deletes an endpoint with its interfaces, or with its routes.
@function vpc_endpoint:delete
@treturn vpc_endpoint itself, gone
@raise DependencyViolation (routes lead to a Gateway Load Balancer endpoint), OperationNotPermitted
(a service made it)
@usage s3:delete()
Source: EC2 API Reference, "DeleteVpcEndpoints"
*/
static vp_status delete_vpc_endpoint(vp_call *call, vp_error *error) {
    vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)call->receiver;
    bool used = vp_endpoint_type_of(call->network, endpoint) == VP_ENDPOINT_LOAD_BALANCER &&
                is_target(call->network, endpoint->record.id);
    vp_network_interface *owner;
    VP_TRY(refuse_managed(endpoint, error));
    VP_TRY(vp_check_no_dependents(call->network, call->receiver, used, error));
    VP_TRY(log_state(call, "DeleteVpcEndpoint", endpoint, "deleting", "deleted", error));
    VP_TRY(vp_change_edit(call->change, &endpoint->record, error));
    while (endpoint->route_table_ids.count > 0) {
        VP_TRY(vp_endpoint_remove_table(
            call, endpoint, VP_ITEM(vp_text_item, &endpoint->route_table_ids, 0)->value, error));
    }
    for (uint32_t i = 0; (owner = vp_endpoint_interface(call->network, endpoint, i)) != NULL; i++) {
        VP_TRY(vp_interface_remove(call->change, owner, error));
    }
    VP_TRY(vp_route_table_refresh(call->change, endpoint->record.id, true, error));
    return vp_change_remove(call->change, call->receiver, error);
}

const vp_action vp_vpc_endpoint_actions[] = {
    {"create_vpc_endpoint", VP_KIND_VPC, &create_schema, create_vpc_endpoint},
    {"modify", VP_KIND_VPC_ENDPOINT, &modify_schema, modify},
    {"delete", VP_KIND_VPC_ENDPOINT, NULL, delete_vpc_endpoint},
    {NULL, VP_KIND_NONE, NULL, NULL}};

/*
 * vp_record_endpoint.h - VPC endpoints and private hosted zones as structures.
 *
 * An endpoint is printed by `aws ec2 describe-vpc-endpoints` (semantics 3.5, 11.2): a gateway
 * endpoint names the route tables that lead to it, the others the interfaces that they stand on. A
 * hosted zone is Route 53's and printed by no EC2 command (D47): the model prints it in a list of
 * its own, so that a round trip loses nothing.
 */
#ifndef VP_RECORD_ENDPOINT_H
#define VP_RECORD_ENDPOINT_H

#include "vp_record.h"

VP_BEGIN_DECLS

/*
 * A host name of an endpoint; hosted_zone_id is the zone of AWS that holds it. Names in
 * "vpce.amazonaws.com" are the endpoint's own, any other is that of the service, for which it
 * answers in its VPC.
 */
typedef struct vp_dns_entry {
    vp_name dns_name, hosted_zone_id;
} vp_dns_entry;

/*
 * route_table_ids are given for gateway endpoints, subnet_ids, network_interface_ids and groups for
 * the others; the interfaces are those of the subnets, but not in their order.
 * vpc_endpoint_type: "Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork";
 * vp_endpoint.h says what they do. The last two lead to what an ARN of VPC Lattice names, the
 * others to a service.
 */
typedef struct vp_vpc_endpoint {
    vp_record record;
    vp_name vpc_id, vpc_endpoint_type, service_name, state, policy_document, ip_address_type;
    vp_name resource_configuration_arn, service_network_arn;
    vp_list route_table_ids;       /* vp_text_item */
    vp_list subnet_ids;            /* vp_text_item */
    vp_list network_interface_ids; /* vp_text_item */
    vp_list groups;                /* vp_group_identifier */
    vp_list dns_entries;           /* vp_dns_entry */
    vp_bool private_dns_enabled, requester_managed;
} vp_vpc_endpoint;

/* What a name of a zone means. type: "A", "AAAA", "CNAME"; others are kept and answer nothing. */
typedef struct vp_zone_record {
    vp_name name, type;
    vp_list values; /* vp_text_item */
} vp_zone_record;

/* A private hosted zone: name and records count for the VPCs that are associated with it. */
typedef struct vp_hosted_zone {
    vp_record record;
    vp_name name;
    vp_list vpc_ids; /* vp_text_item */
    vp_list records; /* vp_zone_record */
} vp_hosted_zone;

extern const vp_schema vp_dns_entry_schema, vp_zone_record_schema;

VP_END_DECLS

#endif

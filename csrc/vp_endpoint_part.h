/*
 * vp_endpoint_part.h - what an endpoint is put together from: routes, interfaces, groups, names.
 *
 * The steps of creating and modifying an endpoint; each works on one that the change has added or
 * edited, and refuses (VP_REFUSED with AWS's code) what AWS does. Ids that come in are those of the
 * request.
 */
#ifndef VP_ENDPOINT_PART_H
#define VP_ENDPOINT_PART_H

#include "vp_endpoint.h"
#include "vp_part.h"

VP_BEGIN_DECLS

/* ---- vp_endpoint_service.c ---- */

/*
 * Is there a service of this name that takes endpoints of this type in the VPC's Region?
 * "InvalidServiceName", or "InvalidParameter" where the type does not fit. Names of AWS's own
 * services are taken as they are: which there are changes every month.
 */
VP_MUST_CHECK vp_status vp_endpoint_check_service(const vp_network *network, vp_name service_name,
                                                  vp_endpoint_type type, vp_name region,
                                                  vp_error *error);

/*
 * Is it the ARN of a resource of VPC Lattice, with this `kind` (":servicenetwork/") in it?
 * "MissingParameter" for none, "InvalidParameterValue" with the parameter's name for another text.
 */
VP_MUST_CHECK vp_status vp_endpoint_check_arn(const vp_network *network, vp_name arn,
                                              const char *kind, const char *parameter,
                                              vp_error *error);

/* The longest host name that is made (RFC 1035), terminated. */
#define VP_ENDPOINT_NAME_MAX 256

/*
 * The host name that the users of a service know, for which private DNS answers; false: it has
 * none. "com.amazonaws.us-east-1.ecr.api" gives "api.ecr.us-east-1.amazonaws.com".
 */
bool vp_endpoint_private_name(const vp_network *network, vp_name service_name,
                              char out[VP_ENDPOINT_NAME_MAX]);

/*
 * Writes the host names of an endpoint with interfaces anew: its own, one a zone, and with private
 * DNS that of the service.
 */
VP_MUST_CHECK vp_status vp_endpoint_write_names(vp_call *call, vp_vpc_endpoint *endpoint,
                                                vp_error *error);

/* ---- vp_endpoint_part.c ---- */

/*
 * Adds the route of a gateway endpoint to a table; where the model has no prefix list of the
 * service, an empty one is made. "InvalidRouteTableID.NotFound", "InvalidParameterValue" (a table
 * of another VPC, or of a gateway), "RouteAlreadyExists".
 */
VP_MUST_CHECK vp_status vp_endpoint_add_table(vp_call *call, vp_vpc_endpoint *endpoint,
                                              vp_name table_id, vp_error *error);

/* Takes the route away again; "InvalidParameter" when the endpoint does not name the table. */
VP_MUST_CHECK vp_status vp_endpoint_remove_table(vp_call *call, vp_vpc_endpoint *endpoint,
                                                 vp_name table_id, vp_error *error);

/* Addresses for the interface in one subnet; family 0: the lowest that are free. */
typedef struct vp_endpoint_place {
    vp_name subnet_id;
    vp_addr ipv4, ipv6;
} vp_endpoint_place;

/*
 * Puts an interface into a subnet. "InvalidSubnetID.NotFound", "InvalidParameter" (a subnet of
 * another VPC, or without the family), "DuplicateSubnetsInSameZone", and what making an interface
 * refuses.
 */
VP_MUST_CHECK vp_status vp_endpoint_add_subnet(vp_call *call, vp_vpc_endpoint *endpoint,
                                               const vp_endpoint_place *place, vp_error *error);

/*
 * Changes the address type of an endpoint with interfaces between "ipv4" and "dualstack".
 * "InvalidParameter" for another type, "InvalidParameterValue" where a subnet has no IPv6 block.
 */
VP_MUST_CHECK vp_status vp_endpoint_set_address_type(vp_call *call, vp_vpc_endpoint *endpoint,
                                                     vp_name wanted, vp_error *error);

/* Removes the interface in a subnet; "InvalidParameter" when there is none. */
VP_MUST_CHECK vp_status vp_endpoint_remove_subnet(vp_call *call, vp_vpc_endpoint *endpoint,
                                                  vp_name subnet_id, vp_error *error);

/*
 * Adds a group; the first one given takes the place of none. "InvalidGroup.NotFound",
 * "InvalidParameter" (a group of another VPC), "SecurityGroupsPerInterfaceLimitExceeded".
 */
VP_MUST_CHECK vp_status vp_endpoint_add_group(vp_call *call, vp_vpc_endpoint *endpoint,
                                              vp_name group_id, vp_error *error);

/* Gives the endpoint's groups to all of its interfaces. */
VP_MUST_CHECK vp_status vp_endpoint_show_groups(vp_call *call, const vp_vpc_endpoint *endpoint,
                                                vp_error *error);

VP_END_DECLS

#endif

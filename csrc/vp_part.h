/*
 * vp_part.h - what the actions of one kind of object make or bring up to date in another.
 *
 * A new VPC comes with a route table, a network ACL and a group; an instance with an interface; a
 * gateway that is attached wakes the routes to it. Each function is in the file of the object it
 * works on.
 *
 * All work through a vp_change: whatever they return but VP_OK (VP_REFUSED with AWS's code,
 * VP_NO_MEMORY, VP_LIMIT), the caller passes on, and the end of the change undoes it. Records and
 * lists that come in stay the caller's. Searching is linear in the records of the kind: a change by
 * hand is rare, and an index would be stale after each of them.
 */
#ifndef VP_PART_H
#define VP_PART_H

#include "vp_check.h"

VP_BEGIN_DECLS

/* ---- vp_route_table.c, vp_route_table_state.c ---- */

/* Fills a new table: local routes for every block of the VPC, the main association if `main`. */
VP_MUST_CHECK vp_status vp_route_table_fill(vp_call *call, vp_route_table *table, const vp_vpc *vpc,
                                            bool main, vp_error *error);

/*
 * Adds the local route of a block to all tables of the VPC that have no route to it, or removes it,
 * also where it has been given another target.
 */
VP_MUST_CHECK vp_status vp_route_table_add_local(vp_call *call, vp_name vpc_id,
                                                 const vp_cidr *block, vp_error *error);
VP_MUST_CHECK vp_status vp_route_table_remove_local(vp_call *call, vp_name vpc_id,
                                                    const vp_cidr *block, vp_error *error);

/*
 * The block of EC2-Classic, which every table of a VPC leads to `local` while a peering connection
 * lets the VPC talk to ClassicLink instances of the peer (semantics 5.10).
 */
vp_cidr vp_route_table_classic_block(void);

/* The main table of a VPC, or NULL (loaded data may lack it). */
vp_route_table *vp_route_table_main(const vp_network *network, vp_name vpc_id);

/* Removes the associations that name a subnet or gateway from all tables. */
VP_MUST_CHECK vp_status vp_route_table_forget(vp_change *change, vp_name subnet_or_gateway,
                                              vp_error *error);

/*
 * Does the target of a route in this table work now (semantics 4.4)? True for targets that the
 * model cannot judge, since AWS let them in.
 */
bool vp_route_table_works(const vp_network *network, const vp_route_table *table,
                          const vp_route *route);

/*
 * Writes the state of all routes to a target anew, after the target has changed. A target that is
 * not in the model (any more), or is about to be removed (`gone`), is a blackhole.
 */
VP_MUST_CHECK vp_status vp_route_table_refresh(vp_change *change, vp_name target, bool gone,
                                               vp_error *error);

/* ---- vp_endpoint_part.c ---- */

/* Takes a route table that goes out of the endpoints that name it. */
VP_MUST_CHECK vp_status vp_endpoint_forget_table(vp_change *change, vp_name table_id,
                                                 vp_error *error);

/* ---- vp_hosted_zone.c ---- */

/* Takes a VPC that goes out of the zones that are associated with it. */
VP_MUST_CHECK vp_status vp_hosted_zone_forget_vpc(vp_change *change, vp_name vpc_id,
                                                  vp_error *error);

/* ---- vp_network_acl.c ---- */

/*
 * Fills a new ACL: the rule * in both directions; if it is the default one, rule 100 for IPv4 and,
 * where the VPC has an IPv6 block, rule 101 for IPv6 (semantics 1.5).
 */
VP_MUST_CHECK vp_status vp_network_acl_fill(vp_call *call, vp_network_acl *acl, const vp_vpc *vpc,
                                            bool is_default, vp_error *error);

/*
 * Associates a subnet with this ACL and takes it away from the one that has it; *association_id is
 * the new association.
 */
VP_MUST_CHECK vp_status vp_network_acl_assign(vp_call *call, vp_network_acl *acl, vp_name subnet_id,
                                              vp_name *association_id, vp_error *error);

/* Removes a subnet from the ACL that has it. */
VP_MUST_CHECK vp_status vp_network_acl_forget(vp_change *change, vp_name subnet_id,
                                              vp_error *error);

/* The default ACL of a VPC, or NULL. */
vp_network_acl *vp_network_acl_default(const vp_network *network, vp_name vpc_id);

/* Adds rule 101 to the default ACL where its rules are unmodified (semantics 1.5). */
VP_MUST_CHECK vp_status vp_network_acl_admit_ipv6(vp_call *call, vp_name vpc_id, vp_error *error);

/* ---- vp_gateway.c ---- */

/* The gateway that is attached to a VPC, or NULL. */
vp_internet_gateway *vp_gateway_of(const vp_network *network, vp_name vpc_id);

/*
 * Attaches a gateway and wakes the routes to it. Refuses a gateway that has a VPC
 * ("Resource.AlreadyAssociated") and a VPC that has a gateway ("InvalidParameterValue").
 */
VP_MUST_CHECK vp_status vp_gateway_attach(vp_call *call, vp_internet_gateway *gateway,
                                          const vp_vpc *vpc, vp_error *error);

/* ---- vp_egress_only.c ---- */

/* The egress-only internet gateway that is attached to a VPC, or NULL. */
vp_egress_only_internet_gateway *vp_egress_only_of(const vp_network *network, vp_name vpc_id);

/* ---- vp_vpn_gateway.c ---- */

/*
 * Brings the propagated routes of a virtual private gateway up to date in all tables, after what it
 * knows or where it is attached has changed. O(tables * routes * prefixes).
 */
VP_MUST_CHECK vp_status vp_vpn_gateway_propagate(vp_change *change, vp_name gateway_id,
                                                 vp_error *error);

/* ---- vp_address.c ---- */

/*
 * A public address that nothing in the model has: 54.144.0.1, 54.144.0.2, ... VP_LIMIT when that
 * range is used up.
 */
VP_MUST_CHECK vp_status vp_address_new_public(vp_network *network, vp_addr *address,
                                              vp_error *error);

/* "InvalidIPAddress.InUse" when something has it; "InvalidParameterValue": it is not public. */
VP_MUST_CHECK vp_status vp_address_check_free(const vp_network *network, const vp_addr *address,
                                              vp_error *error);

/*
 * Gives private address `at` of an interface a public side, or takes it away (NULL), and lets the
 * instance show it.
 */
VP_MUST_CHECK vp_status vp_address_show(vp_change *change, vp_network_interface *owner, uint32_t at,
                                        const vp_address_association *association, vp_error *error);

/*
 * Associates an Elastic IP with private address `at`; refuses as AssociateAddress does, unless
 * (`take_over`) what is associated may be taken from where it is.
 */
VP_MUST_CHECK vp_status vp_address_join(vp_call *call, vp_address *address,
                                        vp_network_interface *owner, uint32_t at, bool take_over,
                                        vp_error *error);

/* Takes away the public side of private address `at`; an Elastic IP is disassociated. */
VP_MUST_CHECK vp_status vp_address_unmap(vp_change *change, vp_network_interface *owner,
                                         uint32_t at, vp_error *error);

/* Takes the Elastic IP addresses away from an interface that goes. */
VP_MUST_CHECK vp_status vp_address_release(vp_change *change, vp_network_interface *owner,
                                           vp_error *error);

/* ---- vp_subnet.c ---- */

/*
 * Adds a subnet to a VPC with all the checks of CreateSubnet; the request's tags move into it. The
 * default network ACL gets it. Also used for the subnets of a default VPC.
 */
typedef struct vp_subnet_request {
    vp_new made;
    vp_cidr cidr_block, ipv6_cidr_block;
    vp_bool ipv6_native;
    vp_name availability_zone, availability_zone_id;
} vp_subnet_request;
VP_MUST_CHECK vp_status vp_subnet_make(vp_call *call, const vp_vpc *vpc, vp_subnet_request *request,
                                       vp_subnet **subnet, vp_error *error);

/* ---- vp_interface.c ---- */

/*
 * Adds an interface with its addresses and groups to a subnet, attached to nothing yet. Addresses
 * that are not given are generated: the lowest free ones. The request says what it shall have;
 * run_instance and create_network_interface fill it. Its tags move into the interface.
 */
typedef struct vp_interface_request {
    vp_new made;
    vp_addr private_ip_address, ipv6_address, public_ip;
    vp_list private_ip_addresses, ipv6_addresses; /* vp_private_ip_address, vp_ipv6_address */
    vp_list ipv4_prefixes, ipv6_prefixes;         /* vp_ipv4_prefix, vp_ipv6_prefix */
    vp_int secondary_private_ip_address_count, ipv6_address_count, ipv4_prefix_count,
        ipv6_prefix_count;
    vp_list groups; /* vp_text_item */
    vp_name description, interface_type;
    vp_bool source_dest_check, associate_public_ip_address;
} vp_interface_request;
VP_MUST_CHECK vp_status vp_interface_make(vp_call *call, const vp_subnet *subnet,
                                          vp_interface_request *request,
                                          vp_network_interface **made, vp_error *error);

/*
 * The same for an interface that stands for a gateway or an endpoint: in use from the start,
 * changed by AWS alone, in no group, and without an IPv6 address unless `ipv6`.
 */
VP_MUST_CHECK vp_status vp_interface_make_managed(vp_call *call, const vp_subnet *subnet,
                                                  vp_interface_request *request, bool ipv6,
                                                  vp_network_interface **made, vp_error *error);

/*
 * Hangs an interface on an instance at a device index that is free: the caller has checked. It goes
 * when the instance is terminated, or is taken off.
 */
VP_MUST_CHECK vp_status vp_interface_hang(vp_call *call, vp_network_interface *network_interface,
                                          vp_instance *instance, int32_t device_index,
                                          bool delete_on_termination, vp_error *error);

/* Takes it off, or removes it altogether. */
VP_MUST_CHECK vp_status vp_interface_take_off(vp_change *change,
                                              vp_network_interface *network_interface,
                                              vp_error *error);
VP_MUST_CHECK vp_status vp_interface_remove(vp_change *change,
                                            vp_network_interface *network_interface,
                                            vp_error *error);

/* Replaces the groups of an interface by a list of ids; all must be usable in its VPC. */
VP_MUST_CHECK vp_status vp_interface_set_groups(vp_call *call,
                                                vp_network_interface *network_interface,
                                                const vp_list *groups, vp_error *error);

/* The interface of an instance at this device index, or NULL. */
vp_network_interface *vp_interface_at(const vp_network *network, vp_name instance_id,
                                      int32_t device_index);

/* ---- vp_instance.c ---- */

/*
 * Writes what an instance shows of its primary interface: addresses, groups, source/destination
 * check. Nothing happens for an instance, or VP_NO_NAME, that the model does not have.
 */
VP_MUST_CHECK vp_status vp_instance_reflect(vp_change *change, vp_name instance_id,
                                            vp_error *error);

VP_END_DECLS

#endif

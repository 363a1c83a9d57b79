/*
 * vp_transit_part.h - what the actions on transit gateways, their attachments and tables share.
 *
 * As in vp_part.h: each function works through a vp_change; whatever it returns but VP_OK
 * (VP_REFUSED with AWS's code, VP_NO_MEMORY, VP_LIMIT) the caller passes on, and the end of the
 * change undoes it. Searching is linear in the records of a kind.
 */
#ifndef VP_TRANSIT_PART_H
#define VP_TRANSIT_PART_H

#include "vp_part.h"
#include "vp_transit.h"

VP_BEGIN_DECLS

/* ---- vp_transit_gateway.c ---- */

/* Adds a route table to a gateway; its routes are known, since there are none. */
VP_MUST_CHECK vp_status vp_transit_make_table(vp_call *call, const vp_transit_gateway *gateway,
                                              vp_new *made, vp_transit_gateway_route_table **table,
                                              vp_error *error);

/* IncorrectState in AWS's words: "tgw-1 is in invalid state". */
VP_MUST_CHECK vp_status vp_transit_refuse_state(const vp_network *network, vp_name id,
                                                vp_error *error);

/* Logs that a resource passed through one state into another. */
VP_MUST_CHECK vp_status vp_transit_log(vp_network *network, const char *action, vp_name id,
                                       const char *passing, const char *final, vp_error *error);

/* ---- vp_transit_attachment.c ---- */

/* What an attachment is made of. */
typedef struct vp_transit_attachment_request {
    vp_new *made;
    const char *action; /* AWS's, for the event log */
    const char *resource_type;
    vp_name resource_id, resource_owner_id;
    const char *state; /* "available": it gets the gateway's default tables at once */
} vp_transit_attachment_request;

/* Adds an attachment to a gateway. TransitGatewayAttachmentLimitExceeded. */
VP_MUST_CHECK vp_status vp_transit_attach(vp_call *call, const vp_transit_gateway *gateway,
                                          const vp_transit_attachment_request *request,
                                          vp_transit_gateway_attachment **attachment,
                                          vp_error *error);

/* The attachment of a VPN connection begins and ends with the connection. */
VP_MUST_CHECK vp_status vp_transit_attach_vpn(vp_call *call, vp_name gateway_id,
                                              vp_name connection_id, vp_error *error);
VP_MUST_CHECK vp_status vp_transit_release_vpn(vp_change *change, vp_name connection_id,
                                               vp_error *error);

/* Is a subnet, or (VP_NO_NAME) the VPC, in use by an attachment? */
bool vp_transit_uses(const vp_network *network, vp_name vpc_id, vp_name subnet_id);

/* ---- vp_transit_interface.c ---- */

/*
 * Puts an interface into each subnet of a VPC attachment from place `first` of its list on; nothing
 * while the attachment does not work. "InsufficientFreeAddressesInSubnet".
 */
VP_MUST_CHECK vp_status vp_transit_add_interfaces(const vp_call *call,
                                                  const vp_transit_gateway_attachment *attachment,
                                                  uint32_t first, vp_error *error);

/* Removes those of an attachment in one subnet, or (VP_NO_NAME) in all. */
VP_MUST_CHECK vp_status vp_transit_remove_interfaces(vp_change *change, vp_name attachment_id,
                                                     vp_name subnet_id, vp_error *error);

/* ---- vp_transit_route.c ---- */

/* An attachment that works now gets what the options of its gateway say. */
VP_MUST_CHECK vp_status vp_transit_join_tables(vp_change *change, vp_name gateway_id,
                                               vp_transit_gateway_attachment *attachment,
                                               vp_error *error);

/*
 * Takes an attachment that goes out of all tables: propagations end, static routes to it and
 * references become black holes.
 */
VP_MUST_CHECK vp_status vp_transit_leave_tables(vp_change *change, vp_name attachment_id,
                                                vp_error *error);

/* Does a table refer to the prefix list? */
bool vp_transit_names_prefix_list(const vp_network *network, vp_name prefix_list_id);

VP_END_DECLS

#endif

/*
 * vp_action.h - changes of a model as AWS's API offers them, as data.
 *
 * An action is a name (the EC2 action in snake case without its receiver's words), the kind of
 * object it is called on, the structure of its request and a function. The binding makes one Lua
 * method of each row; adding an action is adding a row to the table of its object's file.
 *
 * Actions are strict (semantics 0.3): what AWS would refuse is VP_REFUSED with AWS's code, and then
 * nothing has changed. They do not advance the clock.
 */
#ifndef VP_ACTION_H
#define VP_ACTION_H

#include "vp_network.h"

VP_BEGIN_DECLS

typedef struct vp_call {
    vp_network *network;
    bool dry_run;             /* do nothing, tell whether it could be done */
    vp_name owner_id, region; /* the caller: whose calls these are; never VP_NO_NAME */
    vp_record *receiver;      /* of the action's kind; NULL when called on the network */
    void *request;            /* of the action's schema, fields not given are zero; owned by the
                                 caller of the action, lists may be taken by leaving them zeroed */
    struct vp_change *change; /* what the action did so far; vp_action_run sets it */
    vp_record *result;        /* out: the object made or changed, or NULL */
    vp_name result_id;        /* out: an id to return instead (an association), or VP_NO_NAME */
    vp_list *result_ids;      /* out: ids of what else was made (vp_text_item): an empty list of the
                                 caller, or NULL where nobody asks */
} vp_call;

typedef struct vp_action {
    const char *name;         /* "create_subnet" */
    vp_kind receiver;         /* VP_KIND_NONE: the network itself */
    const vp_schema *request; /* NULL: takes no options but owner_id and region */
    vp_status (*run)(vp_call *call, vp_error *error); /* through vp_action_run only */
} vp_action;

/* A table of actions, ended by a row whose name is NULL. */
extern const vp_action vp_vpc_actions[], vp_vpc_block_actions[], vp_subnet_actions[],
    vp_route_table_actions[], vp_route_actions[], vp_peering_actions[], vp_security_group_actions[],
    vp_group_rule_actions[], vp_network_acl_actions[], vp_gateway_actions[],
    vp_vpn_gateway_actions[], vp_vpn_connection_actions[], vp_address_actions[],
    vp_interface_actions[], vp_instance_actions[], vp_prefix_list_actions[],
    vp_egress_only_actions[], vp_transit_gateway_actions[], vp_transit_attachment_actions[],
    vp_transit_route_actions[], vp_nat_gateway_actions[], vp_nat_address_actions[],
    vp_vpc_endpoint_actions[], vp_hosted_zone_actions[], vp_public_access_actions[];

/* The action of this receiver and name, or NULL. Names are case sensitive. */
const vp_action *vp_action_find(vp_kind receiver, const char *name, size_t length);

/* All actions one after the other: `position` starts at 0 and is advanced; NULL at the end. */
const vp_action *vp_action_next(uint32_t *position);

/*
 * Runs an action, if the receiver is one that the caller may call it on (vp_check_receiver). VP_OK:
 * the model has changed as a whole and was touched. Anything else
 * (VP_REFUSED with AWS's code, VP_NO_MEMORY, VP_LIMIT): it is as it was before the call, and so are
 * its logs and the sequence of its generated ids. A dry run that would end well is VP_REFUSED with
 * "DryRunOperation".
 */
VP_MUST_CHECK vp_status vp_action_run(const vp_action *action, vp_call *call, vp_error *error);

VP_END_DECLS

#endif

/*
 * vp_transit_interface.c - the interfaces by which a transit gateway stands in the subnets of a
 * VPC.
 *
 * One for each subnet of an attachment that works. An interface names its attachment in its
 * description alone, as AWS prints it; whoever makes or ends an attachment calls here. AWS: Transit
 * Gateway Guide, "Attachments to a VPC".
 */
#include "vp_transit_part.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION_MAX 128

static void describe(const vp_network *network, vp_name attachment_id, char text[DESCRIPTION_MAX]) {
    (void)snprintf(text, DESCRIPTION_MAX, "Network Interface for Transit Gateway Attachment %.70s",
                   vp_network_text(network, attachment_id));
}

/* The interface is of the VPC's account, also where the gateway's owner is the one who calls. */
static vp_status add_interface(const vp_call *call, const vp_transit_gateway_attachment *attachment,
                               const vp_subnet *subnet, vp_error *error) {
    vp_call on_behalf = *call;
    vp_interface_request wanted;
    vp_network_interface *owner;
    char text[DESCRIPTION_MAX];
    memset(&wanted, 0, sizeof wanted);
    describe(call->network, attachment->record.id, text);
    on_behalf.owner_id = subnet->record.owner_id;
    on_behalf.region = subnet->record.region;
    VP_SET(call, wanted.description, text, error);
    VP_SET(call, wanted.interface_type, "transit_gateway", error);
    return vp_interface_make_managed(&on_behalf, subnet, &wanted, false, &owner, error);
}

vp_status vp_transit_add_interfaces(const vp_call *call,
                                    const vp_transit_gateway_attachment *attachment, uint32_t first,
                                    vp_error *error) {
    if (!vp_transit_is_available(call->network, attachment->state)) {
        return VP_OK;
    }
    for (uint32_t i = first; i < attachment->subnet_ids.count; i++) {
        const vp_subnet *subnet = (const vp_subnet *)vp_network_find(
            call->network, VP_KIND_SUBNET,
            VP_ITEM(vp_text_item, &attachment->subnet_ids, i)->value);
        if (subnet != NULL) {
            VP_TRY(add_interface(call, attachment, subnet, error));
        }
    }
    return VP_OK;
}

vp_status vp_transit_remove_interfaces(vp_change *change, vp_name attachment_id, vp_name subnet_id,
                                       vp_error *error) {
    const vp_network *network = change->network;
    char text[DESCRIPTION_MAX];
    describe(network, attachment_id, text);
    for (uint32_t i = VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i-- > 0;) {
        vp_network_interface *one =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (vp_network_name_is(network, one->interface_type, "transit_gateway") &&
            vp_network_name_is(network, one->description, text) &&
            (subnet_id == VP_NO_NAME || one->subnet_id == subnet_id)) {
            VP_TRY(vp_interface_remove(change, one, error));
        }
    }
    return VP_OK;
}

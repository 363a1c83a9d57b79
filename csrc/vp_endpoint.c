/*
 * vp_endpoint.c - what a VPC endpoint is: its type, whether it works, where it stands.
 *
 * AWS: PrivateLink Guide, "Access AWS services", "Gateway endpoints", "Gateway Load Balancer
 * endpoints".
 */
#include "vp_endpoint.h"

#include <string.h>

/* The service model writes "Available", the command prints "available". */
static bool is_same_word(const char *text, const char *word) {
    while (*text != '\0' && *word != '\0') {
        char lower = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (lower != *word) {
            return false;
        }
        text++;
        word++;
    }
    return *text == *word;
}

/*
 * A table of all types that AWS prints. Endpoints to resources and service networks came later and
 * behave as interface endpoints do; a type that is newer than this table is none of them, and what
 * it does is not guessed. Without a type the endpoint is as old as the field: before 2017 there
 * were gateway endpoints alone, and what stands in a subnet is none of those.
 */
vp_endpoint_type vp_endpoint_type_of(const vp_network *network, const vp_vpc_endpoint *endpoint) {
    static const struct {
        const char *name;
        vp_endpoint_type type;
    } types[] = {{"gateway", VP_ENDPOINT_GATEWAY},
                 {"interface", VP_ENDPOINT_INTERFACE},
                 {"gatewayloadbalancer", VP_ENDPOINT_LOAD_BALANCER},
                 {"resource", VP_ENDPOINT_INTERFACE},
                 {"servicenetwork", VP_ENDPOINT_INTERFACE}};
    if (endpoint->vpc_endpoint_type == VP_NO_NAME) {
        bool stands = endpoint->network_interface_ids.count > 0 || endpoint->subnet_ids.count > 0;
        return stands ? VP_ENDPOINT_INTERFACE : VP_ENDPOINT_GATEWAY;
    }
    const char *text = vp_network_text(network, endpoint->vpc_endpoint_type);
    for (size_t i = 0; i < VP_COUNT_OF(types); i++) {
        if (is_same_word(text, types[i].name)) {
            return types[i].type;
        }
    }
    return VP_ENDPOINT_UNKNOWN;
}

/*
 * "pending", "pendingAcceptance", "rejected", "failed", "expired" and "deleting" all carry nothing:
 * only one word counts. What is not printed is no evidence against it.
 */
bool vp_endpoint_works(const vp_network *network, const vp_vpc_endpoint *endpoint) {
    return endpoint->state == VP_NO_NAME ||
           is_same_word(vp_network_text(network, endpoint->state), "available");
}

vp_vpc_endpoint *vp_endpoint_find(const vp_network *network, vp_name id) {
    return (vp_vpc_endpoint *)vp_network_find(network, VP_KIND_VPC_ENDPOINT, id);
}

/*
 * A dump may have the endpoint and lack its interfaces, or some of them: those that are missing are
 * passed over, so that `at` counts what can be asked.
 */
vp_network_interface *vp_endpoint_interface(const vp_network *network,
                                            const vp_vpc_endpoint *endpoint, uint32_t at) {
    for (uint32_t i = 0; i < endpoint->network_interface_ids.count; i++) {
        vp_name id = VP_ITEM(vp_text_item, &endpoint->network_interface_ids, i)->value;
        vp_record *found = vp_network_find(network, VP_KIND_NETWORK_INTERFACE, id);
        if (found != NULL && at-- == 0) {
            return (vp_network_interface *)found;
        }
    }
    return NULL;
}

/* Interfaces do not say which endpoint they belong to; the endpoint does. */
vp_vpc_endpoint *vp_endpoint_of_interface(const vp_network *network, vp_name interface_id) {
    const vp_rows *endpoints = &network->rows[VP_KIND_VPC_ENDPOINT];
    for (uint32_t i = 0; i < endpoints->count; i++) {
        vp_vpc_endpoint *endpoint = (vp_vpc_endpoint *)endpoints->rows[i];
        if (vp_endpoint_lists(&endpoint->network_interface_ids, interface_id)) {
            return endpoint;
        }
    }
    return NULL;
}

/* AWS names the list of a service after the service, in every Region anew. */
vp_prefix_list *vp_endpoint_prefix_list(const vp_network *network, vp_name service_name,
                                        vp_name region) {
    const vp_rows *lists = &network->rows[VP_KIND_PREFIX_LIST];
    for (uint32_t i = 0; i < lists->count && service_name != VP_NO_NAME; i++) {
        vp_prefix_list *list = (vp_prefix_list *)lists->rows[i];
        vp_name its = list->record.region;
        if (list->prefix_list_name == service_name &&
            (its == region || its == VP_NO_NAME || region == VP_NO_NAME)) {
            return list;
        }
    }
    return NULL;
}

bool vp_endpoint_lists(const vp_list *ids, vp_name id) {
    for (uint32_t i = 0; i < ids->count; i++) {
        if (VP_ITEM(vp_text_item, ids, i)->value == id) {
            return true;
        }
    }
    return false;
}

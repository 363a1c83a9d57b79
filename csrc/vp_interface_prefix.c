/*
 * vp_interface_prefix.c - delegating prefixes to interfaces and taking them away.
 *
 * A prefix is a /28 or /80 of the subnet in which nobody has an address and the subnet reserves
 * none; every address in it is the interface's (semantics 8.1). Lists of prefixes are lists of
 * structures that consist of one block, whatever the field is called.
 */
#include "vp_interface.h"

#include "vp_block.h"

/* As for addresses: AWS's limit depends on the type of the instance. */
#define PREFIXES_MAX 256

/* Of an IPv6 subnet only so many prefixes are looked at; a /64, the usual one, has no more. */
#define CANDIDATES_MAX 65536u

enum { IPV4_LENGTH = 28, IPV6_LENGTH = 80 };

static uint8_t length_of(uint8_t family) { return family == 4 ? IPV4_LENGTH : IPV6_LENGTH; }

static const vp_cidr *prefix_at(const vp_list *list, uint32_t at) {
    return &((const vp_cidr *)list->items)[at];
}

static vp_list *prefixes_of(vp_network_interface *owner, uint8_t family, const vp_schema **schema) {
    *schema = family == 4 ? &vp_ipv4_prefix_schema : &vp_ipv6_prefix_schema;
    return family == 4 ? &owner->ipv4_prefixes : &owner->ipv6_prefixes;
}

/* ---- what is free ---------------------------------------------------------------------------- */

/* Has the interface an address in the block, or a prefix that overlaps it? */
static bool is_met(const vp_network_interface *owner, const vp_cidr *block) {
    const vp_list *prefixes[] = {&owner->ipv4_prefixes, &owner->ipv6_prefixes};
    for (uint32_t i = 0; i < owner->private_ip_addresses.count; i++) {
        const vp_private_ip_address *item =
            VP_ITEM(vp_private_ip_address, &owner->private_ip_addresses, i);
        if (vp_cidr_contains_addr(block, &item->private_ip_address)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < owner->ipv6_addresses.count; i++) {
        const vp_ipv6_address *item = VP_ITEM(vp_ipv6_address, &owner->ipv6_addresses, i);
        if (vp_cidr_contains_addr(block, &item->ipv6_address)) {
            return true;
        }
    }
    for (size_t list = 0; list < VP_COUNT_OF(prefixes); list++) {
        for (uint32_t i = 0; i < prefixes[list]->count; i++) {
            if (vp_cidr_overlaps(block, prefix_at(prefixes[list], i))) {
                return true;
            }
        }
    }
    return vp_cidr_contains_addr(block, &owner->private_ip_address);
}

static bool is_in_use(const vp_network *network, vp_name vpc_id, const vp_cidr *block) {
    for (uint32_t i = 0; i < VP_ROW_COUNT(network, VP_KIND_NETWORK_INTERFACE); i++) {
        const vp_network_interface *owner =
            VP_ROW(vp_network_interface, network, VP_KIND_NETWORK_INTERFACE, i);
        if (owner->vpc_id == vpc_id && is_met(owner, block)) {
            return true;
        }
    }
    return false;
}

/* Addresses are reserved at both ends of a subnet only, so the ends of the block tell. */
static bool is_reserved(const vp_cidr *subnet, const vp_cidr *block) {
    vp_addr last = vp_cidr_last(block);
    return vp_block_is_reserved(subnet, &block->address) || vp_block_is_reserved(subnet, &last);
}

static vp_status find_free(const vp_network *network, const vp_subnet *subnet, const vp_cidr *in,
                           vp_cidr *found, vp_error *error) {
    uint8_t length = length_of(in->address.family);
    uint64_t size =
        in->address.family == 4 ? 1u << (32 - IPV4_LENGTH) : 1ull << (128 - IPV6_LENGTH);
    for (uint32_t i = 0; i < CANDIDATES_MAX; i++) {
        vp_addr first = vp_addr_plus(&in->address, i * size);
        *found = vp_cidr_of(&first, length);
        if (!vp_cidr_contains(in, found)) {
            break;
        }
        if (!is_reserved(in, found) && !is_in_use(network, subnet->vpc_id, found)) {
            return VP_OK;
        }
    }
    VP_REFUSE(error, "InsufficientCidrBlocks",
              "The specified subnet does not have enough free cidr blocks to satisfy the request.");
}

static vp_status check_prefix(const vp_network *network, const vp_subnet *subnet, const vp_cidr *in,
                              const vp_cidr *prefix, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX];
    (void)vp_cidr_format(prefix, text);
    if (prefix->prefix_length != length_of(in->address.family)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The prefix %s is not a /%d, the size of a delegated prefix", text,
                  (int)length_of(in->address.family));
    }
    if (!vp_cidr_contains(in, prefix)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The prefix %s does not fall within the subnet's address range", text);
    }
    if (is_reserved(in, prefix)) {
        VP_REFUSE(error, "InvalidParameterValue",
                  "The prefix %s holds addresses of the subnet's reserved address range", text);
    }
    if (is_in_use(network, subnet->vpc_id, prefix)) {
        VP_REFUSE(error, "InvalidIPAddress.InUse", "Addresses of the prefix %s are in use.", text);
    }
    return VP_OK;
}

/* ---- giving and taking ----------------------------------------------------------------------- */

/* One prefix, the lowest that is free where none is named. */
static vp_status add(vp_change *change, const vp_subnet *subnet, vp_network_interface *owner,
                     const vp_cidr *wanted, uint8_t family, vp_error *error) {
    static const vp_addr any = {0, 0, 0};
    const vp_schema *schema;
    vp_list *list = prefixes_of(owner, family, &schema);
    const vp_cidr *in = family == 4
                            ? &subnet->cidr_block
                            : vp_interface_ipv6_block(change->network, subnet,
                                                      wanted != NULL ? &wanted->address : &any);
    vp_cidr prefix;
    void *item;
    if (in == NULL || !vp_cidr_is_given(in)) {
        VP_REFUSE(error, "InvalidParameterValue", "The subnet '%s' has no IPv%d CIDR block",
                  vp_network_text(change->network, subnet->record.id), (int)family);
    }
    if (list->count >= PREFIXES_MAX) {
        VP_REFUSE(error, "PrivateIpAddressLimitExceeded",
                  "Number of prefixes will exceed limit (%d).", PREFIXES_MAX);
    }
    if (wanted != NULL) {
        prefix = *wanted;
        VP_TRY(check_prefix(change->network, subnet, in, &prefix, error));
    } else {
        VP_TRY(find_free(change->network, subnet, in, &prefix, error));
    }
    VP_TRY(vp_change_append(change, schema, list, &item, error));
    *(vp_cidr *)item = prefix;
    return VP_OK;
}

vp_status vp_interface_add_prefixes(vp_change *change, const vp_subnet *subnet,
                                    vp_network_interface *owner, const vp_list *prefixes,
                                    vp_int count, uint8_t family, vp_error *error) {
    VP_TRY(vp_interface_check_count(count, family == 4 ? "ipv4PrefixCount" : "ipv6PrefixCount",
                                    error));
    VP_TRY(vp_check_not_both(prefixes->count > 0, count.given,
                             family == 4 ? "ipv4Prefixes and ipv4PrefixCount"
                                         : "ipv6Prefixes and ipv6PrefixCount",
                             error));
    for (uint32_t i = 0; i < prefixes->count; i++) {
        VP_TRY(add(change, subnet, owner, prefix_at(prefixes, i), family, error));
    }
    for (int32_t i = 0; i < count.value; i++) {
        VP_TRY(add(change, subnet, owner, NULL, family, error));
    }
    return VP_OK;
}

vp_status vp_interface_remove_prefix(vp_change *change, vp_network_interface *owner,
                                     const vp_cidr *prefix, vp_error *error) {
    char text[VP_CIDR_TEXT_MAX];
    const vp_schema *schema;
    vp_list *list = prefixes_of(owner, prefix->address.family, &schema);
    for (uint32_t i = 0; i < list->count; i++) {
        if (vp_cidr_equals(prefix_at(list, i), prefix)) {
            vp_list_remove(&change->network->alloc, schema, list, i);
            return VP_OK;
        }
    }
    (void)vp_cidr_format(prefix, text);
    VP_REFUSE(error, "InvalidParameterValue", "The prefix %s is none of interface %s", text,
              vp_network_text(change->network, owner->record.id));
}

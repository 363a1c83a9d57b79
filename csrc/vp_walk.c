/*
 * vp_walk.c - what a walk writes down, and where addresses live.
 *
 * The one idea: writing never fails for the caller. A list that cannot grow sets walk->status and
 * hands out a spare item, so the steps of a walk need no error paths of their own.
 */
#include "vp_walk.h"

#include <string.h>

void *vp_walk_append(vp_walk *walk, vp_trace_list *list, size_t size) {
    vp_status status = vp_alloc_grow(&walk->trace->alloc, &list->items, &list->capacity,
                                     (size_t)list->count + 1, size);
    if (status != VP_OK) {
        walk->status = status;
        return NULL;
    }
    list->item_size = (uint32_t)size;
    void *item = (char *)list->items + (size_t)list->count++ * size;
    memset(item, 0, size);
    return item;
}

/* The fields that must not read as zero: a protocol of 0 and a port of 0 are real ones. */
static vp_explanation *add_explanation(vp_walk *walk, vp_trace_list *list, const char *code,
                                       vp_direction direction) {
    vp_explanation *explanation = vp_walk_append(walk, list, sizeof *explanation);
    if (explanation == NULL) {
        explanation = &walk->spare;
        memset(explanation, 0, sizeof *explanation);
    }
    explanation->code = code;
    explanation->direction = direction;
    explanation->protocol = -1;
    explanation->port = (vp_ports_range){-1, -1};
    return explanation;
}

vp_explanation *vp_walk_explain(vp_walk *walk, const char *code, vp_direction direction) {
    return add_explanation(walk, &walk->trace->explanations, code, direction);
}

/* Only the request has hints (9.9), so only its end is remembered. */
vp_explanation *vp_walk_fail(vp_walk *walk, const char *code, vp_direction direction) {
    if (!walk->replying) {
        walk->ended = code;
    }
    return vp_walk_explain(walk, code, direction);
}

vp_explanation *vp_walk_hint(vp_walk *walk, const char *code) {
    return add_explanation(walk, &walk->trace->hints, code, VP_NO_DIRECTION);
}

/*
 * A table or subnet is met more than once on a path, and by the reply again: one warning is
 * enough.
 */
vp_explanation *vp_walk_warn(vp_walk *walk, const char *code, const void *about) {
    vp_trace_list *warnings = &walk->trace->warnings;
    for (uint32_t i = 0; i < warnings->count; i++) {
        const vp_explanation *other = &((const vp_explanation *)warnings->items)[i];
        if (strcmp(other->code, code) == 0 && other->about == about) {
            return NULL;
        }
    }
    vp_explanation *warning = add_explanation(walk, warnings, code, VP_NO_DIRECTION);
    warning->about = about;
    return warning;
}

void vp_walk_chain(vp_walk *walk, vp_explanation *explanation, const vp_name *ids, uint32_t count) {
    uint32_t place = walk->trace->chains.count;
    for (uint32_t i = 0; i < count; i++) {
        vp_text_item *item = vp_walk_append(walk, &walk->trace->chains, sizeof *item);
        if (item == NULL) {
            return;
        }
        item->value = ids[i];
    }
    explanation->chain.count = count;
    explanation->chain.capacity = place;
}

/* Until now `capacity` held the place of the first id, since the list could still move. */
static void finish_chains(vp_trace *trace, vp_trace_list *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        vp_list *chain = &((vp_explanation *)list->items)[i].chain;
        if (chain->count > 0) {
            chain->items = (vp_text_item *)trace->chains.items + chain->capacity;
            chain->capacity = chain->count;
        }
    }
}

void vp_walk_finish_chains(vp_walk *walk) {
    finish_chains(walk->trace, &walk->trace->explanations);
    finish_chains(walk->trace, &walk->trace->hints);
}

static vp_trace_list *path_of(vp_walk *walk) {
    return walk->replying ? &walk->trace->return_path : &walk->trace->path;
}

vp_hop *vp_walk_pass(vp_walk *walk, vp_kind kind, vp_record *record, const vp_place *place) {
    vp_hop *hop = vp_walk_append(walk, path_of(walk), sizeof *hop);
    if (hop == NULL) {
        hop = &walk->spare_hop;
        memset(hop, 0, sizeof *hop);
    }
    hop->kind = kind;
    hop->record = record;
    if (place != NULL) {
        hop->vpc = place->vpc;
        hop->subnet = place->subnet;
    }
    hop->header = walk->header;
    return hop;
}

vp_hop *vp_walk_hop(vp_walk *walk) {
    vp_trace_list *path = path_of(walk);
    return path->count == 0 ? &walk->spare_hop : &((vp_hop *)path->items)[path->count - 1];
}

/* An interface, the subnet of a bare address, or (neither) the internet. */
vp_hop *vp_walk_pass_place(vp_walk *walk, const vp_place *place) {
    if (place->network_interface != NULL) {
        return vp_walk_pass(walk, VP_KIND_NETWORK_INTERFACE, &place->network_interface->record,
                            place);
    }
    if (place->subnet != NULL) {
        return vp_walk_pass(walk, VP_KIND_SUBNET, &place->subnet->record, place);
    }
    return vp_walk_pass(walk, VP_KIND_NONE, NULL, place);
}

void vp_walk_via(vp_walk *walk, vp_record *record) {
    vp_trace_list *list = walk->replying ? &walk->trace->return_via : &walk->trace->via;
    vp_record **item = vp_walk_append(walk, list, sizeof *item);
    if (item != NULL) {
        *item = record;
    }
}

/*
 * Only a translator changes the source ports; saving them takes 8 KiB, which a gateway need not
 * pay.
 */
vp_stage *vp_walk_push_stage(vp_walk *walk, const vp_place *place, vp_record *gateway) {
    vp_stage *stage = vp_walk_append(walk, &walk->trace->stages, sizeof *stage);
    if (stage == NULL) {
        return NULL;
    }
    stage->place = *place;
    stage->sender = walk->sender;
    stage->gateway = gateway;
    stage->before = walk->header;
    stage->came_by = walk->came_by;
    stage->protocol = walk->protocol;
    if (gateway == NULL) {
        vp_ports *saved = vp_walk_append(walk, &walk->trace->saved_ports, sizeof *saved);
        if (saved == NULL) {
            walk->trace->stages.count--;
            return NULL;
        }
        vp_ports_copy(saved, &walk->trace->source_ports);
    }
    return stage;
}

vp_stage *vp_walk_top_stage(vp_walk *walk) {
    vp_trace_list *stages = &walk->trace->stages;
    return stages->count == 0 ? NULL : &((vp_stage *)stages->items)[stages->count - 1];
}

/* Behind a NAT64 gateway the answer is an IPv6 packet again, an echo reply included. */
static void return_to_family(vp_walk *walk, const vp_stage *stage) {
    if (stage->protocol != walk->protocol) {
        walk->protocol = stage->protocol;
        vp_ports_clear(&walk->trace->ports);
        vp_ports_add(&walk->trace->ports, 128 * 256, 128 * 256);
        vp_ports_clear(&walk->echo);
        vp_ports_add(&walk->echo, 129 * 256, 129 * 256);
    }
    walk->family = stage->before.source.family;
}

/* The reply undoes the last translation: its source and destination change places. */
void vp_walk_pop_stage(vp_walk *walk) {
    vp_stage *stage = vp_walk_top_stage(walk);
    return_to_family(walk, stage);
    walk->header.source = stage->before.destination;
    walk->header.destination = stage->before.source;
    walk->sender = stage->sender;
    walk->came_by = stage->came_by;
    if (stage->gateway == NULL) {
        vp_trace_list *saved = &walk->trace->saved_ports;
        saved->count--;
        vp_ports_copy(&walk->trace->source_ports, &((const vp_ports *)saved->items)[saved->count]);
    }
    walk->trace->stages.count--;
}

void vp_walk_limit_mtu(vp_walk *walk, int mtu) {
    walk->trace->mtu = mtu < walk->trace->mtu ? mtu : walk->trace->mtu;
}

vp_direction vp_walk_direction(const vp_walk *walk, bool egress) {
    if (walk->replying) {
        return egress ? VP_RETURN_EGRESS : VP_RETURN_INGRESS;
    }
    return egress ? VP_EGRESS : VP_INGRESS;
}

vp_place vp_place_of(vp_network_interface *network_interface) {
    vp_place place = {network_interface, network_interface->subnet, network_interface->vpc,
                      network_interface->vpc_id};
    return place;
}

bool vp_place_is_held(const vp_place *place) {
    return place->network_interface != NULL || place->subnet != NULL;
}

/* Two bare addresses of one subnet are the same place: neither has rules of its own. */
bool vp_place_same(const vp_place *a, const vp_place *b) {
    return a->network_interface == b->network_interface && a->subnet == b->subnet;
}

static bool is_bare_at(const vp_place *place, const vp_addr *own, vp_name vpc_id,
                       const vp_addr *address) {
    return place->network_interface == NULL && place->subnet != NULL && place->vpc_id == vpc_id &&
           vp_addr_equals(own, address);
}

/* A bare address that the question names stands for an interface that the data do not have. */
vp_place vp_walk_holder(const vp_walk *walk, vp_name vpc_id, const vp_addr *address) {
    if (is_bare_at(&walk->from, &walk->from_address, vpc_id, address)) {
        return walk->from;
    }
    vp_network_interface *holder = vp_index_interface_at(walk->index, vpc_id, address);
    if (holder != NULL) {
        return vp_place_of(holder);
    }
    if (is_bare_at(&walk->to, &walk->to_address, vpc_id, address)) {
        return walk->to;
    }
    vp_place nobody = {NULL, NULL, NULL, vpc_id};
    return nobody;
}

/*
 * The table is in ascending order, so one pass also steps over ranges that touch. IPv6 has global
 * addresses in 2000::/3 and private ones in fc00::/7.
 */
bool vp_walk_next_outside(const vp_addr *address, bool on_premises, vp_addr *found) {
    /* first and last of what is not public (9.1), in order, and whether it is a private range */
    static const struct {
        uint32_t first, last;
        bool is_private;
    } excluded[] = {{0x00000000u, 0x00ffffffu, false}, {0x0a000000u, 0x0affffffu, true},
                    {0x64400000u, 0x647fffffu, true},  {0x7f000000u, 0x7fffffffu, false},
                    {0xa9fe0000u, 0xa9feffffu, false}, {0xac100000u, 0xac1fffffu, true},
                    {0xc0a80000u, 0xc0a8ffffu, true},  {0xe0000000u, 0xffffffffu, false}};
    const uint64_t global = UINT64_C(0x2000000000000000), local = UINT64_C(0xfc00000000000000);
    *found = *address;
    if (address->family == 6) {
        uint64_t first = address->hi < global * 2 ? global : on_premises ? local : 0;
        if (address->hi < first) {
            found->hi = first;
            found->lo = 0;
        }
        return found->hi < global * 2 || (first == local && found->hi >> 57 == local >> 57);
    }
    for (size_t i = 0; i < VP_COUNT_OF(excluded); i++) {
        if (found->lo >= excluded[i].first && found->lo <= excluded[i].last &&
            !(on_premises && excluded[i].is_private)) {
            found->lo = (uint64_t)excluded[i].last + 1;
        }
    }
    return found->lo <= UINT32_MAX;
}

bool vp_walk_next_public(const vp_addr *address, vp_addr *found) {
    return vp_walk_next_outside(address, false, found);
}

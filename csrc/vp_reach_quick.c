/*
 * vp_reach_quick.c - one packet between two plain interfaces, by a few look-ups.
 *
 * The one idea: the steps of vp_path.c for a pair in one VPC or across one peering connection,
 * where one port is asked for and so each filter says yes or no. Every doubt ends in "not certain":
 * this may never say yes where the walk says no.
 */
#include "vp_reach_quick.h"

#include "vp_path.h"

#include <string.h>

/* Facts of an interface from which packets may go and to which they may come. */
#define PLAIN_FACTS (VP_FACT_USABLE | VP_FACT_DESCRIBED | VP_FACT_OPENS | VP_FACT_ACCEPTS)
#define OTHER_FACTS                                                                                \
    (VP_FACT_UNFILTERED | VP_FACT_DOUBTFUL | VP_FACT_CLASSIC | VP_FACT_UNAVAILABLE |               \
     VP_FACT_UNSUPPORTED)

/* An interface: half a line of memory. */
typedef struct quick_end {
    uint32_t address; /* the primary one, IPv4 */
    uint32_t groups;
    uint32_t subnet;      /* name */
    uint32_t vpc;         /* name; VP_NO_NAME: not plain */
    uint32_t table, acl;  /* places; VP_UNMADE: no ACL in the data */
    uint32_t first, last; /* the VPC's one IPv4 block */
} quick_end;

struct vp_quick {
    quick_end *ends;    /* by place */
    uint32_t *of_names; /* place + 1 of an interface, or of an instance's only one */
    uint32_t end_count, name_count;
};

static void quick_free(vp_compiled *compiled) {
    const vp_alloc *alloc = &compiled->network->alloc;
    struct vp_quick *quick = compiled->quick;
    if (quick != NULL) {
        vp_alloc_free(alloc, quick->ends, ((size_t)quick->end_count + 1) * sizeof *quick->ends);
        vp_alloc_free(alloc, quick->of_names,
                      ((size_t)quick->name_count + 1) * sizeof *quick->of_names);
        vp_alloc_free(alloc, quick, sizeof *quick);
        compiled->quick = NULL;
    }
}

/* ---- who is plain ------------------------------------------------------------------------------
 */

/* The one IPv4 block of a VPC. */
static bool only_block(const vp_network *network, const vp_vpc *vpc, vp_cidr *only) {
    uint32_t position = 0, count = 0;
    vp_cidr block;
    while (vp_vpc_next_block(network, vpc, &position, &block)) {
        if (block.address.family == 4) {
            *only = block;
            count++;
        }
    }
    return count == 1;
}

static void note_end(vp_compiled *compiled, const vp_network_interface *met, quick_end *end) {
    const vp_compiled_interface *of = vp_compiled_of(compiled, met);
    const vp_subnet *subnet = met->subnet;
    vp_cidr block;
    if ((of->facts & (PLAIN_FACTS | OTHER_FACTS)) != PLAIN_FACTS || met->vpc == NULL ||
        subnet == NULL || subnet->vpc != met->vpc || subnet->route_table == NULL ||
        met->vpc_id != met->vpc->record.id || met->private_ip_address.family != 4 ||
        !only_block(compiled->network, met->vpc, &block) ||
        !vp_cidr_contains_addr(&block, &met->private_ip_address)) {
        return;
    }
    vp_addr last = vp_cidr_last(&block);
    end->address = (uint32_t)met->private_ip_address.lo;
    end->groups = of->groups;
    end->subnet = subnet->record.id;
    end->table = vp_compiled_place(compiled, &subnet->route_table->record);
    end->acl = subnet->network_acl == NULL
                   ? VP_UNMADE
                   : vp_compiled_place(compiled, &subnet->network_acl->record);
    end->first = (uint32_t)block.address.lo;
    end->last = (uint32_t)last.lo;
    end->vpc = met->vpc->record.id;
}

/* Of interfaces that hold addresses outside of their VPC's block a neighbour may not be seen. */
static bool has_strays(const vp_compiled *compiled) {
    const vp_holders *holders = vp_index_holders(compiled->index);
    for (uint32_t i = 0; i < holders->block_count; i++) {
        const vp_holder *holder = &holders->blocks[i];
        const vp_vpc *vpc = holder->network_interface->vpc;
        vp_cidr block = vp_holder_block(holder);
        if (holder->family == 4 &&
            (vpc == NULL || !vp_vpc_contains(compiled->network, vpc, &block.address))) {
            return true;
        }
    }
    return false;
}

static void note_names(vp_compiled *compiled, struct vp_quick *quick) {
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_NETWORK_INTERFACE);
    for (uint32_t i = 0; i < rows->count; i++) {
        const vp_network_interface *met = (const vp_network_interface *)rows->rows[i];
        uint32_t count = 0;
        quick->of_names[met->record.id] = i + 1;
        if (met->instance != NULL) {
            (void)vp_index_interfaces_of(compiled->index, met->instance->record.id, &count);
            quick->of_names[met->instance->record.id] = count == 1 ? i + 1 : 0;
        }
    }
}

/* NULL, and nothing kept, without memory. Where something is unusual nobody is plain. */
static struct vp_quick *make(vp_compiled *compiled) {
    const vp_network *network = compiled->network;
    const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_NETWORK_INTERFACE);
    struct vp_quick *quick = vp_alloc_zeroed(&network->alloc, sizeof *quick);
    if (quick == NULL) {
        return NULL;
    }
    quick->ends = vp_alloc_zeroed(&network->alloc, ((size_t)rows->count + 1) * sizeof *quick->ends);
    quick->end_count = quick->ends == NULL ? 0 : rows->count;
    quick->of_names = vp_alloc_zeroed(&network->alloc,
                                      ((size_t)network->names.count + 1) * sizeof *quick->of_names);
    quick->name_count = quick->of_names == NULL ? 0 : network->names.count;
    if (quick->ends == NULL || quick->of_names == NULL) {
        vp_alloc_free(&network->alloc, quick->ends,
                      quick->ends == NULL ? 0 : ((size_t)rows->count + 1) * sizeof *quick->ends);
        vp_alloc_free(&network->alloc, quick->of_names,
                      quick->of_names == NULL
                          ? 0
                          : ((size_t)network->names.count + 1) * sizeof *quick->of_names);
        vp_alloc_free(&network->alloc, quick, sizeof *quick);
        return NULL;
    }
    if (!compiled->has_classic && !has_strays(compiled)) {
        note_names(compiled, quick);
        for (uint32_t i = 0; i < rows->count; i++) {
            note_end(compiled, (const vp_network_interface *)rows->rows[i], &quick->ends[i]);
        }
    }
    compiled->quick = quick;
    compiled->quick_free = quick_free;
    return quick;
}

static const quick_end *end_of(const struct vp_quick *quick, vp_name name) {
    uint32_t place = name < quick->name_count ? quick->of_names[name] : 0;
    const quick_end *end = place == 0 ? NULL : &quick->ends[place - 1];
    return end == NULL || end->vpc == VP_NO_NAME ? NULL : end;
}

/* ---- one packet --------------------------------------------------------------------------------
 */

typedef struct question {
    vp_compiled *compiled;
    const quick_end *from, *to;
    uint32_t point; /* of the line of services */
    const vp_vpc_peering_connection *crossed;
} question;

static uint32_t value_of(const vp_compiled *compiled, vp_profile profile, uint32_t address) {
    vp_point at = {0, address};
    const vp_range_map *map = vp_map_pool_get(&compiled->profiles->pool, profile);
    uint32_t rank = vp_range_map_search(map->points, 0, map->count, at, false);
    return rank == 0 ? 0 : map->values[rank - 1];
}

static vp_service acl_at(const question *on, const quick_end *end, bool egress, uint32_t far) {
    vp_compiled *compiled = on->compiled;
    if (end->acl == VP_UNMADE) {
        return compiled->profiles->services.all;
    }
    vp_profile made = compiled->acls[4 * (size_t)end->acl + (egress ? 2 : 0)];
    if (made == VP_UNMADE) {
        const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_NETWORK_ACL);
        made = vp_compiled_acl(compiled, (const vp_network_acl *)rows->rows[end->acl], egress, 4);
    }
    return value_of(compiled, made, far);
}

/* References count where both are in one VPC; across a connection inbound ones may. */
static bool groups_admit(const question *on, const quick_end *end, const quick_end *far,
                         bool egress) {
    vp_compiled *compiled = on->compiled;
    const vp_services *services = &compiled->profiles->services;
    const vp_compiled_groups *groups = &compiled->groups[end->groups];
    vp_profile made = groups->profile[egress][0];
    if (made == VP_UNMADE) {
        made = vp_compiled_group_rules(compiled, end->groups, egress, 4);
    }
    if (vp_service_contains(services, value_of(compiled, made, far->address), on->point)) {
        return true;
    }
    if (!groups->references[egress] ||
        (on->crossed != NULL &&
         (egress || !vp_path_joins_in_region(compiled->network, on->crossed)))) {
        return false;
    }
    vp_service named = vp_compiled_references(compiled, end->groups, far->groups, egress, 4);
    return vp_service_contains(services, named, on->point);
}

/* The connection that leads from one VPC to the other one, which has the record `action` tells. */
static const vp_vpc_peering_connection *leads(const vp_compiled_action *action, vp_name own,
                                              vp_name far) {
    const vp_vpc_peering_connection *connection = (const vp_vpc_peering_connection *)action->record;
    if (action->target != VP_TARGET_PEERING || action->blackhole || connection == NULL) {
        return NULL;
    }
    vp_name a = connection->requester_vpc_info.vpc_id, b = connection->accepter_vpc_info.vpc_id;
    return (a == own && b == far) || (b == own && a == far) ? connection : NULL;
}

/* Does the table of one end lead to the other one: inside the VPC, or over *crossed? */
static bool routes(const question *on, const quick_end *from, const quick_end *to,
                   const vp_vpc_peering_connection **crossed) {
    vp_compiled *compiled = on->compiled;
    vp_profile made = compiled->tables[2 * (size_t)from->table];
    if (made == VP_UNMADE) {
        const vp_rows *rows = vp_network_rows(compiled->network, VP_KIND_ROUTE_TABLE);
        made = vp_compiled_table(compiled, (vp_route_table *)rows->rows[from->table], 4);
    }
    uint32_t number = value_of(compiled, made, to->address);
    const vp_compiled_action *action = &compiled->actions[number];
    *crossed = NULL;
    if (number == 0 || action->blackhole) {
        return false;
    }
    if (from->vpc == to->vpc) {
        return action->target == VP_TARGET_LOCAL;
    }
    *crossed = leads(action, from->vpc, to->vpc);
    return *crossed != NULL;
}

/* Is anything in the way that a plain pair does not have? The receiver's address in the sender's
 * VPC, the address of the peer's DNS server. */
static bool is_odd(const quick_end *from, const quick_end *to) {
    if (from->vpc == to->vpc) {
        return from == to;
    }
    return (to->address >= from->first && to->address <= from->last) ||
           (from->address >= to->first && from->address <= to->last) ||
           to->address == to->first + 2 || to->address >> 16 == 0xa9feu ||
           from->address >> 16 == 0xa9feu;
}

/* Some source port from 1024 on passes both ACLs on the way back. */
static bool answers(const question *on) {
    vp_services *services = &on->compiled->profiles->services;
    vp_service out = acl_at(on, on->to, true, on->from->address);
    vp_service in = acl_at(on, on->from, false, on->to->address);
    vp_service both = vp_service_combine(services, VP_TRUTH_INTERSECTION, out, in);
    uint32_t base = on->point & 0xff0000u;
    vp_service_range ports = {base + 1024, base + 65535};
    return both == services->all || vp_service_meets(services, both, ports);
}

static bool passes(question *on) {
    const vp_services *services = &on->compiled->profiles->services;
    const quick_end *from = on->from, *to = on->to;
    const vp_vpc_peering_connection *back;
    if (from->subnet == to->subnet) {
        return groups_admit(on, from, to, true) && groups_admit(on, to, from, false);
    }
    return routes(on, from, to, &on->crossed) && routes(on, to, from, &back) &&
           groups_admit(on, from, to, true) && groups_admit(on, to, from, false) &&
           vp_service_contains(services, acl_at(on, from, true, to->address), on->point) &&
           vp_service_contains(services, acl_at(on, to, false, from->address), on->point) &&
           answers(on);
}

bool vp_reach_quick(vp_network *network, vp_name from, vp_name to, uint8_t protocol,
                    uint16_t port) {
    question on = {.point = (uint32_t)protocol << 16 | port};
    if (vp_compiled_get(network, &on.compiled, NULL) != VP_OK) {
        return false;
    }
    struct vp_quick *quick = on.compiled->quick != NULL ? on.compiled->quick : make(on.compiled);
    if (quick == NULL) {
        return false;
    }
    on.from = end_of(quick, from);
    on.to = end_of(quick, to);
    if (on.from == NULL || on.to == NULL || is_odd(on.from, on.to)) {
        return false;
    }
    bool yes = passes(&on);
    return vp_compiled_status(on.compiled, NULL) == VP_OK && yes;
}

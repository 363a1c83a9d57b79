-- Ways to break the engine, one at a time: each must be noticed by comparing its rows with the walk.
-- A mutant is a file, a text that occurs in it once, and what stands there instead.

return {
    {
        name = "the return route is not required", file = "csrc/vp_path_reply.c",
        find = "return number == 0 || action.blackhole ? vp_path_fail(path) : act_on(path, &action);",
        put = "return number == 0 ? VP_PATH_DELIVER\n : action.blackhole ? vp_path_fail(path) : act_on(path, &action);",
    },
    {
        name = "the reply's ACL is dropped where it starts", file = "csrc/vp_path_reply.c",
        find = "vp_path_acl(path, path->at.subnet, true);", put = "",
    },
    {
        name = "the reply's ACL is dropped where it arrives", file = "csrc/vp_path_reply.c",
        find = "vp_path_acl(path, receiver.subnet, false);", put = "",
    },
    {
        name = "source and destination ports are swapped", file = "csrc/vp_reach_rows.c",
        find = "vp_flow_product(services, request, back, reach->query.sources, family)",
        put = "vp_flow_product(services, back, request, reach->query.sources, family)",
    },
    {
        name = "the end of a range is off by one", file = "csrc/vp_profile.c",
        find = "NUMBER_LAST : (uint32_t)last);", put = "NUMBER_LAST : (uint32_t)last - (last > first));",
    },
    {
        name = "allow and deny are swapped", file = "csrc/vp_profile.c",
        find = "allows ? ALLOWS : DENIES", put = "allows ? DENIES : ALLOWS",
    },
    {
        name = "the first match is the last", file = "csrc/vp_profile.c",
        find = "profiles->parts[profiles->active[place - 1]].rule > profiles->parts[part].rule",
        put = "profiles->parts[profiles->active[place - 1]].rule < profiles->parts[part].rule",
    },
    {
        name = "a blackhole is ignored", file = "csrc/vp_path.c",
        find = "return number == 0 || action.blackhole ? vp_path_fail(path)",
        put = "return number == 0 ? vp_path_fail(path)",
    },
    {
        name = "traffic within a subnet meets its ACL", file = "csrc/vp_path.c",
        find = "if (held && neighbour.subnet != NULL && neighbour.subnet == path->at.subnet) {",
        put = "if (path->lookups > 0 && held) {",
    },
    {
        name = "a group reference is kept across Regions", file = "csrc/vp_path_filter.c",
        find = "return region_a == region_b &&", put = "return",
    },
    {
        name = "the peer's blocks are not cut", file = "csrc/vp_path_target.c",
        find = "(!to_classic && !is_in_side(path, connection, peer, &path->destination)) ||", put = "",
    },
    {
        name = "plain: the return route is not required", file = "csrc/vp_atlas_plain.c",
        find = "return BACK_NONE;", put = "return BACK_THERE;",
    },
    {
        name = "plain: the reply's ACL is dropped where it starts", file = "csrc/vp_atlas_plain.c",
        find = "answer->back = at_source(on, far->acl[1]);", put = "",
    },
    {
        name = "plain: the reply's ACL is dropped where it arrives", file = "csrc/vp_atlas_plain.c",
        find = "answer->back = cut(on, answer->back, at_destination(on, on->own->acl[0], answer));", put = "",
    },
    {
        name = "plain: traffic within a subnet meets its ACL", file = "csrc/vp_atlas_plain.c",
        find = "bool direct = way == VP_PLAIN_DIRECT;", put = "bool direct = false;",
    },
    {
        name = "plain: a group reference is kept across Regions", file = "csrc/vp_atlas_plain.c",
        find = "way != VP_PLAIN_PEERING || on->peering.joined", put = "way != VP_PLAIN_NOT",
    },
    {
        name = "plain: the peer's blocks are not cut", file = "csrc/vp_atlas_plain.c",
        find = "at_destination(on, on->peering.peer_side, answer) == VP_SPACE_BLOCK &&", put = "",
    },
    {
        name = "plain: references are forgotten", file = "csrc/vp_atlas_plain.c",
        find = "side->refers[egress] = filtered && groups->references[egress];", put = "side->refers[egress] = false;",
    },
    {
        name = "transit gateway: the zone of the sender does not matter", file = "csrc/vp_path_transit.c",
        find = "path->at.subnet == NULL, &complete);\n    if (subnet == NULL) {\n        return complete",
        put = "true, &complete);\n    if (subnet == NULL) {\n        return complete",
    },
    {
        name = "transit gateway: propagated routes beat static ones", file = "csrc/vp_compiled_transit.c",
        find = "return a->rank < b->rank ? -1 : 1;", put = "return a->rank < b->rank ? 1 : -1;",
    },
    {
        name = "transit gateway: references are carried without the option", file = "csrc/vp_path_transit.c",
        find = "bool kept = path->groups_kept && on->gateways == 1 &&", put = "bool kept = true ||",
    },
    {
        name = "NAT gateway: references survive it", file = "csrc/vp_path_target.c",
        find = "path->preserved = false;\n    path->came_by = NULL;\n    path->at = place;",
        put = "path->came_by = NULL;\n    path->at = place;",
    },
    {
        name = "NAT gateway: every protocol passes", file = "csrc/vp_path_target.c",
        find = "path->known = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->known, carried);", put = "",
    },
    {
        name = "NAT gateway: the answer needs a route over the peering connection", file = "csrc/vp_path_reply.c",
        find = "if (is_handed_back(path)) {", put = "if (false && is_handed_back(path)) {",
    },
}

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
}

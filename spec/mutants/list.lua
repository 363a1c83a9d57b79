-- Ways to break the engine, one at a time: each must be noticed, by comparing rows with the walk or, where
-- `by` names one, by a C test. Of each file: a name, a text that occurs in the file once, and what stands there
-- instead (nothing).

return {
    {
        file = "csrc/vp_path_reply.c",
        {
            "the return route is not required",
            "return number == 0 || action.blackhole ? vp_path_fail(path) : act_on(path, &action);",
            "return number == 0 ? VP_PATH_DELIVER\n : action.blackhole ? vp_path_fail(path) : act_on(path, &action);",
        },
        { "the reply's ACL is dropped where it starts", "vp_path_acl(path, path->at.subnet, true);" },
        { "the reply's ACL is dropped where it arrives", "vp_path_acl(path, receiver.subnet, false);" },
        {
            "NAT gateway: the answer needs a route over the peering connection",
            "if (is_handed_back(path)) {",
            "if (false && is_handed_back(path)) {",
        },
    },
    {
        file = "csrc/vp_reach_rows.c",
        {
            "source and destination ports are swapped",
            "vp_flow_product(services, request, back, reach->query.sources, family)",
            "vp_flow_product(services, back, request, reach->query.sources, family)",
        },
    },
    {
        file = "csrc/vp_profile.c",
        {
            "the end of a range is off by one",
            "NUMBER_LAST : (uint32_t)last);",
            "NUMBER_LAST : (uint32_t)last - (last > first));",
        },
        { "allow and deny are swapped", "allows ? ALLOWS : DENIES", "allows ? DENIES : ALLOWS" },
        {
            "the first match is the last",
            "profiles->parts[profiles->active[place - 1]].rule > profiles->parts[part].rule",
            "profiles->parts[profiles->active[place - 1]].rule < profiles->parts[part].rule",
        },
    },
    {
        file = "csrc/vp_path.c",
        {
            "a blackhole is ignored",
            "return number == 0 || action.blackhole ? vp_path_fail(path)",
            "return number == 0 ? vp_path_fail(path)",
        },
        {
            "traffic within a subnet meets its ACL",
            "if (held && neighbour.subnet != NULL && neighbour.subnet == path->at.subnet) {",
            "if (path->lookups > 0 && held) {",
        },
    },
    {
        file = "csrc/vp_path_filter.c",
        { "a group reference is kept across Regions", "return region_a == region_b &&", "return" },
    },
    {
        file = "csrc/vp_path_target.c",
        {
            "the peer's blocks are not cut",
            "(!to_classic && !is_in_side(path, connection, peer, &path->destination)) ||",
        },
        {
            "NAT gateway: references survive it",
            "path->preserved = false;\n    path->came_by = NULL;\n    path->at = place;",
            "path->came_by = NULL;\n    path->at = place;",
        },
        {
            "NAT gateway: every protocol passes",
            "path->known = vp_service_combine(services, VP_TRUTH_INTERSECTION, path->known, carried);",
        },
    },
    {
        file = "csrc/vp_atlas_plain.c",
        { "plain: the return route is not required", "return BACK_NONE;", "return BACK_THERE;" },
        { "plain: the reply's ACL is dropped where it starts", "answer->back = at_source(on, far->acl[1]);" },
        {
            "plain: the reply's ACL is dropped where it arrives",
            "answer->back = cut(on, answer->back, at_destination(on, on->own->acl[0], answer));",
        },
        {
            "plain: traffic within a subnet meets its ACL",
            "bool direct = way == VP_PLAIN_DIRECT;",
            "bool direct = false;",
        },
        {
            "plain: a group reference is kept across Regions",
            "way != VP_PLAIN_PEERING || on->peering.joined",
            "way != VP_PLAIN_NOT",
        },
        {
            "plain: the peer's blocks are not cut",
            "at_destination(on, on->peering.peer_side, answer) == VP_SPACE_BLOCK &&",
        },
        {
            "plain: references are forgotten",
            "side->refers[egress] = filtered && groups->references[egress];",
            "side->refers[egress] = false;",
        },
    },
    {
        file = "csrc/vp_path_transit.c",
        {
            "transit gateway: the ACL of the attachment's subnet is dropped",
            "note_met(path, on.from, subnet);\n    vp_path_acl(path, subnet, false);",
            "note_met(path, on.from, subnet);",
        },
        {
            "transit gateway: the zone of the sender does not matter",
            "path->at.subnet == NULL, &complete);\n    if (subnet == NULL) {\n        return complete",
            "true, &complete);\n    if (subnet == NULL) {\n        return complete",
        },
        {
            "transit gateway: references are carried without the option",
            "bool kept = path->groups_kept && on->gateways == 1 &&",
            "bool kept = true ||",
        },
    },
    {
        file = "csrc/vp_compiled_transit.c",
        {
            "transit gateway: propagated routes beat static ones",
            "return a->rank < b->rank ? -1 : 1;",
            "return a->rank < b->rank ? 1 : -1;",
        },
    },
    {
        file = "csrc/vp_mesh_visit.c", by = "rectangles_test",
        {
            "bundles: the ACL of the sender's attachment is dropped",
            "vp_service known = cut(on, on->sent, value_at(on, on->bundle->meets, at, &last));",
            "vp_service known = on->sent;",
        },
        {
            "bundles: the ACL of the receiver's attachment is dropped",
            "on->sent = cut(on, on->sent, value_at(on, arrival, at, &last));",
        },
        {
            "bundles: the ACL of the receiver's attachment is dropped on the way back",
            "back = cut(on, back, on->met_exit);",
        },
        {
            "bundles: the ACL of the sender's attachment is dropped on the way back",
            "back = cut(on, cut(on, back, on->met), value_at(on, arrival, at, &last));",
            "back = cut(on, back, on->met);",
        },
        {
            "bundles: an answer that the gateway stops comes home",
            "VP_MESH_NOTHING ? ANSWER_STOPPED", "VP_MESH_NOTHING ? ANSWER_HOME",
        },
        {
            "bundles: an answer without a route comes home",
            "        return ANSWER_NONE;\n    }\n    if (number !=",
            "        return ANSWER_HOME;\n    }\n    if (number !=",
        },
        {
            "bundles: all of a bundle is at home",
            "*home = *home != 0 ? *home : is_all_home(on) ? 1 : 2;",
            "*home = 1;",
        },
        {
            "bundles: what is looked at beside them is not cut out",
            "if (from < end && on->hole_count < on->hole_capacity) {",
            "if (false) {",
        },
    },
    {
        file = "csrc/vp_mesh.c", by = "rectangles_test",
        { "bundles: rules of members differ", "one->rules == made.rules &&", "" },
        { "bundles: ACLs of attachments differ", "one->meets == made.meets &&", "" },
    },
}

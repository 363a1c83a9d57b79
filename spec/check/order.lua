-- The order of the house: which file may include which. One list, from the ground up; a file of the
-- core may include its own header and files that stand above it here, never one below. To add a
-- file to csrc, put its name (without .c or .h) after everything it needs and before everything
-- that needs it.

return {
    -- ground: types, the only allocator, errors, interned text
    "vp_base", "vp_alloc", "vp_error", "vp_sort", "vp_name", "vp_json",
    -- one address, one block, text forms
    "vp_addr", "vp_cidr", "vp_block", "vp_text",
    -- piecewise-constant maps, sets and free space on top of them
    "vp_point", "vp_scan_bytes", "vp_scan", "vp_range_map", "vp_range_draft", "vp_range_index",
    "vp_range_value", "vp_range_merge", "vp_interval", "vp_prefix_map",
    "vp_set", "vp_set_builder", "vp_set_text", "vp_set_lines", "vp_space",
    -- sets of services
    "vp_map_pool", "vp_paint", "vp_ports", "vp_service", "vp_service_text",
    -- the model: what an object consists of, the records, the network and its look-ups
    "vp_schema", "vp_kind", "vp_rule", "vp_record_group", "vp_record_nat", "vp_record_classic",
    "vp_record_prefix",
    "vp_record_access",
    "vp_record", "vp_record_vpn",
    "vp_record_endpoint", "vp_record_transit", "vp_view", "vp_holder",
    "vp_journal", "vp_network", "vp_protocol", "vp_diagnostic", "vp_clone", "vp_link",
    "vp_index", "vp_index_part", "vp_index_link", "vp_index_mend", "vp_index_make", "vp_index_find", "vp_index_block",
    "vp_vpn", "vp_endpoint", "vp_transit",
    "vp_transit_table",
    "vp_dns_zone", "vp_dns",
    -- changes that happen as a whole or not at all
    "vp_change",
    -- what is done once after documents were read
    "vp_identity", "vp_judge", "vp_rule_form", "vp_seal",
    -- changes that AWS would allow or refuse
    "vp_action", "vp_check", "vp_caller", "vp_action_run", "vp_part", "vp_group_part", "vp_host_name",
    "vp_transit_part",
    "vp_peering", "vp_peering_action", "vp_vpc_block", "vp_public_access", "vp_vpc", "vp_subnet", "vp_route_table",
    "vp_route_table_state",
    "vp_route_action", "vp_security_group", "vp_group_rule", "vp_network_acl", "vp_gateway",
    "vp_vpn_gateway", "vp_vpn_connection", "vp_transit_gateway", "vp_transit_interface", "vp_transit_attachment",
    "vp_transit_route", "vp_egress_only", "vp_address", "vp_interface",
    "vp_interface_prefix", "vp_interface_action", "vp_nat_address", "vp_nat_gateway", "vp_endpoint_part",
    "vp_endpoint_service", "vp_vpc_endpoint", "vp_hosted_zone", "vp_instance", "vp_prefix_list",
    -- which route, which rule, for one packet
    "vp_route", "vp_filter",
    -- the same rules compiled
    "vp_profile", "vp_compiled", "vp_compiled_facts", "vp_compiled_change", "vp_compiled_copy", "vp_diff",
    "vp_compiled_space", "vp_compiled_transit",
    -- questions
    "vp_trace", "vp_end", "vp_walk", "vp_walk_outbound", "vp_walk_filter", "vp_walk_transit",
    "vp_walk_middlebox", "vp_walk_endpoint", "vp_walk_classic",
    "vp_walk_gateway", "vp_walk_egress_only", "vp_walk_vpn", "vp_walk_nat",
    "vp_walk_peering", "vp_walk_target", "vp_walk_request", "vp_walk_reply", "vp_walk_hint",
    "vp_walk_side", "vp_walk_check", "vp_walk_pairs",
    "vp_path", "vp_path_filter",
    "vp_path_gateway", "vp_path_transit", "vp_path_endpoint", "vp_path_classic", "vp_path_target",
    "vp_path_reply", "vp_atlas", "vp_atlas_class", "vp_atlas_plain", "vp_atlas_scope", "vp_mesh", "vp_mesh_visit",
    "vp_diff_pairs",
    "vp_reach", "vp_reach_part", "vp_reach_ways", "vp_reach_outside", "vp_reach_border", "vp_reach_group",
    "vp_reach_rows", "vp_reach_ask", "vp_reach_quick",
    -- findings
    "vp_lint", "vp_lint_view", "vp_lint_vpc", "vp_lint_peering", "vp_lint_route", "vp_lint_reference",
    "vp_lint_run",
}

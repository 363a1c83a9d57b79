-- The catalogue of codes is complete, and every code that a trace can carry yields a sentence.

local codes = require "vpcpeer.codes"
local message = require "vpcpeer.message"

-- Semantics 10.1: explanations, hints, and codes that are only read.
local AWS = {
    explanation = [[
        BAD_STATE BAD_STATE_ATTACHMENT BAD_STATE_ROUTE BAD_STATE_VPN CANNOT_ROUTE ENI_ADDRESS_RESTRICTION
        ENI_SG_RULES_MISMATCH ENI_SOURCE_DEST_CHECK_RESTRICTION GATEWAY_REJECTS_SPOOFED_TRAFFIC
        IGW_DESTINATION_ADDRESS_IN_VPC_CIDRS IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS
        IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS
        IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS
        IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS INGRESS_RTB_NO_PUBLIC_IP INGRESS_RTB_TRAFFIC_REDIRECTION
        NGW_REQUIRES_SOURCE_IN_VPC NO_POSSIBLE_DESTINATION NO_ROUTE_TO_DESTINATION
        PCX_REQUIRES_ADDRESS_IN_VPC_CIDR PROTOCOL_RESTRICTION REGIONAL_NGW_ROUTE_AZ_RESTRICTION
        SG_HAS_NO_RULES SG_REFERENCES_NOT_PRESERVED SG_REFERENCING_SUPPORT SUBNET_ACL_RESTRICTION
        TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION TGW_BAD_STATE_VPN TGW_ROUTE_AZ_RESTRICTION
        TGW_RTB_BAD_STATE_ROUTE TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT TGW_RTB_ROUTES_ARE_UNKNOWN
        UNKNOWN_DESTINATION UNKNOWN_RESOURCE VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS
        VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS VPC_BLOCK_PUBLIC_ACCESS_ENABLED
        VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION VPCE_GATEWAY_PROTOCOL_RESTRICTION
        VPCE_INTRA_VPC_TRAFFIC NO_PATH NO_SOURCE_OR_DESTINATION UNASSOCIATED_COMPONENT UNSUPPORTED_COMPONENT
        COMPONENT_FILTER_RESTRICTION COMPONENT_FILTER_RESTRICTION_REMOVED_COMPONENT
        IGW_EXPECTS_PUBLIC_ADDRESS]],
    hint = [[HIGHER_PRIORITY_ROUTE MORE_SPECIFIC_ROUTE TGW_RTB_HIGHER_PRIORITY_ROUTE
        TGW_RTB_MORE_SPECIFIC_ROUTE UNKNOWN_PEERED_SGS DISCONNECTED_VPCS]],
    warning = [[AVAILABILITY_ZONE_CROSSED PATH_THROUGH_GWLB_NOT_CHECKED
        TRANSIT_GATEWAY_APPLIANCE_MODE_RECOMMENDED RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY
        UNIDIRECTIONAL_PATH_ANALYSIS_ONLY]],
    known = [[
        ELB_ACL_RESTRICTION ELB_INSTALLED_AZ_RESTRICTION ELB_LISTENER_PORT_RESTRICTION ELB_LISTENERS_MISMATCH
        ELB_NOT_CROSSZONE ELBV2_LISTENER_HAS_NO_TG ELBV2_LISTENER_PORT_RESTRICTION
        ELBV2_LISTENER_REQUIRES_TG_ACCEPT ELBV2_LISTENERS_MISMATCH ELBV2_NO_TARGETS_IN_AZ
        ELBV2_SOURCE_ADDRESS_PRESERVATION FIREWALL_RULES_RESTRICTION GWLB_DESTINATION_PORT_RESTRICTION
        GWLB_PROTOCOL_RESTRICTION IGW_NAT_REFLECTION NGW_DEST_ADDRESS_PRESERVATION NGW_SOURCE_ADDRESS_REASSIGN
        REMAP_EPHEMERAL_PORT TARGET_ADDRESS_RESTRICTION TARGET_PORT_RESTRICTION TGW_ATTACH_VPC_AZ_RESTRICTION
        TGW_RTB_CANNOT_ROUTE VPC_LOCAL_ROUTE_CIDR_RESTRICTION VPCE_SERVICE_NOT_INSTALLED_IN_AZ
        FILTER_AT_SOURCE_SOURCE_ADDRESS FILTER_AT_SOURCE_SOURCE_PORT_RANGE
        FILTER_AT_SOURCE_DESTINATION_ADDRESS FILTER_AT_SOURCE_DESTINATION_PORT_RANGE FILTER_AT_SOURCE_PROTOCOL
        FILTER_AT_DESTINATION_SOURCE_ADDRESS FILTER_AT_DESTINATION_SOURCE_PORT_RANGE
        FILTER_AT_DESTINATION_DESTINATION_ADDRESS FILTER_AT_DESTINATION_DESTINATION_PORT_RANGE
        FILTER_AT_DESTINATION_PROTOCOL ASSUMPTION_PRESERVE_CLIENT_IP_IS_DISABLED
        ASSUMPTION_PRESERVE_CLIENT_IP_IS_ENABLED FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULE_GROUP_TYPE
        FIREWALL_UNSUPPORTED_HIGHER_PRIORITY_RULES FIREWALL_UNSUPPORTED_RULE_OPTIONS
        MISSING_TARGET_GROUP_ATTRIBUTES]],
}

-- Semantics 10.2 and 5.11: code, kinds, AWS's code.
local OWN = {
    { "PCX_NOT_ACTIVE", "explanation hint", "BAD_STATE_ROUTE" },
    { "PCX_NOT_PARTY", "explanation lint", "BAD_STATE_ROUTE" },
    { "PCX_OVERLAPPING_CIDRS", "hint cause lint", "DISCONNECTED_VPCS" },
    { "PCX_SAME_VPC", "cause", "DISCONNECTED_VPCS" },
    { "PCX_UNKNOWN_VPC", "cause", "DISCONNECTED_VPCS" },
    { "PCX_TRANSITIVE_PEERING", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_IGW", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_EIGW", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_NAT", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_VGW", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_VPCE_GATEWAY", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_TGW", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_EDGE_TO_EDGE_CLASSICLINK", "explanation hint", "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR" },
    { "PCX_REMOTE_RESOLVER", "explanation", "NO_POSSIBLE_DESTINATION" },
    { "RETURN_ROUTE_MISSING", "explanation", "NO_ROUTE_TO_DESTINATION" },
    { "RETURN_ROUTE_BLACKHOLE", "explanation", "BAD_STATE_ROUTE" },
    { "RETURN_ROUTE_WRONG_VPC", "explanation", "MORE_SPECIFIC_ROUTE" },
    { "RETURN_ROUTE_WRONG_TARGET", "explanation", "NO_ROUTE_TO_DESTINATION" },
    { "DELIVERED_TO_OTHER_INTERFACE", "explanation", "NO_POSSIBLE_DESTINATION" },
    { "SG_REFERENCE_CROSS_REGION", "explanation", "SG_REFERENCES_NOT_PRESERVED" },
    { "SG_REFERENCE_STALE", "explanation", "ENI_SG_RULES_MISMATCH" },
    { "IPV6_NOT_ENABLED", "explanation", "UNASSOCIATED_COMPONENT" },
    { "ADDRESS_FAMILY_MISMATCH", "explanation", "NO_PATH" },
    { "DNS_NAME_NOT_FOUND", "explanation", "NO_SOURCE_OR_DESTINATION" },
    { "DNS_SUPPORT_DISABLED", "explanation", "NO_SOURCE_OR_DESTINATION" },
    { "ROUTING_LOOP", "explanation", "NO_PATH" },
    { "VPC_CIDR_RESTRICTED", "lint" },
    { "PCX_DUPLICATE", "lint" },
    { "PCX_ROUTE_ONE_WAY", "lint" },
    { "PCX_ROUTE_UNUSED_CONNECTION", "lint" },
    { "PCX_ROUTE_BROADER_THAN_PEER", "lint" },
    { "PCX_ROUTE_WHOLE_PEER", "lint" },
    { "PCX_ROUTE_AMBIGUOUS_PEERS", "lint" },
    { "PCX_ROUTE_BLACKHOLE", "lint" },
    { "SG_RULE_STALE", "lint" },
    { "SG_RULE_CROSS_REGION", "lint" },
    { "ROUTE_TIE_PREFIX_LIST", "warning" },
    { "ROUTE_STATE_DISAGREES", "warning lint" },
    { "SG_STALE_DISAGREES", "warning lint" },
    { "UNKNOWN_PREFIX_LIST", "warning lint" },
    { "EPHEMERAL_PORTS_PARTIAL", "warning" },
    { "ASYMMETRIC_PATH", "warning" },
    { "ASSUMPTION_DEFAULT_NETWORK_ACL", "warning" },
    { "ASSUMPTION_ON_PREMISES_PREFIX", "warning" },
}

local function expected()
    local all = {}
    for kind, list in pairs(AWS) do
        for code in list:gmatch("%S+") do
            all[code] = { kind = kind, aws_code = code }
        end
    end
    for _, row in ipairs(OWN) do
        all[row[1]] = { kind = row[2], aws_code = row[3] }
    end
    return all
end

-- An explanation that holds everything a code can speak of, and the trace around it.
local function full_reason(code)
    return {
        code = code,
        direction = "ingress",
        detail = {
            status = "pending-acceptance", pair = { "10.0.0.0/16", "10.0.0.0/8" }, chain = { "pcx-1", "pcx-2" },
            gateway = "igw-1", route_table = "rtb-1", destination = "172.16.0.0/16", vpc = "vpc-2",
            interface = "eni-2",
        },
        network_acl_id = "acl-1", rule_number = 100, route_table_id = "rtb-1",
        route = { destination_cidr_block = "10.0.0.0/16", vpc_peering_connection_id = "pcx-1", state = "active" },
        security_group_ids = { "sg-1", "sg-2" }, subnet_id = "subnet-1", vpc_id = "vpc-1",
        destination_vpc_id = "vpc-2", network_interface_id = "eni-1", vpc_peering_connection_id = "pcx-1",
        internet_gateway_id = "igw-1", missing_component = "x-1", referenced_group_id = "sg-9",
        address = "172.16.0.10", cidrs = { "172.16.0.10/32" }, protocols = { "tcp" },
        port_ranges = { { 5432, 5432 } },
    }
end

local TRACE = {
    from = { id = "i-1", address = "172.16.0.10" }, to = { id = "i-2", address = "10.0.0.10" },
    protocol = "tcp", ports = { { 5432, 5432 } }, source_ports = { { 1024, 65535 } },
}
local NAMES = { ["rtb-1"] = "private", ["vpc-1"] = "data", ["i-1"] = "web", ["pcx-1"] = "app-data" }

describe("the catalogue of codes", function()
    it("holds exactly the codes of the semantics, with kinds and AWS's codes", function()
        local wanted = expected()
        for _, entry in ipairs(codes.list()) do
            local want = wanted[entry.code]
            assert.is_table(want, entry.code .. " is not wanted")
            assert.equal(want.kind, table.concat(entry.kind, " "), entry.code)
            assert.equal(want.aws_code, entry.aws_code, entry.code)
            wanted[entry.code] = nil
        end
        assert.is_nil(next(wanted), "missing: " .. tostring(next(wanted)))
    end)

    it("says meaning, cause and remedy of each in whole sentences", function()
        for _, entry in ipairs(codes.list()) do
            for _, key in ipairs { "meaning", "cause", "remedy" } do
                local text = entry[key]
                assert.is_string(text, entry.code .. "." .. key)
                assert.truthy(text:match("^[%u%d\"].*%.$"), entry.code .. "." .. key .. ": " .. text)
                assert.is_nil(text:find("  ", 1, true), entry.code .. "." .. key .. ": two blanks")
            end
        end
    end)

    it("lists in alphabetical order and by kind", function()
        local last = ""
        for _, entry in ipairs(codes.list()) do
            assert.is_true(last < entry.code)
            last = entry.code
        end
        local causes = {}
        for _, entry in ipairs(codes.list "cause") do
            causes[#causes + 1] = entry.code
        end
        assert.same({ "PCX_OVERLAPPING_CIDRS", "PCX_SAME_VPC", "PCX_UNKNOWN_VPC" }, causes)
    end)

    it("finds a code however it is typed, and names the nearest for one it does not have", function()
        assert.equal("RETURN_ROUTE_MISSING", codes.find("return-route-missing").code)
        local entry, text, code = codes.find("RETURN_ROUTE_MISING")
        assert.is_nil(entry)
        assert.equal("there is no code 'RETURN_ROUTE_MISING'; did you mean RETURN_ROUTE_MISSING?", text)
        assert.equal("unknown_code", code)
        for given, meant in pairs {
            no_route = "; did you mean NO_ROUTE_TO_DESTINATION, TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT or "
                .. "RESPONSE_RTB_HAS_NO_ROUTE_TO_TRANSIT_GATEWAY?",
            SG_REFERENCE_STAL = "; did you mean SG_REFERENCE_STALE?", pcx_one_way = "; did you mean PCX_ROUTE_ONE_WAY?",
            FOO = ": codes stand in brackets behind the reasons of a trace, and before the findings of lint",
            [("A"):rep(1000)] = ": codes stand",
        } do
            entry, text = codes.find(given)
            assert.is_nil(entry)
            assert.equal("there is no code '" .. given .. "'" .. meant,
                text:sub(1, #"there is no code ''" + #given + #meant))
        end
    end)

    it("hands out copies", function()
        codes.find("NO_PATH").meaning = "changed"
        codes.find("NO_PATH").kind[1] = "changed"
        assert.not_equal("changed", codes.find("NO_PATH").meaning)
        assert.equal("explanation", codes.find("NO_PATH").kind[1])
    end)

    it("raises for what is no text", function()
        assert.error_matches(function() codes.find(7) end, "string expected, got number")
    end)
end)

describe("the sentence of a code", function()
    local emitted = {}
    for _, entry in ipairs(codes.list()) do
        local kind = " " .. table.concat(entry.kind, " ") .. " "
        if kind:find(" explanation ") or kind:find(" hint ") or kind:find(" warning ") then
            emitted[#emitted + 1] = entry.code
        end
    end

    it("exists for every code that a trace can carry and leaves nothing of its template", function()
        for _, code in ipairs(emitted) do
            local meaning = codes.find(code).meaning
            for _, reason in ipairs { full_reason(code), { code = code, detail = {} } } do
                local text = message.of(reason, TRACE, NAMES)
                assert.is_nil(text:find("[%[%]{}|?]"), code .. ": " .. text)
                assert.is_nil(text:find("  ", 1, true) or text:find(" ,") or text:find(" $"), code .. ": " .. text)
                assert.not_equal(meaning, text, code .. " has no template")
            end
        end
    end)

    it("names ids with their Name tags, addresses, ports and what to do", function()
        assert.equal("rtb-1 (private) of vpc-1 (data) has no route back to 172.16.0.10: add 172.16.0.0/16 -> pcx-1",
            message.of(full_reason "RETURN_ROUTE_MISSING", TRACE, NAMES))
        assert.equal("pcx-1 (app-data) is pending-acceptance, so it carries no traffic: "
            .. "accept pcx-1 (app-data) as the owner of the accepter VPC",
            message.of(full_reason "PCX_NOT_ACTIVE", TRACE, NAMES))
        assert.equal("no inbound rule of sg-1, sg-2 on eni-1 admits tcp 5432 from 172.16.0.10: "
            .. "add an inbound rule tcp 5432 from 172.16.0.10/32 to sg-1",
            message.of(full_reason "ENI_SG_RULES_MISMATCH", TRACE, NAMES))
        assert.equal("acl-1 of subnet-1 does not let tcp 5432 in from 172.16.0.10 (rule 100 denies it): "
            .. "add an inbound rule with a number below 100 to acl-1 that allows tcp 5432 from 172.16.0.10/32",
            message.of(full_reason "SUBNET_ACL_RESTRICTION", TRACE, NAMES))
    end)

    it("advises to accept only what can still be accepted", function()
        local reason = full_reason "PCX_NOT_ACTIVE"
        reason.detail.status = "deleted"
        assert.equal("pcx-1 (app-data) is deleted, so it carries no traffic: request a new connection between "
            .. "vpc-1 (data) and vpc-2 and point the routes at it", message.of(reason, TRACE, NAMES))
    end)

    it("never reads a Name as a template, nor lets it reach a terminal raw", function()
        local names = { ["pcx-1"] = "{from}[x|y]\27[31m\n" }
        local text = message.of(full_reason "PCX_NOT_PARTY", TRACE, names)
        assert.truthy(text:find("pcx-1 ({from}[x|y]?[31m?)", 1, true), text)
    end)

    it("survives a code that the catalogue does not have", function()
        assert.equal("NEW_CODE", message.of({ code = "NEW_CODE", detail = {} }, TRACE, NAMES))
    end)
end)

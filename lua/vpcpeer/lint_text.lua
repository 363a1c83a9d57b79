-- The sentences of findings: what is there, and what would mend it in this very case.
--
-- One pair of functions a code, of the evidence and a function that puts Name tags to ids; a code
-- without a remedy of its own takes the one of the catalogue.

local codes = require "vpcpeer.codes"
local phrase = require "vpcpeer.phrase"

local lint_text = {}

-- Who a rule is about: "inbound tcp 5432".
local function rule_of(e)
    local range = e.from_port and { { e.from_port, e.to_port or e.from_port } } or nil
    return (e.is_egress and "outbound " or "inbound ") .. phrase.packet(e.ip_protocol, range)
end

local function reference_of(e, label)
    local owner = e.user_id and e.user_id .. "/" or ""
    return ("%s of %s names %s%s"):format(rule_of(e), label(e.group_id), owner, label(e.referenced_group_id))
end

local function route_of(e, label)
    return ("%s in %s"):format(phrase.route(e.route), label(e.route_table_id))
end

local function blocks_of(e, label)
    local parts = {}
    for _, block in ipairs(e.blocks or {}) do
        parts[#parts + 1] = ("%s (%s, %s)"):format(block.cidr_block, label(block.vpc_id),
            label(block.vpc_peering_connection_id))
    end
    return table.concat(parts, ", ")
end

-- A connection that waits can be accepted; one that ended cannot come back.
local function mend_blackhole(e, label)
    if e.status == "pending-acceptance" then
        return ("accept %s, or delete the route %s"):format(label(e.vpc_peering_connection_id), route_of(e, label))
    elseif e.status == "provisioning" or e.status == "initiating-request" then
        return ("wait until %s is active"):format(label(e.vpc_peering_connection_id))
    end
    return ("delete the route %s, or replace its target by a connection that is active"):format(route_of(e, label))
end

local words = {
    PCX_OVERLAPPING_CIDRS = {
        function(e, label)
            return ("%s joins %s and %s, whose blocks %s and %s overlap"):format(
                label(e.vpc_peering_connection_id), label(e.vpc_id), label(e.peer_vpc_id), tostring(e.cidr_block),
                tostring(e.peer_cidr_block))
        end,
    },
    PCX_DUPLICATE = {
        function(e, label)
            return ("several live connections join %s and %s"):format(label(e.vpc_id), label(e.peer_vpc_id))
        end,
    },
    PCX_NOT_PARTY = {
        function(e, label)
            return ("%s leads to a peering connection that %s is no side of"):format(route_of(e, label),
                label(e.vpc_id))
        end,
        function(e, label)
            return ("delete the route %s, or replace its target by a connection of %s"):format(
                route_of(e, label), label(e.vpc_id))
        end,
    },
    PCX_ROUTE_ONE_WAY = {
        function(e, label)
            return ("%s of %s routes to %s, but no route table of %s does: no answer returns"):format(
                label(e.route_table_id), label(e.vpc_id), label(e.vpc_peering_connection_id),
                label(e.peer_vpc_id))
        end,
        function(e, label)
            return ("add routes to the blocks of %s with the target %s to the route tables of %s"):format(
                label(e.vpc_id), label(e.vpc_peering_connection_id), label(e.peer_vpc_id))
        end,
    },
    PCX_ROUTE_UNUSED_CONNECTION = {
        function(e, label)
            return ("no route table of %s or %s uses %s"):format(label(e.vpc_id), label(e.peer_vpc_id),
                label(e.vpc_peering_connection_id))
        end,
        function(e, label)
            return ("add routes on both sides, or delete %s"):format(label(e.vpc_peering_connection_id))
        end,
    },
    PCX_ROUTE_BROADER_THAN_PEER = {
        function(e, label)
            return ("%s goes beyond the blocks of %s; what is outside of them is dropped"):format(
                route_of(e, label), label(e.peer_vpc_id))
        end,
    },
    PCX_ROUTE_WHOLE_PEER = {
        function(e, label)
            return ("%s opens the way to the whole block %s of %s"):format(route_of(e, label),
                e.peer_cidr_block, label(e.peer_vpc_id))
        end,
        function(e, label)
            return ("route only the subnets of %s that must be reached"):format(label(e.peer_vpc_id))
        end,
    },
    PCX_ROUTE_AMBIGUOUS_PEERS = {
        function(e, label)
            return ("peers of %s have blocks that overlap: %s; answers follow the route table, not the way "
                .. "the request came"):format(label(e.vpc_id), blocks_of(e, label))
        end,
        function(e, label)
            return ("give each of these peers routes of its own in %s, more specific than %s"):format(
                label(e.vpc_id), tostring(e.cidr_block))
        end,
    },
    PCX_ROUTE_BLACKHOLE = {
        function(e, label)
            return ("%s leads to a peering connection that is %s"):format(route_of(e, label),
                e.status or "gone")
        end,
        mend_blackhole,
    },
    SG_RULE_STALE = {
        function(e, label)
            return reference_of(e, label) .. ", which it can no longer refer to; the rule matches nothing"
        end,
        function(e, label)
            local other = e.peer_vpc_id ~= e.vpc_id and " or the way to " .. (label(e.peer_vpc_id) or "its VPC") or ""
            return ("revoke the rule of %s, unless the group it names%s comes back"):format(label(e.group_id), other)
        end,
    },
    SG_RULE_CROSS_REGION = {
        function(e, label)
            return ("%s, a group in %s; %s is in %s, and references hold in one Region only"):format(
                reference_of(e, label), tostring(e.peer_region), label(e.group_id), tostring(e.region))
        end,
        function(e, label)
            return ("name the blocks of %s in the rule of %s instead"):format(
                label(e.peer_vpc_id) or "the peer", label(e.group_id))
        end,
    },
    SG_STALE_DISAGREES = {
        function(e, label)
            return ("%s: %s"):format(reference_of(e, label), e.computed_stale
                and "the rule is stale by this model, but describe-stale-security-groups does not list it"
                or "describe-stale-security-groups lists the rule, but by this model it works")
        end,
    },
    VPC_CIDR_RESTRICTED = {
        function(e, label)
            return ("%s has %s beside its primary block %s, a combination that AWS restricts"):format(
                label(e.vpc_id), tostring(e.peer_cidr_block), tostring(e.cidr_block))
        end,
    },
    ROUTE_STATE_DISAGREES = {
        function(e, label)
            return ("%s is printed as %s, but its target says otherwise"):format(route_of(e, label),
                e.route.state)
        end,
    },
    UNKNOWN_PREFIX_LIST = {
        function(e, label)
            return ("%s is named but not in the data, so what names it matches nothing"):format(
                label(e.prefix_list_id))
        end,
    },
}

-- The remedy of the catalogue in the form of those above: part of a sentence.
local function general_remedy(code)
    return (codes.find(code).remedy:gsub("^%u%l", string.lower):gsub("%.$", ""))
end

--- Adds `message` and `remedy` to a finding.
-- @tparam table finding as the core gives it
-- @tparam {string=string} names Name tags by id
function lint_text.dress(finding, names)
    local entry = words[finding.code]
    local function label(id)
        return phrase.label(id, names) or "?" -- damaged data may name nothing
    end
    finding.message = entry[1](finding.evidence, label)
    finding.remedy = entry[2] and entry[2](finding.evidence, label) or general_remedy(finding.code)
end

return lint_text

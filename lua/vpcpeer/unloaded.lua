--- Peer VPCs that are not in the data, as far as a question touches them.
--
-- Rows of connectivity are between interfaces of the model, the internet and the premises. What lies in a
-- peer VPC that nobody loaded is none of these; finding nothing there would be no proof.
-- @module vpcpeer.unloaded

local core = require "vpcpeer.core"

local unloaded = {}

-- The blocks that a connection tells of one side.
local function blocks_of(info)
    local list = {}
    for _, key in ipairs { "cidr_block_set", "ipv6_cidr_block_set" } do
        for _, item in ipairs(info[key] or {}) do
            list[#list + 1] = item.cidr_block or item.ipv6_cidr_block
        end
    end
    if #list == 0 then
        list[1] = info.cidr_block
    end
    return list
end

-- VPCs with subnets in the data: without any, nothing is known of what is in a VPC.
local function described_vpcs(net)
    local described = {}
    for subnet in net:subnets() do
        described[subnet.vpc_id or ""] = true
    end
    return described
end

-- By connection, the VPCs with a route to it.
local function routed_vpcs(net)
    local routed = {}
    for route_table in net:route_tables() do
        for _, route in ipairs(route_table.routes or {}) do
            local id = route.vpc_peering_connection_id
            if id then
                routed[id] = routed[id] or {}
                routed[id][route_table.vpc_id or ""] = true
            end
        end
    end
    return routed
end

-- One side of a question: whether it has a member in a VPC, whether it means some of these blocks.
local function side_of(net, question, name)
    if question[name] == nil then
        return { has = function() return true end, means = function() return true end }
    end
    local scope = core.scope(net, name, question[name])
    local vpcs = {}
    for _, id in ipairs(scope and scope.interfaces or {}) do
        vpcs[net:get(id).vpc_id or ""] = true
    end
    return {
        has = function(vpc_id) return vpcs[vpc_id] end,
        means = function(blocks)
            local addresses = scope and scope.addresses
            return addresses ~= nil and (#blocks == 0 or addresses:overlaps(core.set(blocks)))
        end,
    }
end

-- The sides of a connection as { near, far }, where one of them is not in the data.
local function half_known(pcx, described)
    local requester, accepter = pcx.requester_vpc_info or {}, pcx.accepter_vpc_info or {}
    local has_one, has_other = described[requester.vpc_id or ""], described[accepter.vpc_id or ""]
    if (pcx.status or {}).code ~= "active" or has_one == has_other then
        return nil
    end
    return has_one and requester or accepter, has_one and accepter or requester
end

--- The peer VPCs that a question touches and that are not in the data.
-- @tparam network net
-- @tparam table question as for `net:find`
-- @treturn {table,...} `{ vpc_id, peer_vpc_id, vpc_peering_connection_id }`: the VPC in the data and the
-- one that is not, by id of the connection
function unloaded.peers(net, question)
    local found, described, routed, from, to = {}, nil, nil, nil, nil
    for pcx in net:vpc_peering_connections() do
        described = described or described_vpcs(net)
        local near, far = half_known(pcx, described)
        if near then
            routed = routed or routed_vpcs(net)
            from, to = from or side_of(net, question, "from"), to or side_of(net, question, "to")
            local blocks = blocks_of(far)
            local touched = from.has(near.vpc_id) and to.means(blocks) or to.has(near.vpc_id) and from.means(blocks)
            if touched and (routed[pcx.id] or {})[near.vpc_id or ""] then
                found[#found + 1] = {
                    vpc_id = near.vpc_id, peer_vpc_id = far.vpc_id, vpc_peering_connection_id = pcx.id,
                }
            end
        end
    end
    return found
end

return unloaded

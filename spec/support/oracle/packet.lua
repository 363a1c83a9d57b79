-- The oracle: can this one packet go there and its reply come back? Decided by reading the tables
-- that `net:describe` prints, section by section of the semantics, with nothing of the product's.
--
-- It is slow and does one thing at a time; what makes it worth having is that it shares neither
-- code nor cleverness with the walk and the engine that it judges.

local address = require "support.oracle.address"
local filters = require "support.oracle.filters"
local gateways = require "support.oracle.gateways"
local reply = require "support.oracle.reply"
local request = require "support.oracle.request"
local state = require "support.oracle.state"
local tables = require "support.oracle.tables"

local M = { read = tables.read }

-- 9.10: a verdict of which every reason is one of these is not known.
local UNKNOWN = {
    UNSUPPORTED_COMPONENT = true, UNKNOWN_RESOURCE = true, UNKNOWN_DESTINATION = true,
    TGW_RTB_ROUTES_ARE_UNKNOWN = true,
}

-- The gateway of `internet` or `onprem` as a source, and the VPC it is attached to.
local function entrance(model, from)
    local list = from.internet and model.internet_gateways or model.vpn_gateways
    local gateway = list[from.internet or from.onprem]
    local attachment = (gateway.Attachments or gateway.VpcAttachments or {})[1]
    if not attachment then state.fail "BAD_STATE_ROUTE" end
    return gateway, attachment.VpcId
end

-- P1: an interface in a subnet that is not described meets unknown rules, and one whose address a plan
-- leaves open may meet any.
local function check_described(model, eni, at)
    if not model.subnets[eni.subnet] then state.fail "UNKNOWN_RESOURCE" end
    if at and address.in_any(address.UNSPECIFIED, at) then state.fail "UNKNOWN_RESOURCE" end
end

-- P1, P5 and P7 for an interface as the source, which sends from an address.
local function check_source(model, eni, at)
    check_described(model, eni, at)
    if not request.is_endpoints_own(eni) then request.check_state(model, eni) end
    if request.is_endpoints_own(eni) then state.fail "VPCE_INTRA_VPC_TRAFFIC" end
    if request.is_gateways_own(eni) then state.fail "UNSUPPORTED_COMPONENT" end
end

--- What keeps an interface from sending anything: a verdict and a code, or nothing.
function M.source_problem(model, eni, at)
    local ok, failure = pcall(check_source, model, eni, at)
    if ok then return nil end
    return UNKNOWN[failure.code] and "unknown" or false, failure.code
end

local function start(walk, from, to)
    local source, target = walk.model.interfaces[from.eni], walk.model.interfaces[to.eni]
    if from.internet and not target then target = gateways.public_owner(walk.model, to.address) end -- 9.6
    if source then check_described(walk.model, source, from.address) end
    if target then check_described(walk.model, target, to.address) end
    if source and not request.is_endpoints_own(source) then request.check_state(walk.model, source) end
    if target then request.check_state(walk.model, target) end
    if from.internet then
        if address.in_any(address.NO_INTERNET, from.address) then state.fail "IGW_EXPECTS_PUBLIC_ADDRESS" end
        local gateway, vpc_id = entrance(walk.model, from)
        local eni = gateways.enter_internet(walk, gateway, vpc_id, from.address)
        request.from_gateway(walk, eni, gateway.InternetGatewayId, vpc_id)
    elseif from.onprem and walk.model.attachments[from.onprem] then
        request.from_premises(walk, walk.model.attachments[from.onprem], from.address)
    elseif from.onprem then
        local gateway, vpc_id = entrance(walk.model, from)
        local eni = gateways.enter_premises(walk, gateway, vpc_id, from.address)
        request.from_gateway(walk, eni, gateway.VpnGatewayId, vpc_id)
    elseif from.subnet then
        local subnet = walk.model.subnets[from.subnet]
        if not address.in_any(subnet.blocks, from.address) then state.fail "ENI_ADDRESS_RESTRICTION" end
        local bare = { bare = true, subnet = subnet.id, vpc = subnet.vpc, groups = {}, addresses = {}, prefixes = {} }
        walk.bare = { vpc = subnet.vpc, address = from.address }
        request.from_interface(walk, bare, from.address)
    else
        local eni = walk.model.interfaces[from.eni]
        check_source(walk.model, eni)
        request.from_interface(walk, eni, from.address)
    end
end

-- 9.1: a destination that is a gateway or an outside must have been passed.
local function check_passed(walk, to)
    if (to.eni or to.instance) and walk.exit then state.fail "NO_PATH" end
    local gateway = to.internet or to.onprem
    if type(gateway) == "string" and not walk.passed[gateway] then state.fail "NO_PATH" end
    if to.internet == true and not walk.left_to_internet then state.fail "NO_PATH" end
    if to.onprem == true and not walk.left_to_premises then state.fail "NO_PATH" end
end

-- 9.8: ICMP echo is answered, other ICMP types are not; the family may change on the way (NAT64).
local function reply_of(packet)
    local is_icmp = packet.protocol == 1 or packet.protocol == 58
    if is_icmp and not (packet.type == (packet.protocol == 1 and 8 or 128) and packet.code == 0) then return nil end
    return function(segment)
        if not is_icmp then return { protocol = packet.protocol } end
        local family6 = #segment.x == 16
        return { protocol = family6 and 58 or 1, type = family6 and 129 or 0, code = 0 }
    end
end

--- One packet. `from` is { eni = id } or { subnet = id } or { internet = gateway } or { onprem =
-- gateway }, each with `address` (bytes); `to` the same, or an address alone. `ports` are the
-- source ports, any of which will do. Returns true, false or "unknown"; the first code; and for what
-- leaves the model "internet", "onprem" or "service".
function M.packet(model, question)
    local packet = {
        protocol = question.protocol, port = question.port, type = question.icmp and question.icmp[1],
        code = question.icmp and question.icmp[2],
    }
    local asked = {
        packet = packet, to = question.to, ports = question.ports or { question.source_port or 1024 },
        nat_ports = filters.standing_for(model, 1024, 65535), reply_of = reply_of(packet),
    }
    local walk = state.new(model, asked)
    walk.d = question.to.address
    local ok, failure = pcall(function()
        start(walk, question.from, question.to)
        check_passed(walk, question.to)
    end)
    state.settle(walk)
    if ok and question.bidirectional ~= false and asked.reply_of and not walk.done then
        ok, failure = pcall(reply.walk, walk)
    end
    if not ok then
        if type(failure) ~= "table" then error(failure, 0) end
        walk.codes[#walk.codes + 1] = failure.code
    end
    if #walk.codes == 0 then return true, nil, walk.exit end
    for _, code in ipairs(walk.codes) do
        if not UNKNOWN[code] then return false, walk.codes[1] end
    end
    return "unknown", walk.codes[1]
end

return M

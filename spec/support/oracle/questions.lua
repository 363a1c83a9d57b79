-- Which questions are put to the oracle and to the product on one network: all ordered pairs of
-- ends, each with a few of the network's corner services, drawn so that every corner comes up.

local address = require "support.oracle.address"
local tables = require "support.oracle.tables"
local transit = require "support.oracle.transit"

local M = {}

local function add_port(corners, port)
    if port and 0 <= port and port <= 65535 and not corners.seen[port] then
        corners.seen[port] = true
        corners[#corners + 1] = port
    end
end

local function add_range(corners, from, to)
    if from and to then
        for _, port in ipairs { from - 1, from, to, to + 1 } do add_port(corners, port) end
    end
end

--- Every port at or next to a boundary of a rule: destination ports, and source ports by the ACLs.
function M.corners(model)
    local ports, source_ports = { seen = {} }, { seen = {} }
    for group in tables.each(model.groups) do
        for _, key in ipairs { "IpPermissions", "IpPermissionsEgress" } do
            for _, permission in ipairs(group[key] or {}) do
                if not permission.IpProtocol:find "icmp" then
                    add_range(ports, permission.FromPort, permission.ToPort)
                end
            end
        end
    end
    for acl in tables.each(model.acls) do
        for _, entry in ipairs(acl.entries) do
            if entry.ports then
                add_range(ports, entry.ports.From, entry.ports.To)
                add_range(source_ports, entry.ports.From, entry.ports.To)
            end
        end
    end
    add_range(ports, 443, 443)
    add_range(source_ports, 1024, 65535)
    return { ports = ports, source_ports = source_ports }
end

local ICMP = { [4] = { { 8, 0 }, { 3, 0 }, { 0, 0 }, { 8, 1 } }, [6] = { { 128, 0 }, { 3, 0 }, { 129, 0 }, { 1, 4 } } }

--- One service drawn from the corners; without a source port it means 1024 to 65535.
function M.service(numbers, corners, family)
    local kind = numbers:below(10)
    if kind < 7 then
        local service = { protocol = kind < 5 and 6 or 17, port = numbers:pick(corners.ports) }
        if numbers:below(3) > 0 then service.source_port = numbers:pick(corners.source_ports) end
        return service
    elseif kind < 9 then
        local types = ICMP[family]
        return { protocol = family == 4 and 1 or 58, icmp = numbers:below(4) == 0 and numbers:pick(types) or types[1] }
    end
    return { protocol = 47 }
end

-- Addresses outside of every VPC, and some that nobody holds.
local ELSEWHERE = {
    [4] = {
        "198.51.100.7", "52.216.8.8", "198.18.5.9", "10.0.1.99", "10.9.9.9", "100.64.0.9", "192.168.0.2",
        "169.254.169.254",
    },
    [6] = { "2600::1", "2600:1f01::99", "64:ff9b::c633:6407" },
}
local SOURCES = { internet = { [4] = { "198.51.100.7", "10.9.9.9", "11.0.0.200" }, [6] = { "2600::1" } },
    onprem = { [4] = { "198.18.5.9", "10.1.3.3" }, [6] = { "2600::2" } } }

local function outside(numbers, kind, gateway, family)
    return { [kind] = gateway, address = address.parse(numbers:pick(SOURCES[kind][family])) }
end

-- Interfaces as sources and destinations, gateways as sources, addresses as destinations.
local function ends(model, numbers, family)
    local sources, destinations = {}, {}
    for eni in tables.each(model.interfaces) do
        sources[#sources + 1], destinations[#destinations + 1] = { eni = eni.id }, { eni = eni.id }
        if eni.instance and (eni.id:find "s$" or numbers:below(8) == 0) then
            sources[#sources + 1] = { instance = eni.instance }
            destinations[#destinations + 1] = { instance = eni.instance }
        end
        for _, entry in ipairs(eni.addresses) do
            if entry.public and family == 4 then destinations[#destinations + 1] = { address = entry.public } end
            if numbers:below(8) == 0 and #entry.bytes == (family == 4 and 4 or 16) then
                destinations[#destinations + 1] = { address = entry.bytes }
                local bare = address.plus(entry.bytes, 90)
                if model.subnets[eni.subnet] and not eni.classic and not tables.holder(model, eni.vpc, bare) then
                    sources[#sources + 1] = { subnet = eni.subnet, address = bare }
                end
            end
        end
    end
    for _, text in ipairs(ELSEWHERE[family]) do destinations[#destinations + 1] = { address = address.parse(text) } end
    destinations[#destinations + 1] = { internet = true }
    destinations[#destinations + 1] = { onprem = true }
    for gateway in tables.each(model.internet_gateways) do
        destinations[#destinations + 1] = { internet = gateway.InternetGatewayId }
        if (gateway.Attachments or {})[1] then
            local id = gateway.InternetGatewayId
            sources[#sources + 1] = outside(numbers, "internet", id, family)
            destinations[#destinations + 1] = { internet = id, address = address.parse(ELSEWHERE[family][1]) }
        end
    end
    for gateway in tables.each(model.vpn_gateways) do
        destinations[#destinations + 1] = { onprem = gateway.VpnGatewayId }
        if (gateway.VpcAttachments or {})[1] then
            local id = gateway.VpnGatewayId
            sources[#sources + 1] = outside(numbers, "onprem", id, family)
            destinations[#destinations + 1] = outside(numbers, "onprem", id, family)
        end
    end
    for attachment in tables.each(model.attachments) do
        if transit.is_premises(attachment) and attachment.TransitGatewayId then
            local id = attachment.TransitGatewayAttachmentId
            sources[#sources + 1] = outside(numbers, "onprem", id, family)
            destinations[#destinations + 1] = outside(numbers, "onprem", id, family)
        end
    end
    return sources, destinations
end

local function is_outside(ending) return ending.internet or ending.onprem end

-- Ends that answer the same whatever is asked: interfaces of gateways, or without the family.
local function is_dull(model, ending, family)
    local eni = model.interfaces[ending.eni]
    if not eni then return false end
    for _, entry in ipairs(eni.addresses) do
        if #entry.bytes == (family == 4 and 4 or 16) then return eni.kind ~= "interface" end
    end
    return true
end

-- What 5.10 says nothing of: ClassLink and networks outside, and an instance with itself.
local function is_unspoken(model, from, to)
    local function eni_of(ending)
        return model.interfaces[ending.eni or ending.instance and "eni-of-" .. ending.instance]
    end
    local a, b = eni_of(from), eni_of(to)
    local itself = a and (a == b or to.address and tables.holds(a, to.address))
    return a and a.classic and (is_outside(to) or itself) or b and b.classic and is_outside(from)
end

--- All ordered pairs of ends of both families: a list of { family, from, to }.
function M.pairs(model, numbers)
    local list = {}
    for _, family in ipairs { 4, 6 } do
        local sources, destinations = ends(model, numbers, family)
        for _, from in ipairs(sources) do
            for _, to in ipairs(destinations) do
                local same = is_outside(from) and is_outside(to) or from.eni and from.eni == to.eni
                    or from.instance and from.instance == to.instance
                same = same or is_outside(to) and not to.address and not from.eni or is_unspoken(model, from, to)
                local dull = is_dull(model, from, family) or to.eni and is_dull(model, to, family)
                if not same and (not dull or numbers:below(8) == 0) then
                    list[#list + 1] = { family = family, from = from, to = to }
                end
            end
        end
    end
    return list
end

--- A question about a pair, with a corner service of its own.
function M.about(pair, numbers, corners)
    local question = M.service(numbers, corners, pair.family)
    question.family, question.from, question.to = pair.family, pair.from, pair.to
    return question
end

-- An end as the product writes it.
local function written(ending)
    local text = ending.address and address.text(ending.address)
    if ending.eni then return ending.eni end
    if ending.subnet then return ending.subnet .. "=" .. text end
    if ending.instance then return ending.instance end
    for _, kind in ipairs { "internet", "onprem" } do
        if ending[kind] and text then return ("%s@%s=%s"):format(kind, ending[kind], text) end
        if ending[kind] then return ending[kind] == true and kind or ending[kind] end
    end
    return text
end

--- The question as `net:trace` takes it.
function M.for_trace(question)
    local protocol = question.protocol
    local asked = {
        from = written(question.from), to = written(question.to), family = question.family,
        protocol = tostring(protocol), port = question.port, source_port = question.source_port, icmp = question.icmp,
    }
    if protocol == 1 or protocol == 58 then asked.protocol = "icmp" end
    return asked
end

--- The question in one line, for a message.
function M.text(question)
    local asked = M.for_trace(question)
    return ("%s -> %s, protocol %s, port %s, source port %s, icmp %s, family %d"):format(asked.from, asked.to,
        asked.protocol, tostring(asked.port), tostring(asked.source_port),
        asked.icmp and table.concat(asked.icmp, "/") or "-", asked.family)
end

return M

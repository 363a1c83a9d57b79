-- Rows of connectivity against net:trace: the same question asked of the two implementations.
--
-- Every pair of interfaces and every corner service: the ports at and beside each boundary that some
-- rule names, a protocol with types, one without ports. What rows say is looked up in them as a reader
-- would, and must be the verdict of the walk.

local service = require "support.service"

local rows = {}

-- All numbers where a rule's ports begin or end, and their neighbours.
function rows.corner_ports(net, limit)
    local seen, ports = {}, {}
    local function add(port)
        for p = port - 1, port + 1 do
            if p >= 0 and p <= 65535 and not seen[p] then
                seen[p] = true
                ports[#ports + 1] = p
            end
        end
    end
    local function add_range(from, to)
        if from and from >= 0 then add(from) end
        if to and to >= 0 then add(to) end
    end
    for _, group in ipairs(net:describe("security-groups").SecurityGroups) do
        for _, list in ipairs { group.IpPermissions, group.IpPermissionsEgress } do
            for _, permission in ipairs(list) do
                add_range(permission.FromPort, permission.ToPort)
            end
        end
    end
    for _, acl in ipairs(net:describe("network-acls").NetworkAcls) do
        for _, entry in ipairs(acl.Entries) do
            if entry.PortRange then
                add_range(entry.PortRange.From, entry.PortRange.To)
            end
        end
    end
    add(443)
    table.sort(ports)
    while #ports > limit do
        table.remove(ports, #ports - #ports % 7)
    end
    return ports
end

local function verdict(found, packet)
    local answer = "not-reachable"
    for _, row in ipairs(found or {}) do
        if service.any_passes(row.services, packet) then
            if row.verdict == "reachable" then
                return "reachable"
            end
            answer = "unknown"
        end
    end
    return answer
end

local function packets_of(family, ports)
    local icmp = family == 6 and "icmpv6" or "icmp"
    local list = {
        { protocol = icmp, type = family == 6 and 128 or 8, code = 0 },
        { protocol = icmp, type = family == 6 and 1 or 3, code = 1 },
        { protocol = "47" },
    }
    for _, port in ipairs(ports) do
        list[#list + 1] = { protocol = "tcp", port = port }
        list[#list + 1] = { protocol = "udp", port = port }
    end
    return list
end

local GATEWAYS = { nat_gateway = true, natGateway = true, transit_gateway = true }

--- Interfaces of gateways send and accept nothing of their own: they are no ends of rows.
function rows.is_end(interface)
    return not GATEWAYS[interface.interface_type]
end

--- Has the interface an address of this family?
function rows.has_family(interface, family)
    if family == 6 then
        return #(interface.ipv6_addresses or {}) + #(interface.ipv6_prefixes or {}) > 0
    end
    return interface.private_ip_address ~= nil
end

-- Compares all pairs; returns how many questions there were, and a list of disagreements as text.
function rows.compare(net, limit)
    local found, wrong, asked = {}, {}, 0
    for row in net:connectivity { to = nil } do
        local key = row.from .. " " .. row.to .. " " .. row.family
        found[key] = found[key] or {}
        table.insert(found[key], row)
    end
    local ports = rows.corner_ports(net, limit or 24)
    local interfaces = {}
    for interface in net:network_interfaces() do
        interfaces[#interfaces + 1] = interface
    end
    for _, from in ipairs(interfaces) do
        for _, to in ipairs(interfaces) do
            for family = 4, 6, 2 do
                local asked_for = from ~= to and rows.is_end(from)
                if asked_for and rows.has_family(from, family) and rows.has_family(to, family) then
                    local from_id, to_id = from.network_interface_id, to.network_interface_id
                    local answers = found[from_id .. " " .. to_id .. " " .. family]
                    for _, packet in ipairs(packets_of(family, ports)) do
                        local t = assert(net:trace {
                            from = from, to = to, family = family, protocol = packet.protocol, port = packet.port,
                            icmp = packet.type and { type = packet.type, code = packet.code } or nil,
                        })
                        asked = asked + 1
                        local answer = verdict(answers, packet)
                        if answer ~= t.verdict then
                            wrong[#wrong + 1] = ("%s -> %s family %d %s %s: rows say %s, the walk %s (%s)"):format(
                                from_id, to_id, family, packet.protocol, tostring(packet.port or packet.type), answer,
                                t.verdict, t.explanations[1] and t.explanations[1].code or "passes")
                        end
                    end
                end
            end
        end
    end
    return asked, wrong
end

return rows

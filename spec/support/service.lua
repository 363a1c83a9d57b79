-- Does a service of a row of connectivity let a packet pass? Read as a user would read it.
--
-- A packet is { protocol = name or number as text, port = n } or, of ICMP, with `type` and `code`; of other
-- protocols it has neither.

local M = {}

local function in_ranges(ranges, number)
    for _, range in ipairs(ranges) do
        if range[1] <= number and number <= range[2] then return true end
    end
    return false
end

local function in_types(types, packet)
    for _, item in ipairs(types) do
        if item[1] == packet.type and (item[2] == -1 or item[2] == packet.code) then return true end
    end
    return false
end

--- `source_ports` are those that the packet may have, of which one is enough; nil: any.
function M.passes(service, packet, source_ports)
    if service.protocol == "-1" then return true end
    if service.protocol ~= packet.protocol then return false end
    if packet.type then return not service.types or in_types(service.types, packet) end
    if not packet.port then return true end
    if not in_ranges(service.ports, packet.port) then return false end
    for _, port in ipairs(source_ports or {}) do
        if in_ranges(service.source_ports, port) then return true end
    end
    return not source_ports and #service.source_ports > 0
end

--- The same for any of a list of services.
function M.any_passes(services, packet, source_ports)
    for _, service in ipairs(services) do
        if M.passes(service, packet, source_ports) then return true end
    end
    return false
end

return M

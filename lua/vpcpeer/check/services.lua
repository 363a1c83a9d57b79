-- Do the services of rows hold all that was asked for?
--
-- The one idea: a protocol's ports (ICMP: types and codes) are ranges on a line from 0 to 65535; what
-- has no ports is all of the line or nothing. Source ports play no part: as in a trace, some suffice.

local services = {}

local LAST = 65535

-- Types and codes on one line, as packets have them: type * 256 + code; code -1 is every one.
local function range_of_type(pair)
    local first = pair[1] * 256 + math.max(pair[2], 0)
    return { first, pair[2] < 0 and first + 255 or first }
end

local function ranges_of(service)
    if service.ports then
        return service.ports
    elseif not service.types then
        return { { 0, LAST } }
    end
    local ranges = {}
    for i, pair in ipairs(service.types) do
        ranges[i] = range_of_type(pair)
    end
    return ranges
end

--- Adds the services of a row to what passes.
-- @tparam {string=table} have protocol to ranges; `{}` to begin with
-- @tparam table list services of a row
function services.add(have, list)
    for _, service in ipairs(list) do
        local ranges = have[service.protocol] or {}
        have[service.protocol] = ranges
        for _, range in ipairs(ranges_of(service)) do
            ranges[#ranges + 1] = range
        end
    end
end

-- The first number of `wanted` that none of `ranges` holds, or nil.
local function first_missing(ranges, wanted)
    table.sort(ranges, function(a, b)
        return a[1] < b[1]
    end)
    local at = wanted[1]
    for _, range in ipairs(ranges) do
        if range[1] <= at and at <= range[2] then
            at = range[2] + 1
        end
    end
    return at <= wanted[2] and at or nil
end

-- All protocols that people tell apart; a row that lets everything through names none of them.
local EVERYTHING = {
    { protocol = "tcp", ports = { { 0, LAST } } }, { protocol = "udp", ports = { { 0, LAST } } },
    { protocol = "icmp" }, { protocol = "icmpv6" }, { protocol = "-1" },
}

--- Something wanted that does not pass.
-- @tparam {string=table} have what passes, see `add`
-- @tparam ?table wanted services as core.services gives them; nil: anything at all
-- @treturn ?table a packet as net:trace takes it, `protocol` with `port` or `icmp`; nil: everything
-- that is wanted passes
function services.missing(have, wanted)
    if have["-1"] or not wanted and next(have) then
        return nil
    end
    for _, service in ipairs(wanted or { { protocol = "-1" } }) do
        for _, part in ipairs(wanted and service.protocol == "-1" and EVERYTHING or { service }) do
            for _, range in ipairs(ranges_of(part)) do
                local number = first_missing(have[part.protocol] or {}, range)
                local icmp = part.protocol:find "^icmp" and number
                if number then
                    return {
                        protocol = part.protocol, port = part.ports and number,
                        icmp = icmp and { math.floor(icmp / 256), icmp % 256 } or nil,
                    }
                end
            end
        end
    end
    return nil
end

return services

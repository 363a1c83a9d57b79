-- What the rows of `net:connectivity` say about one packet, read as a user would read them.

local address = require "support.oracle.address"
local service = require "support.service"

local M = {}

local NAMES = { [1] = "icmp", [6] = "tcp", [17] = "udp", [58] = "icmpv6" }

-- Does a row hold the packet of a question? `ports` are its possible source ports: one is enough.
local function holds(row, question, ports)
    local icmp = question.icmp or {}
    local packet = {
        protocol = NAMES[question.protocol] or tostring(question.protocol), port = question.port, type = icmp[1],
        code = icmp[2],
    }
    return service.any_passes(row.services, packet, ports)
end

local function key(from, to, family) return from .. " " .. to .. " " .. family end

--- All rows between interfaces, for any source port, by their ends; `to` has them by the second one.
function M.of(net)
    local found = { to = {} }
    for row in net:connectivity { source_port = { 0, 65535 } } do
        local place = key(row.from, row.to, row.family)
        found[place] = found[place] or {}
        table.insert(found[place], row)
        found.to[row.to] = found.to[row.to] or {}
        table.insert(found.to[row.to], row)
    end
    return found
end

local function contains(cidrs, bytes)
    for _, text in ipairs(cidrs) do
        if address.contains(address.cidr(text), bytes) then return true end
    end
    return false
end

-- Of a row with the internet or a network on premises at an end: does it speak of this address?
local function is_about(row, question)
    return (not row.from_cidrs or contains(row.from_cidrs, question.from.address))
        and (not row.to_cidrs or contains(row.to_cidrs, question.to.address))
end

--- "unknown" where some row says so of packets that come to an interface from outside, whatever it
-- calls their end: the peer, gateway or subnet that the data do not have. Else false.
function M.verdict_from_any(found, question, ports, to)
    for _, row in ipairs(found.to[to] or {}) do
        local unknown = row.from_cidrs and row.family == question.family and row.verdict == "unknown"
        if unknown and is_about(row, question) and holds(row, question, ports) then return "unknown" end
    end
    return false
end

--- true, false or "unknown" for a question between two ends; `from` and `to` are what the rows call
-- them, the interfaces' ids unless given.
function M.verdict(found, question, ports, from, to)
    local verdict = false
    local place = key(from or question.from.eni, to or question.to.eni, question.family)
    for _, row in ipairs(found[place] or {}) do
        if is_about(row, question) and holds(row, question, ports) then
            if row.verdict == "reachable" then return true end
            verdict = "unknown"
        end
    end
    return verdict
end

return M

-- Expectations about what can flow: can_reach, cannot_reach.
--
-- Both ask for rows of everything that flows, never for one packet. `can_reach` wants every pair of
-- members to have all that was asked for; `cannot_reach` wants no row at all. What is unknown passes
-- neither, and no pair to look at passes nothing. Traces only illustrate what the rows say.

local asking = require "vpcpeer.check.ask"
local ends = require "vpcpeer.check.ends"
local services = require "vpcpeer.check.services"

local reach = {}

-- Pairs and rows that a verdict tells, and traces that it shows.
local TOLD, SHOWN = 10, 3

-- ---- can_reach -----------------------------------------------------------------------------------

-- The question, with what gateway endpoints serve where all of the internet is to be reached: its addresses
-- are public ones, and whoever gets there does not care which gateway it was.
local function question_of(ask)
    local internet = ask.to.scope.internet
    if not internet then
        return ask.question
    end
    local question, to = {}, {}
    for key, value in pairs(ask.question) do
        question[key] = value
    end
    local given = ask.question.to
    for i, item in ipairs(type(given) == "table" and given[1] ~= nil and given or { given }) do
        to[i] = item
    end
    to[#to + 1] = internet
    question.to = to
    return question
end

-- What flows, by key of the members ("" for the outside): by family what passes for certain and what
-- passes perhaps; of the outside also the rows themselves.
local function gather(ask)
    local cells = {}
    local function key_of(members, id, cidrs)
        return cidrs and "" or members.of[id].key
    end
    for row in assert(ask.net:connectivity(question_of(ask))) do
        local from = key_of(ask.from, row.from, row.from_cidrs)
        local to = key_of(ask.to, row.to, row.to_cidrs)
        cells[from] = cells[from] or {}
        local cell = cells[from][to] or { rows = {}, known = {}, perhaps = {} }
        cells[from][to] = cell
        cell.rows[#cell.rows + 1] = row
        for _, part in ipairs { row.verdict == "reachable" and "known" or "perhaps", "perhaps" } do
            cell[part][row.family] = cell[part][row.family] or {}
            services.add(cell[part][row.family], row.services)
        end
        cell.code = cell.code or row.code
    end
    return cells
end

-- Between two workloads: either family will do. Gives the status, and a packet that does not pass.
local function judge_inside(ask, cell)
    local missing
    for _, part in ipairs { "known", "perhaps" } do
        for _, family in ipairs { 4, 6 } do
            local wanted = ask.wanted[family]
            local here = services.missing(cell[part][family] or {}, wanted)
            if not here then
                return part == "known" and "passed" or "unknown", missing
            end
            missing = missing or (ask.family or 4) == family and here or nil
        end
    end
    return "failed", missing
end

-- The premises are reached where rows say so, the internet elsewhere, addresses anywhere.
local function is_meant(member, where)
    return member.named or (where == "onprem") == not member.required
end

-- The addresses outside for which all that is wanted passes, for certain or perhaps.
local function reached(ask, cell, member, perhaps)
    local builder = require("vpcpeer").builder()
    for _, row in ipairs(cell.rows) do
        local have = {}
        services.add(have, row.services)
        local cidrs = row.from_cidrs or row.to_cidrs
        local where = row.from_cidrs and row.from or row.to
        if (perhaps or row.verdict == "reachable") and is_meant(member, where)
            and not services.missing(have, ask.wanted[row.family]) then
            for _, cidr in ipairs(cidrs) do
                builder:add(cidr)
            end
        end
    end
    return builder:set()
end

local function first_address(set)
    return tostring(set:cidrs()()):match "^[^/]+"
end

-- A packet that does not pass between a workload and an address outside.
local function missing_at(ask, cell, address)
    local have, family = {}, address and address:find ":" and 6 or ask.family or 4
    for _, row in ipairs(cell.rows) do
        local cidrs = row.from_cidrs or row.to_cidrs
        if row.verdict == "reachable" and (not address or require("vpcpeer").set(cidrs):contains(address)) then
            services.add(have, row.services)
        end
    end
    return services.missing(have, ask.wanted[family])
end

-- Judges a pair of a workload and the outside: sets `status`, `packet`, `left` (the addresses that are
-- not reached) and `partial` (whether others are).
local function judge_outside(ask, cell, member, pair)
    local known, perhaps = reached(ask, cell, member), reached(ask, cell, member, true)
    pair.status, pair.partial = "failed", not known:is_empty()
    if not member.required then
        pair.status = pair.partial and "passed" or not perhaps:is_empty() and "unknown" or "failed"
    end
    for _, required in ipairs(member.required or {}) do
        local rest = required:difference(known)
        if rest:is_empty() then
            pair.status = "passed"
            return
        elseif rest:difference(perhaps):is_empty() then
            pair.status = "unknown"
        end
        pair.left = pair.left or rest
    end
    pair.address = pair.left and first_address(pair.left)
    pair.packet = missing_at(ask, cell, pair.address)
end

local function question_end(member, pair)
    if not member.outside then
        return member.question
    elseif member.key == "internet" or member.key == "onprem" then
        return { [member.key] = true, address = pair.address }
    end
    return pair.address
end

-- One packet as an illustration, or nil where none can be walked.
local function trace_of(ask, pair)
    local packet = pair.packet or { protocol = "-1" }
    local ok, trace = pcall(ask.net.trace, ask.net, {
        from = question_end(pair.from, pair), to = question_end(pair.to, pair), family = ask.family,
        protocol = packet.protocol, port = packet.port, icmp = packet.icmp,
    })
    return ok and trace or nil
end

-- Walks a packet of a pair that did not pass; where a part of what is asked for is known and a part is not,
-- the walk tells.
local function illustrate(ask, pair)
    pair.trace = (pair.to.outside or pair.from.outside or ask.walked < SHOWN) and trace_of(ask, pair) or nil
    ask.walked = ask.walked + 1
    if pair.trace and pair.trace.verdict == "unknown" and (pair.from.named or pair.to.named) then
        pair.status = "unknown"
        pair.code = pair.code or pair.trace.explanations[1] and pair.trace.explanations[1].code
    end
end

-- " on tcp 22", the packet that does not pass, and what it is part of.
local function on(ask, packet)
    if not packet or not ask.text then
        return asking.on(ask)
    end
    local number = packet.icmp and packet.icmp[1] .. "/" .. packet.icmp[2] or packet.port
    local name = packet.protocol == "-1" and "all" or packet.protocol
    local text = number and name .. " " .. number or name
    return " on " .. text .. (text == ask.text and "" or " (of " .. ask.text .. ")")
end

-- A side of a pair; of the outside, only what is left out.
local function label_of(member, pair)
    if not member.outside or not pair.left then
        return member.label
    elseif member.key == "internet" then
        return pair.partial and "internet [" .. ends.blocks(pair.left) .. "]" or "internet"
    end
    return ends.blocks(pair.left)
end

local function line_of(ask, pair)
    local from, to = label_of(pair.from, pair), label_of(pair.to, pair)
    if pair.status == "unknown" then
        return ("not known whether %s reaches %s%s (%s)"):format(from, to, on(ask, pair.packet), pair.code or "?")
    end
    return ("%s does not reach %s%s"):format(from, to, on(ask, pair.packet))
end

-- The verdict on pairs that did not pass; the certain ones come first.
local function verdict_of(ask, bad, examined)
    local verdict = { status = "passed", traces = {}, examined = examined }
    local lines = {}
    for _, status in ipairs { "failed", "unknown" } do
        for _, pair in ipairs(bad) do
            if pair.status == status then
                verdict.status = verdict.status == "passed" and status or verdict.status
                lines[#lines + 1] = #lines < TOLD and line_of(ask, pair) or nil
                verdict.traces[#verdict.traces + 1] = #verdict.traces < SHOWN and pair.trace or nil
            end
        end
    end
    if #bad > TOLD then
        lines[#lines + 1] = ("and %d more pairs"):format(#bad - TOLD)
    end
    verdict.message = lines[1] and table.concat(lines, "\n")
    return verdict
end

local EMPTY = { rows = {}, known = {}, perhaps = {} }

--- Does everything on one side reach everything on the other?
-- @treturn table verdict `{ status = "passed"|"failed"|"unknown"|"error", message, traces, examined }`
function reach.can_reach(net, from, to, text, given)
    local ask, list, verdict = asking.read_pairs(net, from, to, text, given)
    if not ask then
        return verdict
    end
    local cells, bad = gather(ask), {}
    ask.walked = 0
    for _, pair in ipairs(list) do
        local row = cells[pair.from.outside and "" or pair.from.key] or {}
        local cell = row[pair.to.outside and "" or pair.to.key] or EMPTY
        local outside = pair.from.outside and pair.from or pair.to.outside and pair.to
        if outside then
            judge_outside(ask, cell, outside, pair)
        else
            pair.status, pair.packet = judge_inside(ask, cell)
        end
        pair.code = cell.code
        if pair.status ~= "passed" then
            illustrate(ask, pair)
            bad[#bad + 1] = pair
        end
    end
    return verdict_of(ask, bad, #list)
end

-- ---- cannot_reach --------------------------------------------------------------------------------

local function row_side(ask, id, cidrs)
    return ask.names(id) .. (cidrs and " [" .. ends.blocks(require("vpcpeer").set(cidrs)) .. "]" or "")
end

local function row_line(ask, row)
    local mark = row.verdict == "unknown" and ("not known (%s): "):format(row.code) or ""
    return ("%s%s -> %s%s: %s"):format(mark, row_side(ask, row.from, row.from_cidrs),
        row_side(ask, row.to, row.to_cidrs), row.family == 6 and " IPv6" or "",
        require("vpcpeer").services_text(row.services))
end

-- What rows say of an expectation that there be none: how sure it is, the first of them as lines.
local function tell_rows(ask, rows, verdict)
    local lines, total = {}, 0
    for _, wanted in ipairs { "reachable", "unknown" } do
        for _, row in ipairs(rows) do
            if row.verdict == wanted then
                total = total + 1
                local status = wanted == "reachable" and "failed" or "unknown"
                verdict.status = verdict.status == "passed" and status or verdict.status
                lines[#lines + 1] = total <= TOLD and row_line(ask, row) or nil
                verdict.traces[#verdict.traces + 1] = #verdict.traces < SHOWN and row.trace or nil
            end
        end
    end
    if total > TOLD then
        lines[#lines + 1] = ("and %d more"):format(total - TOLD)
    end
    verdict.message = lines[1] and table.concat(lines, "\n")
    return verdict
end

--- Does nothing at all on one side reach anything on the other?
-- @treturn table verdict, with `rows`: what flows all the same
function reach.cannot_reach(net, from, to, text, given)
    local ask, list, verdict = asking.read_pairs(net, from, to, text, given)
    if not ask then
        return verdict
    end
    local rows = assert(net:find(ask.question))
    return tell_rows(ask, rows, { status = "passed", traces = {}, rows = rows, examined = #list })
end

return reach

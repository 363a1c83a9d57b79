-- The report of a checks file for people: a line for each expectation, and under those that did not pass
-- what there is instead, with the traces.

local clean = require "vpcpeer.report.clean"

local check_text = {}

local COLOR = { passed = "\27[32m", failed = "\27[31m", unknown = "\27[33m", error = "\27[31m" }
local WORD = { passed = "ok", failed = "FAILED", unknown = "UNKNOWN", error = "ERROR" }

local function indented(text)
    return "  " .. text:gsub("\n(%f[^\n])", "\n  %1")
end

--- Where an expectation stands: "checks.lua:7".
function check_text.place(result)
    return clean.line(result.file) .. (result.line and ":" .. ("%d"):format(result.line) or "")
end

--- What there is instead of what was expected, as text: the message and the traces.
-- @tparam table result of a report
-- @tparam[opt] boolean color
-- @treturn ?string nil for one that passed
function check_text.account(result, color)
    local parts = {}
    if result.message then
        parts[1] = clean.lines(result.message)
    end
    for _, trace in ipairs(result.traces) do
        parts[#parts + 1] = trace:render { color = color }
    end
    return parts[1] and table.concat(parts, "\n\n")
end

local function summary(counts)
    local parts = { counts.passed .. " passed" }
    for _, status in ipairs { "failed", "unknown", "error" } do
        local count = counts[status]
        if count > 0 then
            local noun = status == "error" and (count == 1 and "error" or "errors") or status
            parts[#parts + 1] = count .. " " .. noun
        end
    end
    return table.concat(parts, ", ")
end

--- The whole report.
-- @tparam table report of vpcpeer.check
-- @tparam[opt] boolean color
-- @treturn string
function check_text.render(report, color)
    local lines = {}
    for _, result in ipairs(report.results) do
        local word = WORD[result.status]
        word = color and COLOR[result.status] .. word .. "\27[0m" or word
        lines[#lines + 1] = word .. " " .. check_text.place(result) .. ": " .. clean.line(result.words)
        local account = result.status ~= "passed" and check_text.account(result, color)
        if account then
            lines[#lines + 1] = indented(account)
        end
    end
    lines[#lines + 1] = summary(report.counts)
    return table.concat(lines, "\n")
end

return check_text

-- The report of a checks file as JUnit XML, in the form that CI systems read: one suite, one case an
-- expectation, `failure` for what did not pass (its type says whether it is unknown), `error` for what
-- could not be asked. No times and no host: the same input prints the same bytes.

local check_text = require "vpcpeer.report.check_text"
local clean = require "vpcpeer.report.clean"

local junit = {}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["\n"] = "&#10;" }

local function content(text)
    return (clean.lines(text):gsub("[&<>]", ESCAPES))
end

-- In an attribute a newline must be written as a reference: readers turn others into blanks.
local function attribute(text)
    return (clean.lines(text):gsub('[&<>"\n]', ESCAPES))
end

local function case_of(result)
    local lines = {}
    local line = result.line and (' line="%d"'):format(result.line) or ""
    local open = ('    <testcase classname="%s" name="%s" file="%s"%s'):format(attribute(result.file),
        attribute(result.words), attribute(result.file), line)
    if result.status == "passed" then
        return open .. "/>"
    end
    local element = result.status == "error" and "error" or "failure"
    local message = (result.message or result.status):match "^[^\n]*"
    lines[1] = open .. ">"
    lines[2] = ('      <%s message="%s" type="%s">%s</%s>'):format(element, attribute(message), result.status,
        content(check_text.account(result) or ""), element)
    lines[3] = "    </testcase>"
    return table.concat(lines, "\n")
end

--- The whole report.
-- @tparam table report of vpcpeer.check
-- @treturn string
function junit.render(report)
    local counts = report.counts
    local totals = ('tests="%d" failures="%d" errors="%d"'):format(#report.results, counts.failed + counts.unknown,
        counts.error)
    local lines = {
        '<?xml version="1.0" encoding="UTF-8"?>',
        ('<testsuites name="vpcpeer check" %s>'):format(totals),
        ('  <testsuite name="%s" %s skipped="0">'):format(attribute(report.name), totals),
    }
    for _, result in ipairs(report.results) do
        lines[#lines + 1] = case_of(result)
    end
    lines[#lines + 1] = "  </testsuite>"
    lines[#lines + 1] = "</testsuites>"
    return table.concat(lines, "\n")
end

return junit

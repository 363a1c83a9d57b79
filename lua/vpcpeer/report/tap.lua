-- The report of a checks file in the Test Anything Protocol, version 14.
--
-- What did not pass carries a YAML block with where it stands and the account. Version 13 differs in
-- nothing that is used here but its first line.
-- Source: testanything.org, "TAP 14 specification"

local check_text = require "vpcpeer.report.check_text"
local clean = require "vpcpeer.report.clean"

local tap = {}

-- In a description, # would begin a directive.
local function described(text)
    return (clean.line(text):gsub("[\\#]", "\\%0"))
end

-- A text as a double-quoted YAML scalar.
local function quoted(text)
    return '"' .. clean.line(text):gsub('[\\"]', "\\%0") .. '"'
end

local function add_block(lines, result)
    lines[#lines + 1] = "  ---"
    lines[#lines + 1] = "  severity: " .. (result.status == "failed" and "fail" or result.status)
    lines[#lines + 1] = "  at:"
    lines[#lines + 1] = "    file: " .. quoted(result.file)
    if result.line then
        lines[#lines + 1] = ("    line: %d"):format(result.line)
    end
    lines[#lines + 1] = "  message: |"
    for line in ((check_text.account(result) or "?") .. "\n"):gmatch "(.-)\n" do
        lines[#lines + 1] = line == "" and "" or "    " .. line
    end
    lines[#lines + 1] = "  ..."
end

--- The whole report.
-- @tparam table report of vpcpeer.check
-- @treturn string
function tap.render(report)
    local lines = { "TAP version 14", "1.." .. #report.results }
    for i, result in ipairs(report.results) do
        local passed = result.status == "passed"
        lines[#lines + 1] = ("%s %d - %s: %s"):format(passed and "ok" or "not ok", i,
            described(check_text.place(result)), described(result.words))
        if not passed then
            add_block(lines, result)
        end
    end
    return table.concat(lines, "\n")
end

return tap

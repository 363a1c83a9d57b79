--- `vpcpeer lint`: what is in the configuration that is probably not meant?

local output = require "vpcpeer.cli.output"

local lint = {
    summary = "What is probably not meant: overlaps, one-way routes, stale rules.",
    examples = {
        "vpcpeer lint dump",
        "vpcpeer lint dump --only PCX_ROUTE_ONE_WAY --format json",
        "vpcpeer lint dump --format sarif --output findings.sarif",
    },
    status = "Exit status: 0 nothing found, 1 findings, 2 misuse or unreadable input.",
}

local WIDTH = 90
local INDENT = "  "
local COLOR = { error = "\27[31m", warning = "\27[33m", info = "\27[36m" }

function lint.define(command, cli)
    cli.define_input(command)
    command:option("--only", "Look for these codes alone (several with commas)."):argname("CODE"):count("*")
    command:option("--except", "Leave these codes out."):argname("CODE"):count("*")
    cli.define_output(command, false, { "text", "json", "csv", "markdown", "sarif" })
end

-- "A,B" and repeated options as one list; nil when none was given.
local function codes_of(values)
    local list = {}
    for _, value in ipairs(values or {}) do
        for code in value:gmatch("[^,%s]+") do
            list[#list + 1] = code
        end
    end
    return values and values[1] and list or nil
end

-- Ids and messages hold text from outside: control characters must not reach a terminal.
local function plain(text)
    return (tostring(text):gsub("%c", "?"))
end

local function number_of(count, noun)
    return count == 1 and "1 " .. noun or ("%d %ss"):format(count, noun)
end

local function to_text(findings, color)
    local lines, count = {}, { error = 0, warning = 0, info = 0 }
    for _, finding in ipairs(findings) do
        local severity = finding.severity
        count[severity] = count[severity] + 1
        local word = color and COLOR[severity] .. severity .. "\27[0m" or severity
        lines[#lines + 1] = word .. ": " .. output.wrap(plain(finding.message) .. " [" .. finding.code .. "]",
            WIDTH, INDENT)
        lines[#lines + 1] = INDENT .. output.wrap("to mend it: "
            .. plain(finding.remedy), WIDTH, INDENT)
    end
    lines[#lines + 1] = findings[1] and table.concat({ number_of(count.error, "error"),
        number_of(count.warning, "warning"), number_of(count.info, "info") }, ", ") or "nothing found"
    return table.concat(lines, "\n")
end

local COLUMNS = { "severity", "code", "resource_ids", "message", "remedy" }

-- The findings as a table, a line each.
local function to_table(findings, line, head)
    local lines = { head }
    for i, finding in ipairs(findings) do
        lines[i + 1] = line { finding.severity, finding.code, table.concat(finding.resource_ids, " "),
            finding.message, finding.remedy }
    end
    return table.concat(lines)
end

local function to_sarif(findings, network, args)
    local ids = {}
    for _, finding in ipairs(findings) do
        for _, id in ipairs(finding.resource_ids) do
            ids[#ids + 1] = id
        end
    end
    local place_of = require("vpcpeer.cli.places").finder(network, args.path, ids)
    return require("vpcpeer.report.sarif").render(findings, network, require("vpcpeer")._VERSION, place_of)
end

local RENDER = {
    text = function(findings, _, args)
        return to_text(findings, output.has_color(args))
    end,
    json = function(findings)
        return require("vpcpeer.json").encode({ findings = findings }, 4)
    end,
    csv = function(findings)
        local cells = require "vpcpeer.report.cells"
        return to_table(findings, cells.csv, cells.csv(COLUMNS))
    end,
    markdown = function(findings)
        local cells = require "vpcpeer.report.cells"
        return to_table(findings, cells.markdown, cells.markdown_head(COLUMNS))
    end,
    sarif = to_sarif,
}

-- The words of the question are checked before the input is read: a large dump takes a while.
function lint.run(args, cli)
    local network, message
    local ok, problem = pcall(function()
        require("vpcpeer.lint").check { only = codes_of(args.only), except = codes_of(args.except) }
    end)
    if not ok then
        return cli.fail((tostring(problem):gsub("^[^\n]-:%d+: ", "", 1)))
    end
    network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local findings = network:lint { only = codes_of(args.only), except = codes_of(args.except) }
    local text = RENDER[args.format](findings, network, args)
    return output.write(args, text, findings[1] and 1 or 0, cli)
end

return lint

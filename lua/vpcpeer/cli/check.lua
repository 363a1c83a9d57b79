--- `vpcpeer check`: does a network keep the expectations of a Lua file?

local output = require "vpcpeer.cli.output"

local check = {
    summary = "Does the network keep the expectations of a Lua file?",
    examples = {
        "vpcpeer check dump checks.lua",
        "vpcpeer check dump checks.lua --format junit --output report.xml",
        "",
        "A checks file has an expectation a line:",
        "",
        '   expect("web"):can_reach("db", "tcp 5432")',
        '   expect("internet"):cannot_reach({ tag = { Tier = "data" } }, "tcp 22")',
        '   expect("app"):and_("data"):are_peered()',
        '   expect(net):has_no("PCX_ROUTE_ONE_WAY")',
        "",
        "can_reach wants every port named, such as each of tcp 8000-8080;",
        "cannot_reach wants none of them.",
    },
    status = "Exit status: 0 all passed, 1 some failed, 2 misuse, unreadable input, an expectation "
        .. "that cannot be asked, or none, 3 none failed, but some are unknown.",
}

-- Bytes of a checks file; more is something else.
local LARGEST = 16 * 1024 * 1024

function check.define(command, cli)
    cli.define_input(command, "checks file")
    cli.define_output(command, false, { "text", "tap", "junit", "json" })
end

-- ---- JSON ----------------------------------------------------------------------------------------

-- A copy of a table without some of its keys.
local function without(value, left_out)
    local copy = {}
    for key, item in pairs(value) do
        copy[key] = not left_out[key] and item or nil
    end
    return copy
end

local function each(list, change)
    local changed = {}
    for i, item in ipairs(list) do
        changed[i] = change(item)
    end
    return changed
end

local function result_as_data(result)
    local json = require "vpcpeer.json"
    local data = without(result, { traces = true, rows = true, examined = true })
    data.traces = each(result.traces, function(trace)
        local copy = without(trace, {})
        if copy.reachable == nil then
            copy.reachable = json.null
        end
        return copy
    end)
    data.rows = result.rows and each(result.rows, function(row)
        return without(row, { trace = true })
    end)
    return data
end

local function to_json(report)
    return require("vpcpeer.json").encode({
        checks = each(report.results, result_as_data), counts = report.counts,
    }, 4)
end

local RENDER = {
    text = function(report, args)
        return require("vpcpeer.report.check_text").render(report, output.has_color(args))
    end,
    tap = function(report)
        return require("vpcpeer.report.tap").render(report)
    end,
    junit = function(report)
        return require("vpcpeer.report.junit").render(report)
    end,
    json = to_json,
}

-- ---- the command ---------------------------------------------------------------------------------

local function status_of(report)
    local counts = report.counts
    return (counts.error > 0 or report.broken) and 2 or counts.failed > 0 and 1 or counts.unknown > 0 and 3 or 0
end

-- The text of the checks file. It is read first, since a large dump takes a while.
local function read_checks(name)
    local text, problem = require("vpcpeer.files").read({ path = name }, LARGEST)
    return text, not text and name .. ": " .. problem or nil
end

-- What a checks file prints must not stand in the midst of a report.
local function say(cli)
    return function(...)
        local words = {}
        for i = 1, select("#", ...) do
            words[i] = tostring((select(i, ...)))
        end
        cli.complain(table.concat(words, "\t"))
    end
end

-- Says what an end that does not exist may have meant.
local function suggest(network, report)
    local ends = require "vpcpeer.cli.ends"
    for _, result in ipairs(report.results) do
        if result.status == "error" and result.message:find("nothing in the model", 1, true) then
            result.message = result.message .. ends.guess(network, result.message)
        end
    end
end

-- The answer as text, and the status.
local function report_of(report, args, cli)
    if report.broken then
        cli.complain("vpcpeer: " .. report.broken)
    end
    return RENDER[args.format](report, args), status_of(report)
end

--- What the command's own process does: it prints the report, unless there is none.
-- @tparam table args `path`, `checks`: the checks file; `format`, `color`, `strict`, `quiet`
-- @treturn number status
function check.answer(args)
    local cli = require "vpcpeer.cli"
    local checks = require "vpcpeer.check"
    local text, problem = read_checks(args.checks)
    if not text then
        return cli.fail(problem)
    end
    local report = checks.syntax(text, args.checks)
    if not report then
        args.is_child = true
        local network, message = cli.load(args)
        if not network then
            return cli.fail(message)
        end
        report = checks.run(network, text, args.checks, say(cli))
        suggest(network, report)
    end
    local answer, status = report_of(report, args, cli)
    io.stdout:write(answer)
    return status
end

-- The last path is the checks file. What is asked and answered runs in a process of its own.
function check.run(args, cli)
    local name = table.remove(args.path)
    local text, status = require("vpcpeer.cli.child").run("check", { path = args.path, checks = name,
        format = args.format, strict = args.strict or false, quiet = args.quiet or false,
        color = output.has_color(args) and "always" or "never" })
    if not text then
        text, status = report_of(require("vpcpeer.check").refused(name, nil, status), args, cli)
    end
    return text == "" and status or output.write(args, text, status, cli)
end

return check

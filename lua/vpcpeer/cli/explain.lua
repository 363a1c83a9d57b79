--- `vpcpeer explain`: what a code of an answer means, and what to do about it; without one, all codes.

local output = require "vpcpeer.cli.output"

local explain = {
    summary = "What a code means, its usual cause, and what to do about it.",
    examples = {
        "vpcpeer explain PCX_TRANSITIVE_PEERING",
        "vpcpeer explain | grep PCX_",
    },
    status = "Exit status: 0 printed, 2 misuse.",
}

local WIDTH = 78
local INDENT = "  "

function explain.define(command, cli)
    command:argument("code", "The code, such as RETURN_ROUTE_MISSING; without one, all codes are listed.")
        :argname("CODE"):args("?")
    cli.define_output(command)
end

local function to_text(entry, color)
    local title = color and "\27[1m" .. entry.code .. "\27[0m" or entry.code
    local kinds = entry.kind[1] and " (" .. table.concat(entry.kind, ", ") .. ")" or ""
    local lines = { title .. kinds }
    if entry.aws_code and entry.aws_code ~= entry.code then
        lines[#lines + 1] = INDENT .. "AWS calls it " .. entry.aws_code .. "."
    end
    for _, part in ipairs { "meaning", "cause", "remedy" } do
        if entry[part] then
            local label = ("%-9s"):format(part .. ":")
            local indent = INDENT .. (" "):rep(#label)
            lines[#lines + 1] = INDENT .. label .. output.wrap(entry[part], WIDTH - #indent, indent)
        end
    end
    return table.concat(lines, "\n")
end

-- The first sentence of each meaning: a list to look through.
local function to_list(entries)
    local page = require("vpcpeer.cli.page").new(false)
    for _, entry in ipairs(entries) do
        page:row("", entry.code, (entry.meaning:gsub("%.%s.*$", ""):gsub("%.$", "")))
    end
    return page:text()
end

local function list(args, cli)
    local entries = require("vpcpeer.codes").list()
    local text = args.format == "json" and require("vpcpeer.json").encode({ codes = entries }, 4)
        or to_list(entries)
    return output.write(args, text, 0, cli)
end

function explain.run(args, cli)
    if not args.code then
        return list(args, cli)
    end
    local entry, message = require("vpcpeer.codes").find(args.code)
    if not entry then
        return cli.fail(message)
    end
    local text = args.format == "json" and require("vpcpeer.json").encode(entry, 4)
        or to_text(entry, output.has_color(args))
    return output.write(args, text, 0, cli)
end

return explain

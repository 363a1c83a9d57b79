--- Rows of connectivity on the command line: their options and their forms.
--
-- A form is three functions: what comes before the rows, one row, what comes after. Rows are written
-- as they are found.

local cells = require "vpcpeer.report.cells"
local output = require "vpcpeer.cli.output"

local rows = {}

local COLUMNS = { "from", "to", "family", "verdict", "code", "services", "all", "from_cidrs", "to_cidrs" }

-- More blocks than this are counted, not listed, in text.
local BLOCKS_SHOWN = 4

--- Adds the options of both commands.
-- @param command an argparse command
-- @tparam table cli vpcpeer.cli
function rows.define(command, cli)
    cli.define_input(command)
    command:option("--from", "Ends: an id, a Name, a CIDR, an address, internet, onprem (may be repeated).")
        :argname("END"):count("*")
    command:option("--to", "Likewise."):argname("END"):count("*")
    command:option("--group-by", "A row for each pair of these: interface, subnet, vpc, "
        .. "security_group."):argname("WHAT")
        :choices({ "interface", "subnet", "vpc", "security_group" }):default("interface")
    command:option("--family", "4 or 6."):choices({ "4", "6" })
    command:option("--source-port", "Source ports (1024-65535)."):argname("PORTS")
    cli.define_output(command, false, { "text", "json", "csv", "markdown" })
end

--- Loads the network and asks it what the arguments ask.
-- @tparam table args parsed arguments
-- @tparam table cli vpcpeer.cli
-- @tparam string method `"connectivity"` or `"find"`
-- @treturn[1] network
-- @treturn[1] ... what the method gives
-- @treturn[2] nil
-- @treturn[2] number exit status
function rows.ask(args, cli, method)
    local network, message = cli.load(args)
    if not network then
        return nil, cli.fail(message)
    end
    local answer, more, code = network[method](network, {
        from = args.from and args.from[1] and args.from or nil,
        to = args.to and args.to[1] and args.to or nil,
        group_by = args.group_by,
        family = tonumber(args.family),
        source_port = args.source_port,
        services = args.services,
    })
    if not answer then
        return nil, require("vpcpeer.cli.ends").fail(cli, network, more, code)
    end
    return network, answer, more
end

-- Ids and names hold text from outside: control characters must not reach a terminal.
local function plain(text)
    return (tostring(text):gsub("%c", "?"))
end

local function namer(network)
    local names = {}
    return function(id)
        if not names[id] then
            local object = network:get(id)
            local holder = object and object.instance
            local name = object and object.tags.Name or holder and holder.tags.Name
            names[id] = plain(name and name .. " (" .. id .. ")" or id)
        end
        return names[id]
    end
end

local function outside(word, cidrs)
    if #cidrs <= BLOCKS_SHOWN then
        return word .. " [" .. table.concat(cidrs, ", ") .. "]"
    end
    return ("%s [%d blocks]"):format(word, #cidrs)
end

local function services_of(row)
    return require("vpcpeer").services_text(row.services)
end

local function text_form(network)
    local name = namer(network)
    local count = 0
    return {
        row = function(row)
            count = count + 1
            local from = row.from_cidrs and outside(name(row.from), row.from_cidrs) or name(row.from)
            local to = row.to_cidrs and outside(name(row.to), row.to_cidrs) or name(row.to)
            local mark = row.verdict == "unknown" and " unknown (" .. row.code .. ")" or ""
            return ("%s -> %s%s%s: %s%s\n"):format(from, to, row.family == 6 and " IPv6" or "", mark, services_of(row),
                row.all and " [all]" or "")
        end,
        last = function(nothing)
            return count == 0 and nothing .. "\n" or ""
        end,
    }
end

local function json_form()
    local encode = require("vpcpeer.json").encode
    local first = true
    return {
        first = '{"rows": [',
        row = function(row)
            local lead = first and "\n" or ",\n"
            first = false
            return lead .. encode(row, 0):gsub("\n%s*", " ")
        end,
        last = function()
            return first and "]}\n" or "\n]}\n"
        end,
    }
end

local function cell(value)
    if type(value) == "table" then
        return table.concat(value, " ")
    end
    return value == nil and "" or tostring(value)
end

local function cells_of(row)
    local list = {}
    for i, column in ipairs(COLUMNS) do
        list[i] = column == "services" and services_of(row) or cell(row[column])
    end
    return list
end

local function csv_form()
    return {
        first = cells.csv(COLUMNS),
        row = function(row)
            return cells.csv(cells_of(row))
        end,
    }
end

local function markdown_form()
    return {
        first = cells.markdown_head(COLUMNS),
        row = function(row)
            return cells.markdown(cells_of(row))
        end,
    }
end

local FORMS = { text = text_form, json = json_form, csv = csv_form, markdown = markdown_form }

--- Writes rows as they come.
-- @tparam function step iterator of rows
-- @tparam table args parsed arguments
-- @tparam network network
-- @tparam table cli vpcpeer.cli
-- @tparam function ending called with how many rows there were, known and unknown: gives the exit status and
-- what to say when there was none
-- @treturn number exit status
function rows.write(step, args, network, cli, ending)
    local writer, refused = output.open(args)
    if not writer then
        return cli.fail(refused)
    end
    local form = FORMS[args.format](network)
    local known, unknown = 0, 0
    local progress = require("vpcpeer.cli.progress").new(args)
    local reading = writer:write(form.first or "")
    for row in step do
        if row.verdict == "unknown" then
            unknown = unknown + 1
        else
            known = known + 1
        end
        reading = writer:write(form.row(row))
        if args.output then -- on a terminal the rows themselves show that there is progress
            progress:show(("%d rows"):format(known + unknown))
        end
        if not reading then
            break
        end
    end
    progress:finish()
    local status, nothing = ending(known, unknown)
    if reading and form.last then
        writer:write(form.last(nothing))
    end
    return writer:finish(status, cli)
end

return rows

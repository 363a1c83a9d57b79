--- Rows of connectivity on the command line: their options and their forms.
--
-- A form is three functions: what comes before the rows, one row, what comes after. Rows are written
-- as they are found.

local cells = require "vpcpeer.report.cells"
local output = require "vpcpeer.cli.output"

local rows = {}

local COLUMNS = { "from", "to", "family", "verdict", "code", "services", "all", "from_cidrs", "to_cidrs",
    "from_name", "to_name" }

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

-- In "tcp 22, 80" the second item is an IP protocol, and nothing found of it would look like a proof.
local function warn_of_numbers(services, cli)
    for item in (services or ""):gmatch("[^,]+") do
        local number = item:match("^%s*(%d+)%s*$")
        if number then
            cli.complain(("note: in --services %s is the IP protocol of that number; a port is 'tcp %s' or 'udp %s'")
                :format(number, number, number))
        end
    end
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
    if not args.quiet then
        warn_of_numbers(args.services, cli)
    end
    return network, answer, more
end

-- Ids and names hold text from outside: control characters must not reach a terminal.
local function plain(text)
    return (tostring(text):gsub("%c", "?"))
end

-- Gives the Name of an object, or of the instance of an interface; nil without one.
local function namer(network)
    local names = {}
    return function(id)
        if names[id] == nil then
            local object = network:get(id)
            local holder = object and object.instance
            names[id] = object and object.tags.Name or holder and holder.tags.Name or false
        end
        return names[id] or nil
    end
end

local function labeller(network)
    local name_of = namer(network)
    return function(id)
        local name = name_of(id)
        return plain(name and name .. " (" .. id .. ")" or id)
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
    local name = labeller(network)
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

local function cells_of(row, name_of)
    local list = {}
    for i, column in ipairs(COLUMNS) do
        local side = column:match("^(%a+)_name$")
        list[i] = side and cell(name_of(row[side])) or column == "services" and services_of(row) or cell(row[column])
    end
    return list
end

-- A table of the head and the lines that two functions make.
local function table_form(head, line)
    return function(network)
        local name_of = namer(network)
        return {
            first = head(COLUMNS),
            row = function(row)
                return line(cells_of(row, name_of))
            end,
        }
    end
end

local FORMS = {
    text = text_form,
    json = json_form,
    csv = table_form(cells.csv, cells.csv),
    markdown = table_form(cells.markdown_head, cells.markdown),
}

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

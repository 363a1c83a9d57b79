--- What the operations of `vpcpeer cidr` do with the sets they are given.
--
-- Addresses are read and written in bulk; only blocks of one length, of which there may be
-- endlessly many, are walked one by one, and written while they are walked.

local output = require "vpcpeer.cli.output"

-- ---- writing -------------------------------------------------------------------------------------

-- Blocks of one length, many to a piece.
local function in_pieces(blocks, limit)
    local left = limit or math.huge
    return function()
        local lines = {}
        while #lines < 1024 and left > 0 do
            local block = blocks()
            if not block then
                break
            end
            lines[#lines + 1], left = tostring(block), left - 1
        end
        lines[#lines + 1] = lines[1] and ""
        return lines[1] and table.concat(lines, "\n")
    end
end

local function once(text)
    return function()
        local given = text
        text = nil
        return given ~= "" and given or nil
    end
end

-- Writes pieces of whole lines as they are, or as a list of strings under `key`.
local function write(args, key, pieces, status, cli)
    local writer, refused = output.open(args)
    if not writer then
        return cli.fail(refused)
    end
    local json = args.format == "json"
    local going = not json or writer:write('{\n    "' .. key .. '": [')
    local separator = "\n"
    while going do
        local piece = pieces()
        if not piece then
            break
        end
        if json then
            piece = separator .. piece:gsub("([^\n]+)\n", '        "%1",\n'):gsub(",\n$", "")
            separator = ",\n"
        end
        going = writer:write(piece)
    end
    if json then
        writer:write(separator == "\n" and "]\n}\n" or "\n    ]\n}\n")
    end
    return writer:finish(status, cli)
end

-- The minimal list of a set.
local function write_set(args, set, status, cli)
    local text = set:to_text { bare_hosts = args.bare_hosts or false, ranges = args.ranges or false }
    return write(args, args.ranges and "ranges" or "cidrs", once(text), status, cli)
end

-- ---- operations ----------------------------------------------------------------------------------

-- Each gets the arguments, the reader of inputs and the cli; gives nil and a message, or a function
-- that writes the answer, called only when everything that was read is good.

local answers = {}

local function united(change)
    return function(args, reader, cli)
        local set, message = reader:union(args.path)
        if not set then
            return nil, message
        end
        return change(args, set, reader, cli)
    end
end

answers.merge = united(function(args, set, _, cli)
    return function()
        return write_set(args, set, 0, cli)
    end
end)

-- From the first input on, one after the other.
local function folded(method)
    return function(args, reader, cli)
        if #args.path < 2 then
            return nil, "two inputs or more are needed"
        end
        local sets, message = reader:each(args.path)
        if not sets then
            return nil, message
        end
        return function()
            local result = sets[1]
            for i = 2, #sets do
                result = result[method](result, sets[i])
            end
            return write_set(args, result, 0, cli)
        end
    end
end

answers.intersect = folded("intersection")
answers.subtract = folded("difference")

answers.complement = united(function(args, set, reader, cli)
    local within, message
    if args.within[1] then
        within, message = reader:union(args.within)
        if not within then
            return nil, message
        end
    end
    return function()
        return write_set(args, set:complement(within), 0, cli)
    end
end)

function answers.overlaps(args, reader, cli)
    if #args.path < 2 then
        return nil, "two inputs or more are needed"
    end
    local sets, message = reader:each(args.path)
    if not sets then
        return nil, message
    end
    return function()
        local seen, common = sets[1], require("vpcpeer").set {}
        for i = 2, #sets do
            common = common:union(seen:intersection(sets[i]))
            seen = seen:union(sets[i])
        end
        local status = common:is_empty() and 1 or 0
        return args.quiet and status or write_set(args, common, status, cli)
    end
end

-- The length that the blocks shall have, or nil and what is wrong.
local function length_of(args)
    local length = args.length:match("^/?(%d+)$")
    length = length and #length <= 3 and tonumber(length)
    if length and length <= 128 then
        return length
    end
    return nil, ("option '--length': '%s' is no prefix length"):format(args.length)
end

-- Writes the blocks that a method of a set walks; status 1 when there is none.
local function write_blocks(args, cli, method, ...)
    local ok, blocks = pcall(method, ...)
    if not ok then
        -- What the module calls misuse is a word of the command line here.
        local range = tostring(blocks):match("not between %d+ and %d+")
        return cli.fail("option '--length': " .. (range and args.length .. " is " .. range
            or "IPv6 addresses need --within"))
    end
    local pieces = in_pieces(blocks, args.limit)
    local first = pieces()
    local function all()
        local piece = first or pieces()
        first = nil
        return piece
    end
    return write(args, "cidrs", first and all or once(""), first and 0 or 1, cli)
end

answers.free = united(function(args, set, reader, cli)
    local length, message = length_of(args)
    local within
    if length and args.within[1] then
        within, message = reader:union(args.within)
    end
    if message then
        return nil, message
    end
    return function()
        return write_blocks(args, cli, set.free, set, length, within)
    end
end)

answers.split = united(function(args, set, _, cli)
    local length, message = length_of(args)
    if not length then
        return nil, message
    end
    return function()
        return write_blocks(args, cli, set.subnets, set, length)
    end
end)

answers.count = united(function(args, set, _, cli)
    return function()
        local text = set:size_text()
        if args.format == "json" then
            local _, blocks = set:to_text():gsub("\n", "")
            text = require("vpcpeer.json").encode({ addresses = text, cidrs = blocks, ranges = #set }, 4)
        end
        return output.write(args, text, 0, cli)
    end
end)

return answers

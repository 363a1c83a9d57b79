--- `vpcpeer cidr contains`: the lines of logs and lists that name an address of a set.
--
-- What people use grepcidr for, with its exit status: 0 a line was found, 1 none, 2 trouble. Texts
-- are read in pieces of whole lines, so a log may be of any size.

local inputs = require "vpcpeer.cli.cidr_input"
local output = require "vpcpeer.cli.output"

local contains = {}

local PIECE = 1024 * 1024

--- Adds the options.
-- @param command an argparse command
function contains.define(command)
    command:option("--in", "The set: a file, -, an address, block or range; may be given often.")
        :argname("SET"):count("+"):target("set")
    command:flag("-v --outside", "Lines with addresses of which none is in the set.")
    command:flag("-i --rest", "All lines without an address of the set.")
    command:flag("-c --count", "Write how many lines, not the lines.")
    command:flag("-q --quiet", "Write nothing, the status says it.")
end

-- Gives the pieces of a text, each but the last ended by a line feed; nil and a message at trouble.
local function pieces_of(word)
    if word ~= "-" and inputs.literal(word) then
        local text = word
        return function()
            local given = text
            text = nil
            return given
        end
    end
    local file, problem = io.stdin
    if word ~= "-" then
        file, problem = io.open(word, "rb")
        if not file then
            return nil, problem
        end
    end
    return function()
        local piece, why = file:read(PIECE)
        if not piece then
            if file ~= io.stdin then
                file:close()
            end
            return nil, why and inputs.name(word) .. ": " .. tostring(why)
        end
        -- Up to the end of the line that the piece cuts.
        local rest = piece:sub(-1) ~= "\n" and file:read("*l")
        return rest and piece .. rest .. "\n" or piece
    end
end

-- Filters one text; false when nobody reads any more.
local function filter(state, word)
    local pieces, message = pieces_of(word)
    while pieces do
        local piece
        piece, message = pieces()
        if not piece then
            break
        end
        local lines, count = state.set:filter_text(piece, { keep = state.keep })
        state.count = state.count + count
        if not state.take(lines) then
            return false
        end
    end
    if message then
        state.cli.complain("vpcpeer: " .. message)
        state.trouble = true
    end
    return true
end

-- The answer as JSON: how many lines, and the lines.
local function to_json(state, collected)
    local answer = { count = state.count }
    if collected then
        answer.lines = {}
        for line in table.concat(collected):gmatch("([^\n]*)\n") do
            answer.lines[#answer.lines + 1] = line
        end
    end
    return require("vpcpeer.json").encode(answer, 4) .. "\n"
end

local function search(args, state)
    local writer, refused = output.open(args)
    if not writer then
        return state.cli.fail(refused)
    end
    local json = args.format == "json"
    local collected = json and not args.count and not args.quiet and {} or nil
    function state.take(lines)
        if collected then
            collected[#collected + 1] = lines
        elseif not args.count and not args.quiet then
            return writer:write(lines)
        end
        return not args.quiet or state.count == 0
    end
    for _, word in ipairs(args.path) do
        if not filter(state, word) then
            break
        end
    end
    if json and not args.quiet then
        writer:write(to_json(state, collected))
    elseif args.count and not args.quiet then
        writer:write(state.count .. "\n")
    end
    return writer:finish(state.trouble and 2 or state.count > 0 and 0 or 1, state.cli)
end

--- Reads the set; gives what searches, as the operations of vpcpeer.cli.cidr do.
-- @tparam table args parsed arguments
-- @tparam table reader of vpcpeer.cli.cidr_input
-- @tparam table cli vpcpeer.cli
-- @treturn[1] function
-- @treturn[2] nil
-- @treturn[2] string message
function contains.run(args, reader, cli)
    local set, message = reader:union(args.set)
    if not set then
        return nil, message
    end
    for _, word in ipairs(args.path) do
        if word == "-" and reader.read_standard_input then
            return nil, "standard input can only be read once"
        end
    end
    local keep = args.rest and "rest" or args.outside and "outside" or "inside"
    return function()
        return search(args, { set = set, keep = keep, cli = cli, count = 0 })
    end
end

return contains

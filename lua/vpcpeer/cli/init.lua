--- The command `vpcpeer`: reads the command line, runs one subcommand, says how it ended.
--
-- Whatever happens, the user sees an answer or one line on standard error, never a traceback. Exit
-- status: 0 yes, 1 no, 2 misuse or unreadable input, 3 the verdict is unknown. argparse is loaded
-- here and nowhere else.
-- @module vpcpeer.cli

local cli = {}

local DESCRIPTION = "Answers questions about AWS VPC networks and their peering connections, offline, from "
    .. "the output of 'aws ec2 describe-*', Terraform plans and states, and topologies written in Lua."
local EPILOG = "Exit status: 0 yes, 1 no, 2 misuse or unreadable input, 3 unknown."

-- In the order of the help; each is a file vpcpeer/cli/NAME.lua with `summary`, `examples`, `define`,
-- `run`. `define` gets what gives commands inside the command a help that does not end the process.
local COMMANDS = {
    "trace", "connectivity", "find", "lint", "check", "resolve", "show", "cidr", "explain", "collect", "completion",
}
local IS_COMMAND = {}
for _, name in ipairs(COMMANDS) do
    IS_COMMAND[name] = true
end

--- Adds the options that every command with an answer has.
-- @param command an argparse command
-- @tparam[opt] boolean plain the answer is never coloured
-- @tparam[opt] table formats text and json unless given
function cli.define_output(command, plain, formats)
    command:option("--format", "Form of the answer."):choices(formats or { "text", "json" }):default("text")
    command:option("--output", "Write the answer to this file."):argname("FILE")
    if plain then
        return
    end
    command:option("--color", "Colours in text: auto (on a terminal, without NO_COLOR), always, never."):argname("WHEN")
        :choices({ "auto", "always", "never" }):default("auto")
end

--- Adds the arguments of every command that reads a network.
-- @param command an argparse command
-- @tparam[opt] string last what the last path is instead: "checks file"
function cli.define_input(command, last)
    command:argument("path", "Files or folders with the output of 'aws ec2 describe-*', Terraform plans "
        .. "and states, and topologies (NAME.lua), taken together; - is standard input "
        .. "('gzip -dc dump.json.gz | vpcpeer ...')." .. (last and " The last one is the "
        .. last .. "." or "")):args(last and "2+" or "+"):argname("PATH")
    command:flag("--strict", "Refuse input with warnings (status 2).")
    command:flag("--quiet", "Print no warnings about the input, and no progress.")
end

-- What stands at the end of a command's help.
local function epilog_of(module)
    local lines = { module.examples[2] and "Examples:" or "Example:" }
    for _, line in ipairs(module.examples) do
        lines[#lines + 1] = "   " .. line
    end
    return table.concat(lines, "\n") .. "\n\n" .. (module.status or EPILOG)
end

-- Of an option that takes one value, the last of several would be taken without a word.
local function refuse_repetition(command)
    for _, option in ipairs(command._options) do
        if option._maxcount == 1 and option._maxargs > 0 then
            option:overwrite(false)
        end
    end
    for _, inner in ipairs(command._commands) do
        refuse_repetition(inner)
    end
end

--- What reads the command line, with all commands in it: the help, the completion of shells and the
-- manual come from here.
-- @tparam[opt] function asked called with the text that --help or --version asks for; it has to raise,
-- since argparse would end the process
-- @return an argparse parser
function cli.parser(asked)
    local argparse = require "argparse"
    local function with_help(parser)
        parser:add_help {
            action = function()
                asked(parser:get_help())
            end,
        }
    end
    local parser = argparse("vpcpeer", DESCRIPTION, EPILOG):help_max_width(80)
    with_help(parser)
    parser:flag("--version", "Show the version and exit."):action(function()
        asked("vpcpeer " .. require("vpcpeer")._VERSION)
    end)
    parser:command_target("command")
    for _, name in ipairs(COMMANDS) do
        local module = require("vpcpeer.cli." .. name)
        local command = parser:command(name, module.summary, epilog_of(module))
        with_help(command)
        module.define(command, cli, with_help)
        refuse_repetition(command)
    end
    return parser
end

-- Asks argparse to parse. Gives the arguments, or nil and a text to print, or nil, nil and what is
-- wrong.
local function parse(args)
    local text
    local parser = cli.parser(function(asked)
        text = asked
        error("asked", 0)
    end)
    local ran, parsed, result = pcall(parser.pparse, parser, args)
    if text then
        return nil, text
    elseif not ran then
        error(parsed, 0)
    elseif not parsed then
        local problem = tostring(result):gsub("%s*\n%s*Did you", "; did you"):gsub("%s*\n%s*", " ")
        return nil, nil, (problem:gsub("must be used a?t? ?m?o?s?t? ?1 time$", "is given more than once"))
    end
    return result
end

-- `help`, `help trace` and `help cidr free` are what other commands have beside --help.
local function as_option(args)
    if args[1] ~= "help" then
        return args
    end
    local words = {}
    for i = 2, #args do
        words[i - 1] = args[i]
    end
    words[#words + 1] = "--help"
    return words
end

-- The command whose help tells more: the words at the beginning that are commands.
local function command_of(args)
    if not IS_COMMAND[args[1]] then
        return ""
    end
    local inner = args[1] == "cidr" and require("vpcpeer.cli.cidr").is_operation(args[2])
    return " " .. args[1] .. (inner and " " .. args[2] or "")
end

-- argparse takes every word that starts with a dash for an option, and -1 is a protocol.
local function join_negative(args)
    local joined, i = {}, 1
    while i <= #args do
        local word, following = args[i], args[i + 1]
        if word:find("^%-%-[%a-]+$") and following and following:find("^%-%d+$") then
            word, i = word .. "=" .. following, i + 1
        end
        joined[#joined + 1], i = word, i + 1
    end
    return joined
end

--- Writes one line to standard error.
-- @tparam string text newlines and other control characters become blanks
function cli.complain(text)
    io.stderr:write((text:gsub("%c+", " ")), "\n")
end

--- Ends a command: one line on standard error, status 2.
-- @tparam string message
-- @treturn number 2
function cli.fail(message)
    cli.complain("vpcpeer: " .. message)
    return 2
end

--- Loads the network that the arguments name; its warnings go to standard error, a line each.
-- @tparam table args parsed arguments; with `is_child` topologies are run in this process
-- @treturn[1] network
-- @treturn[2] nil
-- @treturn[2] string message
function cli.load(args)
    local load = require "vpcpeer.load"
    local child = require "vpcpeer.cli.child"
    local network, message
    if not args.is_child and child.is_wanted(args.path) then
        network, message = child.load(args.path, args.strict or false)
    else
        local progress = require("vpcpeer.cli.progress").new(args)
        network, message = require("vpcpeer").load(args.path, {
            strict = args.strict or false,
            progress = function(name, number, count)
                progress:show(("reading %s (%d of %d)"):format(name, number, count))
            end,
        })
        progress:finish()
    end
    if not network then
        return nil, message
    end
    for _, diagnostic in ipairs(args.quiet and {} or network:diagnostics()) do
        if diagnostic.severity ~= "info" then
            cli.complain(diagnostic.severity .. ": " .. load.line(diagnostic))
        end
    end
    return network
end

local function run(args)
    args = as_option(args)
    local parsed, text, problem = parse(join_negative(args))
    if text then
        return require("vpcpeer.cli.output").write({}, text, 0, cli)
    elseif not parsed then
        return cli.fail(problem .. " (see 'vpcpeer" .. command_of(args) .. " --help')")
    end
    return require("vpcpeer.cli." .. parsed.command).run(parsed, cli)
end

--- Runs the command.
-- @tparam {string,...} args the words after the command's name
-- @treturn number exit status
-- @usage os.exit(require("vpcpeer.cli").main(arg), true)
function cli.main(args)
    local ok, status = pcall(run, args)
    if not ok then
        return cli.fail("internal error: " .. tostring(status))
    end
    return status
end

return cli

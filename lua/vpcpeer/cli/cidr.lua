--- `vpcpeer cidr`: sets of addresses from files and standard input.
--
-- The command line of each operation; what they do is in vpcpeer.cli.cidr_answer and, for searching
-- texts, in vpcpeer.cli.cidr_contains.

local answers = require "vpcpeer.cli.cidr_answer"
local contains = require "vpcpeer.cli.cidr_contains"
local inputs = require "vpcpeer.cli.cidr_input"

local cidr = {
    summary = "Sets of addresses: merge, compare, search and divide lists of blocks.",
    examples = {
        "vpcpeer cidr merge lists/*.txt",
        "vpcpeer cidr free --length 24 --within 10.0.0.0/8 used.txt",
        "vpcpeer cidr merge --help",
    },
    status = "Exit status: 0 yes, 1 no or nothing, 2 misuse or unreadable input.",
}

local function define_form(command)
    command:flag("--bare-hosts", "Write single addresses without /32 or /128.")
    command:flag("--ranges", "Write ranges a-b instead of blocks.")
end

local function define_within(command, text)
    command:option("--within", text):argname("SET"):count("*")
end

local function define_blocks(command)
    command:option("--length", "The prefix length of the blocks."):argname("LENGTH"):count(1)
    command:option("--limit", "Write so many blocks at most."):argname("COUNT"):convert(function(text)
        local number = text:match("^%d+$") and tonumber(text)
        return number, number and "" or "'" .. text .. "' is no number"
    end)
end

local INPUT = "Inputs are files, - for standard input (the default) and addresses, blocks or ranges "
    .. "a-b themselves. A file has such items, one a line or with commas; # begins a comment. When "
    .. "there are bad lines, each is reported, there is no answer and the status is 2."

local SEARCH = "An address stands in a line by itself, perhaps with a port (10.0.0.1:80) or in "
    .. "brackets; a block or a range counts when all of it is in the set, ::ffff:10.0.0.1 also as "
    .. "10.0.0.1. Inputs are files, - for standard input (the default) and addresses themselves. "
    .. "Exit status: 0 a line was found, 1 none, 2 trouble."

-- Name, what it answers, what answers it, what defines its options, an example, and what else its
-- help says (texts of the inputs, if nothing).
local OPERATIONS = {
    { "merge", "The union of all inputs as the shortest list of blocks, in order.", answers.merge,
        define_form, "cat lists/*.txt | vpcpeer cidr merge --bare-hosts" },
    { "union", "Another name for merge.", answers.merge, define_form,
        "vpcpeer cidr union a.txt b.txt 10.0.0.0/8" },
    { "intersect", "What is in every input.", answers.intersect, define_form,
        "vpcpeer cidr intersect a.txt b.txt" },
    { "subtract", "What is in the first input and in no other.", answers.subtract, define_form,
        "vpcpeer cidr subtract 10.0.0.0/8 used.txt" },
    { "complement", "What is in no input, of both families.", answers.complement, function(command)
        define_form(command)
        define_within(command, "Only what is in this set: a file, - or a block.")
    end, "vpcpeer cidr complement --within 0.0.0.0/0 bogons.txt" },
    { "contains", "The lines of texts that name an address of a set.", contains.run, contains.define,
        "vpcpeer cidr contains --in blocked.txt access.log", SEARCH },
    { "overlaps", "What is in more than one input; status 1 when nothing is.", answers.overlaps,
        function(command)
            define_form(command)
            command:flag("--quiet", "Write nothing, the status says it.")
        end, "vpcpeer cidr overlaps ours.txt theirs.txt" },
    { "free", "Blocks of one length that touch no input; status 1 when there is none.", answers.free,
        function(command)
            define_blocks(command)
            define_within(command, "Where to look: a file, - or a block (without: 10.0.0.0/8, "
                .. "172.16.0.0/12 and 192.168.0.0/16).")
        end, "vpcpeer cidr free --length 24 --within 10.0.0.0/8 --limit 1 used.txt" },
    { "split", "The blocks of one length in the inputs; what is smaller is left out.", answers.split,
        define_blocks, "vpcpeer cidr split --length 26 10.0.0.0/24" },
    { "count", "How many addresses the inputs have together, each counted once.", answers.count,
        function() end, "vpcpeer cidr count --format json a.txt b.txt" },
}

--- Is it the name of an operation?
-- @tparam ?string word
-- @treturn boolean
function cidr.is_operation(word)
    for _, operation in ipairs(OPERATIONS) do
        if operation[1] == word then
            return true
        end
    end
    return false
end

function cidr.define(command, cli, with_help)
    command:require_command(true):command_target("operation")
    for _, operation in ipairs(OPERATIONS) do
        local sub = command:command(operation[1], operation[2],
            "Example:\n   " .. operation[5] .. "\n\n" .. (operation[6] or INPUT))
        with_help(sub)
        sub:argument("path", "Files, -, addresses, blocks, ranges."):args("*"):argname("INPUT")
        operation[4](sub)
        sub:flag("--skip-bad", "Report bad lines and go on without them.")
        cli.define_output(sub, true)
    end
end

function cidr.run(args, cli)
    args.path = args.path[1] and args.path or { "-" }
    args.within = args.within or {}
    for _, operation in ipairs(OPERATIONS) do
        if operation[1] == args.operation then
            local reader = inputs.new(args, cli)
            local answer, message = operation[3](args, reader, cli)
            message = message or reader:problem()
            return message and cli.fail(message) or answer()
        end
    end
end

return cidr

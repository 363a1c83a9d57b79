--- `vpcpeer trace`: can one end reach another?

local ends = require "vpcpeer.cli.ends"
local output = require "vpcpeer.cli.output"

local trace = {
    summary = "Can one end reach another? The hops, or every reason why not.",
    examples = {
        "vpcpeer trace dump --from web --to db --protocol tcp --port 5432",
        "vpcpeer trace dump --from internet --to web --format json",
    },
    status = "Exit status: 0 reachable, 1 not reachable, 2 misuse or unreadable input, 3 not known.",
}

-- Scripts act on the exit status alone; unknown must not look like no.
local STATUS = { reachable = 0, ["not-reachable"] = 1, unknown = 3 }

-- Ends and protocols are read by the model: the command takes the same forms as scripts do.
function trace.define(command, cli)
    cli.define_input(command)
    command:option("--from", "Where the packet starts: an id, a unique Name, an address, 'internet', "
        .. "'internet@igw-1=198.51.100.7', 'subnet-1=10.0.0.9'."):argname("END"):count(1)
    command:option("--to", "Where it shall arrive: the same, or a host name."):argname("END"):count(1)
    command:option("--protocol", "tcp (default), udp, icmp, icmpv6, a number, or -1 for any.")
        :argname("PROTOCOL")
    command:option("--port", "Destination port or range, such as 8000-8080 (443). Of a range, one "
        .. "port that passes suffices; the answer names those that do."):argname("PORT")
    command:option("--source-port", "Source port or range (1024-65535): likewise, one suffices."):argname("PORT")
    command:option("--icmp", "ICMP type, or type/code (8/0)."):argname("TYPE/CODE")
    command:option("--family", "IP version: 4 or 6."):choices({ "4", "6" }):argname("VERSION")
    command:option("--through", "A component that the path must pass."):argname("ID"):count("*")
    command:option("--avoid", "A component that the path must not pass."):argname("ID"):count("*")
    cli.define_output(command)
end

-- "443" or "8000-8080" as {first, last}; nil for anything else.
local function read_ports(text)
    local first, last = text:match("^(%d+)%-(%d+)$")
    first = tonumber(first or text:match("^%d+$"))
    last = tonumber(last) or first
    if first and first <= last and last <= 65535 then
        return { { first, last } }
    end
    return nil
end

-- "8", "8/0", "3/-1" as {type, code}; no code is any code.
local function read_icmp(text)
    local kind, code = text:match("^(%-?%d+)[/,](%-?%d+)$")
    kind, code = tonumber(kind or text:match("^%-?%d+$")), tonumber(code) or -1
    if kind and kind >= -1 and kind <= 255 and code >= -1 and code <= 255 then
        return { kind, code }
    end
    return nil
end

-- The question that the arguments ask, or nil and what is wrong with them.
local function question_of(args)
    local question = {
        from = args.from,
        to = args.to,
        protocol = args.protocol,
        family = tonumber(args.family),
        through = args.through and args.through[1] and args.through or nil,
        avoid = args.avoid and args.avoid[1] and args.avoid or nil,
    }
    for _, reading in ipairs {
        { "port", read_ports, "a port or a range such as 8000-8080" },
        { "source_port", read_ports, "a port or a range such as 1024-65535" },
        { "icmp", read_icmp, "an ICMP type, or type/code such as 8/0" },
    } do
        local name, read, wanted = reading[1], reading[2], reading[3]
        local text = args[name]
        question[name] = text and read(text)
        if text and not question[name] then
            local option = "--" .. name:gsub("_", "-")
            return nil, "option '" .. option .. "': '" .. text .. "' is not " .. wanted
        end
    end
    return question
end

-- What the model calls misuse is a word of the command line here: without the place in the code.
local function without_position(message)
    return (tostring(message):gsub("^[^\n]-:%d+: ", "", 1))
end

local function to_json(t)
    local json = require "vpcpeer.json"
    local copy = {}
    for key, value in pairs(t) do
        copy[key] = value
    end
    if copy.reachable == nil then
        copy.reachable = json.null
    end
    return json.encode(copy, 4)
end

-- The words of the question are checked before the input is read: a large dump takes a while.
function trace.run(args, cli)
    local question, problem = question_of(args)
    if not question then
        return cli.fail(problem)
    end
    local network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local ok, t, why, code = pcall(network.trace, network, question)
    if not ok then
        return cli.fail(without_position(t))
    elseif not t then
        return ends.fail(cli, network, why, code)
    end
    local text = args.format == "json" and to_json(t) or t:render { color = output.has_color(args) }
    return output.write(args, text, STATUS[t.verdict], cli)
end

return trace

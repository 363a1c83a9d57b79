--- The question `net:trace`: one packet, walked from end to end and back, with every reason.
-- The walk and its numbers come from C; the sentences and the printed form are made here. A trace
-- is a plain table that the model no longer changes; the Name tags that its text needs are kept
-- beside it, not in it, so that its fields are exactly those of the answer.
-- The catalogue of codes is read by the first trace that needs a sentence.
-- @module vpcpeer.trace

local core = require "vpcpeer.core"
local options = require "vpcpeer.options"

local trace = {}

local names_of = setmetatable({}, { __mode = "k" })
local asked_of = setmetatable({}, { __mode = "k" }) -- for the headline: ports and types of the question

-- A trace that came from elsewhere (a file, another state) has the names of its ends and hops.
local function names_in(t)
    local names = {}
    local function add(id, name)
        if id and name then
            names[id] = name
        end
    end
    add(t.from.id, t.from.name)
    add(t.to.id, t.to.name)
    for _, path in ipairs { t.path, t.return_path } do
        for _, hop in ipairs(path) do
            add(hop.id, hop.name)
        end
    end
    return names
end

--- The text of a trace: the verdict, the hops, and every reason why not with what would mend it.
-- `tostring(t)` is the same without colour.
-- @function trace:render
-- @tparam[opt] table options `{ color = true }` marks verdict and headings for a terminal
-- @treturn string lines separated by newlines
-- @raise for options that are no table, and an unknown one
-- @usage
-- local t = net:trace { from = "web", to = "db", port = 5432 }
-- print(t:render { color = true })
function trace.render(t, given)
    options.check(given, { color = true }, 2)
    return require("vpcpeer.trace_text").render(t, names_of[t] or names_in(t), given, asked_of[t])
end

local function remedies(t)
    if type(t) ~= "table" or getmetatable(t) ~= "vpcpeer.trace" then
        error("bad receiver of 'remedies' (call it with a colon on a trace)", 2)
    end
    return require("vpcpeer.remedies").of(t, names_of[t] or names_in(t))
end

local metatable = {
    __index = { render = trace.render, remedies = remedies },
    __name = "vpcpeer.trace",
    __metatable = "vpcpeer.trace",
}

function metatable.__tostring(t)
    return trace.render(t)
end

local message_of -- of vpcpeer.message, once a trace has needed a sentence

local function add_messages(list, t, names)
    if not list[1] then
        return
    end
    message_of = message_of or require("vpcpeer.message").of
    for i = 1, #list do
        local reason = list[i]
        reason.message = message_of(reason, t, names)
    end
end

-- Gives the plain answer of core.trace its sentences, its metatable and its names.
local function dress(t, names, asked)
    add_messages(t.explanations, t, names)
    add_messages(t.hints, t, names)
    add_messages(t.warnings, t, names)
    names_of[t], asked_of[t] = names, asked
    return setmetatable(t, metatable)
end

--- Can one end reach another? Walks one packet and its answer through the model as AWS would.
--
-- An END is a handle (an interface, an instance, a VPC endpoint, a subnet, a gateway), an id, a unique
-- Name tag, a Terraform address (`"aws_instance.web"`), an address, a host name (as the destination), `"internet"`,
-- `"internet@igw-a=198.51.100.7"`, `"subnet-1=10.0.0.9"`, or the table form
-- `{ internet = "igw-a", address = "198.51.100.7" }`, `{ subnet_id = "subnet-1", address = "10.0.0.9" }`.
-- Source: VPC Reachability Analyzer, "How Reachability Analyzer works"
-- @function network:trace
-- @tparam table question
-- @param question.from END: where the packet starts
-- @param question.to END: where it shall arrive
-- @param question.protocol `"tcp"` (default), `"udp"`, `"icmp"`, `"icmpv6"`, a number 0 to 255, or
-- `"-1"` for any
-- @param question.port destination port: a number, `{first, last}`, a list of such pairs, or text such as
-- `"8000-8080"`; 443 unless given. Of several, one that passes suffices; `ports` of the answer are those
-- that do (checks want all of them)
-- @param question.source_port likewise; 1024 to 65535 unless given
-- @param question.icmp `{type, code}`; an echo request unless given
-- @param question.family 4 or 6; 4 unless an end has IPv6 only
-- @param question.through ids that the path must pass
-- @param question.avoid ids that the path must not pass
-- @param question.bidirectional `false` leaves out the answer's way
-- @param question.ephemeral `"any"` (default), or `"all"`: every source port must work
-- @treturn[1] trace a table with `reachable` (true, false, or nil for unknown), `verdict`, `from`,
-- `to`, `protocol`, `family`, `ports`, `source_ports`, `path`, `return_path`, `via`, `explanations`,
-- `hints`, `warnings`, `mtu`, `traceroute`; an end that is an address in a subnet, of no interface, has
-- `bare = true`: it acts as an interface without security groups
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string `"unknown_id"`, `"ambiguous"` or another code of outside data
-- @raise for an unknown option, a value of the wrong type, ports for a protocol that has none, or an
-- ICMP type for one that is not ICMP
-- @usage
-- local t = net:trace { from = "web", to = "db", protocol = "tcp", port = 5432 }
-- print(t)
function trace.ask(net, question)
    if type(question) ~= "table" then
        error("bad argument #1 to 'trace' (table expected, got " .. type(question) .. ")", 2)
    end
    -- Through pcall, so that misuse is reported at the caller's line and not at this one.
    local fine, t, names, more = pcall(core.trace, net, question)
    if not fine then
        error(t, 2)
    elseif not t then
        return nil, names, more
    end
    return dress(t, names, more)
end

local methods = core.methods "network"
methods.trace = trace.ask
methods.reachable = core.reachable

return trace

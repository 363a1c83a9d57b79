--- Everything that can flow: `net:connectivity` and `net:find`.
-- The rows come from C as they are found; here is what is made of them for people.
-- @module vpcpeer.connectivity

local core = require "vpcpeer.core"

local connectivity = {}

local function check_question(name, question)
    if question ~= nil and type(question) ~= "table" then
        error("bad argument #1 to '" .. name .. "' (table expected, got " .. type(question) .. ")", 3)
    end
    return question or {}
end

-- Through pcall, so that misuse is reported at the caller's line and not at this one.
local function ask(net, question)
    local fine, rows, examined, code = pcall(core.connectivity, net, question)
    if not fine then
        error(rows, 3)
    end
    return rows, examined, code
end

-- What a side does in a question.
local DOES = { from = "opens connections", to = "takes connections" }

-- An address inside a subnet of the model that no interface has is no end: rows of it are never found, and
-- that would look like a proof.
local function check_ends(net, question)
    local outside = 0
    for _, name in ipairs { "from", "to" } do
        local scope = question[name] ~= nil and core.scope(net, name, question[name])
        if scope and #scope.interfaces == 0 then
            local blocks = {}
            for subnet in net:subnets() do
                blocks[#blocks + 1] = subnet.cidr_block
                for _, item in ipairs(subnet.ipv6_cidr_block_association_set or {}) do
                    blocks[#blocks + 1] = item.ipv6_cidr_block
                end
            end
            local addresses = scope.addresses
            if addresses and addresses:difference(core.set(blocks)):is_empty() then
                local text = addresses:to_text():gsub("/32", ""):gsub("/128", ""):gsub("%s+$", ""):gsub("\n", ", ")
                return nil, ("'%s': nothing in the data that %s has %s"):format(name, DOES[name], text), "unknown_id"
            end
            outside = outside + ((addresses or scope.internet or scope.onprem) and 1 or 0)
        end
    end
    if outside == 2 then
        return nil, "both ends are outside of the data: nothing is known of what is between them", "invalid_end"
    end
    return true
end

--- Everything that can flow, exactly: protocol, destination ports, source ports, answers included.
-- @function network:connectivity
-- @tparam[opt] table question
-- @param question.from one END or a list of ENDs; everything unless given. An END is a handle or id of
-- an interface, instance, subnet, VPC or security group, a unique Name tag, a CIDR, an address, a `set`,
-- `{ tag = { Tier = "data" } }`, `"internet"` (all of it) or `"onprem"`
-- @param question.to likewise
-- @param question.group_by `"interface"` (default), `"subnet"`, `"vpc"` or `"security_group"`: a row of
-- two groups is the union over their members
-- @param question.family 4 or 6; both unless given
-- @param question.source_port as in `net:trace`; 1024 to 65535 unless given
-- @treturn[1] function iterator of rows, by source id, then destination id (the outside last), family,
-- known before unknown. A row is `{ from, to, family, verdict = "reachable" or "unknown", code,
-- services, all, from_cidrs, to_cidrs }`; rows with equal services may share one table of them. A side with
-- its `cidrs` is outside: `"internet"`, `"onprem"`, the id of the gateway endpoint that serves these
-- addresses, or the id of what they are behind and the data do not describe (a peer VPC, a gateway, a
-- subnet without a route table), whose rows are unknown
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string `"unknown_id"`, `"ambiguous"` or another code of outside data
-- @raise for an unknown option or a value of the wrong type; the iterator raises when the network was
-- changed since
-- @usage
-- for row in net:connectivity { from = "web", to = "db" } do
--   print(row.from, row.to, vpcpeer.services_text(row.services))
-- end
function connectivity.rows(net, question)
    local rows, message, code = ask(net, check_question("connectivity", question))
    if not rows then
        return nil, message, code
    end
    local fine, problem, what = check_ends(net, question or {})
    if not fine then
        return nil, problem, what
    end
    return rows
end

local OUTSIDE = { internet = true, onprem = true }

-- One address of a side: that of an object, of the outside by its word, or beyond the data by itself.
local function sample_end(id, cidrs)
    local address = cidrs and cidrs[1]:match "^[^/]+"
    return cidrs and OUTSIDE[id] and { [id] = true, address = address } or address or id
end

-- A packet that a row lets through, as a question to `net:trace`.
local function sample_question(row)
    local service = row.services[1]
    local question = {
        from = sample_end(row.from, row.from_cidrs),
        to = sample_end(row.to, row.to_cidrs),
        family = row.family,
        protocol = service.protocol == "-1" and "tcp" or service.protocol,
    }
    if service.ports then
        question.port = service.ports[1][1]
        question.source_port = service.source_ports[1]
    elseif service.types then
        question.icmp = { type = service.types[1][1], code = math.max(service.types[1][2], 0) }
    end
    return question
end

--- The network-access question: is there any way from here to there, for these services?
-- Every row of connectivity inside the scope, each with a sample trace, but for those from beyond the data,
-- where no walk can begin. No rows, known or unknown, means that there is none: `examined` says what was
-- looked at.
-- Source: AWS Network Access Analyzer, "How Network Access Analyzer works"
-- @function network:find
-- @tparam table question as for `net:connectivity`, and
-- @param question.services text: `"tcp 22, tcp 3389, icmp 8/0"`, with `from 1024-65535` for source
-- ports; any service unless given
-- @treturn[1] table list of rows, each with `trace`
-- @treturn[1] table examined: `{ classes, sources, walks }`, how many kinds of interfaces there are, how many
-- sources were looked at, and by how many walks
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code of outside data, `"invalid_service"` among them
-- @raise for an unknown option or a value of the wrong type
-- @usage
-- local rows = net:find { from = "internet", services = "tcp 22, tcp 3389" }
-- assert(#rows == 0, "SSH or RDP is open to the internet")
function connectivity.find(net, question)
    local rows, examined, code = ask(net, check_question("find", question))
    if not rows then
        return nil, examined, code
    end
    local fine, problem, what = check_ends(net, question or {})
    if not fine then
        return nil, problem, what
    end
    local found = {}
    for row in rows do
        local from_beyond = row.from_cidrs and not OUTSIDE[row.from]
        if not from_beyond and ((question or {}).group_by or "interface") == "interface" then
            row.trace = net:trace(sample_question(row))
        end
        found[#found + 1] = row
    end
    return found, examined:examined()
end

local function ranges_text(ranges)
    local texts = {}
    for _, range in ipairs(ranges) do
        texts[#texts + 1] = range[1] == range[2] and tostring(range[1]) or range[1] .. "-" .. range[2]
    end
    return texts
end

-- ICMP types, neighbours joined: "0-7" are whole types, "8/1-255" codes of one.
local function types_text(types)
    local texts, i = {}, 1
    while i <= #types do
        local first, last = types[i], types[i]
        local whole = first[2] < 0
        while types[i + 1] and (types[i + 1][2] < 0) == whole and types[i + 1][whole and 1 or 2] ==
            last[whole and 1 or 2] + 1 and (whole or types[i + 1][1] == first[1]) do
            i = i + 1
            last = types[i]
        end
        local text = whole and tostring(first[1]) or first[1] .. "/" .. first[2]
        if first ~= last then
            text = text .. "-" .. last[whole and 1 or 2]
        end
        texts[#texts + 1] = text
        i = i + 1
    end
    return texts
end

local EPHEMERAL = "1024-65535"

local function service_text(service)
    local numbers = service.ports and ranges_text(service.ports) or service.types and types_text(service.types)
    local name = service.protocol == "-1" and "all" or service.protocol
    local sources = service.source_ports and ranges_text(service.source_ports) or {}
    local from = #sources > 0 and sources[1] ~= EPHEMERAL or #sources > 1
    local items = {}
    for _, number in ipairs(numbers or { "" }) do
        local item = number ~= "" and number ~= "0-65535" and name .. " " .. number or name
        for _, source in ipairs(from and sources or { "" }) do
            items[#items + 1] = source ~= "" and item .. " from " .. source or item
        end
    end
    return table.concat(items, ", ")
end

-- The protocol numbers from the i-th service on that follow one another, where nothing but the number is
-- told: where the last of them stands.
local function last_neighbour(services, i)
    local function number_at(k)
        local service = services[k]
        return service and not service.ports and not service.types and tonumber(service.protocol) or nil
    end
    local number = number_at(i)
    while number and number >= 0 and number_at(i + 1) == number + 1 do
        i, number = i + 1, number + 1
    end
    return i
end

--- The services of a row as one line of text.
-- Source ports are named unless they are 1024 to 65535.
-- @function vpcpeer.services_text
-- @tparam table services as in a row
-- @treturn string such as `"tcp 443, tcp 8000-8080, icmp 8/0"`
-- @raise for what is no list of services
-- @usage
-- print(vpcpeer.services_text { { protocol = "tcp", ports = { { 443, 443 } } } }) --> tcp 443
function connectivity.services_text(services)
    local texts = {}
    -- Through pcall, since a table of any shape may come in.
    local fine = pcall(function()
        local i = 1
        while i <= #services do
            local last = last_neighbour(services, i)
            texts[#texts + 1] = last > i and services[i].protocol .. "-" .. services[last].protocol
                or service_text(services[i])
            i = last + 1
        end
    end)
    if not fine then
        error("bad argument #1 to 'services_text' (the services of a row expected)", 2)
    end
    return table.concat(texts, ", ")
end

local methods = core.methods "network"
methods.connectivity = connectivity.rows
methods.find = connectivity.find

return connectivity

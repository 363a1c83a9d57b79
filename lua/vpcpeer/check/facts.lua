-- Expectations about the configuration itself: connections, findings, host names.

local core = require "vpcpeer.core"
local ends = require "vpcpeer.check.ends"

local facts = {}

local function wrong(message)
    return { status = "error", message = message, traces = {} }
end

-- ---- are_peered ----------------------------------------------------------------------------------

-- The id of the VPC that an end is, or lies in; nil and why there is none. A VPC of which the data hold
-- nothing but its id in a connection is one, too.
local function vpc_of(net, given)
    local object = given
    if type(given) == "string" then
        object = net:get(given)
        for pcx in net:vpc_peering_connections() do
            for _, side in ipairs { "requester_vpc_info", "accepter_vpc_info" } do
                if not object and (pcx[side] or {}).vpc_id == given then
                    return given
                end
            end
        end
        if not object then
            return nil, ('nothing in the model has the id or unique Name tag "%s"'):format(given)
        end
    elseif type(given) ~= "userdata" or not pcall(core.network_of, given) then
        error("a VPC, or something in one, is meant by a handle, an id or a Name, not by a " .. type(given), 0)
    end
    local id = tostring(object.id)
    id = not id:find "^vpc%-" and object.vpc_id or object.vpc and object.vpc.id or id
    if not id:find "^vpc%-" then
        return nil, ("'%s' lies in no VPC"):format(ends.words(given))
    end
    return id
end

local function between(net, a, b)
    local list = {}
    for pcx in net:vpc_peering_connections() do
        local one, other = (pcx.requester_vpc_info or {}).vpc_id, (pcx.accepter_vpc_info or {}).vpc_id
        if one == a and other == b or one == b and other == a then
            list[#list + 1] = pcx
        end
    end
    return list
end

--- Does an active peering connection join two VPCs (or the VPCs of two things)?
function facts.are_peered(net, a, b, wanted)
    local one, problem = vpc_of(net, a)
    local other, problem_too = vpc_of(net, b)
    if not one or not other then
        return wrong(problem or problem_too)
    elseif one == other then
        return wrong(("both ends are in %s"):format(one))
    end
    local lines, active, names = {}, false, ends.namer(net)
    for _, pcx in ipairs(between(net, one, other)) do
        local status = (pcx.status or {}).code or "of no status"
        active = active or status == "active"
        lines[#lines + 1] = ("%s between them is %s"):format(names(pcx.id), status)
    end
    lines[1] = lines[1] or ("no peering connection joins %s and %s"):format(names(one), names(other))
    local passed = active == wanted
    return {
        status = passed and "passed" or "failed", message = not passed and table.concat(lines, "\n") or nil,
        traces = {}, examined = 1,
    }
end

-- ---- has_no --------------------------------------------------------------------------------------

local SEVERITY = { error = true, warning = true, info = true }

--- Has the model no such finding?
-- @tparam network net
-- @param what code, list of codes, `"error"`, `"warning"` or `"info"`; nil is `"error"`
function facts.has_no(net, what)
    local severity = what == nil and "error" or SEVERITY[what] and what
    local ok, findings = pcall(net.lint, net, not severity and { only = what } or nil)
    if not ok then
        error((tostring(findings):gsub("^[^\n]-:%d+: ", "")), 0)
    end
    local lines, found = {}, {}
    for _, finding in ipairs(findings) do
        if not severity or finding.severity == severity then
            found[#found + 1] = finding
            lines[#lines + 1] = ("%s: %s [%s]\n  to mend it: %s"):format(finding.severity, finding.message,
                finding.code, (finding.remedy:gsub("^%u%l", string.lower)))
        end
    end
    return {
        status = found[1] and "failed" or "passed", message = found[1] and table.concat(lines, "\n"), traces = {},
        findings = found, examined = 1,
    }
end

-- ---- resolves ------------------------------------------------------------------------------------

local REASONS = {
    NXDOMAIN = "the name does not exist for who asks (NXDOMAIN)",
    UNRESOLVED = "who asks has no Amazon DNS server (UNRESOLVED)",
}

--- Does a host name mean an address for who asks (and this one, when it is given)?
function facts.resolves(net, from, name, wanted)
    if type(name) ~= "string" or wanted ~= nil and type(wanted) ~= "string" then
        error("a host name, and an address if any, are texts", 0)
    end
    local address, result = net:resolve(name, { from = from })
    if not address and not REASONS[result] then
        return wrong(result)
    elseif address and (wanted == nil or address == wanted) then
        return { status = "passed", traces = {}, examined = 1 }
    end
    local message = address and ("it is %s"):format(address) or REASONS[result]
    return { status = "failed", message = message, traces = {}, examined = 1 }
end

return facts

--- The cells of `vpcpeer show`: one fact of a record as a few words.
--
-- Records are those of the describe documents, under AWS's keys. What the data do not hold is nil or
-- "", and the page decides how that looks. Names come from outside: a control character in one must
-- not reach a terminal.

local cells = {}

--- The Name tag of a record; nil without one.
function cells.name(record)
    for _, tag in ipairs(record.Tags or record.TagSet or {}) do
        if tag.Key == "Name" and tag.Value and tag.Value ~= "" then
            return (tag.Value:gsub("%c", "?"))
        end
    end
    return nil
end

--- An id with its Name: `vpc-a (app)`.
function cells.label(id, name)
    return name and id .. " (" .. name .. ")" or id or "-"
end

--- All blocks of a VPC or subnet, each once: AWS prints the primary one twice.
function cells.blocks(record)
    local blocks, seen = {}, {}
    local function add(block)
        if block and not seen[block] then
            blocks[#blocks + 1], seen[block] = block, true
        end
    end
    add(record.CidrBlock)
    for _, association in ipairs(record.CidrBlockAssociationSet or record.CidrBlockSet or {}) do
        add(association.CidrBlock)
    end
    for _, association in ipairs(record.Ipv6CidrBlockAssociationSet or record.Ipv6CidrBlockSet or {}) do
        add(association.Ipv6CidrBlock)
    end
    return table.concat(blocks, ", ")
end

-- A route has exactly one of these.
local TARGETS = { "GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId",
    "VpcPeeringConnectionId", "NetworkInterfaceId", "InstanceId", "CarrierGatewayId",
    "LocalGatewayId", "CoreNetworkArn", "OdbNetworkArn" }

--- The target of a route.
function cells.target(route)
    for _, key in ipairs(TARGETS) do
        if route[key] then
            return route[key]
        end
    end
    return nil
end

--- Protocol and ports of a group rule: `tcp 443`, `udp 33434-33534`, `all`; `icmp 8/0` is type and
-- code, as `trace --icmp` takes them. An ICMP type or code of -1 is every one and not printed.
function cells.ports(rule)
    local protocol = rule.IpProtocol == "-1" and "all" or rule.IpProtocol
    local first, last = rule.FromPort, rule.ToPort
    if not first or rule.IpProtocol == "-1" then
        return protocol
    elseif protocol:find("^icmp") then
        local code = last and last >= 0 and "/" .. last or ""
        return first < 0 and protocol or protocol .. " " .. first .. code
    elseif last == nil or first == last then
        return protocol .. " " .. first
    end
    return protocol .. " " .. first .. "-" .. last
end

-- Protocols that entries of ACLs name by number.
local PROTOCOLS = { ["1"] = "icmp", ["6"] = "tcp", ["17"] = "udp", ["58"] = "icmpv6" }

--- Protocol and ports of an entry of a network ACL, in the words of a group rule.
function cells.entry_ports(entry)
    local span = entry.PortRange or {}
    local types = entry.IcmpTypeCode or {}
    local first, last = span.From or types.Type, span.To or types.Code
    if span.From == 0 and span.To == 65535 then
        first, last = nil, nil
    end
    return cells.ports {
        IpProtocol = PROTOCOLS[entry.Protocol] or entry.Protocol or "-", FromPort = first, ToPort = last,
    }
end

-- The lists of a permission, and where each names whom it speaks of.
local PEERS = { { "IpRanges", "CidrIp" }, { "Ipv6Ranges", "CidrIpv6" },
    { "PrefixListIds", "PrefixListId" }, { "UserIdGroupPairs", "GroupId" } }

--- Whom a group rule speaks of: blocks, prefix lists and groups.
function cells.peers(rule, names)
    local peers = {}
    for _, peer in ipairs(PEERS) do
        for _, item in ipairs(rule[peer[1]]) do
            peers[#peers + 1] = cells.label(item[peer[2]], names[item[peer[2]]])
        end
    end
    return table.concat(peers, ", ")
end

--- The groups of an instance.
function cells.groups(instance)
    local groups = {}
    for _, group in ipairs(instance.SecurityGroups) do
        groups[#groups + 1] = group.GroupId
    end
    return table.concat(groups, ", ")
end

return cells

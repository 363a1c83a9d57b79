--- `vpcpeer show`: what is in the input, for people or as one document.
--
-- Everything comes from the describe documents, so what is shown is what was loaded.

local cells = require "vpcpeer.cli.cells"
local gateways = require "vpcpeer.cli.gateways"
local output = require "vpcpeer.cli.output"
local pages = require "vpcpeer.cli.page"

local label = cells.label

local show = {
    summary = "What the input holds: VPCs, subnets, routes, groups, ACLs, peerings, gateways, instances.",
    examples = {
        "vpcpeer show dump",
        "gzip -dc dump.json.gz | vpcpeer show -",
        "vpcpeer show us-east-1 eu-west-1 --format json --output both.json",
        "vpcpeer show dump --format lua --output network.lua",
    },
    status = "Exit status: 0 printed, 2 misuse or unreadable input.",
}

--- Adds the input and output options of the command.
function show.define(command, cli)
    cli.define_input(command)
    cli.define_output(command, false, { "text", "json", "lua" })
end

-- The heading counts what people ask about first; one of a kind is not "1 VPCs".
local function count(list, one, many)
    return #list .. " " .. (#list == 1 and one or many)
end

-- ---- what belongs where --------------------------------------------------------------------------

-- The records of a kind by a key; those without it under "".
local function group_by(list, key)
    local groups = {}
    for _, record in ipairs(list) do
        local value = record[key] or ""
        groups[value] = groups[value] or {}
        table.insert(groups[value], record)
    end
    return groups
end

-- The VPCs, then those that are only named by what lies in them.
local function with_missing_vpcs(vpcs, belonging)
    local all, known, missing = {}, {}, {}
    for i, vpc in ipairs(vpcs) do
        all[i], known[vpc.id] = vpc, true
    end
    for _, groups in pairs(belonging) do
        for id in pairs(groups) do
            if not known[id] then
                known[id], missing[#missing + 1] = true, { id = id, missing = true }
            end
        end
    end
    table.sort(missing, function(a, b)
        return a.id < b.id
    end)
    for _, vpc in ipairs(missing) do
        all[#all + 1] = vpc
    end
    return all
end

-- Every id of the model with its Name, for labels.
local function names_of(model)
    local names = {}
    for _, list in pairs(model) do
        for _, record in ipairs(list) do
            names[record.id] = cells.name(record)
        end
    end
    return names
end

-- Adds what a second document says of objects to the records that there are.
local function add_parts(records, parts)
    local by_id = {}
    for _, record in ipairs(records) do
        by_id[record.id] = record
    end
    for _, part in ipairs(parts) do
        local record = by_id[part.id]
        if not record then -- no document of the kind itself describes it
            record = { id = part.id }
            by_id[part.id], records[#records + 1] = record, record
        end
        if part.TransitGatewayAttachment then -- one of the references of a table, which are a flat list
            record.PrefixListReferences = record.PrefixListReferences or {}
            table.insert(record.PrefixListReferences, part)
        end
        for key, value in pairs(part) do
            record[key] = record[key] or value
        end
    end
end

-- All lists of the network; each record gets its id under `id`.
local function read_model(network)
    local model = {}
    for _, kind in ipairs(require("vpcpeer.aws").kinds) do
        local list = network:describe(kind.command)[kind.key]
        if kind.command == "instances" then
            local instances = {}
            for _, reservation in ipairs(list) do
                for _, instance in ipairs(reservation.Instances) do
                    instances[#instances + 1] = instance
                end
            end
            list = instances
        end
        for _, record in ipairs(list) do
            record.id = record[kind.id_key]
        end
        if kind.is_part then
            add_parts(model[kind.class], list)
        else
            model[kind.class] = list
        end
    end
    return model
end

-- Which table or ACL a subnet uses: the one that is associated with it, else the VPC's own.
local function users_of(tables, is_own, own_word)
    local by_subnet, by_vpc = {}, {}
    for _, record in ipairs(tables) do
        for _, association in ipairs(record.Associations) do
            if association.SubnetId then
                by_subnet[association.SubnetId] = record.id
            end
        end
        if is_own(record) and record.VpcId then
            by_vpc[record.VpcId] = by_vpc[record.VpcId] or record.id
        end
    end
    return function(subnet)
        local own = by_vpc[subnet.VpcId or ""]
        return by_subnet[subnet.id] or (own and own .. " (" .. own_word .. ")")
    end
end

-- The main table serves every subnet of the VPC that has no association of its own.
local function is_main(route_table)
    for _, association in ipairs(route_table.Associations) do
        if association.Main then
            return true
        end
    end
    return false
end

-- Likewise the VPC's default ACL.
local function is_default(network_acl)
    return network_acl.IsDefault
end

-- ---- parts of the page ---------------------------------------------------------------------------

-- Routes stand in the order of the document.
local function add_route(page, route, names)
    local target = cells.target(route)
    page:row("      ",
        route.DestinationCidrBlock or route.DestinationIpv6CidrBlock or route.DestinationPrefixListId,
        label(target, names[target or ""]), route.State)
end

-- One row a permission, with all of its peers: that is how a group was written.
local function add_rules(page, way, rules, names)
    for _, rule in ipairs(rules) do
        page:row("      ", way, cells.ports(rule), cells.peers(rule, names))
    end
end

-- The entries of an ACL, without the last one of each way, which every ACL has and which refuses the rest.
local function own_entries(network_acl)
    local entries = {}
    for _, entry in ipairs(network_acl.Entries or {}) do
        if (tonumber(entry.RuleNumber) or 0) < 32767 then
            entries[#entries + 1] = entry
        end
    end
    return entries
end

-- Does it let everything pass, as AWS makes default ones? Those would fill pages and say nothing.
local function lets_all_pass(entries)
    local ways = {}
    for _, entry in ipairs(entries) do
        local all = entry.CidrBlock == "0.0.0.0/0" or entry.Ipv6CidrBlock == "::/0"
        if entry.RuleAction ~= "allow" or entry.Protocol ~= "-1" or not all then
            return false
        end
        ways[entry.Egress] = ways[entry.Egress] or entry.CidrBlock ~= nil
    end
    return ways[true] and ways[false] or false
end

local function add_network_acl(page, network_acl, names)
    local entries = own_entries(network_acl)
    if lets_all_pass(entries) then
        return
    end
    page:heading("  ", label(network_acl.id, names[network_acl.id]) .. (network_acl.IsDefault and "  default" or ""))
    for _, egress in ipairs { false, true } do
        for _, entry in ipairs(entries) do
            if entry.Egress == egress then
                page:row("      ", egress and "out" or "in", entry.RuleNumber, entry.RuleAction,
                    cells.entry_ports(entry), entry.CidrBlock or entry.Ipv6CidrBlock)
            end
        end
    end
end

-- A VPC that is only named by others is shown all the same: what lies in it would vanish otherwise.
local function vpc_heading(vpc, names)
    if vpc.missing then
        return vpc.id == "" and "in no VPC" or vpc.id .. "  not in the data"
    end
    local blocks = cells.blocks(vpc)
    return ("%s  %s  %s %s"):format(label(vpc.id, names[vpc.id]), blocks == "" and "-" or blocks,
        vpc.OwnerId or "-", vpc.Region or "-")
end

-- A block a VPC: its subnets with what they use, its tables with their routes, its groups with their
-- rules, and its network ACLs, which the subnets name, where they do not let everything pass.
local function add_vpc(page, vpc, belonging, names, route_table_of, network_acl_of)
    page:line("")
    page:heading("", vpc_heading(vpc, names))
    for _, subnet in ipairs(belonging.subnet[vpc.id] or {}) do
        page:row("  ", label(subnet.id, names[subnet.id]), cells.blocks(subnet),
            subnet.AvailabilityZone, route_table_of(subnet), network_acl_of(subnet))
    end
    for _, route_table in ipairs(belonging.route_table[vpc.id] or {}) do
        page:heading("  ", label(route_table.id, names[route_table.id])
            .. (is_main(route_table) and "  main" or ""))
        for _, route in ipairs(route_table.Routes) do
            add_route(page, route, names)
        end
    end
    for _, group in ipairs(belonging.security_group[vpc.id] or {}) do
        page:heading("  ", label(group.id, names[group.id] or group.GroupName))
        add_rules(page, "in", group.IpPermissions, names)
        add_rules(page, "out", group.IpPermissionsEgress, names)
    end
    for _, network_acl in ipairs(belonging.network_acl[vpc.id] or {}) do
        add_network_acl(page, network_acl, names)
    end
    page:flush()
end

-- The page for people: a VPC after the other, then what joins them.
local function to_text(network, color)
    local model = read_model(network)
    local names, page = names_of(model), pages.new(color)
    local belonging = {}
    for _, class in ipairs { "subnet", "route_table", "security_group", "network_acl" } do
        belonging[class] = group_by(model[class], "VpcId")
    end
    page:line(table.concat({
        count(model.vpc, "VPC", "VPCs"),
        count(model.subnet, "subnet", "subnets"),
        count(model.vpc_peering_connection, "peering connection", "peering connections"),
        count(model.network_interface, "interface", "interfaces"),
        count(model.instance, "instance", "instances"),
    }, ", "))
    local route_table_of = users_of(model.route_table, is_main, "main")
    local network_acl_of = users_of(model.network_acl, is_default, "default")
    for _, vpc in ipairs(with_missing_vpcs(model.vpc, belonging)) do
        add_vpc(page, vpc, belonging, names, route_table_of, network_acl_of)
    end
    page:line("")
    gateways.add(page, model, names)
    return page:text()
end

-- JSON is the document of `net:describe_json`, Lua the topology of `net:to_lua`: what `show` prints can
-- be loaded again.
function show.run(args, cli)
    local network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local text = args.format == "json" and network:describe_json()
        or args.format == "lua" and network:to_lua()
        or to_text(network, output.has_color(args))
    return output.write(args, text, 0, cli)
end

return show

--- Documents about security groups that do not look like others.
--
-- describe-security-group-vpc-associations is one flat list of all groups, of which the model keeps
-- those of a group together; describe-stale-security-groups follows from everything else.
-- @module vpcpeer.aws_group

local aws_aside = require "vpcpeer.aws_aside"
local core = require "vpcpeer.core"

local aws_group = {}

--- Keys of lists whose records pass through `settle`.
aws_group.settled = { SecurityGroupVpcAssociations = true }

--- Puts a row of the flat list aside until all documents are read; other records pass.
-- @tparam table reader vpcpeer.aws_reader
-- @tparam table place where the record stands
-- @tparam string key of the list
-- @param record
-- @treturn ?table the record, nil when it waits
function aws_group.settle(reader, place, key, record)
    if key ~= "SecurityGroupVpcAssociations" or type(record) ~= "table" or type(record.GroupId) ~= "string" then
        return record
    end
    aws_aside.put(reader.associations, record.GroupId, place, record)
    return nil
end

--- Loads what was put aside: the associations of each group, as one list.
function aws_group.finish(reader)
    for _, kept in ipairs(reader.associations) do
        core.load_record(reader.network, "SecurityGroupVpcAssociations", {
            GroupId = kept.id, GroupOwnerId = kept.rows[1].GroupOwnerId, VpcAssociations = kept.rows,
        }, kept)
    end
    reader.associations = {}
end

--- The associations of all groups as AWS prints them: one flat list.
function aws_group.flatten_associations(groups)
    local flat = {}
    for _, group in ipairs(groups) do
        for _, association in ipairs(group.VpcAssociations) do
            association.GroupId, association.GroupOwnerId = group.GroupId, group.GroupOwnerId
            flat[#flat + 1] = association
        end
    end
    return flat
end

-- The permission of a list with a finding's protocol and ports; a new one if there is none.
local function permission_for(permissions, evidence)
    local last = permissions[#permissions]
    if last and last.IpProtocol == evidence.ip_protocol and last.FromPort == evidence.from_port
        and last.ToPort == evidence.to_port then
        return last
    end
    local made = {
        IpProtocol = evidence.ip_protocol, FromPort = evidence.from_port, ToPort = evidence.to_port,
        IpRanges = {}, PrefixListIds = {}, UserIdGroupPairs = {},
    }
    permissions[#permissions + 1] = made
    return made
end

--- The groups with rules that are stale by this model, in id order.
function aws_group.stale(network)
    local list, by_id = {}, {}
    for _, finding in ipairs((core.lint(network, { SG_RULE_STALE = true }))) do
        local e = finding.evidence
        local group = by_id[e.group_id]
        if not group then
            local object = network:get(e.group_id)
            group = {
                GroupId = e.group_id, GroupName = object.group_name, Description = object.description,
                VpcId = e.vpc_id, StaleIpPermissions = {}, StaleIpPermissionsEgress = {},
            }
            by_id[e.group_id], list[#list + 1] = group, group
        end
        local permissions = e.is_egress and group.StaleIpPermissionsEgress or group.StaleIpPermissions
        local pairs_of = permission_for(permissions, e).UserIdGroupPairs
        pairs_of[#pairs_of + 1] = {
            GroupId = e.referenced_group_id, UserId = e.user_id, VpcPeeringConnectionId = e.vpc_peering_connection_id,
            VpcId = e.peer_vpc_id ~= e.vpc_id and e.peer_vpc_id or nil, PeeringStatus = e.status,
        }
    end
    return list
end

--- Rules in rule form of the groups of which all rules have that form. A group that was loaded without the
-- ids of its rules may have got rules with ids since; a document of these alone would replace the others.
-- @tparam {table,...} groups records of describe-security-groups
-- @tparam {table,...} rules records of describe-security-group-rules
-- @treturn {table,...} rules
function aws_group.whole(groups, rules)
    local missing, kept = {}, {}
    for _, group in ipairs(rules[1] and groups or {}) do
        local count = 0
        for _, permissions in ipairs { group.IpPermissions, group.IpPermissionsEgress } do
            for _, permission in ipairs(permissions) do
                count = count + #permission.IpRanges + #permission.Ipv6Ranges + #permission.PrefixListIds
                    + #permission.UserIdGroupPairs
            end
        end
        missing[group.GroupId or ""] = count
    end
    for _, rule in ipairs(rules) do
        local id = rule.GroupId or ""
        missing[id] = missing[id] and missing[id] - 1
    end
    for _, rule in ipairs(rules) do
        if (missing[rule.GroupId or ""] or 0) <= 0 then
            kept[#kept + 1] = rule
        end
    end
    return kept
end

return aws_group

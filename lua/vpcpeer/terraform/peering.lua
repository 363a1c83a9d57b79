--- Peering connections of Terraform: the request, its accepter, the options of both sides.
--
-- What a state says about acceptance counts; in a plan a connection that is accepted by itself or by
-- an accepter resource becomes active, and another one waits.
-- @module vpcpeer.terraform.peering

local value = require "vpcpeer.terraform.value"

local peering = { objects = {}, parts = {} }

local function set_status(entry, code, beats)
    if code and (beats or not entry.record.Status) then
        entry.record.Status = { Code = code }
    end
end

-- The options of one side; only the name resolution has an effect on the model.
local function read_options(entry, node)
    for side, key in pairs { requester = "RequesterVpcInfo", accepter = "AccepterVpcInfo" } do
        for _, block in ipairs((value.blocks(node, side))) do
            local allowed = value.get(block, "allow_remote_vpc_dns_resolution")
            if type(allowed) == "boolean" then
                entry.record[key] = entry.record[key] or {}
                entry.record[key].PeeringOptions = { AllowDnsResolutionFromRemoteVpc = allowed }
            end
        end
    end
end

local function side_of(self, node, attribute, entry, owner, region, block)
    local id = self:reference(node, attribute, "vpc", entry)
    local found = self:find("vpc", id)
    return {
        VpcId = id, OwnerId = value.text(node, owner) or (found and found.record.OwnerId),
        Region = value.text(node, region) or (found and found.region),
        CidrBlock = value.text(node, block) or (found and found.record.CidrBlock),
    }
end

-- Whether an accepter takes the request. What is open until apply is open.
local function accept_status(node)
    local status = value.text(node, "accept_status") or value.text(node, "status")
    if status then
        return status
    elseif value.get(node, "auto_accept") == true then
        return "active"
    end
end

function peering.objects.aws_vpc_peering_connection(self, instance)
    local entry, node = self:object(instance), value.root(instance)
    if not entry then
        return
    end
    local record = entry.record
    record.OwnerId = nil
    record.RequesterVpcInfo = side_of(self, node, "vpc_id", entry, "owner_id", "region", "cidr_block")
    record.AccepterVpcInfo =
        side_of(self, node, "peer_vpc_id", entry, "peer_owner_id", "peer_region", "peer_cidr_block")
    record.RequesterVpcInfo.Region = record.RequesterVpcInfo.Region or entry.region
    record.AccepterVpcInfo.Region = record.AccepterVpcInfo.Region or entry.region
    set_status(entry, accept_status(node))
    read_options(entry, node)
end

-- The side of the accepter: alone it is all there is of a connection that another state requested.
function peering.objects.aws_vpc_peering_connection_accepter(self, instance)
    local node = value.root(instance)
    local id = self:reference(node, "vpc_peering_connection_id", "vpc_peering_connection")
    local entry = self:find("vpc_peering_connection", id)
    if not entry then
        entry = self:object(instance)
        if not entry then
            return
        end
        entry.record.OwnerId = nil
        entry.record.AccepterVpcInfo = side_of(self, node, "vpc_id", entry, "owner_id", "region", "cidr_block")
        entry.record.RequesterVpcInfo =
            side_of(self, node, "peer_vpc_id", entry, "peer_owner_id", "peer_region", "peer_cidr_block")
    end
    local status = accept_status(node)
    set_status(entry, status, status == "active")
    read_options(entry, node)
end

function peering.parts.aws_vpc_peering_connection_options(self, instance)
    local node = value.root(instance)
    local id = self:reference(node, "vpc_peering_connection_id", "vpc_peering_connection")
    local entry = self:find("vpc_peering_connection", id)
    if not entry then
        return self:orphan(instance, "vpc_peering_connection_id")
    end
    read_options(entry, node)
end

--- A request that nobody accepts waits.
function peering.finish(self)
    for _, entry in ipairs(self.entries) do
        if entry.kind == "vpc_peering_connection" then
            set_status(entry, "pending-acceptance")
        end
    end
end

return peering

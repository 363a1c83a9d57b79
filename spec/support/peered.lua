-- Two peered VPCs as documents: app (172.16.0.0/16, instance web) and data (10.0.0.0/16, instance
-- db, tcp 5432 open to app's subnet), and a third one, other (192.168.0.0/16, instance lone),
-- peered with app only. A test changes the documents before it loads them.

local vpcpeer = require "vpcpeer"

local peered = {}

local function named(name)
    return { { Key = "Name", Value = name } }
end

local EVERYTHING = { { IpProtocol = "-1", IpRanges = { { CidrIp = "0.0.0.0/0" } } } }

local function vpc(id, name, cidr)
    return { VpcId = id, OwnerId = "111111111111", CidrBlock = cidr, Tags = named(name) }
end

local function subnet(id, vpc_id, cidr, name)
    return { SubnetId = id, VpcId = vpc_id, CidrBlock = cidr, AvailabilityZone = "us-east-1a", Tags = named(name) }
end

local function route_table(id, vpc_id, name, cidr, routes)
    local all = { { DestinationCidrBlock = cidr, GatewayId = "local", Origin = "CreateRouteTable", State = "active" } }
    for _, route in ipairs(routes) do
        all[#all + 1] = {
            DestinationCidrBlock = route[1], VpcPeeringConnectionId = route[2], Origin = "CreateRoute",
            State = "active",
        }
    end
    return {
        RouteTableId = id, VpcId = vpc_id, Tags = named(name), Routes = all,
        Associations = { { RouteTableAssociationId = id:gsub("rtb", "rtbassoc"), RouteTableId = id, Main = true } },
    }
end

local function acl_entry(number, egress, action)
    return { RuleNumber = number, Protocol = "-1", RuleAction = action, Egress = egress, CidrBlock = "0.0.0.0/0" }
end

local function network_acl(id, vpc_id)
    return {
        NetworkAclId = id, VpcId = vpc_id, IsDefault = true, Associations = {},
        Entries = {
            acl_entry(100, true, "allow"), acl_entry(32767, true, "deny"),
            acl_entry(100, false, "allow"), acl_entry(32767, false, "deny"),
        },
    }
end

local function group(id, vpc_id, name, ingress)
    return {
        GroupId = id, GroupName = name, VpcId = vpc_id, IpPermissions = ingress, IpPermissionsEgress = EVERYTHING,
    }
end

local function instance(id, name, vpc_id, subnet_id, address, group_id)
    local groups = { { GroupId = group_id } }
    return {
        InstanceId = id, VpcId = vpc_id, SubnetId = subnet_id, PrivateIpAddress = address, Tags = named(name),
        State = { Name = "running" }, SecurityGroups = groups,
        NetworkInterfaces = { {
            NetworkInterfaceId = id:gsub("^i", "eni"), VpcId = vpc_id, SubnetId = subnet_id, Status = "in-use",
            SourceDestCheck = true, Groups = groups, PrivateIpAddress = address,
            PrivateIpAddresses = { { PrivateIpAddress = address, Primary = true } },
            Attachment = { AttachmentId = "eni-attach-" .. name, DeviceIndex = 0, Status = "attached" },
        } },
    }
end

local function connection(id, requester, accepter, name)
    return {
        VpcPeeringConnectionId = id, Tags = named(name), Status = { Code = "active", Message = "Active" },
        RequesterVpcInfo = { VpcId = requester, OwnerId = "111111111111", Region = "us-east-1" },
        AccepterVpcInfo = { VpcId = accepter, OwnerId = "111111111111", Region = "us-east-1" },
    }
end

--- The documents, fresh: change them and hand them to `load`.
function peered.documents()
    return {
        Vpcs = {
            vpc("vpc-a", "app", "172.16.0.0/16"), vpc("vpc-b", "data", "10.0.0.0/16"),
            vpc("vpc-c", "other", "192.168.0.0/16"),
        },
        Subnets = {
            subnet("subnet-a", "vpc-a", "172.16.0.0/24", "app-a"), subnet("subnet-b", "vpc-b", "10.0.0.0/24", "data-a"),
            subnet("subnet-c", "vpc-c", "192.168.0.0/24", "other-a"),
        },
        RouteTables = {
            route_table("rtb-a", "vpc-a", "app-main", "172.16.0.0/16",
                { { "10.0.0.0/16", "pcx-11112222" }, { "192.168.0.0/16", "pcx-33334444" } }),
            route_table("rtb-b", "vpc-b", "private", "10.0.0.0/16", { { "172.16.0.0/16", "pcx-11112222" } }),
            route_table("rtb-c", "vpc-c", "other-main", "192.168.0.0/16", { { "172.16.0.0/16", "pcx-33334444" } }),
        },
        NetworkAcls = { network_acl("acl-a", "vpc-a"), network_acl("acl-b", "vpc-b"), network_acl("acl-c", "vpc-c") },
        SecurityGroups = {
            group("sg-web", "vpc-a", "web", EVERYTHING),
            group("sg-db", "vpc-b", "db", { {
                IpProtocol = "tcp", FromPort = 5432, ToPort = 5432, IpRanges = { { CidrIp = "172.16.0.0/24" } },
            } }),
            group("sg-lone", "vpc-c", "lone", EVERYTHING),
        },
        VpcPeeringConnections = {
            connection("pcx-11112222", "vpc-a", "vpc-b", "app-data"),
            connection("pcx-33334444", "vpc-a", "vpc-c", "app-other"),
        },
        Reservations = { { Instances = {
            instance("i-web", "web", "vpc-a", "subnet-a", "172.16.0.10", "sg-web"),
            instance("i-db", "db", "vpc-b", "subnet-b", "10.0.0.10", "sg-db"),
            instance("i-lone", "lone", "vpc-c", "subnet-c", "192.168.0.10", "sg-lone"),
        } } },
    }
end

--- The documents without the second VPC, of which the data hold the connection alone.
function peered.half()
    local documents = peered.documents()
    for _, list in pairs {
        documents.Vpcs, documents.Subnets, documents.RouteTables, documents.Reservations[1].Instances,
    } do
        table.remove(list, 2)
    end
    return documents
end

--- The network of documents; `change(documents)` may alter them first.
function peered.network(change)
    local documents = peered.documents()
    if change then
        change(documents)
    end
    local net, message = vpcpeer.load_tables(documents)
    assert(net, message)
    for _, diagnostic in ipairs(net:diagnostics()) do
        assert(diagnostic.severity == "info", diagnostic.message)
    end
    return net
end

return peered

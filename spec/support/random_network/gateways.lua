-- Gateways of a random VPC: to the internet, to on premises, NAT gateways and their interfaces.

local M = {}

-- A NAT gateway of the whole VPC: addresses by zone, a table of its own, no subnet, no interface.
local function add_regional(net, vpc, number)
    local id = ("nat-%d%d"):format(vpc.number, number)
    local addresses = {}
    for _, zone in ipairs(net:pick { { "a", "b" }, { "a" }, { "b" }, { "a", "b" } }) do
        net.publics = net.publics + 1
        addresses[#addresses + 1] = { PublicIp = "203.0.113." .. net.publics, AvailabilityZone = vpc.region .. zone,
            PrivateIp = net:chance(50) and vpc.subnets[1].base .. (215 + number + #addresses * 2) or nil,
            IsPrimary = #addresses == 0, Status = net:mischance(10) and "failed" or "succeeded" }
    end
    net:add("NatGateways", {
        NatGatewayId = id, VpcId = vpc.id, ConnectivityType = "public", AvailabilityMode = "regional",
        State = net:mischance(12) and "failed" or "available", NatGatewayAddresses = addresses,
        AutoProvisionZones = net:chance(50) and "enabled" or "disabled",
        RouteTableId = not net:mischance(8) and "rtb-" .. id or nil,
    })
    vpc.regional[#vpc.regional + 1] = id
    table.insert(vpc.nats, id)
end

local function add_nat(net, vpc, number)
    if net:chance(25) then return add_regional(net, vpc, number) end
    local subnet = net:pick(vpc.subnets)
    subnet.faces_out = true
    local id = ("nat-%d%d"):format(vpc.number, number)
    local eni = ("eni-nat-%d%d"):format(vpc.number, number)
    local address = { PrivateIp = subnet.base .. (200 + number), NetworkInterfaceId = eni, IsPrimary = true,
        Status = "succeeded" }
    local public = net:chance(65)
    if public then
        net.publics = net.publics + 1
        address.PublicIp = "203.0.113." .. net.publics
    end
    net:add("NatGateways", {
        NatGatewayId = id, VpcId = vpc.id, SubnetId = subnet.id, ConnectivityType = public and "public" or "private",
        State = net:mischance(12) and "failed" or "available", NatGatewayAddresses = { address },
    })
    if net:chance(85) then net:add("NetworkInterfaces", {
        NetworkInterfaceId = eni, VpcId = vpc.id, SubnetId = subnet.id, OwnerId = vpc.account, Status = "in-use",
        InterfaceType = "nat_gateway", RequesterManaged = true, SourceDestCheck = false,
        PrivateIpAddress = address.PrivateIp,
        PrivateIpAddresses = { { PrivateIpAddress = address.PrivateIp, Primary = true,
            Association = public and { PublicIp = address.PublicIp } or nil } },
        Attachment = { AttachmentId = "eni-attach-" .. id, DeviceIndex = 1, Status = "attached" },
    }) end
    table.insert(vpc.nats, id)
end

local function add_vpn(net, vpc)
    local routes = {}
    for _, block in ipairs { "198.18.0.0/16", "198.18.5.0/24", "10.1.0.0/16" } do
        if net:chance(40) then
            table.insert(routes, { DestinationCidrBlock = block, State = net:chance(85) and "available" or "pending" })
        end
    end
    local record = {
        VpnConnectionId = "vpn-" .. vpc.number, CustomerGatewayId = "cgw-1", VpnGatewayId = vpc.vgw,
        State = net:mischance(15) and net:pick { "deleted", "pending" } or "available", Routes = routes,
    }
    if net:chance(50) then
        record.VgwTelemetry = {
            { OutsideIpAddress = "192.0.2.1", Status = net:pick { "UP", "DOWN" } },
            { OutsideIpAddress = "192.0.2.2", Status = net:pick { "UP", "DOWN" } },
        }
    end
    net:add("VpnConnections", record)
end

--- The gateways of a VPC, and their ids for its routes.
function M.add(net, vpc)
    vpc.nats, vpc.regional = {}, {}
    local function attachments(state)
        return net:mischance(8) and {} or { { VpcId = vpc.id, State = state } }
    end
    if net:chance(65) then
        vpc.igw = "igw-" .. vpc.number
        net:add("InternetGateways", { InternetGatewayId = vpc.igw, OwnerId = vpc.account,
            Attachments = attachments "available" })
    end
    if net:chance(30) then
        vpc.eigw = "eigw-" .. vpc.number
        net:add("EgressOnlyInternetGateways", { EgressOnlyInternetGatewayId = vpc.eigw,
            Attachments = attachments "attached" })
    end
    if net:chance(35) then
        vpc.vgw = "vgw-" .. vpc.number
        net:add("VpnGateways", { VpnGatewayId = vpc.vgw, State = "available",
            VpcAttachments = attachments "attached" })
        if net:chance(70) then add_vpn(net, vpc) end
    end
    for number = 1, net:pick { 0, 0, 1, 1, 2 } do add_nat(net, vpc, number) end
end

return M

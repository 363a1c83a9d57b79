-- Small networks for breaks that random ones meet too seldom: each is right only if one rule holds.

local described = require "support.described"

-- B's second block is not associated, so no connection carries packets for it: neither those of a
-- host of A nor, behind a NAT gateway, those that the tables of A's far subnet send there.
local CUT = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.far ; B1 B 100.64.0.0/24
host a1 A1 172.16.0.10 ; a2 A2 172.16.1.10 ; b1 B1 100.64.0.10 ; nat nat-a A2 172.16.1.4 ; pcx pcx-1 A B
rtb A.main 100.64.0.0/16>nat-a ; A.far 100.64.0.0/16>pcx-1 ; B.main 172.16.0.0/16>pcx-1
]]

-- To B by a static route, to C by a propagated one for the same block; only B has the address.
local STATIC = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; C 10.0.0.0/16
subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24 ; C1 C 10.0.1.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; c1 C1 10.0.1.10
tgw tgw-1 A@A1,B@B1,C@C1 172.16.0.0/16>A 10.0.0.0/16>B
rtb A.main 10.0.0.0/16>tgw-1 ; B.main 172.16.0.0/16>tgw-1 ; C.main 172.16.0.0/16>tgw-1
]]

-- B's rule names a group of A, which the gateway does not carry. Appliance mode keeps it out of bundles.
local NAMED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; B1 B 10.0.0.0/24
sg app A out|all|all|0.0.0.0/0 in|all|all|0.0.0.0/0 ; db B in|all|all|sg:app out|all|all|0.0.0.0/0
host a1 A1 172.16.0.10 sg=app ; b1 B1 10.0.0.10 sg=db ; tgw tgw-1 A@A1,B@B1 172.16.0.0/16>A 10.0.0.0/16>B
rtb A.main 10.0.0.0/16>tgw-1 ; B.main 172.16.0.0/16>tgw-1
]]

-- B has no route back, which a NAT gateway needs none of over a peering connection.
local HANDED = [[
vpc A 172.16.0.0/16 ; B 10.0.0.0/16 ; subnet A1 A 172.16.0.0/24 ; A2 A 172.16.1.0/24 rtb=A.far ; B1 B 10.0.0.0/24
host a1 A1 172.16.0.10 ; b1 B1 10.0.0.10 ; nat nat-a A2 172.16.1.4 ; pcx pcx-1 A B
rtb A.main 10.0.0.0/16>nat-a ; A.far 10.0.0.0/16>pcx-1 ; B.main
]]

return {
    described.documents(HANDED),
    described.documents(CUT),
    described.documents(STATIC, function(documents)
        table.insert(documents.TransitGatewayStaticRoutes[1].Routes, {
            DestinationCidrBlock = "10.0.0.0/16", Type = "propagated", State = "active",
            TransitGatewayAttachments = { { TransitGatewayAttachmentId = "tgw-attach-1-C", ResourceType = "vpc" } },
        })
    end),
    described.documents(NAMED, function(documents)
        for _, record in ipairs(documents.TransitGatewayVpcAttachments) do
            record.Options.ApplianceModeSupport = "enable"
        end
    end),
}

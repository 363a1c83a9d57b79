-- VPCs with matching or overlapping blocks cannot be peered, however few of their blocks overlap.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

-- Two VPCs with the blocks given, and what becomes of a request between them.
local count = 0
local function try(ours, theirs)
  count = count + 1
  local function create(blocks)
    local vpc = net:create_vpc { cidr_block = blocks[1] }
    for i = 2, #blocks do
      local key = blocks[i]:find(":", 1, true) and "ipv6_cidr_block" or "cidr_block"
      vpc:associate_cidr_block { [key] = blocks[i] }
    end
    return vpc
  end
  local pcx = net:create_vpc_peering_connection {
    vpc_peering_connection_id = "pcx-" .. count, vpc_id = create(ours), peer_vpc_id = create(theirs),
  }
  local why = ""
  for _, diagnostic in ipairs(net:diagnostics()) do
    if diagnostic.resource_id == pcx.vpc_peering_connection_id then
      why = "\n  " .. diagnostic.code .. ": " .. diagnostic.message
    end
  end
  return table.concat(ours, ", ") .. " with " .. table.concat(theirs, ", ") .. ": " .. pcx.status.code .. why
end

-- The same block on both sides.
print(try({ "172.16.0.0/16" }, { "172.16.0.0/16" }))
--> 172.16.0.0/16 with 172.16.0.0/16: failed
-->   PCX_OVERLAPPING_CIDRS: the requester's block 172.16.0.0/16 overlaps the accepter's block 172.16.0.0/16
-- One inside the other.
print(try({ "10.0.0.0/16" }, { "10.0.128.0/20" }))
--> 10.0.0.0/16 with 10.0.128.0/20: failed
-->   PCX_OVERLAPPING_CIDRS: the requester's block 10.0.0.0/16 overlaps the accepter's block 10.0.128.0/20
-- Several blocks: one overlapping pair is enough, also when only the others would be used.
print(try({ "10.2.0.0/16", "10.3.0.0/16" }, { "10.4.0.0/16", "10.3.0.0/24" }))
--> 10.2.0.0/16, 10.3.0.0/16 with 10.4.0.0/16, 10.3.0.0/24: failed
-->   PCX_OVERLAPPING_CIDRS: the requester's block 10.3.0.0/16 overlaps the accepter's block 10.3.0.0/24
-- Distinct IPv6 blocks do not help, also when only IPv6 is meant.
print(try({ "192.168.0.0/16", "2001:db8:1::/56" }, { "192.168.0.0/16", "2001:db8:2::/56" }))
--> 192.168.0.0/16, 2001:db8:1::/56 with 192.168.0.0/16, 2001:db8:2::/56: failed
-->   PCX_OVERLAPPING_CIDRS: the requester's block 192.168.0.0/16 overlaps the accepter's block 192.168.0.0/16
-- And overlapping IPv6 blocks are enough, too.
print(try({ "10.5.0.0/16", "2001:db8:3::/56" }, { "10.6.0.0/16", "2001:db8:3::/60" }))
--> 10.5.0.0/16, 2001:db8:3::/56 with 10.6.0.0/16, 2001:db8:3::/60: failed
-->   PCX_OVERLAPPING_CIDRS: the requester's block 2001:db8:3::/56 overlaps the accepter's block 2001:db8:3::/60
-- Nothing overlaps: it can be accepted.
print(try({ "10.7.0.0/16" }, { "10.8.0.0/16" }))
--> 10.7.0.0/16 with 10.8.0.0/16: pending-acceptance

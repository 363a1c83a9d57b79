-- The life of peering connections between two accounts: what each side may do, sees, and how long.
--
-- Run it as the first lines of example 1 say. The lines that begin with --> are what it prints.

local vpcpeer = require "vpcpeer"
local net = vpcpeer.network()

local OTHER = "222222222222"
local mine = net:create_vpc { vpc_id = "vpc-mine", cidr_block = "172.16.0.0/16" }
net:as(OTHER, "us-east-1"):create_vpc { vpc_id = "vpc-theirs", cidr_block = "10.0.0.0/16" }

local function request(id)
  return net:create_vpc_peering_connection {
    vpc_peering_connection_id = id, vpc_id = mine, peer_vpc_id = "vpc-theirs", peer_owner_id = OTHER,
  }
end

-- What requester and accepter see of a connection.
local function seen(id)
  local ours, theirs = net:get(id), net:as(OTHER):get(id)
  return ("requester: %s, accepter: %s"):format(ours and ours.status.code or "gone",
    theirs and theirs.status.code or "gone")
end

-- Only the accepter accepts, only the requester withdraws a request.
local first = request "pcx-first"
print(seen "pcx-first")
--> requester: pending-acceptance, accepter: pending-acceptance
print(vpcpeer.error_code(select(2, pcall(first.accept, first))))
--> OperationNotPermitted
local theirs = net:as(OTHER):get "pcx-first"
print(vpcpeer.error_code(select(2, pcall(theirs.delete, theirs))))
--> OperationNotPermitted
theirs:accept()
print(seen "pcx-first")
--> requester: active, accepter: active
-- Either side deletes an active connection; the other sees it longer.
theirs:delete()
print(first.status.message)
--> Deleted by 222222222222
net:advance(2 * 3600)
print(seen "pcx-first")
--> requester: deleted, accepter: gone

-- A request that is rejected.
request "pcx-second"
net:as(OTHER):get("pcx-second"):reject()
print(seen "pcx-second")
--> requester: rejected, accepter: rejected
net:advance(2 * 3600)
print(seen "pcx-second")
--> requester: rejected, accepter: gone

-- A request that nobody answers expires after seven days, to the second.
local third = request "pcx-third"
print(third.expiration_time)
--> 1970-01-08T04:00:00+00:00
net:advance(168 * 3600 - 1)
print(seen "pcx-third")
--> requester: pending-acceptance, accepter: pending-acceptance
net:advance(1)
print(seen "pcx-third")
--> requester: expired, accepter: expired
-- It still shows for two days, then it is gone.
net:advance(48 * 3600)
print(seen "pcx-third")
--> requester: gone, accepter: gone

-- The log has every state that the first one passed through.
local states = {}
for _, event in ipairs(net:events()) do
  if event.resource_id == "pcx-first" then
    states[#states + 1] = event.state
  end
end
print(table.concat(states, " "))
--> initiating-request pending-acceptance provisioning active deleting deleted

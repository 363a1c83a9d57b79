-- What every thread of threads.c runs: loads the dump of the examples and asks it many times; the
-- answers, as one text.
local vpcpeer = require "vpcpeer"

local answers
for _ = 1, 20 do
  local net = assert(vpcpeer.load("examples/dump"))
  answers = tostring(net:trace { from = "web", to = "db", protocol = "tcp", port = 5432 })
    .. tostring(net:trace { from = "bastion", to = "db", protocol = "tcp", port = 5432 })
    .. tostring(vpcpeer.set { "10.0.0.0/8", "2001:db8::/32" })
  net:close()
end
return answers

-- A script of its own, which no command can load.
local vpcpeer = require "vpcpeer"
print(vpcpeer.network())

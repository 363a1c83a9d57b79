-- Writes the golden files of the command anew; what changed is for a person to judge.
-- Run from the top of the checkout, with LUA_PATH and LUA_CPATH as the tests have them.

package.path = package.path .. ";./spec/?.lua"
-- Without the module every case would print that it is missing.
require "vpcpeer.core"
local golden = require "support.golden"

for _, name in ipairs(arg[1] and arg or golden.cases()) do
    golden.write(name)
end

-- Renews what the examples say they print, and the dump that the second one describes:
-- `make` first, then `lua5.4 spec/support/update-examples.lua` with the built module on the path.
-- Read the difference before committing it.

package.path = "spec/?.lua;lua/?.lua;lua/?/init.lua;" .. package.path
package.cpath = "build/5.4/?.so;" .. package.cpath

local examples = require "support.examples"
local shell = require "support.shell"

for path in io.popen("ls examples/*.lua"):lines() do
  local printed, net = examples.run(path)
  shell.write(path, examples.renew(path, printed))
  if net then
    for name, text in pairs(examples.dump(net)) do
      shell.write("examples/dump/" .. name, text)
    end
  end
end

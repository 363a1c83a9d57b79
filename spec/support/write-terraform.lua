-- Writes the golden file of the diagnostics of plans and states: `make`, then
-- `lua5.4 spec/support/write-terraform.lua`. Read the difference before committing it.

package.path = "spec/?.lua;lua/?.lua;lua/?/init.lua;" .. package.path
package.cpath = "build/5.4/?.so;" .. package.cpath

require("support.terraform_dumps").write()

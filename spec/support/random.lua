-- Random numbers that are the same in every Lua for the same seed, and the seed itself.
--
-- The seed comes from the environment variable VPCPEER_SEED or from the clock, and is printed once
-- a spec file, so that a failure can be run again.

local M = {}
M.__index = M

-- A generator (Park and Miller) whose products stay below 2^53, exact in a double.
function M.new(seed)
    return setmetatable({ state = seed % 2147483646 + 1 }, M)
end

function M.start(name)
    local seed = tonumber(os.getenv "VPCPEER_SEED") or os.time() % 1000000000
    print(("%s: VPCPEER_SEED=%d"):format(name, seed))
    return M.new(seed)
end

-- A whole number from 0 to limit - 1.
function M:below(limit)
    self.state = self.state * 48271 % 2147483647
    return self.state % limit
end

function M:pick(list)
    return list[self:below(#list) + 1]
end

return M

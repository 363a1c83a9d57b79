-- Iterators that a finalizer calls while the state closes, after their set or map was finalized.

local vpcpeer = require "vpcpeer"

local iterators = {}

local function call_all()
    for _, iterator in ipairs(iterators) do
        local ok, message = pcall(iterator)
        print(not ok and message:find("was collected", 1, true) and "released" or tostring(message))
    end
end

-- Made first, hence finalized last.
if newproxy then -- luacheck: ignore (Lua 5.1 finalizes userdata alone)
    local proxy = newproxy(true) -- luacheck: ignore
    getmetatable(proxy).__gc = call_all
    iterators.proxy = proxy
else
    setmetatable(iterators, { __gc = call_all })
end

local set = vpcpeer.set { "10.0.0.0/8", "12.0.0.0/24" }
local map = vpcpeer.prefix_map { { "10.0.0.0/8", 1 }, { "10.0.0.0/9", 2 } }
for _, iterator in ipairs {
    set:cidrs(), set:ranges(), set:subnets(24), set:free(24), map:covering("10.0.0.1"), map:covered("10.0.0.0/8"),
} do
    iterators[#iterators + 1] = iterator
end

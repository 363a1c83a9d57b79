-- What the benchmark of address sets compares: tables of rows, the first row of each is vpcpeer.
--
-- A row is who, the program (programs.lua), and either `part` and `workload`, the arguments of a
-- program that takes its own times and the line of its output, or `process`, the arguments of a
-- command that is measured as a whole, where @ stands for the folder of the inputs. `other = true`:
-- it does less than the others, so its answer is not compared. `aim`: what vpcpeer is to reach there.

local LIST = {}

local function add(group, title, items, rows)
    rows.group, rows.title, rows.items = group, title, items
    LIST[#LIST + 1] = rows
end

-- Text in, minimal text out.
for _, size in ipairs { 10000, 100000, 1000000 } do
    local name = ("a4_%d"):format(size)
    local rows = {
        { "vpcpeer, Lua", by = "ours", part = "text " .. name, workload = "text" },
        { "vpcpeer cidr merge, process", by = "vpcpeer", process = ("cidr merge @%s.txt"):format(name) },
        { "iprange, process", by = "iprange", process = ("@%s.txt"):format(name) },
        { "Rust ipnet", by = "ipnet", part = name, workload = "text" },
        { "libcidr (reads and writes only)", by = "libcidr", part = name, workload = "text", other = true },
    }
    if size <= 100000 then
        rows[#rows + 1] = { "python3-netaddr", by = "netaddr", part = "text " .. name, workload = "text" }
    end
    if size <= 10000 then -- quadratic
        rows[#rows + 1] = { "aggregate, process", by = "aggregate", process = ("-q <@%s.txt"):format(name), runs = 3 }
    end
    add("text", ("Text of %d IPv4 blocks to the text of the minimal list"):format(size), size, rows)
end
add("text", "Text of 100000 IPv6 blocks to the text of the minimal list", 100000, {
    { "vpcpeer, Lua", by = "ours", part = "text a6_100000", workload = "text" },
    { "vpcpeer cidr merge, process", by = "vpcpeer", process = "cidr merge @a6_100000.txt" },
    { "Rust ipnet", by = "ipnet", part = "a6_100000", workload = "text" },
    { "libcidr (reads and writes only)", by = "libcidr", part = "a6_100000", workload = "text", other = true },
    { "python3-netaddr", by = "netaddr", part = "text a6_100000", workload = "text" },
})

-- One call for each block costs what one call for all of them costs.
add("builder", "1000000 IPv4 blocks into a set", 1000000, {
    { "vpcpeer.set_from_text, one call", by = "ours", part = "read a4_1000000", workload = "read" },
    { "builder:add, a call a block", by = "ours", part = "builder a4_1000000", workload = "builder",
        aim = "as one call, and a million calls of Lua" },
    { "calls that do nothing", by = "ours", part = "calls a4_1000000", workload = "calls", other = true },
})

-- Two sets in memory.
for _, name in ipairs { "4_100000", "4_1000000", "6_100000" } do
    local narrow, large = name:sub(1, 1) == "4", name == "4_1000000"
    local items = 2 * tonumber(name:match("_(%d+)"))
    for _, operation in ipairs { "union", "intersection", "difference", "complement", "overlaps", "subset" } do
        local rows = {}
        if operation ~= "overlaps" and operation ~= "subset" then
            rows[1] = { "vpcpeer, Lua", by = "ours", part = "algebra " .. name, workload = operation, other = true }
        end
        rows[#rows + 1] = { "vpcpeer, C", by = "core", part = "algebra " .. name, workload = operation,
            other = not narrow }
        if narrow then
            rows[#rows + 1] = { "CRoaring", by = "croaring", part = "algebra " .. name, workload = operation,
                other = operation == "complement" }
        end
        if not large and (operation == "union" or operation == "intersection" or operation == "difference") then
            rows[#rows + 1] = { "python3-netaddr", by = "netaddr", part = "algebra " .. name, workload = operation,
                other = not narrow }
        end
        add("algebra", ("%s of two sets of %s IPv%s blocks"):format(operation, name:match("_(%d+)"), name:sub(1, 1)),
            items, rows)
    end
end

-- A million addresses in a set of 100,000 blocks.
for _, family in ipairs { "4", "6" } do
    local part = "member " .. family
    local rows = {
        { "vpcpeer contains_text, one call", by = "ours", part = part, workload = "bulk",
            aim = family == "4" and "under 35 ns" or nil },
        { "vpcpeer filter_text, one call", by = "ours", part = part, workload = "lines" },
        { "vpcpeer set:contains, 1,000 texts", by = "ours", part = part, workload = "calls_again", other = true,
            aim = family == "4" and "under 100 ns" or nil },
        { "vpcpeer set:contains, 1,000,000 texts", by = "ours", part = part, workload = "calls" },
        { "vpcpeer, C, addresses", by = "core", part = part, workload = "member" },
        { "grepcidr, process", by = "grepcidr", process = ("-f @a%s_100000.txt @probes%s.txt"):format(family, family) },
        { "python3-radix", by = "radix", part = part, workload = "calls" },
    }
    if family == "4" then
        rows[#rows + 1] = { "CRoaring, addresses", by = "croaring", part = "member 4", workload = "member" }
    end
    add("member", ("1000000 IPv%s addresses, which are in a set of 100000 blocks"):format(family), 1000000, rows)
end

-- Longest prefix match in a million routes.
for _, family in ipairs { "4", "6" } do
    local build = { { "vpcpeer, C", by = "core", part = "lpm " .. family, workload = "lpm_build",
        aim = family == "4" and "under 60 ms" or nil } }
    local look_up = {
        { "vpcpeer, C", by = "core", part = "lpm " .. family, workload = "lpm",
            aim = family == "4" and "under 20 ns" or "under 40 ns" },
        { "vpcpeer lookup_text, Lua, text to text", by = "ours", part = "lpm " .. family, workload = "lpm" },
    }
    local function peer(who, by, part)
        build[#build + 1] = { who, by = by, part = part, workload = "lpm_build" }
        look_up[#look_up + 1] = { who, by = by, part = part, workload = "lpm" }
    end
    if family == "4" then
        peer("DPDK rte_lpm, bulk", "dpdk", "lpm")
        peer("DPDK rte_fib (DIR24_8), bulk", "dpdk", "fib")
    else
        peer("DPDK rte_fib6 (trie), bulk", "dpdk", "fib6")
    end
    peer("Go critbitgo", "lpm", "critbitgo " .. family)
    peer("Go cidranger", "lpm", "cidranger " .. family)
    add("lpm", ("1000000 IPv%s routes into a prefix map"):format(family), 1000000, build)
    add("lpm", ("1000000 IPv%s addresses, their longest of 1000000 routes"):format(family), 1000000, look_up)
end

return LIST

-- Address sets and prefix maps, and what else there is, on the same inputs in the same run.
--
-- Each row is a process of its own, so that its peak memory is its own. Times are medians of
-- processor time, inputs read before the clock starts; "process" rows are whole commands, start and
-- reading included. The last column is how many times as long as the first row of the table. Answers
-- (counts) are compared: a row that answers differently says so. Peers are Debian packages; what is
-- not installed is listed as skipped. The inputs are made once, from fixed seeds, in build/bench.

local programs = dofile "spec/bench/cidr/programs.lua"

local commands, skipped = programs.prepare()

-- ---- running -------------------------------------------------------------------------------------

local function read_lines(path)
    local list = {}
    for line in io.lines(path) do list[#list + 1] = line end
    return list
end

local function count_lines(path)
    local count = 0
    for _ in io.lines(path) do count = count + 1 end
    return count
end

local done = {} -- command -> what it gave; several rows may come from one process

-- Runs a command as a whole so many times. `inside`: it prints lines "workload, seconds, answer".
local function run(command, repeats, inside)
    if done[command] then return done[command] end
    local output = programs.build .. "/output"
    local pipe = io.popen(("%s %d %s %s 2>%s/errors"):format(commands.measure, repeats, output, command,
        programs.build))
    local seconds, _, peak, status = pipe:read("*a"):match("^(%S+)\t(%S+)\t(%S+)\t(%S+)")
    pipe:close()
    local result = { failed = status ~= "0", seconds = tonumber(seconds), peak = tonumber(peak), lines = {} }
    if inside then
        for _, line in ipairs(read_lines(output)) do
            local workload, time, answer = line:match("^(%S+)\t(%S+)\t(%S+)")
            if workload then result.lines[workload] = { seconds = tonumber(time), answer = answer } end
        end
    else
        result.answer = ("%d"):format(count_lines(output))
    end
    done[command] = result
    return result
end

-- The figures of a row: seconds, answer, peak; or nil and why there are none.
local function figures(row)
    local command = commands[row.by]
    if not command then return nil, skipped[row.by] end
    if row.process then
        local result = run(command .. " " .. row.process:gsub("@", programs.data .. "/"), row.runs or 5)
        -- grepcidr and grep alike end with 1 when nothing matched, which no input here does.
        if result.failed then return nil, "failed" end
        return { seconds = result.seconds, answer = result.answer, peak = result.peak }
    end
    local result = run(("%s %s %s"):format(command, programs.data, row.part), 1, true)
    local line = result.lines[row.workload]
    if not line then return nil, result.failed and "failed" or "gave no such figure" end
    return { seconds = line.seconds, answer = line.answer, peak = result.peak }
end

-- ---- printing ------------------------------------------------------------------------------------

local FORMAT = "  %-38s %12s %12s %12s %10s %9s%s"

local function show_row(row, items, first)
    local got, why = figures(row)
    if not got then
        print(("  %-38s skipped: %s"):format(row[1], why))
        return first
    end
    first = first or got
    local note = not row.other and got.answer ~= first.answer and "  answers " .. got.answer or ""
    if row.aim then note = note .. "  aim: " .. row.aim end
    print(FORMAT:format(row[1], ("%.3f"):format(got.seconds * 1e3), ("%.1f"):format(got.seconds / items * 1e9),
        ("%.2f"):format(items / got.seconds / 1e6), ("%.1f"):format(got.peak / 1048576),
        ("%.1f"):format(got.seconds / first.seconds), note))
    io.stdout:flush()
    return first
end

local function show(name)
    for _, part in ipairs(dofile("spec/bench/cidr/tables.lua")) do
        if not name or part.group == name then
            print(("\n%s"):format(part.title))
            print(FORMAT:format("", "median ms", "ns an item", "M items/s", "peak MiB", "times", ""))
            local first
            for _, row in ipairs(part) do first = show_row(row, part.items, first) end
        end
    end
end

-- Bytes a range, frozen, and those of the index that look-ups make.
local function show_memory()
    print("\nMemory of a frozen set, bytes a range, and of the index that look-ups make")
    for _, name in ipairs { "4_100000", "4_1000000", "6_100000" } do
        local lines = run(("%s %s algebra %s"):format(commands.core, programs.data, name), 1, true).lines
        print(("  a%-12s %8s ranges %8.2f + %.2f"):format(name, lines.bytes.answer, lines.bytes.seconds,
            lines.index_bytes.seconds))
    end
end

show(arg[1])
if not arg[1] then show_memory() end
local missing = {}
for name, why in pairs(skipped) do missing[#missing + 1] = ("skipped %s: %s"):format(name, why) end
table.sort(missing)
print(#missing > 0 and "\n" .. table.concat(missing, "\n") or "\nNothing was skipped.")

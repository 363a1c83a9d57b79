-- The rules that show only in the compiled objects: exports, static data, forbidden calls.

local tree = require "spec.check.tree"

local M = {}

-- What the core must not call: it prints nothing, ends nothing, waits for nothing, reads no clock.
local FORBIDDEN = {}
for name in ([[printf fprintf vprintf vfprintf dprintf puts fputs putchar fputc putc fwrite perror
    exit _exit quick_exit abort atexit __assert_fail raise signal longjmp _setjmp
    fopen open openat read write close socket connect recv send poll select
    sleep usleep nanosleep time clock clock_gettime gettimeofday rand srand random
    strtok strerror setlocale getenv system fork pthread_create]]):gmatch("%S+") do
    FORBIDDEN[name] = "the core must not call %s"
end
for name in ("malloc calloc realloc reallocarray free strdup strndup aligned_alloc"):gmatch("%S+") do
    FORBIDDEN[name] = "only vp_alloc calls %s"
end

local function stem_of(path)
    return path:match("([^/]+)%.o$")
end

-- The objects of a folder whose source is there; those of removed sources linger and do not count.
local function objects(folder, files)
    local list, sources = {}, {}
    for _, file in ipairs(tree.c_files(files, "", "c")) do sources[file.stem] = true end
    for _, path in ipairs(tree.lines_of("find " .. tree.quote(folder) .. " -maxdepth 1 -name '*.o' | sort")) do
        if sources[stem_of(path)] then list[#list + 1] = path end
    end
    return list
end

local function undefined(path)
    local list = {}
    for _, line in ipairs(tree.lines_of("nm -u " .. tree.quote(path))) do
        list[#list + 1] = line:match("U ([^@%s]+)")
    end
    return list
end

function M.only_one_export(build)
    local wrong = {}
    local path = build .. "/5.4/vpcpeer/core.so"
    local seen = false
    for _, line in ipairs(tree.lines_of("nm -D --defined-only " .. tree.quote(path))) do
        local name = line:match("(%S+)$")
        if name == "luaopen_vpcpeer_core" then
            seen = true
        else
            wrong[#wrong + 1] = "core.so exports " .. tostring(name)
        end
    end
    if not seen then wrong[#wrong + 1] = "core.so does not export luaopen_vpcpeer_core" end
    return wrong
end

-- Tables of constants live in .rodata and .data.rel.ro; anything else is state of the process.
function M.no_writable_data(build, files)
    local wrong = {}
    for _, folder in ipairs { build .. "/core", build .. "/5.4" } do
        for _, path in ipairs(objects(folder, files)) do
            for _, line in ipairs(tree.lines_of("size -A " .. tree.quote(path))) do
                local section, size = line:match("^(%.%S+)%s+(%d+)")
                local writable = section and (section:match("^%.t?data") or section:match("^%.t?bss"))
                    and not section:match("^%.data%.rel%.ro")
                if writable and tonumber(size) > 0 then
                    wrong[#wrong + 1] = ("%s: %s bytes in %s"):format(stem_of(path), size, section)
                end
            end
        end
    end
    return wrong
end

function M.no_forbidden_call(build, files)
    local wrong = {}
    for _, path in ipairs(objects(build .. "/core", files)) do
        local stem = stem_of(path)
        for _, name in ipairs(undefined(path)) do
            local why = FORBIDDEN[name]
            if why and not (stem == "vp_alloc" and why:match("^only vp_alloc")) then
                -- libcidr hands out memory of its own, which vp_text gives back.
                if not (stem == "vp_text" and name == "free") then
                    wrong[#wrong + 1] = ("%s: " .. why):format(stem, name)
                end
            elseif name:match("^cidr_") and stem ~= "vp_text" then
                wrong[#wrong + 1] = ("%s: only vp_text calls libcidr (%s)"):format(stem, name)
            elseif name:match("^lua") then
                wrong[#wrong + 1] = ("%s: the core must not call Lua (%s)"):format(stem, name)
            end
        end
    end
    return wrong
end

-- Without objects the three rules above would hold of nothing.
function M.is_built(build, files)
    return #objects(build .. "/core", files) > 0 and {} or { build .. "/core: no objects: run make first" }
end

return M

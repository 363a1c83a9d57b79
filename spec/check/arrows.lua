-- The rules about who may know whom: includes in C, requires in Lua.

local tree = require "spec.check.tree"

local M = {}

local LUA_HEADERS = { ["lua.h"] = true, ["lauxlib.h"] = true, ["lualib.h"] = true, ["luaconf.h"] = true,
    ["luajit.h"] = true, ["lua.hpp"] = true }

local function add(list, file, line, ...)
    list[#list + 1] = ("%s:%d: %s"):format(file.path, line, string.format(...))
end

function M.no_lua_in_core(files)
    local wrong = {}
    for _, file in ipairs(tree.c_files(files, "^vp_")) do
        for _, include in ipairs(tree.includes(file)) do
            local base = include.name:match("[^/]+$")
            if LUA_HEADERS[base] or base:match("^lvp") then
                add(wrong, file, include.line, "the core must not know Lua: %s", include.name)
            end
        end
    end
    return wrong
end

-- Every core file has its place in the order and includes only what stands above it.
function M.no_upward_include(files, order)
    local wrong, rank = {}, {}
    for index, stem in ipairs(order) do rank[stem] = index end
    for _, file in ipairs(tree.c_files(files)) do
        local own = rank[file.stem]
        if file.stem:match("^vp_") and not own then
            add(wrong, file, 1, "has no place yet: add it to spec/check/order.lua")
        elseif not file.stem:match("^l?vp") then
            add(wrong, file, 1, "is neither vp_* (core) nor lvp_* (binding)")
        end
        for _, include in ipairs(tree.includes(file)) do
            local other = include.name:match("^(.*)%.h$")
            local of_core = not include.system and include.name:match("^vp_")
            if own and of_core and other ~= file.stem and (rank[other] or own) >= own then
                add(wrong, file, include.line, "%s does not stand above %s in spec/check/order.lua",
                    include.name, file.stem)
            end
        end
    end
    return wrong
end

function M.no_cycle(files)
    local wrong, by_name, state = {}, {}, {}
    for _, file in ipairs(tree.c_files(files)) do by_name[file.name] = file end
    local function visit(file, trail)
        state[file.name] = "open"
        for _, include in ipairs(tree.includes(file)) do
            local other = not include.system and by_name[include.name]
            if other and state[other.name] == "open" then
                add(wrong, file, include.line, "include cycle: %s%s > %s", trail, file.name, other.name)
            elseif other and not state[other.name] then
                visit(other, trail .. file.name .. " > ")
            end
        end
        state[file.name] = "done"
    end
    for _, file in ipairs(tree.c_files(files)) do
        if not state[file.name] then visit(file, "") end
    end
    return wrong
end

function M.libcidr_only_in_text(files)
    local wrong = {}
    for _, file in ipairs(tree.c_files(files)) do
        for _, include in ipairs(tree.includes(file)) do
            if include.name:match("libcidr%.h$") and file.name ~= "vp_text.c" then
                add(wrong, file, include.line, "only vp_text.c uses libcidr")
            end
        end
    end
    return wrong
end

-- Declarations are hidden from the linker, system headers are not.
function M.hidden_declarations(files)
    local wrong = {}
    for _, file in ipairs(tree.c_files(files, "^vp_", "h")) do
        local inside, seen = false, false
        for number, line in ipairs(file.lines) do
            if line:match("^VP_BEGIN_DECLS") then inside, seen = true, true end
            if line:match("^VP_END_DECLS") then inside = false end
            if inside and line:match("^%s*#%s*include") then
                add(wrong, file, number, "an #include between VP_BEGIN_DECLS and VP_END_DECLS")
            end
            if not inside and not line:match("^typedef") and not line:match("^static")
                and line:match("^[%w_ *]+[ *]vp_[%w_]+%(") then
                add(wrong, file, number, "a function declared outside VP_BEGIN_DECLS")
            end
        end
        if seen and inside then add(wrong, file, #file.lines, "VP_END_DECLS is missing") end
    end
    return wrong
end

-- Commands know the library, the library does not know commands; examples know the public module.
function M.lua_arrows(files)
    local wrong = {}
    for _, file in ipairs(files) do
        local area = file.path:match("^lua/vpcpeer/cli/") and "cli" or file.path:match("^lua/") and "lib"
            or file.path:match("^examples/.*%.lua$") and "examples"
        for number, line in ipairs(area and file.lines or {}) do
            for name in line:gmatch("require%s*%(?%s*[\"']([%w_.]+)[\"']") do
                if area == "lib" and name:match("^vpcpeer%.cli") then
                    add(wrong, file, number, "the library must not know its commands: %s", name)
                elseif area == "examples" and name:match("^vpcpeer%.") then
                    add(wrong, file, number, "an example uses only the public module: %s", name)
                end
            end
        end
    end
    return wrong
end

return M

-- The rules about what a file looks like: its place, its length, its words, its documentation.

local tree = require "spec.check.tree"

local M = {}

local TOP = { csrc = true, lua = true, spec = true, rockspec = true, examples = true, Makefile = true,
    ["README.md"] = true, LICENSE = true, ["CHANGELOG.md"] = true }

local function add(list, file, line, ...)
    list[#list + 1] = ("%s:%d: %s"):format(file.path, line, string.format(...))
end

function M.top_level(files)
    local wrong = {}
    for _, file in ipairs(files) do
        local top = file.path:match("^[^/]+")
        if not TOP[top] and top:sub(1, 1) ~= "." then
            add(wrong, file, 1, "%s does not belong at the top level", top)
        end
    end
    return wrong
end

local function line_limit(file)
    if file.path:match("^csrc/") or file.path:match("^spec/.*%.[ch]$") then
        return file.ext == "h" and 250 or file.ext == "c" and 700 or nil
    end
    if file.path:match("^lua/.*%.lua$") or file.path:match("^examples/.*%.lua$") then return 300 end
    if file.path == "README.md" then return 250 end
end

function M.file_lengths(files)
    local wrong = {}
    for _, file in ipairs(files) do
        local limit = line_limit(file)
        if limit and #file.lines > limit then
            add(wrong, file, limit, "%d lines, the limit is %d: split it by responsibility",
                #file.lines, limit)
        end
    end
    return wrong
end

-- Both formats put the first and the last line of a top-level function at the left margin. Returns
-- the number of the line where the function that `line` opens began, or nil; state.start is the last
-- line at the margin that may begin one.
local function opened_at(file, state, number, line)
    if file.ext == "lua" then
        local opens = line:match("^local function ") or line:match("^function ")
            or line:match("^[%w_.]+ = function") or line:match("^local [%w_]+ = function")
        return opens and number
    end
    if line:match("^[%a_].*%(") then state.start = number end
    if line:match(";%s*$") then state.start = nil end
    return line:match("%) {$") and state.start
end

function M.function_lengths(files)
    local wrong = {}
    for _, file in ipairs(files) do
        local checked = file.path:match("^csrc/.*%.[ch]$") or file.path:match("^spec/.*%.[ch]$")
            or file.path:match("^lua/.*%.lua$")
        local start, state = nil, {}
        for number, line in ipairs(checked and file.lines or {}) do
            if start == nil then
                start = opened_at(file, state, number, line)
            elseif line == "}" or line:match("^end") then
                if number - start + 1 > 60 then
                    add(wrong, file, start, "a function of %d lines, the limit is 60", number - start + 1)
                end
                start, state = nil, {}
            end
        end
    end
    return wrong
end

local function is_text(file)
    return not file.text:find("\0", 1, true)
end

-- Spelt in two halves so that this file does not find itself.
local MARKS = { "TO" .. "DO", "FIX" .. "ME", "XX" .. "X" }
local PLACES = { "/wo" .. "rk/", "/ro" .. "ot/", "/ho" .. "me/", "/t" .. "mp/" }

function M.no_marks(files)
    local wrong = {}
    for _, file in ipairs(files) do
        for number, line in ipairs(is_text(file) and file.lines or {}) do
            for _, mark in ipairs(MARKS) do
                if line:find("%f[%w_]" .. mark .. "%f[^%w_]") then
                    add(wrong, file, number, "%s: do it or file an issue", mark)
                end
            end
        end
    end
    return wrong
end

function M.no_machine_paths(files)
    local wrong = {}
    for _, file in ipairs(files) do
        for number, line in ipairs(is_text(file) and file.lines or {}) do
            for _, place in ipairs(PLACES) do
                local at = line:find(place, 1, true)
                if at and not line:sub(1, at - 1):find("[%w_.}]$") then
                    add(wrong, file, number, "%s is a path of one machine", place)
                end
            end
        end
    end
    return wrong
end

-- The first lines of a source say what it holds.
function M.opening_comments(files)
    local wrong = {}
    for _, file in ipairs(files) do
        local first = file.lines[1] or ""
        if first:match("^#!") then first = file.lines[2] or "" end
        local is_c = file.path:match("^csrc/") or file.path:match("^spec/.*%.[ch]$")
        local is_lua = file.path:match("^lua/") or file.path:match("^examples/.*%.lua$")
        if is_c and not first:match("^/%*") or is_lua and not first:match("^%-%-") then
            add(wrong, file, 1, "does not begin with a comment that says what it holds")
        end
    end
    return wrong
end

-- Functions with an LDoc block directly above them, by name.
local function documented(files)
    local found = {}
    for _, file in ipairs(files) do
        local block, last
        for _, line in ipairs(file.lines) do
            if line:match("^/%*%*%*") then block = true end
            local name = line:match("^static int ([%w_]+)%s*%(%s*lua_State") or
                line:match("^int ([%w_]+)%s*%(%s*lua_State")
            if name and block and last and last:match("%*/%s*$") then found[name] = true end
            if name then block = false end
            last = line
        end
    end
    return found
end

-- Whatever Lua can call by name is documented; metamethods are not called by name.
function M.documented_names(files)
    local wrong = {}
    local binding = tree.c_files(files, "^lvp", "c")
    local has_block = documented(binding)
    for _, file in ipairs(binding) do
        for at, entries in file.text:gmatch("()luaL_Reg%s+[%w_]+%[%]%s*=%s*(%b{})") do
            local _, line = file.text:sub(1, at):gsub("\n", "")
            for name, func in entries:gmatch('{%s*"([%w_]+)"%s*,%s*([%w_]+)%s*}') do
                if not name:match("^__") and not has_block[func] then
                    add(wrong, file, line + 1, "%s (%s) has no LDoc block above it", name, func)
                end
            end
        end
    end
    return wrong
end

return M

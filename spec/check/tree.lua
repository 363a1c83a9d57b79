-- The files of a tree, read once: what every rule looks at.

local M = {}

local function lines_of(command)
    local list = {}
    local pipe = assert(io.popen(command))
    for line in pipe:lines() do list[#list + 1] = line end
    pipe:close()
    return list
end
M.lines_of = lines_of

-- A path as one word of a shell command.
function M.quote(path)
    return "'" .. path:gsub("'", "'\\''") .. "'"
end

local function read(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

local function split(text)
    local list = {}
    for line in (text .. (text:sub(-1) == "\n" and "" or "\n")):gmatch("(.-)\n") do
        list[#list + 1] = line
    end
    return list
end

-- Files that git knows or would add; without git, everything but the build.
local function paths_of(root)
    local at_root = "cd " .. M.quote(root) .. " && "
    local list = lines_of(at_root .. "git ls-files -co --exclude-standard 2>/dev/null")
    if #list == 0 then
        list = lines_of(at_root .. "find . -type f | sed 's,^[.]/,,' | grep -Ev '^([.]git|build)/'")
    end
    table.sort(list)
    return list
end

-- { path, name, stem, ext, text, lines } of every file under root, in order of path.
function M.load(root)
    local files = {}
    for _, path in ipairs(paths_of(root)) do
        local file = io.open(root .. "/" .. path, "rb")
        if file then
            file:close()
            local name = path:match("[^/]+$")
            local text = read(root .. "/" .. path)
            files[#files + 1] = {
                path = path, name = name, stem = name:match("^[^.]+"), ext = name:match("%.([^.]+)$"),
                text = text, lines = split(text),
            }
        end
    end
    return files
end

-- The C files of csrc (with prefix, such as "^vp_"), of one ending when given.
function M.c_files(files, prefix, ext)
    local list = {}
    for _, file in ipairs(files) do
        local is_c = file.path:match("^csrc/[^/]+%.[ch]$") and file.name:match(prefix or "")
        if is_c and (ext == nil or file.ext == ext) then list[#list + 1] = file end
    end
    return list
end

-- The #include lines of a C file: { name, system, line }.
function M.includes(file)
    local list = {}
    for number, line in ipairs(file.lines) do
        local open, name = line:match('^%s*#%s*include%s*([<"])([^>"]+)')
        if name then list[#list + 1] = { name = name, system = open == "<", line = number } end
    end
    return list
end

return M

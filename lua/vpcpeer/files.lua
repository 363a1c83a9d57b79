--- Paths into a list of files to read: folders are searched, and folder names say account and Region.
--
-- Only luafilesystem is needed, on first use. The order is defined (names bytewise, files before
-- the folders beside them), and links that lead back into a folder end the search there.
-- @module vpcpeer.files

local files = {}

--- Limits: folders inside folders, files found below one path.
files.MAX_DEPTH = 32
files.MAX_FILES = 1000000

-- How a file that gzip wrote begins.
local GZIP = "\31\139"

-- How a file begins that is text in UTF-16, with its mark or without: Windows PowerShell's > writes such.
local UTF_16 = { "^\255\254", "^\254\255", "^[^%z]%z[^%z]%z", "^%z[^%z]%z[^%z]" }

--- Bytes that show whether the rest is worth reading.
files.START = 512

--- Bytes to read at once from what has no size: a pipe.
files.PIECE = 1024 * 1024

-- luafilesystem writes a global of its name when it is first loaded. Hosts that forbid globals
-- raise on that, hosts that allow them do not want it: a raw value is put in its place meanwhile.
local function load_filesystem()
    local before = rawget(_G, "lfs")
    if before == nil then
        rawset(_G, "lfs", false)
    end
    local found, lfs = pcall(require, "lfs")
    rawset(_G, "lfs", before)
    if found then
        return lfs
    end
    return nil, "luafilesystem is needed to read files: " .. tostring(lfs), "missing_module"
end

-- Bytewise, whatever the locale; folder separators are no letters of a name here.
local function bytes_less(a, b)
    for i = 1, math.min(#a, #b) do
        local x, y = a:byte(i), b:byte(i)
        if x ~= y then
            return x < y
        end
    end
    return #a < #b
end

--- What the names of the folders in a path say: twelve digits are an account, `us-east-1` and the
-- like a Region; the last ones count.
-- @tparam string path of a file
-- @treturn ?string account
-- @treturn ?string Region
function files.origin(path)
    local owner_id, region
    for name in path:gmatch("([^/\\]+)[/\\]") do
        if name:find("^%d%d%d%d%d%d%d%d%d%d%d%d$") then
            owner_id = name
        elseif name:find("^%l%l%-%l+%-%d+$") or name:find("^%l%l%-%l+%-%l+%-%d+$") then
            region = name
        end
    end
    return owner_id, region
end

-- The names in a folder in order, or nil and what is wrong.
local function names_in(lfs, path)
    local names = {}
    local ok, problem = pcall(function()
        for name in lfs.dir(path) do
            -- Hidden files belong to tools (.git, .terraform), not to the dump.
            if name:sub(1, 1) ~= "." then
                names[#names + 1] = name
            end
        end
    end)
    if not ok then
        return nil, (tostring(problem):gsub("^[^\n]-:%d+: ", "", 1)) -- without the place in this file
    end
    table.sort(names, bytes_less)
    return names
end

-- Of a compressed one the reader tells what to do: passed over in silence, it would be missing unseen.
local function is_wanted(name)
    return name:find("%.json$") or name:find("%.tfstate$") or name:find("%.json%.gz$") or name:find("%.tfstate%.gz$")
end

-- Adds the files among the names in a folder that are wanted; gives the folders among them.
local function sort_out(state, path, shown, names)
    local folders = {}
    for _, name in ipairs(names) do
        local mode = state.lfs.attributes(path .. "/" .. name, "mode")
        if mode == "directory" then
            folders[#folders + 1] = name
        elseif mode == "file" and is_wanted(name:lower()) and not state.is_full then
            state.add(path .. "/" .. name, shown .. name)
        end
    end
    return folders
end

-- Adds the JSON files below a folder. `shown` is how messages name the folder ("" at the top).
local function search(state, path, shown, depth)
    local at = state.lfs.attributes(path)
    local identity = at and at.ino ~= 0 and at.dev .. ":" .. at.ino
    if identity and state.seen[identity] then
        return true
    elseif depth > files.MAX_DEPTH then
        return nil, ("%s: folders are nested deeper than %d levels; name one of the inner ones"):format(path,
            files.MAX_DEPTH), "limit"
    end
    state.seen[identity or path] = true
    local names, problem = names_in(state.lfs, path)
    if not names then
        return nil, problem
    end
    local folders = sort_out(state, path, shown, names)
    if state.is_full then
        return nil, ("%s: more than %d files; name some of its folders"):format(path, files.MAX_FILES), "limit"
    end
    for _, name in ipairs(folders) do
        -- A folder that may not be entered is the user's business to know of.
        local ok, why, code = search(state, path .. "/" .. name, shown .. name .. "/", depth + 1)
        if not ok then
            return nil, why, code
        end
    end
    return true
end

local function add_folder(found, lfs, path, prefix)
    local root = path:gsub("[/\\]+$", "")
    root = root == "" and "/" or root
    local before, state = #found, { lfs = lfs, seen = {} }
    function state.add(file, shown)
        local owner_id, region = files.origin(file)
        found[#found + 1] = { path = file, name = prefix .. shown, owner_id = owner_id, region = region }
        state.is_full = #found - before > files.MAX_FILES
    end
    local ok, problem, code = search(state, root, "", 1)
    if not ok then
        return nil, problem, code or "unreadable"
    elseif #found == before then
        return nil, path .. ": the folder holds no JSON file", "empty"
    end
    return true
end

local function add_path(found, lfs, path, prefix)
    if path == "-" then
        for _, file in ipairs(found) do
            if file.path == "-" then
                return nil, "standard input can be read once only", "unreadable"
            end
        end
        found[#found + 1] = { path = "-", name = "standard input", named = true }
        return true
    end
    local mode = lfs.attributes(path, "mode")
    if mode == "directory" then
        return add_folder(found, lfs, path, prefix)
    elseif not mode then
        return nil, path .. ": no such file or folder", "not_found"
    end
    local owner_id, region = files.origin(path)
    found[#found + 1] = { path = path, name = path, owner_id = owner_id, region = region, named = true,
        is_script = path:lower():find("%.lua$") ~= nil }
    return true
end

--- The files to read, in order.
-- @tparam {string,...} paths files, folders, `-` for standard input
-- @treturn[1] {table,...} each `{path, name, owner_id, region, named, is_script}`: `name` is what
-- messages say (below a single folder: relative to it), `named` that the user gave the file itself,
-- `is_script` that it is a topology
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] string code: not_found, empty, unreadable, limit, missing_module
function files.find(paths)
    local found, lfs = {}, nil
    if #paths == 0 then
        return nil, "no path was given", "empty"
    end
    for _, path in ipairs(paths) do
        if path ~= "-" and not lfs then
            local message, code
            lfs, message, code = load_filesystem()
            if not lfs then
                return nil, message, code
            end
        end
        local prefix = #paths > 1 and path:gsub("[/\\]+$", "") .. "/" or ""
        local ok, message, code = add_path(found, lfs, path, prefix)
        if not ok then
            return nil, message, code
        end
    end
    return found
end

-- What is wrong with a file that begins like this: better said at once than after a gigabyte.
local function refusal(start)
    if start:sub(1, #GZIP) == GZIP then
        return "is compressed; unpack it into a pipe: gzip -dc FILE | vpcpeer ... -"
    end
    for _, pattern in ipairs(UTF_16) do
        if start:find(pattern) then
            return "is UTF-16, as PowerShell's > writes it; write it as UTF-8: aws ... | Out-File -Encoding utf8 FILE"
        end
    end
    return start:find("%z") and "holds a zero byte, and is no JSON in UTF-8" or nil
end

-- Reads to the end, or until more than `limit` bytes are read. A whole file comes in one piece: asking
-- for more than there is would make Lua allocate it.
local function read_pieces(handle, limit, is_script)
    -- Standard input may be a file that somebody has begun to read: it is never rewound.
    local size = handle ~= io.stdin and handle:seek("end") or 0
    local whole = size > 0 and handle:seek("set") and math.min(size, limit + 1)
    local start, unreadable = handle:read(files.START)
    unreadable = unreadable or start and not is_script and refusal(start)
    if unreadable then
        return nil, tostring(unreadable)
    end
    local pieces, total, step = { start }, start and #start or 0, files.PIECE
    if whole and handle:seek("set") then
        pieces, total, step = {}, 0, whole
    end
    while total <= limit do
        local piece, problem = handle:read(step)
        if not piece then
            if problem then
                return nil, tostring(problem)
            end
            break
        end
        pieces[#pieces + 1], total, step = piece, total + #piece, files.PIECE
    end
    return pieces[2] and table.concat(pieces) or pieces[1] or ""
end

--- The bytes of a file.
-- @tparam table file one of files.find
-- @tparam number limit most bytes; some more may be read, so that the caller sees that there are
-- @treturn[1] string bytes
-- @treturn[2] nil
-- @treturn[2] string what is wrong, without the file's name
function files.read(file, limit)
    if file.path == "-" then
        return read_pieces(io.stdin, limit)
    end
    local handle, problem = io.open(file.path, "rb")
    if not handle then
        return nil, (tostring(problem):gsub("^.*: ", ""))
    end
    local text, why = read_pieces(handle, limit, file.is_script)
    handle:close()
    return text, why
end

return files

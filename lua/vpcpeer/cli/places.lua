--- Where resources stand in the files of the input: the path of the file, and the line that names them first.
--
-- The model knows the file of each record. Lines are looked for in the text, all ids of a file in one
-- pass, and in files that are not too large to be read again.

local places = {}

local LARGEST = 64 * 1024 * 1024

-- The paths of the files by the names that the loader gave them.
local function paths_by_name(paths)
    local found = require("vpcpeer.files").find(paths) or {}
    local by_name = {}
    for _, file in ipairs(found) do
        by_name[file.name] = file.path ~= "-" and file.path or nil
    end
    return by_name
end

-- The lines of the first places of ids in a text.
local function lines_in(text, wanted)
    local lines, at, line = {}, 1, 1
    for position, id in text:gmatch '()"([^"\\\n]+)"' do
        if wanted[id] and not lines[id] then
            local _, count = text:sub(at, position):gsub("\n", "")
            at, line = position + 1, line + count
            lines[id] = line
        end
    end
    return lines
end

--- Looks for resources.
-- @tparam network net
-- @tparam {string,...} paths that the network was loaded from
-- @tparam {string,...} ids
-- @treturn function id to path and line; nil where they are not known
function places.finder(net, paths, ids)
    local core = require "vpcpeer.core"
    local by_name, wanted, file_of, lines = paths_by_name(paths), {}, {}, {}
    for _, id in ipairs(ids) do
        local name = core.file_of(net, id)
        local path = name and by_name[name]
        if path then
            file_of[id] = path
            wanted[path] = wanted[path] or {}
            wanted[path][id] = true
        end
    end
    return function(id)
        local path = file_of[id]
        if path and not lines[path] then
            local text = require("vpcpeer.files").read({ path = path }, LARGEST)
            lines[path] = text and lines_in(text, wanted[path]) or {}
        end
        return path, path and lines[path][id]
    end
end

return places

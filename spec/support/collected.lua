-- Data of others beside this folder, and the golden file of what a load says about each.

local shell = require "support.shell"

--- A collection.
-- @tparam table of `golden`: path of the file; `title`: its first line; `names()`: what is there, in
-- order, nothing where the data are absent; `lines(name)`: what a load says, line by line
-- @treturn table the same, with `folder`, `read` and `write`
return function(of)
  of.folder = "../shared/data/"

  --- The lines of a command run in the folder, none where it is absent.
  function of.list(command)
    local status, output = shell.run("cd " .. of.folder .. " && LC_ALL=C " .. command)
    local list = {}
    for name in (status == 0 and output or ""):gmatch "[^\n]+" do
      list[#list + 1] = name
    end
    return list
  end

  --- The golden file as a table from name to lines.
  function of.read()
    local wanted, last = {}, nil
    for line in shell.read(of.golden):gmatch "[^\n]+" do
      local name = line:match "^== (.+)$"
      if name then
        wanted[name], last = {}, name
      elseif line:sub(1, 1) ~= "#" then
        table.insert(wanted[last], line)
      end
    end
    return wanted
  end

  --- Writes the golden file from the data as they load now.
  function of.write()
    local out = { "# " .. of.title }
    for _, name in ipairs(of.names()) do
      out[#out + 1] = "== " .. name
      for _, line in ipairs(of.lines(name)) do
        out[#out + 1] = line
      end
    end
    shell.write(of.golden, table.concat(out, "\n") .. "\n")
  end

  return of
end

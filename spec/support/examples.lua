-- The examples as tests: what each prints, and what its comments say it prints.
--
-- The lines after a print that begin with "-->" are the text it prints; those of a whole file, in
-- order, are the output of the example.

local shell = require "support.shell"

local M = {}

local MARK = "-->"

--- Runs an example in this Lua. Returns the array of { line, text } it printed, in order, where
-- line is that of the call, and what the file returned.
function M.run(path)
  local printed, original = {}, print
  rawset(_G, "print", function(...)
    local words = {}
    for i = 1, select("#", ...) do
      words[i] = tostring((select(i, ...)))
    end
    printed[#printed + 1] = { line = debug.getinfo(2, "l").currentline, text = table.concat(words, "\t") }
  end)
  local ok, result = pcall(dofile, path)
  rawset(_G, "print", original)
  return ok and printed or error(result, 0), result
end

--- The text of everything that an example printed.
function M.text(printed)
  local lines = {}
  for i, entry in ipairs(printed) do
    lines[i] = entry.text .. "\n"
  end
  return table.concat(lines)
end

--- What the comments of an example say it prints.
function M.expected(path)
  local lines = {}
  for line in shell.read(path):gmatch "[^\n]+" do
    local text = line:match "^%-%->(.*)$"
    if text then
      lines[#lines + 1] = (text:gsub("^ ", "")) .. "\n"
    end
  end
  return table.concat(lines)
end

--- The text of an example with its "-->" lines made anew from what it printed.
function M.renew(path, printed)
  local lines, number = {}, 0
  for line in shell.read(path):gmatch "([^\n]*)\n" do
    number = number + 1
    if line:sub(1, #MARK) ~= MARK then
      lines[#lines + 1] = line
    end
    for _, entry in ipairs(printed) do
      if entry.line == number then
        for piece in (entry.text .. "\n"):gmatch "([^\n]*)\n" do
          lines[#lines + 1] = (MARK .. " " .. piece):gsub("%s+$", "")
        end
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The describe documents of a network as files: name to text.
function M.dump(net)
  local files = {}
  for _, kind in ipairs {
    "vpcs", "subnets", "route-tables", "vpc-peering-connections", "security-groups", "security-group-rules",
    "network-acls",
    "network-interfaces", "instances",
  } do
    files["describe-" .. kind .. ".json"] = net:describe_json(kind) .. "\n"
  end
  return files
end

return M

-- Requires vpcpeer and prints the modules that came with it, sorted: the C core and its own files.
local before = {}
for name in pairs(package.loaded) do
  before[name] = true
end
require "vpcpeer"
local names = {}
for name in pairs(package.loaded) do
  if not before[name] then
    names[#names + 1] = name
  end
end
table.sort(names)
print(table.concat(names, "\n"))

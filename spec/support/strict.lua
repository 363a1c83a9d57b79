-- A host with strict globals: requires every module named on the command line and runs every script
-- after `--` while reading or writing an unknown global raises. Prints what went wrong, or "ok".

local function refuse(what)
  return function(_, name)
    error(what .. " the global " .. tostring(name), 2)
  end
end

local known = {}
for name in pairs(_G) do
  known[name] = true
end
local words = { ... }
setmetatable(_G, { __index = refuse "reads", __newindex = refuse "writes" })

local scripts = false
for _, word in ipairs(words) do
  if word == "--" then
    scripts = true
  elseif scripts then
    local print_before = print
    rawset(_G, "print", function() end)
    assert(loadfile(word))()
    rawset(_G, "print", print_before)
  else
    require(word)
  end
end
for name in pairs(_G) do
  assert(known[name], "left the global " .. tostring(name))
end
print "ok"

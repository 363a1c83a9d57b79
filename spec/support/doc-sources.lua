-- Collects the LDoc blocks of csrc by class, for `make docs`: LDoc wants one file a class, csrc has
-- one file a concern; blocks of actions stand in the core, since the binding only makes methods of
-- its tables. `lua5.4 spec/support/doc-sources.lua FOLDER`, from the top.

local folder = ...

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local classes, names = {}, {}
local function class(name)
  if not classes[name] then
    classes[name] = { summary = "The class " .. name .. ".", blocks = {} }
    names[#names + 1] = name
  end
  return classes[name]
end

local pipe = assert(io.popen("ls csrc/lvp*.c csrc/vp_*.c"))
for path in pipe:lines() do
  local text = read(path)
  for block in text:gmatch("/(%*%*%*.-%*)/") do
    local name = block:match("@function%s+([%w_]+)")
    if name and not block:find("@local", 1, true) then
      table.insert(class(name).blocks, block)
    end
  end
  -- The opening comment of lvp_NAME.c says what the class NAME is.
  local own = path:match("lvp_([%w_]+)%.c$")
  local summary = text:match("^/%*\n %* lvp_[%w_]+%.c %- (.-)\n %*[/\n]")
  if classes[own] and summary then
    classes[own].summary = summary:gsub("\n %* ?", " ")
  end
end
pipe:close()

for _, name in ipairs(names) do
  local file = assert(io.open(folder .. "/" .. name .. ".c", "w"))
  file:write("/***\n", classes[name].summary, "\n@module ", name, "\n*/\n")
  for _, block in ipairs(classes[name].blocks) do
    file:write("\n/", block, "/\n")
  end
  file:close()
end

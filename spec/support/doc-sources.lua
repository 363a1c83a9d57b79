-- Collects the LDoc blocks of csrc by class, for `make docs`: LDoc wants one file a class, csrc has
-- one file a concern; blocks of actions stand in the core, since the binding only makes methods of
-- its tables. What makes an object is a function of the module vpcpeer, as it is called there.
-- `lua5.4 spec/support/doc-sources.lua FOLDER`, from the top.

local folder = ...

-- One class under two names; and what only the Lua files of this project call.
local SAME = { net = "network" }
local OWN = { core = true, rows = true, difference = true }

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local WRITTEN = { address = "Elastic IP address", vpc = "VPC", vpn = "VPN", nat = "NAT", acl = "ACL" }

-- A class in words: "network ACL".
local function words_of(name)
  return (name:gsub("%l+", WRITTEN):gsub("_", " "):gsub("egress only", "egress-only"))
end

-- Whose words a rule is stands behind the example, of which LDoc would make code: put before the first tag.
local function with_source_first(block)
  local source = block:match("\n(Source: .-)%s*%*?$")
  if not source then
    return block
  end
  local rest = block:sub(1, #block - #block:match("\nSource: .*$"))
  return rest:gsub("\n@", "\n\n" .. source:gsub("%%", "%%%%") .. "\n@", 1) .. "\n*"
end

local classes, names, makers = {}, {}, {}
local function class(name)
  if not classes[name] then
    classes[name] = { summary = ("Actions on one %s."):format(words_of(name)), blocks = {} }
    names[#names + 1] = name
  end
  return classes[name]
end

local function add_block(block, name)
  local owner, method = name:match("^([%w_]+)[:.]([%w_]+)$")
  owner = SAME[owner] or owner
  if not owner then
    makers[#makers + 1] = block:gsub("@function%s+", "@function vpcpeer.", 1)
  elseif not OWN[owner] then
    table.insert(class(owner).blocks, (block:gsub("@function%s+[%w_:.]+", "@function " .. method, 1)))
  end
end

local summaries = {}
local pipe = assert(io.popen("ls csrc/lvp*.c csrc/vp_*.c"))
for path in pipe:lines() do
  local text = read(path)
  for block in text:gmatch("/(%*%*%*.-%*)/") do
    block = with_source_first(block)
    local name = block:match("@function%s+([%w_:.]+)")
    if name and not block:find("@local", 1, true) then
      add_block(block, name)
    end
  end
  -- The opening comment of lvp_NAME.c says what the class NAME is.
  local own = path:match("lvp_([%w_]+)%.c$")
  local summary = text:match("^/%*\n %* lvp_[%w_]+%.c %- (.-)\n %*[/\n]")
  if own and summary then
    summaries[own] = summary:gsub("\n %* ?", " "):gsub("^%l", string.upper)
  end
end
pipe:close()

local function write(name, head, blocks)
  local file = assert(io.open(folder .. "/" .. name .. ".c", "w"))
  file:write("/***\n", head, "\n*/\n")
  for _, block in ipairs(blocks) do
    file:write("\n/", block, "/\n")
  end
  file:close()
end

for _, name in ipairs(names) do
  write(name, (summaries[name] or classes[name].summary) .. "\n@classmod " .. name, classes[name].blocks)
end
write("makers", "What makes an object.\n@module vpcpeer", makers)

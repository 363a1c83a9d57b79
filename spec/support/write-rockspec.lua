-- Writes the table `build.modules` of the rockspec anew from the files of csrc and lua:
-- `lua5.4 spec/support/write-rockspec.lua [ROCKSPEC]`. Run from the top of the checkout.

local path = ... or "rockspec/vpcpeer-scm-1.rockspec"

local function files(command)
    local list = {}
    local pipe = assert(io.popen(command))
    for line in pipe:lines() do list[#list + 1] = line end
    pipe:close()
    table.sort(list)
    return list
end

local out = { "   modules = {" }
local function put(...) out[#out + 1] = string.format(...) end

put('      ["vpcpeer.core"] = {')
put("         sources = {")
for _, name in ipairs(files("ls csrc/*.c")) do put('            "%s",', name) end
put("         },")
put('         libraries = { "cidr" },')
put('         incdirs = { "$(CIDR_INCDIR)" },')
put('         libdirs = { "$(CIDR_LIBDIR)" },')
put("      },")
for _, name in ipairs(files("find lua -name '*.lua'")) do
    local module = name:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
    put('      ["%s"] = "%s",', module, name)
end
put("   },\n")

local file = assert(io.open(path))
local text = file:read("*a")
file:close()
local from = assert(text:find("   modules = {\n", 1, true))
local _, to = assert(text:find("\n   },\n", from, true))
file = assert(io.open(path, "w"))
file:write(text:sub(1, from - 1), table.concat(out, "\n"), text:sub(to + 1))
file:close()

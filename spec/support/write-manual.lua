-- Writes the manual page of the command, vpcpeer(1), from what --help is made of.
-- `lua5.4 spec/support/write-manual.lua FILE`, with LUA_PATH and LUA_CPATH as the tests have them.

local cli = require "vpcpeer.cli"

-- Text in roff: no line may begin with a control character, a backslash begins an escape, and a hyphen
-- that is typed has to stay one.
local function plain(text)
  return (text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("^([.'])", "\\&%1"):gsub("\n([.'])", "\n\\&%1"))
end

local lines = {}
local function add(...)
  for _, line in ipairs { ... } do
    lines[#lines + 1] = line
  end
end

-- Options or arguments as a tagged list; argparse knows their labels and descriptions.
local function add_elements(elements)
  for _, element in ipairs(elements) do
    if not element._hidden then
      add(".TP", ".B " .. plain(table.concat(element:_get_label_lines(), ", ")))
      add(plain(element:_get_description()))
    end
  end
end

local function add_usage(parser)
  local usage = parser:get_usage():gsub("^Usage: ", "")
  add(".nf", plain(usage), ".fi")
end

-- An epilog is examples, indented, and a sentence about the exit status.
local function add_epilog(text)
  local head, examples, stop = text:match "^(Examples?:)\n(.*\n)\n()%S"
  if examples then
    examples = examples:gsub("\n   ", "\n"):gsub("^   ", "")
    add(".PP", head, ".PP", ".nf", ".RS", (plain(examples):gsub("\n+$", "")), ".RE", ".fi")
  end
  local rest = text:sub(stop or 1)
  if rest:find("%S") then
    add(".PP", plain(rest))
  end
end

local function add_command(command, heading)
  add(heading .. " " .. plain('"' .. command._name .. '"'))
  add(plain(command._description), ".PP")
  add_usage(command)
  add_elements(command._arguments)
  add_elements(command._options)
  add_epilog(command._epilog or "")
  for _, sub in ipairs(command._commands) do
    add_command(sub, ".SS")
  end
end

local parser = cli.parser()
add(('.TH VPCPEER 1 "" "vpcpeer %s" "User commands"'):format(require("vpcpeer")._VERSION))
add(".SH NAME", "vpcpeer \\- " .. plain("reachability of AWS VPC networks and their peering, offline"))
add(".SH SYNOPSIS", ".B vpcpeer", ".I COMMAND", "[PATH ...] [options]")
add(".SH DESCRIPTION", plain(parser._description))
add(".SH OPTIONS")
add_elements(parser._options)
for _, command in ipairs(parser._commands) do
  add_command(command, ".SH COMMAND")
end
add(".SH EXIT STATUS", plain(parser._epilog:gsub("^Exit status: ", "")))
add(".SH ENVIRONMENT", ".TP", ".B NO_COLOR", "When it is set and not empty, nothing is coloured unless asked for.")
add(".TP", ".B TERM", "Nothing is coloured when it is not set, or dumb.")
add(".TP", ".B VPCPEER_SCRIPT_KIB", "KiB of address space that a topology or a checks file may take, or unlimited.")

local file = assert(io.open(assert(arg[1], "usage: write-manual.lua FILE"), "w"))
file:write(table.concat(lines, "\n"), "\n")
file:close()

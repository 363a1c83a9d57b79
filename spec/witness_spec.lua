-- The last spec of a whole run: every code that the semantics let an answer carry was carried by one
-- and compared, and every decision of theirs is named by a test that shows it. A part of the suite
-- cannot tell what is missing, so there this is pending.
--
-- What waits for a feature is listed with it, and the list cannot go stale: what is listed and was
-- seen fails.

local codes = require "vpcpeer.codes"
local shell = require "support.shell"
local witness = require "support.witness"

-- Role and code, or decision, to the feature that it waits for: ["warning:CODE"] = "feature".
local awaited = {}

-- What Lua cannot ask for, and the C test that does: an end that does not exist is nil, message and
-- code to a script (design 2.1).
local IN_CORE = { ["explanation:NO_SOURCE_OR_DESTINATION"] = "spec/core/end_test.c" }

local LAST_DECISION = 57

local function whole_run()
  local files = select(2, shell.must("ls spec/*_spec.lua"):gsub("\n", "\n"))
  return witness.files >= files
end

-- What of `wanted` was not seen and is not awaited; what is awaited and was seen.
local function compare(wanted, seen)
  local wrong = {}
  for _, name in ipairs(wanted) do
    if not seen[name] and not awaited[name] then
      wrong[#wrong + 1] = name .. ": no test shows it"
    elseif seen[name] and awaited[name] then
      wrong[#wrong + 1] = ("%s: shown by '%s', take it from the list of what is awaited"):format(name, seen[name])
    end
  end
  return table.concat(wrong, "\n")
end

describe("the run #once", function()
  if not whole_run() then
    return pending "only the whole suite can tell what is missing"
  end

  it("ends with this spec, which has seen all others", function()
    local names = shell.must "LC_ALL=C ls spec/*_spec.lua"
    assert.equal("spec/witness_spec.lua", names:match "([^\n]+)\n$")
  end)

  it("saw every code of the semantics in each of its roles", function()
    local wanted = {}
    for _, entry in ipairs(codes.list()) do
      for _, kind in ipairs(entry.kind) do
        local name = kind .. ":" .. entry.code
        if IN_CORE[name] then
          assert.truthy(shell.read(IN_CORE[name]):find('"' .. entry.code .. '"', 1, true), name)
        elseif kind == "explanation" or kind == "hint" or kind == "warning" then
          wanted[#wanted + 1] = name
        end
      end
    end
    assert.is_true(#wanted > 80)
    assert.equal("", compare(wanted, witness.codes))
  end)

  it("saw a test for every decision of the semantics", function()
    local wanted = {}
    for i = 1, LAST_DECISION do
      wanted[i] = ("D%02d"):format(i)
    end
    assert.equal("", compare(wanted, witness.decisions))
  end)
end)

-- Carries out one case of the catalogue and collects what is wrong.
--
-- Setup statements only change the picture. The first statement that needs a model loads the
-- picture as AWS's documents; until something acted on that model it is simply loaded anew when
-- the picture changes. Afterwards only the records that changed are read into the same model, so
-- that what the API made, and the clock, stay.

local api = require "support.catalogue.api"
local ask = require "support.catalogue.ask"
local documents = require "support.catalogue.documents"
local pictures = require "support.catalogue.picture"
local vpcpeer = require "vpcpeer"

local M = {}

-- A value as text that is equal for equal values.
local function serialize(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  local keys, parts = {}, {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for i, key in ipairs(keys) do
    parts[i] = tostring(key) .. "=" .. serialize(value[key])
  end
  return "{" .. table.concat(parts, ";") .. "}"
end

-- The records of `new` that are not in `old` in the same words.
local function changed(old, new)
  local known, difference = {}, {}
  for key, records in pairs(old) do
    for _, record in ipairs(records) do
      known[key .. serialize(record)] = true
    end
  end
  for key, records in pairs(new) do
    for _, record in ipairs(records) do
      if not known[key .. serialize(record)] then
        difference[key] = difference[key] or {}
        table.insert(difference[key], record)
      end
    end
  end
  return difference
end

-- A document that says something the reader cannot read is a mistake of the driver.
local function check_diagnostics(net)
  for _, diagnostic in ipairs(net:diagnostics()) do
    local code = diagnostic.code or ""
    if code:match "^invalid_" or code == "missing_id" or code == "duplicate_id" then
      error(("%s: %s %s"):format(code, tostring(diagnostic.path), diagnostic.message), 0)
    end
  end
end

-- What no document tells: prefixes that are known over Direct Connect.
local function declare_routes(net, picture)
  picture:each("vgw", function(vgw)
    if vgw.type == "dx" then
      net:get(vgw.name):declare_routes { cidrs = vgw.routes, connection = "dx" }
    end
  end)
end

local function read_into(net, document)
  local aws_reader = require "vpcpeer.aws_reader"
  aws_reader.read(aws_reader.new(net), document, { named = true })
  require("vpcpeer.core").seal(net, {})
end

-- The model of the picture as it is now.
local function model(run)
  if run.stale then
    local document = documents.of(run.picture)
    if run.acted then
      read_into(run.net, changed(run.document, document))
    else
      run.net = assert(vpcpeer.load_tables(document))
      declare_routes(run.net, run.picture)
    end
    check_diagnostics(run.net)
    run.document, run.stale = document, false
  end
  return run.net
end

local steps = { expect = ask.expect, status = ask.status, dns = ask.dns }

function steps.api(net, picture, statement)
  return api.run(net, picture, statement)
end

function steps.advance(net, _, statement)
  net:advance(statement.seconds)
end

local function step(run, statement)
  if statement.setup then
    run.picture:apply(statement)
    run.stale = true
    return nil
  end
  local net = model(run)
  run.acted = run.acted or statement.keyword == "api" or statement.keyword == "advance"
  return steps[statement.keyword](net, run.picture, statement)
end

-- The setup statements of the case that `case` starts from, oldest first.
local function inherit(cases, case, run)
  if not case.from then
    return
  end
  local base = cases[case.from] or error(("case %s is not in the catalogue"):format(case.from), 0)
  inherit(cases, base, run)
  for _, statement in ipairs(base.statements) do
    if statement.setup then
      step(run, statement)
    end
  end
end

--- Carries out a case; `cases` maps ids to cases. Returns what is wrong, a line a statement: none
-- when the case passes. An error of a setup statement ends the case.
function M.case(cases, case)
  local run = { picture = pictures.new(), stale = true, acted = false }
  local wrong = {}
  inherit(cases, case, run)
  for _, statement in ipairs(case.statements) do
    local ok, problem = pcall(step, run, statement)
    if problem then
      wrong[#wrong + 1] = ("%s:%d: %s: %s"):format(statement.file, statement.line, statement.text, tostring(problem))
    end
    if not ok and statement.setup then
      break
    end
  end
  return wrong
end

return M

-- The conformance catalogue: every case of spec/catalogue, and how to carry one out.

local documents = require "support.catalogue.documents"
local parse = require "support.catalogue.parse"
local pictures = require "support.catalogue.picture"
local run = require "support.catalogue.run"
local shell = require "support.shell"

local M = {}

-- The files, in the order of their cases.
M.files = {
  "2-full-access.txt", "3-specific-routes.txt", "4-not-supported.txt", "5-states-filters-routing.txt",
  "6-life-cycle.txt", "7-dns.txt",
}

M.folder = "spec/catalogue/"

--- All cases in order; the table also maps ids to cases.
function M.load()
  local all = {}
  for _, name in ipairs(M.files) do
    M.add(all, shell.read(M.folder .. name), M.folder .. name)
  end
  return all
end

--- Adds the cases of a text; an id that is there already raises.
function M.add(all, text, file)
  for _, case in ipairs(parse.cases(text, file)) do
    if all[case.id] then
      error(("%s: case %s occurs twice"):format(file, case.id), 0)
    end
    all[#all + 1] = case
    all[case.id] = case
  end
  return all
end

--- Carries out a case: an array of what is wrong, empty when it passes.
function M.run(all, id)
  return run.case(all, all[id] or error("no case " .. id, 0))
end

local function apply(picture, all, case)
  if case.from then
    apply(picture, all, all[case.from])
  end
  for _, statement in ipairs(case.statements) do
    if statement.setup then
      picture:apply(statement)
    end
  end
end

--- The documents of what a case sets up, with that of the case it begins from.
function M.documents(all, case)
  local picture = pictures.new()
  apply(picture, all, case)
  return documents.of(picture)
end

return M

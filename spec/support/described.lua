-- Networks for specs, written in the notation of the catalogue, and answers as one line.
--
-- The notation describes a network in few words; what it has no word for, a test changes in the
-- documents before they are loaded.

local catalogue = require "support.catalogue"
local documents = require "support.catalogue.documents"
local parse = require "support.catalogue.parse"
local pictures = require "support.catalogue.picture"
local vpcpeer = require "vpcpeer"

local M = {}

--- The documents of setup statements, fresh; `change(documents)` may alter them.
function M.documents(text, change)
  local picture = pictures.new()
  for _, statement in ipairs(parse.cases("case C90 of a spec\n" .. text .. "\n", "here.txt")[1].statements) do
    picture:apply(statement)
  end
  local document = documents.of(picture)
  if change then
    change(document)
  end
  return document
end

--- The network of setup statements.
function M.network(text, change)
  return assert(vpcpeer.load_tables(M.documents(text, change)))
end

--- What is wrong with statements of the notation, expectations included: "" when all hold.
function M.wrong(text)
  return table.concat(catalogue.run(catalogue.add({}, "case C90 of a spec\n" .. text .. "\n", "here.txt"), "C90"), "\n")
end

--- The record with this id in a list of a document.
function M.record(list, id)
  for _, record in ipairs(list) do
    for key, value in pairs(record) do
      if value == id and key:match "Id$" then
        return record
      end
    end
  end
  error("no record has the id " .. id, 0)
end

local VERDICTS = { reachable = "ok", ["not-reachable"] = "no", unknown = "unknown" }

local function add_codes(words, label, list)
  if #list > 0 then
    words[#words + 1] = label
  end
  for _, reason in ipairs(list) do
    words[#words + 1] = reason.code
  end
end

--- An answer as one line: "ok", "no CODE CODE hint CODE warn CODE", "unknown CODE".
function M.line(net, from, to, more)
  local question = { from = from, to = to }
  for key, value in pairs(more or {}) do
    question[key] = value
  end
  local trace, message = net:trace(question)
  if not trace then
    return message
  end
  local words = { VERDICTS[trace.verdict] }
  add_codes(words, nil, trace.explanations)
  add_codes(words, "hint", trace.hints)
  add_codes(words, "warn", trace.warnings)
  return table.concat(words, " ")
end

return M

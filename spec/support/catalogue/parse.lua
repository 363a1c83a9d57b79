-- Reads the notation of the conformance catalogue into tables.
--
-- A case is a header line and lines of statements between " ; ". Nothing is looked up or built
-- here. Whatever the notation does not allow raises with file and line, so that a typing error
-- cannot pass for a statement that says nothing.

local questions = require "support.catalogue.questions"
local setup = require "support.catalogue.setup"
local words_reader = require "support.catalogue.words"

local fail = words_reader.fail
local split = words_reader.split
local words_of = words_reader.words_of

local M = {}

-- The statements of one line; a statement may leave out the keyword of the one before it.
local function read_line(place, text, into)
  local keyword
  for _, piece in ipairs(split(text, " ; ")) do
    local first, rest = piece:match "^%s*(%S+)%s*(.-)%s*$"
    if not first then
      fail(place, "an empty statement")
    end
    if setup[first] or questions[first] then
      keyword = first
    elseif keyword then
      rest = piece:match "^%s*(.-)%s*$"
    else
      fail(place, ("unknown keyword \"%s\""):format(first))
    end
    local read = setup[keyword] or questions[keyword]
    local statement = read(place, words_of(rest), rest)
    statement.keyword, statement.setup = keyword, setup[keyword] ~= nil
    statement.text, statement.file, statement.line = keyword .. " " .. rest, place.file, place.line
    into[#into + 1] = statement
  end
end

local function read_header(place, text)
  local id, rest = text:match "^case (C%d+) (.+)$"
  if not id then
    fail(place, "\"case Cnn title\" expected")
  end
  local from, title = rest:match "^from (C%d+) : (.+)$"
  return { id = id, from = from, title = title or rest, statements = {} }
end

--- The cases of a text, in order: { id, title, from, statements = { { keyword, setup, text, ... } } }.
-- `file` is used in messages. Raises at the first thing that is no notation.
function M.cases(text, file)
  local cases, place = {}, { file = file, line = 0 }
  for line in text:gmatch "([^\n]*)\n?" do
    place.line = place.line + 1
    if line:match "^case " then
      cases[#cases + 1] = read_header(place, line)
    elseif line:match "%S" then
      local current = cases[#cases] or fail(place, "a statement before the first case")
      read_line(place, line, current.statements)
    end
  end
  return cases
end

return M

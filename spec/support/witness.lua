-- What the run saw with its own eyes: the codes that answers carried and expectations named, and the
-- decisions of the semantics that a passing test names in its title.
--
-- A code counts as seen in a role (explanation, hint, warning) when, within one test that passed, an
-- answer of the model carried it in that role and an expectation that held compared it. busted loads
-- `support.helper` before all specs, so the state here outlives the single files.

local M = {}

-- role .. ":" .. code, and decision, to the title of the first test that shows it.
M.codes, M.decisions = {}, {}

-- How many spec files were run: a part of the suite cannot tell what is missing.
M.files = 0

-- Of the test that runs (or of the description around it): what was answered, what was expected.
local answered, expected = {}, {}

-- Warnings that no answer carries: they are diagnostics of a load, so an expectation is all there is.
local DIAGNOSED = { SG_STALE_DISAGREES = "warning" }

local ROLES = { explanations = "explanation", hints = "hint", warnings = "warning" }

local function note(answer)
  for key, role in pairs(ROLES) do
    for _, reason in ipairs(answer[key]) do
      answered[role .. ":" .. reason.code] = reason.code
    end
  end
end

--- An expectation of these words held. Tables are searched; every word of capitals may be a code.
function M.expect(value, depth)
  depth = depth or 0
  if type(value) == "string" then
    for word in value:gmatch "%u[%u%d_]+" do
      expected[word] = true
    end
  elseif type(value) == "table" and depth < 6 then
    for _, item in pairs(value) do
      M.expect(item, depth + 1)
    end
  end
end

-- Assertions that compare; the first argument is what the spec expects.
local COMPARING = { "equal", "equals", "same", "match", "matches", "match_error", "error_matches" }

local function watch_assertions(assertions)
  for _, name in ipairs(COMPARING) do
    local entry = assertions[name]
    local judge = entry and entry.callback
    if judge then
      entry.callback = function(state, arguments, level)
        -- An assertion may change its arguments, and one that raises does not hold.
        local first = arguments[1]
        local holds, more = judge(state, arguments, level)
        if holds and state.mod then
          M.expect(first)
        end
        return holds, more
      end
    end
  end
end

-- The model answers through core.trace, which raises without a position of its own.
local function watch_answers(core)
  local ask = core.trace
  function core.trace(...)
    local fine, answer, names, code = pcall(ask, ...)
    if not fine then
      error(answer, 0)
    elseif answer then
      note(answer)
    end
    return answer, names, code
  end
end

local function keep(title)
  for seen, code in pairs(answered) do
    if expected[code] then
      M.codes[seen] = M.codes[seen] or title
    end
  end
  for code, role in pairs(DIAGNOSED) do
    if expected[code] then
      M.codes[role .. ":" .. code] = M.codes[role .. ":" .. code] or title
    end
  end
  for decision in title:gmatch "%f[%w]D%d%d%f[%W]" do
    M.decisions[decision] = M.decisions[decision] or title
  end
end

-- A test's whole title: that of the descriptions around it, then its own.
local function title_of(busted, element)
  local names = {}
  while element and element.descriptor ~= "file" do
    table.insert(names, 1, element.name)
    element = busted.parent(element)
  end
  return table.concat(names, " ")
end

--- Starts to watch; called once in a process, before any spec is loaded.
function M.install(busted)
  watch_assertions(require("luassert.namespaces").assertion)
  watch_answers(require "vpcpeer.core")
  local before = {}
  busted.subscribe({ "file", "start" }, function()
    M.files = M.files + 1
    answered, before = {}, {}
    return nil, true
  end)
  -- What a description answered on its way in stays with each of its tests.
  busted.subscribe({ "test", "start" }, function()
    for seen, code in pairs(answered) do
      before[seen] = code
    end
    answered, expected = {}, {}
    return nil, true
  end)
  busted.subscribe({ "test", "end" }, function(element, _, status)
    if status == "success" then
      for seen, code in pairs(before) do
        answered[seen] = code
      end
      keep(title_of(busted, element))
    end
    answered, expected = {}, {}
    return nil, true
  end)
end

return M

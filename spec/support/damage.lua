-- Damages documents as careless collectors and hostile writers would: fields that are missing or of
-- another type, ids that name nothing or another object, records twice, references in circles.

local M = {}

-- A value of another type or shape than the one that stands there.
local function odd_value(numbers)
  return numbers:pick { false, true, -1, 2.5, 1e300, "", "x", "10.0.0.0/8", "10.0.0.0/33", "::/0", "\255", {}, { {} },
    { "x" }, { a = 1 }, { [3] = 1 }, ("x"):rep(300), "000000000000", "vpc-", "eni-of-i-1", "local", "-1" }
end

-- All ids of a document, by the letters before their first dash, in order.
local function collect(value, ids)
  if type(value) == "table" then
    local keys = {}
    for key in pairs(value) do
      keys[#keys + 1] = key
    end
    table.sort(keys, function(a, b)
      return tostring(a) < tostring(b)
    end)
    for _, key in ipairs(keys) do
      collect(value[key], ids)
    end
  elseif type(value) == "string" then
    local kind = value:match "^(%l+)%-%w"
    if kind then
      ids[kind] = ids[kind] or {}
      table.insert(ids[kind], value)
      table.insert(ids, value)
    end
  end
end

local function damage_text(value, numbers, ids)
  local kind = value:match "^(%l+)%-%w"
  if not kind then
    return odd_value(numbers)
  end
  local choice = numbers:below(4)
  if choice == 0 then
    return value .. "-none"
  elseif choice == 1 then
    return numbers:pick(ids) -- of another kind, as likely as not
  end
  return numbers:pick(ids[kind]) -- another of its kind: two of one id, references in circles
end

local function copy_of(value, numbers, ids, rarity)
  local hit = numbers:below(rarity) == 0
  if type(value) ~= "table" then
    if hit and type(value) == "string" then
      return damage_text(value, numbers, ids)
    elseif hit then
      return odd_value(numbers)
    end
    return value
  elseif hit then
    return odd_value(numbers)
  end
  local copy = {}
  if value[1] ~= nil then
    for i = 1, #value do
      if numbers:below(rarity) > 0 then
        copy[#copy + 1] = copy_of(value[i], numbers, ids, rarity)
      end
      if numbers:below(rarity) == 0 then
        copy[#copy + 1] = copy_of(value[i], numbers, ids, rarity)
      end
    end
    return copy
  end
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for _, key in ipairs(keys) do
    if numbers:below(rarity) > 0 then
      copy[key] = copy_of(value[key], numbers, ids, rarity)
    end
  end
  return copy
end

--- A damaged copy of a document; about one value in `rarity` is struck, in four ways.
function M.of(document, numbers, rarity)
  local ids, copy, keys = {}, {}, {}
  collect(document, ids)
  if #ids == 0 then
    ids[1] = "vpc-none"
  end
  for key in pairs(document) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  -- Most lists stay lists, or most rounds would load nothing.
  for _, key in ipairs(keys) do
    local list = numbers:below(20) > 0 and copy_of(document[key], numbers, ids, rarity)
    copy[key] = type(list) == "table" and list or odd_value(numbers)
  end
  return copy
end

return M

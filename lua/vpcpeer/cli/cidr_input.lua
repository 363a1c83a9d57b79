--- The sets that `vpcpeer cidr` works on: files, standard input, blocks on the command line.
--
-- A file is read as a whole and handed to the module in one call. Every bad line is reported with
-- its file and number before the command ends; none is left out silently.

local inputs = {}

-- Bytes that are looked at before the rest is read.
local HEAD = 65536

local methods = {}

--- Starts reading.
-- @tparam table args parsed arguments; `skip_bad` goes on without bad lines
-- @tparam table cli vpcpeer.cli
-- @treturn table reader
function inputs.new(args, cli)
    return setmetatable({ skip_bad = args.skip_bad, cli = cli, bad = 0 }, { __index = methods })
end

--- A word as the addresses that it is.
-- @tparam string word
-- @treturn ?set nil when it is no list of addresses, blocks and ranges
function inputs.literal(word)
    local set = require("vpcpeer").set_from_text(word)
    return set and not set:is_empty() and set or nil
end

--- What messages call an input.
-- @tparam string word `-` or the name of a file
-- @treturn string
function inputs.name(word)
    return word == "-" and "standard input" or word
end

-- What is wrong with a word that can only have been meant for an address or a block.
local function address_problem(word)
    local is_like = word:find "^%d+%.%d+%.%d+%.%d+" or word:find "^%x*:[%x:.]*/?%d*$"
    local _, message = require("vpcpeer").set_from_text(word)
    return is_like and message and message:gsub("^line 1: ", "") or nil
end

-- The text of a file. One that is no text shows it at its beginning, however large it is.
local function read_all(file)
    local first, problem = file:read(HEAD)
    if not first then
        return not problem and "" or nil, problem
    elseif first:find("\0", 1, true) then
        return nil, "holds a zero byte, and is no text"
    end
    local rest
    rest, problem = file:read("*a")
    return rest and first .. rest, problem
end

-- The text that a word of the command line stands for, or nil and what is wrong.
local function read_text(self, word)
    if word == "-" then
        if self.read_standard_input then
            return nil, "standard input can only be read once"
        end
        self.read_standard_input = true
    elseif inputs.literal(word) then
        return word
    end
    local file, problem = io.stdin
    if word ~= "-" then
        file, problem = io.open(word, "rb")
        if not file then
            return nil, address_problem(word) or problem
        end
    end
    local text
    text, problem = read_all(file)
    if file ~= io.stdin then
        file:close()
    end
    return text, inputs.name(word) .. ": " .. tostring(problem)
end

-- Adds an input to a builder; false and a message when it cannot be read.
local function add(self, builder, word)
    local text, message = read_text(self, word)
    if not text then
        return false, message
    end
    local added, problems = builder:add_text(text, { on_error = "collect" })
    if not added then
        return false, inputs.name(word) .. ": " .. problems
    end
    for _, problem in ipairs(problems) do
        self.cli.complain(("%s:%d: %s"):format(inputs.name(word), problem.line, problem.message))
    end
    self.bad = self.bad + #problems
    return true
end

--- Everything that some inputs hold together.
-- @tparam {string,...} words files, `-`, addresses, blocks, ranges
-- @treturn[1] set
-- @treturn[2] nil
-- @treturn[2] string message
function methods:union(words)
    local builder = require("vpcpeer").builder()
    for _, word in ipairs(words) do
        local ok, message = add(self, builder, word)
        if not ok then
            return nil, message
        end
    end
    return builder:set()
end

--- Each input as a set of its own.
-- @tparam {string,...} words
-- @treturn[1] {set,...}
-- @treturn[2] nil
-- @treturn[2] string message
function methods:each(words)
    local sets = {}
    for i, word in ipairs(words) do
        local set, message = self:union { word }
        if not set then
            return nil, message
        end
        sets[i] = set
    end
    return sets
end

--- Whether the answer may be given after all that was read.
-- @treturn ?string what is wrong
function methods:problem()
    if self.bad > 0 and not self.skip_bad then
        return ("%d bad line%s; --skip-bad goes on without them"):format(self.bad,
            self.bad == 1 and "" or "s")
    end
    return nil
end

return inputs

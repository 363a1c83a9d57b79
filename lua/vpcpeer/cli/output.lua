--- Where the answer of a command goes, and in which colours.

local output = {}

-- Does standard output lead to a terminal? Lua cannot tell; the shell can.
local function is_terminal()
    local answer = os.execute("test -t 1")
    return answer == true or answer == 0
end

--- May the answer be coloured?
-- @tparam table args parsed arguments
-- @treturn boolean
function output.has_color(args)
    if args.color ~= "auto" or args.output then
        return args.color == "always"
    end
    local term = os.getenv("TERM")
    return (os.getenv("NO_COLOR") or "") == "" and term ~= nil and term ~= "dumb" and is_terminal()
end

-- A reader that went away (`| head`) has seen enough; it is no error.
local function is_closed_pipe(problem, errno)
    return errno == 32 or tostring(problem):find("[Bb]roken pipe") ~= nil
end

local writer_methods = {}

--- Opens the place where the answer goes, for answers that come in pieces.
-- @tparam table args parsed arguments
-- @treturn[1] table writer
-- @treturn[2] nil
-- @treturn[2] string message
function output.open(args)
    local writer = { name = args.output or "standard output", file = io.stdout, ok = true }
    if args.output then
        local refused
        writer.file, refused = io.open(args.output, "wb")
        if not writer.file then
            return nil, tostring(refused)
        end
    end
    return setmetatable(writer, { __index = writer_methods })
end

--- Writes a piece.
-- @tparam string text
-- @treturn boolean false when nobody reads any more: the rest need not be made
function writer_methods:write(text)
    if self.ok then
        self.ok, self.problem, self.errno = self.file:write(text)
    end
    return self.ok and true or false
end

--- Ends the answer.
-- @tparam number status what the command ends with when the answer could be written
-- @tparam table cli vpcpeer.cli
-- @treturn number exit status
function writer_methods:finish(status, cli)
    if self.ok then
        self.ok, self.problem, self.errno = self.file:flush()
    end
    if self.file ~= io.stdout then
        self.file:close()
    end
    if not self.ok and not is_closed_pipe(self.problem, self.errno) then
        return cli.fail(self.name .. ": " .. tostring(self.problem))
    end
    return status
end

--- Writes the answer, with a newline at its end.
-- @tparam table args parsed arguments
-- @tparam string text
-- @tparam number status what the command ends with when the answer could be written
-- @tparam table cli vpcpeer.cli
-- @treturn number exit status
function output.write(args, text, status, cli)
    local writer, refused = output.open(args)
    if not writer then
        return cli.fail(refused)
    end
    writer:write(text:sub(-1) == "\n" and text or text .. "\n")
    return writer:finish(status, cli)
end

--- Breaks a text into lines.
-- @tparam string text words
-- @tparam number width most characters in a line
-- @tparam string indent of every line but the first
-- @treturn string lines
function output.wrap(text, width, indent)
    local lines, line = {}, nil
    for word in text:gmatch("%S+") do
        if not line then
            line = word
        elseif #line + 1 + #word <= width then
            line = line .. " " .. word
        else
            lines[#lines + 1], line = line, word
        end
    end
    lines[#lines + 1] = line
    return table.concat(lines, "\n" .. indent)
end

return output

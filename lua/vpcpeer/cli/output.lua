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

--- Writes the answer, with a newline at its end.
-- @tparam table args parsed arguments
-- @tparam string text
-- @tparam number status what the command ends with when the answer could be written
-- @tparam table cli vpcpeer.cli
-- @treturn number exit status
function output.write(args, text, status, cli)
    local file, refused = io.stdout, nil
    if args.output then
        file, refused = io.open(args.output, "wb")
    end
    if not file then
        return cli.fail(tostring(refused))
    end
    local ok, problem, errno = file:write(text, text:sub(-1) == "\n" and "" or "\n")
    if ok then
        ok, problem, errno = file:flush()
    end
    if args.output then
        file:close()
    end
    if not ok and not is_closed_pipe(problem, errno) then
        return cli.fail((args.output or "standard output") .. ": " .. tostring(problem))
    end
    return status
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

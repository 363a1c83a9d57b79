--- Progress on standard error: one line that is written over and goes away.
--
-- Only work that has taken a while shows any, and only on a terminal, which is asked for when it
-- matters: most commands are done before.

local progress = {}

-- Seconds of work before anything is shown, and between two lines.
local PATIENCE, PAUSE = 1, 0.2

-- Characters that are shown: a longer line would not be written over.
local WIDTH = 78

local methods = {}

-- Does standard error lead to a terminal? Lua cannot tell; the shell can.
local function is_terminal()
    local answer = os.execute("test -t 2")
    return answer == true or answer == 0
end

--- A piece of work that begins now.
-- @tparam table args parsed arguments: `quiet` shows nothing
-- @tparam[opt] table means `clock`, `is_terminal`, `write`, in place of those of the process
-- @treturn table progress
function progress.new(args, means)
    means = means or {
        clock = os.clock,
        is_terminal = is_terminal,
        write = function(text)
            io.stderr:write(text)
        end,
    }
    local now = means.clock()
    return setmetatable({ means = means, quiet = args.quiet, due = now + PATIENCE }, { __index = methods })
end

--- Says what is being done, if it is time to say something.
-- @tparam string text
function methods:show(text)
    local now = not self.quiet and self.means.clock()
    if not now or now < self.due then
        return
    end
    self.due = now + PAUSE
    if not self.shown and not self.means.is_terminal() then
        self.quiet = true
        return
    end
    self.shown = true
    self.means.write("\r\27[K" .. text:gsub("%c", "?"):sub(1, WIDTH))
end

--- Takes the line away.
function methods:finish()
    if self.shown then
        self.means.write("\r\27[K")
        self.shown = nil
    end
end

return progress

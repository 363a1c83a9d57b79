--- `vpcpeer find`: is there any way from here to there, for these services?

local rows = require "vpcpeer.cli.rows"

local find = {
    summary = "Is any of these services open from here to there? Nothing found is a proof.",
    examples = {
        "vpcpeer find dump --from internet --services 'tcp 22, tcp 3389'",
    },
    status = "Exit status: 0 nothing found, 1 something found, 2 misuse or unreadable input, 3 not known.",
}

function find.define(command, cli)
    rows.define(command, cli)
    command:option("--services", "Any of these, such as 'tcp 22, tcp 8000-8080', any port of a range "
        .. "(any service at all)."):argname("SERVICES")
end

-- The rows of a list one after the other, without the traces, which are for scripts.
local function each(list)
    local i = 0
    return function()
        i = i + 1
        local row = list[i]
        if row then
            row.trace = nil
        end
        return row
    end
end

function find.run(args, cli)
    local network, found, examined = rows.ask(args, cli, "find")
    if not network then
        return found
    end
    return rows.write(each(found), args, network, cli, function(known, unknown)
        local status = known > 0 and 1 or unknown > 0 and 3 or 0
        return status, ("nothing found (sources looked at: %d, kinds of interfaces: %d, walks: %d)"):format(
            examined.sources, examined.classes, examined.walks)
    end)
end

return find

--- `vpcpeer connectivity`: everything that can flow, a row for each pair of ends.

local rows = require "vpcpeer.cli.rows"

local connectivity = {
    summary = "Everything that can reach everything: protocols, ports, answers included.",
    examples = {
        "vpcpeer connectivity dump --group-by vpc",
        "vpcpeer connectivity dump --from web --format csv --output web.csv",
    },
    status = "Exit status: 0 printed, 2 misuse or unreadable input.",
}

function connectivity.define(command, cli)
    rows.define(command, cli)
    command:option("--services", "Only these, such as 'tcp 22, tcp 8000-8080, icmp 8/0'; a row "
        .. "names those of them that pass."):argname("SERVICES")
end

function connectivity.run(args, cli)
    local network, answer = rows.ask(args, cli, "connectivity")
    if not network then
        return answer
    end
    return rows.write(answer, args, network, cli, function()
        return 0, "nothing can flow"
    end)
end

return connectivity

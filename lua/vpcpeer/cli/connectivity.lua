--- `vpcpeer connectivity`: everything that can flow, a row for each pair of ends.

local rows = require "vpcpeer.cli.rows"

local connectivity = {
    summary = "Everything that can reach everything: protocols, ports, answers included.",
}

function connectivity.define(command, cli)
    rows.define(command, cli)
    command:option("--services", "Only these, such as 'tcp 22, tcp 8000-8080, icmp 8/0'."):argname("SERVICES")
end

function connectivity.run(args, cli)
    local network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local step, refused = network:connectivity(rows.question(args))
    if not step then
        return cli.fail(refused)
    end
    return rows.write(step, args, network, cli, function()
        return 0, "nothing can flow"
    end)
end

return connectivity

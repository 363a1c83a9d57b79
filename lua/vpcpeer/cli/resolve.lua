--- `vpcpeer resolve`: what address does a host name mean for one who asks?

local ends = require "vpcpeer.cli.ends"
local output = require "vpcpeer.cli.output"

local resolve = {
    summary = "What address does a host name mean, asked from here?",
    examples = {
        "vpcpeer resolve dump --name ip-10-0-0-10.ec2.internal --from web",
        "vpcpeer resolve dump --name db.example.internal --from internet --format json",
    },
    status = "Exit status: 0 there is an address, 1 there is none, 2 misuse or unreadable input.",
}

-- What there is to say where there is no address.
local REASONS = {
    NXDOMAIN = "the name does not exist for who asks",
    UNRESOLVED = "who asks has no Amazon DNS server: DNS support of its VPC is off",
}

function resolve.define(command, cli)
    cli.define_input(command)
    command:option("--name", "The host name."):argname("NAME"):count(1)
    command:option("--from", "Who asks: an id, a unique Name, internet, onprem."):argname("END"):count(1)
    command:option("--family", "4 for an IPv4 address (default), 6 for IPv6."):choices({ "4", "6" })
        :argname("VERSION")
    cli.define_output(command, true)
end

local function to_json(args, address, result)
    local json = require "vpcpeer.json"
    return json.encode({
        name = args.name, from = args.from, family = tonumber(args.family or 4),
        address = address or json.null, result = address and "ADDRESS" or result,
    }, 4)
end

function resolve.run(args, cli)
    local network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local address, result, code = network:resolve(args.name, { from = args.from, family = tonumber(args.family) })
    if not address and not REASONS[result] then
        return cli.fail(result .. (code == "unknown_id" and ends.guess(network, result) or ""))
    end
    local text = args.format == "json" and to_json(args, address, result)
        or address or result .. ": " .. REASONS[result]
    return output.write(args, text, address and 0 or 1, cli)
end

return resolve

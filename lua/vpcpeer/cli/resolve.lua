--- `vpcpeer resolve`: what address does a host name mean for one who asks?

local ends = require "vpcpeer.cli.ends"
local output = require "vpcpeer.cli.output"

local resolve = {
    summary = "What address does a host name mean, asked from here?",
    examples = {
        "vpcpeer resolve dump --name ip-10-0-0-10.ec2.internal --from web",
        "vpcpeer resolve dump --name i-db.ec2.internal --from bastion --format json",
    },
    status = "Exit status: 0 there is an address, 1 there is none, 2 misuse or unreadable input, 3 the data "
        .. "leave it open.",
}

-- What there is to say where there is no address.
local REASONS = {
    NXDOMAIN = "the name does not exist for who asks",
    UNRESOLVED = "who asks has no Amazon DNS server: DNS support of its VPC is off",
    UNKNOWN = "the data say nothing of the name for who asks; it may exist elsewhere",
    attributes_off = "enableDnsSupport and enableDnsHostnames are not both true in %s",
    attributes_not_loaded = "it depends on enableDnsHostnames of %s, which is not in the data "
        .. "(describe-vpc-attribute); by default it is false, and then the name does not exist",
    only_in_region = "the name exists in the Region of %s, and for peers that may resolve its names",
    only_in_vpc = "the address is outside RFC 1918, so the name exists in %s and for peers that may resolve its "
        .. "names",
    only_inside = "private names exist inside of VPCs only",
}

-- The causes that make a question of an answer: what was left out of the data could say otherwise.
local OPEN = { not_in_data = true, attributes_not_loaded = true }

function resolve.define(command, cli)
    cli.define_input(command)
    command:option("--name", "The host name."):argname("NAME"):count(1)
    command:option("--from", "Who asks: an id, a unique Name, internet, onprem."):argname("END"):count(1)
    command:option("--family", "4 for an IPv4 address (default), 6 for IPv6."):choices({ "4", "6" })
        :argname("VERSION")
    cli.define_output(command, true)
end

local function to_json(args, address, result, cause)
    local json = require "vpcpeer.json"
    return json.encode({
        name = args.name, from = args.from, family = tonumber(args.family or 4),
        address = address or json.null, result = address and "ADDRESS" or result, cause = cause,
    }, 4)
end

local function to_text(result, cause, vpc)
    local reason = REASONS[cause] or REASONS[result]
    return result .. ": " .. reason:gsub("%%s", function()
        return vpc
    end)
end

function resolve.run(args, cli)
    local network, message = cli.load(args)
    if not network then
        return cli.fail(message)
    end
    local address, result, cause, vpc = network:resolve(args.name, {
        from = args.from, family = tonumber(args.family),
    })
    if not address and not REASONS[result] then
        return ends.fail(cli, network, result, cause)
    end
    if not address and OPEN[cause] then
        result = "UNKNOWN"
    end
    local text = args.format == "json" and to_json(args, address, result, cause)
        or address or to_text(result, cause, vpc)
    return output.write(args, text, address and 0 or result == "UNKNOWN" and 3 or 1, cli)
end

return resolve

--- `vpcpeer collect`: a shell script of the `aws` calls that make a dump.
--
-- The script only reads, needs nothing but a POSIX shell and the AWS CLI, and is printed so that it can
-- be read before it is run where the credentials are. Files come to lie in FOLDER/ACCOUNT/REGION, which
-- tells the loader what belongs where.

local output = require "vpcpeer.cli.output"

local collect = {
    summary = "A shell script of the 'aws' calls that make a dump.",
    examples = {
        "vpcpeer collect | sh",
        "vpcpeer collect --profile prod --region us-east-1 --region eu-west-1 > c.sh",
    },
    status = "Exit status: 0 printed, 2 misuse. The script itself: 0 everything collected, 1 something was refused.",
}

-- Lists without an argument, each a file of its own: `aws ec2 describe-NAME`.
local LISTS = {
    "vpcs", "subnets", "route-tables", "vpc-peering-connections", "security-groups", "security-group-rules",
    "security-group-vpc-associations", "network-acls", "internet-gateways", "egress-only-internet-gateways",
    "nat-gateways", "vpc-endpoints", "prefix-lists", "managed-prefix-lists", "network-interfaces", "instances",
    "addresses", "vpn-gateways", "vpn-connections", "customer-gateways", "transit-gateways",
    "transit-gateway-attachments", "transit-gateway-vpc-attachments", "transit-gateway-peering-attachments",
    "transit-gateway-route-tables",
}

-- What is asked of each object of a list: where the ids come from, the file, the call in which $id
-- stands for one. The query puts the id into answers that do not name what they are about.
local PARTS = {
    { "describe-vpcs", "Vpcs[].VpcId", "vpc-dns-support", [[describe-vpc-attribute --vpc-id "$id" ]]
        .. [[--attribute enableDnsSupport]] },
    { "describe-vpcs", "Vpcs[].VpcId", "vpc-dns-hostnames", [[describe-vpc-attribute --vpc-id "$id" ]]
        .. [[--attribute enableDnsHostnames]] },
    { "describe-managed-prefix-lists", "PrefixLists[].PrefixListId", "prefix-list-entries",
        [[get-managed-prefix-list-entries --prefix-list-id "$id" ]]
        .. [[--query "{PrefixListId:'$id',Entries:Entries}"]] },
    { "describe-transit-gateway-route-tables", "TransitGatewayRouteTables[].TransitGatewayRouteTableId",
        "transit-gateway-routes", [[search-transit-gateway-routes --transit-gateway-route-table-id "$id" ]]
        .. [[--filters Name=state,Values=active,blackhole ]]
        .. [[--query "{TransitGatewayRouteTableId:'$id',Routes:Routes,]]
        .. [[AdditionalRoutesAvailable:AdditionalRoutesAvailable}"]] },
    { "describe-transit-gateway-route-tables", "TransitGatewayRouteTables[].TransitGatewayRouteTableId",
        "transit-gateway-associations", [[get-transit-gateway-route-table-associations ]]
        .. [[--transit-gateway-route-table-id "$id" --query "{TransitGatewayRouteTableId:'$id',]]
        .. [[Associations:Associations}"]] },
    { "describe-transit-gateway-route-tables", "TransitGatewayRouteTables[].TransitGatewayRouteTableId",
        "transit-gateway-propagations", [[get-transit-gateway-route-table-propagations ]]
        .. [[--transit-gateway-route-table-id "$id" --query "{TransitGatewayRouteTableId:'$id',]]
        .. [[TransitGatewayRouteTablePropagations:TransitGatewayRouteTablePropagations}"]] },
}

local HEAD = [[
#!/bin/sh
# Writes what the AWS CLI prints about a network into FOLDER/ACCOUNT/REGION, for 'vpcpeer show FOLDER'.
# Every call only reads. Usage: sh collect.sh [FOLDER] (default: %s)
set -u
AWS_PAGER=
export AWS_PAGER
folder=${1:-%s}
status=0

# The AWS CLI for the profile and Region in hand; without them it chooses itself.
call() {
    aws ${profile:+--profile "$profile"} ${region:+--region "$region"} "$@" </dev/null
}

# save NAME CALL...: what the call prints is FOLDER/ACCOUNT/REGION/NAME.json; a call that is refused
# leaves no file, is named, and the rest goes on.
save() {
    file=$place/$1.json
    shift
    if call ec2 "$@" --output json >"$file.part"; then
        mv "$file.part" "$file"
    else
        rm -f "$file.part"
        echo "not collected: $file" >&2
        status=1
    fi
}

# ids CALL QUERY: a word each.
ids() {
    call ec2 "$1" --query "$2" --output text | tr '\t' '\n' | grep -v '^None$'
}

collect() {
    account=$(call sts get-caller-identity --query Account --output text) || {
        echo "no account: profile '$profile'" >&2
        status=1
        return
    }
    if [ -z "$region" ]; then
        region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(call configure get region)}}
    fi
    place=$folder/$account/$region
    mkdir -p "$place" || exit 1
    echo "collecting $place" >&2
]]

local FOOT = [[
}

for profile in %s; do
    for region in %s; do
        collect
    done
done
exit "$status"
]]

-- A word of the script that means nothing but itself.
local function quote(word)
    return word:find("^[%w_./-]+$") and word or "'" .. word:gsub("'", "'\\''") .. "'"
end

local function quote_all(words)
    local list = {}
    for i, word in ipairs(words or {}) do
        list[i] = quote(word)
    end
    return list[1] and table.concat(list, " ") or "''"
end

-- The calls in the order in which they are made, as the words behind `aws ec2`; `$id` in them stands for
-- each object of a list.
local function calls()
    local list = {}
    for _, name in ipairs(LISTS) do
        list[#list + 1] = "describe-" .. name
    end
    for _, part in ipairs(PARTS) do
        list[#list + 1] = part[4]
    end
    return list
end

local function script(args)
    local folder = quote(args.folder)
    local lines = { (HEAD:gsub("%%s", (folder:gsub("%%", "%%%%")))) }
    for _, name in ipairs(LISTS) do
        lines[#lines + 1] = ("    save %s describe-%s\n"):format(name, name)
    end
    for _, part in ipairs(PARTS) do
        lines[#lines + 1] = ("    for id in $(ids %s '%s'); do\n        save \"%s-$id\" %s\n    done\n"):format(
            part[1], part[2], part[3], part[4])
    end
    lines[#lines + 1] = FOOT:format(quote_all(args.profile), quote_all(args.region))
    return table.concat(lines)
end

function collect.define(command, cli)
    command:option("--profile", "A profile of the AWS CLI (may be repeated; none: the one it would take)."):argname(
        "NAME"):count("*")
    command:option("--region", "A Region (may be repeated; none: the one it would take)."):argname("REGION"):count("*")
    command:option("--folder", "Where the dump goes."):argname("FOLDER"):default("dump")
    cli.define_output(command, true)
end

function collect.run(args, cli)
    for _, region in ipairs(args.region or {}) do
        if not region:find("^%l%l%l?%-[%l-]+%-%d+$") then
            return cli.fail("option '--region': '" .. region .. "' is no Region such as us-east-1")
        end
    end
    local text = args.format == "json" and require("vpcpeer.json").encode({ calls = calls() }, 4) or script(args)
    return output.write(args, text, 0, cli)
end

return collect

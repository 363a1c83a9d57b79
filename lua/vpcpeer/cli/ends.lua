--- What a word that names nothing may have meant.

local ends = {}

-- Names are looked through for one that was meant up to this number, and up to this length.
local GUESSES, LONGEST = 20000, 80

-- What a packet can start from or arrive at.
local CLASSES = {
    "instances", "network_interfaces", "subnets", "vpcs", "internet_gateways", "egress_only_internet_gateways",
    "vpn_gateways",
}

-- Ids and Names of the model, or nil when there are too many to compare.
local function known_names(network)
    local known = {}
    for _, class in ipairs(CLASSES) do
        for object in network[class](network) do
            if #known > GUESSES then
                return nil
            end
            known[#known + 1] = object.id
            known[#known + 1] = object.tags.Name
        end
    end
    return known[1] and known
end

--- What `"wbe"` in a message may have meant.
-- @tparam network network
-- @tparam string message of a question that was not understood
-- @treturn string to put behind the message; "" when nothing comes close, or the message says it itself
function ends.guess(network, message)
    local word = message:match('"(.-)"')
    if not word or #word > LONGEST or message:find("did you mean", 1, true) then
        return ""
    end
    local known = known_names(network)
    if not known then
        return ""
    end
    local nearest, letters = require("vpcpeer.options").nearest(word, known)
    return letters <= #word / 2 and '; did you mean "' .. nearest .. '"?' or ""
end

--- Ends a command whose question was not understood.
-- @tparam table cli vpcpeer.cli
-- @tparam network network
-- @tparam string message
-- @tparam string code
-- @treturn number exit status
function ends.fail(cli, network, message, code)
    return cli.fail(message .. (code == "unknown_id" and ends.guess(network, message) or ""))
end

return ends

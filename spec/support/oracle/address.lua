-- Addresses for the oracle: an address is an array of 4 or 16 bytes, and everything is done byte by
-- byte and bit by bit, on purpose without the address code that is being checked.

local M = {}

-- The eight groups of IPv6 text without "::", as 16 bytes.
local function groups_to_bytes(groups)
    local bytes = {}
    for i, group in ipairs(groups) do
        local number = tonumber(group, 16)
        bytes[2 * i - 1], bytes[2 * i] = math.floor(number / 256), number % 256
    end
    return bytes
end

local function split_groups(text)
    local groups = {}
    for group in text:gmatch "%x+" do groups[#groups + 1] = group end
    return groups
end

--- "10.0.0.5" or "2001:db8::5" as bytes.
function M.parse(text)
    local a, b, c, d = text:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$"
    if a then
        return { tonumber(a), tonumber(b), tonumber(c), tonumber(d) }
    end
    local head, tail = text:match "^(.-)::(.*)$"
    if not head then
        return groups_to_bytes(split_groups(text))
    end
    local groups, last = split_groups(head), split_groups(tail)
    while #groups + #last < 8 do groups[#groups + 1] = "0" end
    for _, group in ipairs(last) do groups[#groups + 1] = group end
    return groups_to_bytes(groups)
end

--- The text of an address, not shortened: what an address is called in tables and messages.
function M.text(bytes)
    if #bytes == 4 then
        return table.concat(bytes, ".")
    end
    local groups = {}
    for i = 1, 8 do groups[i] = ("%x"):format(bytes[2 * i - 1] * 256 + bytes[2 * i]) end
    return table.concat(groups, ":")
end

function M.equal(a, b)
    if #a ~= #b then return false end
    for i = 1, #a do
        if a[i] ~= b[i] then return false end
    end
    return true
end

-- Bit number `position` (1 = the highest) of an address.
local function bit(bytes, position)
    local byte = bytes[math.floor((position - 1) / 8) + 1]
    return math.floor(byte / 2 ^ (7 - (position - 1) % 8)) % 2
end

--- "10.0.0.0/8" as { bytes = …, length = 8 }, host bits cleared.
function M.cidr(text)
    local address, length = text:match "^(.*)/(%d+)$"
    local cidr = { bytes = M.parse(address), length = tonumber(length), text = text }
    for position = cidr.length + 1, #cidr.bytes * 8 do
        if bit(cidr.bytes, position) == 1 then
            local i = math.floor((position - 1) / 8) + 1
            cidr.bytes[i] = cidr.bytes[i] - 2 ^ (7 - (position - 1) % 8)
        end
    end
    return cidr
end

--- Does the block hold the address? Whole bytes first, then the bits that are left.
function M.contains(cidr, bytes)
    if #cidr.bytes ~= #bytes then return false end
    local whole = math.floor(cidr.length / 8)
    for i = 1, whole do
        if cidr.bytes[i] ~= bytes[i] then return false end
    end
    for position = whole * 8 + 1, cidr.length do
        if bit(cidr.bytes, position) ~= bit(bytes, position) then return false end
    end
    return true
end

function M.in_any(cidrs, bytes)
    for _, cidr in ipairs(cidrs) do
        if M.contains(cidr, bytes) then return true end
    end
    return false
end

--- The address `count` after (or, negative, before) this one; nil beyond the ends of the family.
function M.plus(bytes, count)
    local sum, carry = {}, count
    for i = #bytes, 1, -1 do
        local value = bytes[i] + carry
        sum[i] = value % 256
        carry = math.floor(value / 256)
    end
    if carry ~= 0 then return nil end
    return sum
end

--- The last address of a block.
function M.last(cidr)
    local bytes = {}
    for i, byte in ipairs(cidr.bytes) do
        local host_bits = math.min(8, math.max(0, i * 8 - cidr.length))
        bytes[i] = byte + 2 ^ host_bits - 1
    end
    return bytes
end

--- Ranges that the text names (semantics 0.2.5, 3.1.4, 7.3).
M.RFC1918 = { M.cidr "10.0.0.0/8", M.cidr "172.16.0.0/12", M.cidr "192.168.0.0/16" }
M.RFC6598 = { M.cidr "100.64.0.0/10" }
M.NAT64 = M.cidr "64:ff9b::/96"
M.UNSPECIFIED = { M.cidr "0.0.0.0/32", M.cidr "::/128" }
M.NO_INTERNET = {
    M.cidr "0.0.0.0/8", M.cidr "127.0.0.0/8", M.cidr "169.254.0.0/16", M.cidr "224.0.0.0/4",
    M.cidr "::1/128", M.cidr "fe80::/10", M.cidr "ff00::/8",
}

return M

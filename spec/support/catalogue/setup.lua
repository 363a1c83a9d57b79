-- Reads the statements of the catalogue that describe a network, one function a keyword.
--
-- Each turns the words after its keyword into a table of named parts; names stay labels.

local words_reader = require "support.catalogue.words"

local fail = words_reader.fail
local split = words_reader.split
local take_options = words_reader.take_options
local need = words_reader.need
local list = words_reader.list
local read_routes = words_reader.read_routes
local read_ports = words_reader.read_ports
local states = words_reader.states

-- The items between bars of each word from `from` on, each with exactly `count` items.
local function read_rules(place, words, from, count, read)
  local rules = {}
  for i = from, #words do
    local items = split(words[i], "|")
    if #items ~= count or not (items[1] == "in" or items[1] == "out") then
      fail(place, ("\"%s\" is no rule"):format(words[i]))
    end
    rules[#rules + 1] = read(items)
  end
  return rules
end

local M = {}

function M.vpc(place, words)
  need(place, words, 2)
  return take_options(place, words, 3, { name = words[1], cidrs = list(words[2]) },
    { region = true, account = true, dns = { both = "both", support = "support", none = "none" } })
end

function M.subnet(place, words)
  need(place, words, 3)
  local subnet = { name = words[1], vpc = words[2], cidrs = list(words[3]) }
  return take_options(place, words, 4, subnet, { az = true, rtb = true, acl = true })
end

function M.host(place, words)
  need(place, words, 3)
  local host = { name = words[1], subnet = words[2], addresses = list(words[3]) }
  take_options(place, words, 4, host,
    { sg = true, eip = true, kind = true, check = { on = "on", off = "off" }, nat = { yes = "yes" } })
  host.sg = list(host.sg)
  return host
end

function M.classic(place, words)
  need(place, words, 3)
  return take_options(place, words, 4, { name = words[1], vpc = words[2], address = words[3] }, {})
end

function M.pcx(place, words)
  need(place, words, 3)
  local pcx = { name = words[1], requester = words[2], accepter = words[3] }
  take_options(place, words, 4, pcx, { state = states, dnsreq = { on = true }, dnsacc = { on = true }, cl = true })
  pcx.cl = list(pcx.cl) or {}
  for _, flag in ipairs(pcx.cl) do
    if not flag:match "^[ra][ec][qc]%.%l+$" then
      fail(place, ("\"%s\" is no ClassLink flag"):format(flag))
    end
  end
  return pcx
end

function M.rtb(place, words)
  need(place, words, 1)
  if not words[1]:match "^%w+%.%w+$" then
    fail(place, ("\"%s\" is no route table"):format(words[1]))
  end
  return { name = words[1], routes = read_routes(place, words, 2) }
end

local function gateway(place, words)
  need(place, words, 2)
  return take_options(place, words, 3, { name = words[1], vpc = words[2] }, {})
end
M.igw = gateway
M.eigw = gateway

function M.nat(place, words)
  need(place, words, 3)
  local nat = { name = words[1], subnet = words[2], address = words[3] }
  return take_options(place, words, 4, nat, { eip = true })
end

function M.vgw(place, words)
  need(place, words, 3)
  local vgw = { name = words[1], vpc = words[2] }
  take_options(place, words, 3, vgw, { routes = true, type = { vpn = "vpn", dx = "dx" } })
  vgw.routes = list(vgw.routes) or fail(place, "a virtual private gateway needs routes=")
  return vgw
end

function M.vpceg(place, words)
  need(place, words, 3)
  return take_options(place, words, 3, { name = words[1], vpc = words[2] }, { pl = true })
end

function M.pl(place, words)
  need(place, words, 2)
  return take_options(place, words, 3, { name = words[1], cidrs = list(words[2]) }, {})
end

function M.tgw(place, words)
  need(place, words, 2)
  local tgw = { name = words[1], attachments = {}, routes = read_routes(place, words, 3) }
  for _, item in ipairs(list(words[2])) do
    local vpc, subnet = item:match "^(%w+)@(%w+)$"
    if not vpc then
      fail(place, ("\"%s\" is no attachment"):format(item))
    end
    tgw.attachments[#tgw.attachments + 1] = { vpc = vpc, subnet = subnet }
  end
  return tgw
end

function M.sg(place, words)
  need(place, words, 2)
  return {
    name = words[1],
    vpc = words[2],
    rules = read_rules(place, words, 3, 4, function(items)
      local ports = read_ports(place, items[3])
      return { direction = items[1], protocol = items[2], ports = ports, peer = items[4] }
    end),
  }
end

function M.acl(place, words)
  need(place, words, 2)
  return {
    name = words[1],
    vpc = words[2],
    rules = read_rules(place, words, 3, 6, function(items)
      local number = tonumber(items[2]) or fail(place, ("\"%s\" is no rule number"):format(items[2]))
      if not (items[3] == "allow" or items[3] == "deny") then
        fail(place, ("\"%s\" is no action"):format(items[3]))
      end
      return {
        direction = items[1], number = number, action = items[3], protocol = items[4],
        ports = read_ports(place, items[5]), cidr = items[6],
      }
    end),
  }
end

function M.mesh(place, words)
  need(place, words, 2)
  return { vpcs = words }
end

function M.hub(place, words)
  need(place, words, 2)
  return { vpcs = words }
end

return M

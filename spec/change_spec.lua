-- After changes everything that was compiled answers as it does for a model that was loaded anew:
-- random networks, every kind of call, all rows, and the short question for pairs.

local changes = require "support.changes"
local figures = require "support.figures"
local random = require "support.random"
local random_network = require "support.random_network"
local tables = require "support.oracle.tables"
local vpcpeer = require "vpcpeer"

local SEED = random.start("change").state - 1
local RUNS = tonumber(os.getenv "VPCPEER_CHANGE_RUNS") or 8
local STEPS = 15

local function list_text(lists)
    local items = {}
    for _, item in ipairs(lists or {}) do items[#items + 1] = table.concat(item, "-") end
    return table.concat(items, ",")
end

local function service_text(service)
    return ("%s %s %s %s"):format(service.protocol, list_text(service.ports), list_text(service.source_ports),
        list_text(service.types))
end

local function row_text(row)
    local services = {}
    for _, service in ipairs(row.services) do services[#services + 1] = service_text(service) end
    return ("%s %s %s %s %s %s: %s"):format(row.from, row.to, row.family, row.verdict, tostring(row.code),
        table.concat(row.from_cidrs or row.to_cidrs or {}, " "), table.concat(services, "; "))
end

-- Everything that the network answers, as lines; the same for equal models.
local function answers(net, ids)
    local lines = {}
    for row in net:connectivity {} do lines[#lines + 1] = row_text(row) end
    table.sort(lines)
    for i = 1, #ids, 3 do
        for k = 2, #ids, 3 do
            local ok, code = net:reachable(ids[i], ids[k], "tcp", 443)
            lines[#lines + 1] = ("%s %s %s %s"):format(ids[i], ids[k], tostring(ok), tostring(code))
        end
    end
    return lines
end

-- What is loaded as rules of their own replaces the rules of their groups, which are told here too.
local function documents_of(net)
    local documents = tables.documents(net)
    documents.Addresses = net:describe("addresses").Addresses
    return documents
end

-- Ids that were generated are equal in both; what was deleted is not printed for ever, so both know it.
-- A connection that ended long ago is in the model still, and in no document any more: from then on there
-- is nothing to compare with. `seen` are the connections that were printed before.
local function check(net, what, seen)
    local ids, documents, printed = figures.interface_ids(net), documents_of(net), {}
    for _, connection in ipairs(documents.VpcPeeringConnections) do
        printed[connection.VpcPeeringConnectionId] = true
        seen[connection.VpcPeeringConnectionId] = true
    end
    for id in pairs(seen) do
        if not printed[id] then return 0 end
    end
    local fresh = assert(vpcpeer.load_tables(documents))
    local mine, theirs = answers(net, ids), answers(fresh, ids)
    for i = 1, math.max(#mine, #theirs) do
        if mine[i] ~= theirs[i] then
            error(("%s: line %d is\n  %s\nand of the model loaded anew\n  %s"):format(what, i, tostring(mine[i]),
                tostring(theirs[i])), 0)
        end
    end
    fresh:close()
    return #mine
end

describe("a changed model #once", function()
    it("answers like one that was loaded anew", function()
        local made = {}
        for run = 1, RUNS do
            local numbers = random.new(SEED + run)
            local net = assert(vpcpeer.load_tables(random_network.documents(SEED + run)))
            local done, seen = {}, {}
            check(net, ("VPCPEER_SEED=%d run %d"):format(SEED, run), seen)
            for step = 1, STEPS do
                local name, worked = changes.one(net, numbers)
                made[name] = made[name] or worked
                done[#done + 1] = worked and name or nil
                -- sometimes several changes come before the next question
                if numbers:below(3) > 0 then
                    check(net, ("VPCPEER_SEED=%d run %d step %d after %s"):format(SEED, run, step,
                        table.concat(done, " ")), seen)
                    done = {}
                end
            end
            net:close()
        end
        for _, name in ipairs(changes.names) do
            assert.is_true(RUNS < 60 or made[name] or name == "describe", name .. " was never made")
        end
    end)
end)

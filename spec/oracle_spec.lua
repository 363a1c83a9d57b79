-- The walk and the rows of connectivity against the oracle, on seeded random networks: every verdict must be the same.
--
-- `make oracle SEED=n RUNS=n` asks about more networks; a seed and its questions are the same in
-- every Lua and on every machine.

local compare = require "support.oracle.compare"
local oracle = require "support.oracle.packet"
local questions = require "support.oracle.questions"
local random_network = require "support.random_network"
local rows = require "support.oracle.rows"
local shrink = require "support.oracle.shrink"
local tables = require "support.oracle.tables"
local vpcpeer = require "vpcpeer"

local FIRST = tonumber(os.getenv "VPCPEER_ORACLE_SEED") or 1
local RUNS = tonumber(os.getenv "VPCPEER_ORACLE_RUNS") or 60
local PAIRS, SERVICES = 120, 5

-- Does this disagreement show in a network that was read from documents?
local function shows(net, model, question, text)
    return compare.differ(net, model, question) == text or compare.differ_shortly(net, model, question) == text
        or compare.differ_in_rows(model, rows.of(net), question) == text
end

-- The smallest network that still shows this very disagreement, as the tables of `net:describe_json`.
local function smallest(net, question, text)
    local documents = tables.documents(net)
    local again = assert(vpcpeer.load_tables(documents))
    if not shows(again, oracle.read(again), question, text) then
        return "only after changes; not once the network is loaded anew"
    end
    shrink.documents(documents, function(smaller, model) return shows(smaller, model, question, text) end)
    return assert(vpcpeer.load_tables(documents)):describe_json()
end

local function message(seed, question, text, net)
    return ("seed %d: %s: %s\nmake oracle SEED=%d RUNS=1\n%s"):format(seed, questions.text(question), text, seed,
        smallest(net, question, text))
end

describe("the oracle #once", function()
    it("agrees with the walk and with connectivity on random networks, pair by pair, at every corner", function()
        local asked, reachable = 0, 0
        for seed = FIRST, FIRST + RUNS - 1 do
            local many, passed = compare.network(seed, PAIRS, SERVICES, function(question, text, net)
                error(message(seed, question, text, net), 0)
            end)
            asked, reachable = asked + many, reachable + passed
        end
        assert.is_true(asked > 50 * RUNS, "too few questions: " .. asked)
        assert.is_true(RUNS < 10 or reachable > asked / 20, "too few of them reachable: " .. reachable)
    end)

    it("makes the same network from the same seed", function()
        local first = assert(vpcpeer.load_tables(random_network.documents(7))):describe_json()
        assert.equal(first, assert(vpcpeer.load_tables(random_network.documents(7))):describe_json())
        assert.not_equal(first, assert(vpcpeer.load_tables(random_network.documents(8))):describe_json())
    end)

    it("notices when a network and its rules differ, and shrinks it", function()
        local documents = random_network.documents(3)
        local model = oracle.read(assert(vpcpeer.load_tables(documents)))
        local found
        for _, group in ipairs(documents.SecurityGroups) do
            group.IpPermissions, group.IpPermissionsEgress = {}, {}
        end
        local net = assert(vpcpeer.load_tables(documents))
        for _, from in ipairs(model.interfaces.ids) do
            for _, to in ipairs(model.interfaces.ids) do
                local question = { family = 4, protocol = 6, port = 443, from = { eni = from }, to = { eni = to } }
                found = found or from ~= to and compare.differ(net, model, question) and question
            end
        end
        assert.is_table(found)
        local count = #documents.NetworkInterfaces
        shrink.documents(documents, function(smaller, right)
            return compare.product(smaller, found) == false and compare.oracle(right, found) == false
        end)
        assert.is_true(#documents.NetworkInterfaces < count)
    end)
end)

-- net:reachable: the short answer agrees with the long one, and leaves no garbage.

local peered = require "support.peered"

local function without_route_back(documents)
    table.remove(documents.RouteTables[2].Routes, 2)
end

describe("net:reachable", function()
    it("gives the verdict and the first code", function()
        local net = peered.network()
        assert.same({ true, nil }, { net:reachable("web", "db", "tcp", 5432) })
        assert.same({ false, "ENI_SG_RULES_MISMATCH" }, { net:reachable("web", "db") })
        assert.same({ false, "NO_ROUTE_TO_DESTINATION" }, { net:reachable("db", "lone") })
        local closed = peered.network(without_route_back)
        assert.same({ false, "RETURN_ROUTE_MISSING" }, { closed:reachable("web", "db", "tcp", 5432) })
    end)

    it("agrees with net:trace on every pair, protocol and port", function()
        for _, net in ipairs { peered.network(), peered.network(without_route_back) } do
            local ends = { "web", "db", "lone", "10.0.0.10", "10.0.0.99", "internet" }
            local asked = 0
            for number = 1, 3 do
                for _, to in ipairs(ends) do
                    for _, service in ipairs { { "tcp", 5432 }, { "tcp", 22 }, { "udp", 53 }, { "icmp" }, { "-1" } } do
                        local question = { from = ends[number], to = to, protocol = service[1], port = service[2] }
                        local t = assert(net:trace(question))
                        local verdict, code = net:reachable(ends[number], to, service[1], service[2])
                        assert.equal(t.reachable, verdict)
                        assert.equal(t.explanations[1] and t.explanations[1].code, code)
                        asked = asked + 1
                    end
                end
            end
            assert.equal(90, asked)
        end
    end)

    it("gives nil, message, code for an end that is not there", function()
        local verdict, message, code = peered.network():reachable("web", "nobody")
        assert.is_nil(verdict)
        assert.matches("nobody", message)
        assert.equal("unknown_id", code)
    end)

    it("gives nil, message, code for a Name that several objects carry", function()
        local net = peered.network(function(documents)
            documents.Reservations[1].Instances[3].Tags[1].Value = "db"
        end)
        local verdict, message, code = net:reachable("web", "db")
        assert.is_nil(verdict)
        assert.equal("ambiguous", code)
        assert.matches("i%-db", message)
        assert.matches("i%-lone", message)
    end)

    it("raises for misuse", function()
        local net = peered.network()
        assert.error_matches(function() net:reachable("web") end, "bad argument #2")
        assert.error_matches(function() net:reachable("web", 7) end, "'to' is an end")
        assert.error_matches(function() net:reachable("web", "db", {}) end, "'protocol' is a number, not table")
        assert.error_matches(function() net:reachable("web", "db", "tcp", -1) end, "'port' is a whole number")
        net:close()
        assert.error_matches(function() net:reachable("web", "db") end, "closed")
    end)

    it("follows the model when it changes", function()
        local net = peered.network()
        assert.is_true(net:reachable("web", "db", "tcp", 5432))
        local other = peered.network(without_route_back)
        assert.is_false(other:reachable("web", "db", "tcp", 5432))
        assert.is_true(net:reachable("web", "db", "tcp", 5432))
    end)

    it("allocates nothing once it is warm", function()
        local net = peered.network(without_route_back)
        local reachable, web, db = net.reachable, net:get "web", net:get "db"
        local function ask(times)
            for _ = 1, times do
                reachable(net, "web", "db", "tcp", 5432)
                reachable(net, web, db, "tcp", 22)
                reachable(net, "db", "192.168.0.10")
            end
        end
        ask(100)
        collectgarbage()
        collectgarbage "stop"
        local before = collectgarbage "count"
        ask(1000)
        local after = collectgarbage "count"
        collectgarbage "restart"
        -- The smallest object takes 16 bytes, so one a round would be 15 KiB; a JIT may add its own.
        assert.is_true(after - before < 8, ("%.1f KiB grew"):format(after - before))
    end)
end)

-- A small suite for busted_spec.lua, which runs it in a process of its own: three pass, two do not.

local peered = require "support.peered"

require "vpcpeer.busted"

describe("two VPCs", function()
    local net = peered.network()
    local web, db = net:get "web", net:get "db"

    it("let the web server in", function()
        assert.can_reach(web, db, "tcp 5432")
        assert.are.peered(net:get "app", db)
    end)

    it("keep everything else out", function()
        assert.cannot_reach(net, "internet", "db")
        assert.is_not.can_reach(web, db, "tcp 22, tcp 3389")
        assert.are_not.peered(net, "data", "other")
    end)

    it("leave luassert's own words alone", function()
        assert.has_no.finding(net, "PCX_ROUTE_ONE_WAY")
        assert.has_no.errors(function() end)
    end)

    it("do not let it in on another port", function()
        assert.can_reach(web, db, "tcp 22")
    end)

    it("are not asked about what is not there", function()
        assert.cannot_reach(net, "web", "nobody")
    end)
end)

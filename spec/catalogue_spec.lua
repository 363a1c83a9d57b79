-- The conformance catalogue: every case either passes or is listed below with the feature it waits
-- for. The list cannot go stale: a listed case that passes fails here.

local catalogue = require "support.catalogue"
local shell = require "support.shell"

local cases = catalogue.load()

-- Cases that ask for what the model does not have yet: id to the feature that it waits for.
local waiting = {}

describe("the catalogue", function()
  local passed = 0

  teardown(function()
    print(("catalogue: %d of %d cases pass"):format(passed, #cases))
  end)

  it("has the cases C01 to C89 in order", function()
    assert.equal(89, #cases)
    for i, case in ipairs(cases) do
      assert.equal(("C%02d"):format(i), case.id)
    end
  end)

  it("is what the semantics say, to the byte", function()
    local file = io.open("../shared/semantics.md", "rb")
    if not file then
      return pending "the semantics are not beside this folder"
    end
    local text = file:read "*a"
    file:close()
    local sections = {}
    for block in text:match("\n## 12%. .-\n## 13%. "):gmatch "\n```\n(.-\n)```\n" do
      sections[#sections + 1] = block
    end
    assert.equal(#catalogue.files, #sections)
    for i, name in ipairs(catalogue.files) do
      assert.equal(sections[i], shell.read(catalogue.folder .. name))
    end
  end)

  for _, case in ipairs(cases) do
    it(case.id .. " " .. case.title, function()
      local wrong = catalogue.run(cases, case.id)
      if not waiting[case.id] then
        assert.equal("", table.concat(wrong, "\n"))
        passed = passed + 1
      elseif #wrong > 0 then
        pending("waits for " .. waiting[case.id])
      else
        error(case.id .. " passes: take it from the list of cases that wait", 0)
      end
    end)
  end

  it("has every waiting case", function()
    for id in pairs(waiting) do
      assert.is_table(cases[id], id)
    end
  end)
end)

describe("the catalogue's networks", function()
  local vpcpeer = require "vpcpeer"

  -- A mistake in what the driver writes for a statement would show as a warning of the loader. Two
  -- cases are about blocks that AWS would not allow together.
  it("load without a warning", function()
    for _, case in ipairs(cases) do
      for _, diagnostic in ipairs(assert(vpcpeer.load_tables(catalogue.documents(cases, case))):diagnostics()) do
        local expected = diagnostic.severity == "info" or diagnostic.code == "VPC_CIDR_RESTRICTED"
        assert.is_true(expected, ("%s: %s %s"):format(case.id, tostring(diagnostic.path), diagnostic.message))
      end
    end
  end)
end)

describe("the catalogue's reader", function()
  local parse = require "support.catalogue.parse"

  local function read(line)
    return parse.cases("case C90 of this spec\n" .. line .. "\n", "here.txt")[1].statements
  end

  it("repeats the keyword inside a line", function()
    local statements = read "vpc A 10.0.0.0/16 ; B 10.1.0.0/16,2001:db8::/56 region=us-west-2 ; igw igw-a A"
    assert.equal(3, #statements)
    assert.same({ "B", "us-west-2", 2 }, { statements[2].name, statements[2].region, #statements[2].cidrs })
    assert.same({ "igw", true }, { statements[3].keyword, statements[3].setup })
  end)

  it("reads what is expected", function()
    local statements = read "expect a1/6 <-> 2001:db8::1 udp/53 : no CODE hint A,B ; each/6 : ok ; a -> b : ok via -"
    local first = statements[1]
    assert.same({ host = "a1", family = 6 }, first.from)
    assert.same({ address = "2001:db8::1", family = 6 }, first.to)
    assert.same({ true, "udp", 53 }, { first.both, first.protocol, first.port })
    assert.same({ reachable = false, code = "CODE", hint = { "A", "B" } }, first.result)
    assert.same({ 6, "tcp", 443 }, { statements[2].each, statements[2].protocol, statements[2].port })
    assert.same({ reachable = true, via = {} }, statements[3].result)
    local outside = read("expect internet@igw-a=198.51.100.7 -> a1 : ok")[1].from
    assert.same({ outside = "internet", gateway = "igw-a", address = "198.51.100.7", family = 4 }, outside)
  end)

  it("reads calls, the clock, states and names", function()
    local call = read("api 222222222222@us-west-2 create pcx-1 A B : failed PCX_SAME_VPC")[1]
    assert.same({ "222222222222", "us-west-2", "create" }, { call.account, call.region, call.operation })
    assert.same({ state = "failed", cause = "PCX_SAME_VPC" }, call.result)
    assert.same({ error = "A.B" }, read("api route+ A.main 10.0.0.0/8>pcx-1 : ERROR A.B")[1].result)
    assert.equal(7200, read("advance 2h")[1].seconds)
    assert.equal("222222222222", read("status pcx-1 as 222222222222 : gone")[1].account)
    assert.equal("priv", read("dns priv(a1) from internet : NXDOMAIN")[1].which)
  end)

  it("refuses what is no notation, naming the place", function()
    local bad = {
      "vpc A", "vpc A 10.0.0.0/16 colour=red", "vpc A 10.0.0.0/16 dns=maybe", "frob A",
      "host a1 A1 10.0.0.1 check=maybe", "pcx pcx-1 A B state=open", "rtb A 10.0.0.0/8>x",
      "rtb A.main 10.0.0.0/8", "vgw vgw-a A type=vpn",
      "tgw tgw-1 A", "sg g A in|tcp|22", "sg g A up|tcp|22|0.0.0.0/0", "acl n A in|x|allow|all|all|0.0.0.0/0",
      "acl n A in|1|maybe|all|all|0.0.0.0/0", "sg g A in|tcp|x|0.0.0.0/0", "expect a1 -> b1", "expect a1 b1 : ok",
      "expect a1 -> b1 : perhaps", "expect a1 -> b1 : ok hint A", "expect a1 -> b1 : no", "expect a1 -> b1 tcp : ok",
      "api fly pcx-1 : ok", "api accept : active", "api accept pcx-1 : flying", "api options pcx-1 both on : ok",
      "advance 2", "status pcx-1 : flying", "dns pub(a1) : NXDOMAIN", "dns old(a1) from b1 : NXDOMAIN",
      "vpc A 10.0.0.0/16 ;  ; igw igw-a A",
    }
    for _, line in ipairs(bad) do
      local ok, message = pcall(read, line)
      assert.is_false(ok, line)
      assert.truthy(message:find("here.txt:2: ", 1, true), message)
    end
    local _, message = pcall(parse.cases, "vpc A 10.0.0.0/16\n", "here.txt")
    assert.equal("here.txt:1: a statement before the first case", message)
  end)
end)

describe("the catalogue's driver", function()
  -- What a case of this spec, on top of C01, reports.
  local function run(lines)
    local text = "case C90 from C01 : here\n" .. lines
    return catalogue.run(catalogue.add(catalogue.load(), text, "here.txt"), "C90")
  end

  it("reports nothing when all is as written", function()
    assert.same({}, run [[
expect a1 <-> b1 : ok via pcx-11112222 ; a1 -> 10.1.0.10 : no NO_ROUTE_TO_DESTINATION hint -
]])
  end)

  it("reports every wrong expectation", function()
    local wrong = {
      ["expect a1 -> b1 : no NO_ROUTE_TO_DESTINATION"] = "a1 -> b1: it is reachable",
      ["expect a1 -> 10.1.0.10 : ok"] = "it is not-reachable: NO_ROUTE_TO_DESTINATION",
      ["expect a1 -> 10.1.0.10 : no NO_POSSIBLE_DESTINATION"] = "it is not-reachable: NO_ROUTE_TO_DESTINATION",
      ["expect a1 -> b1 : ok via -"] = "via is \"pcx-11112222\", not \"\"",
      ["expect a1 -> b1 : ok via pcx-1,pcx-2"] = "via is \"pcx-11112222\", not \"pcx-1,pcx-2\"",
      ["expect a1 -> 10.1.0.10 : no NO_ROUTE_TO_DESTINATION hint A"] = "hint is \"\", not \"A\"",
      ["rtb B.main ; expect a1 <-> b1 : no RETURN_ROUTE_MISSING"] = "b1 -> a1: it is not-reachable: NO_ROUTE_TO",
      ["expect each/6 : ok"] = "there is no pair to ask for",
      ["expect a1 -> c1 : ok"] = "no host is called \"c1\"",
      ["vpc C 10.2.0.0/16 ; api create pcx-1 A C : active"] = "the connection is pending-acceptance",
      ["vpc C 10.0.0.0/16 ; api create pcx-1 B C : failed PCX_SAME_VPC"] = "no diagnostic gives the cause PCX_SAME_VPC",
      ["api accept pcx-11112222 : ERROR OperationNotPermitted"] = "InvalidStateTransition",
      ["api accept pcx-11112222 : active"] = "InvalidStateTransition",
      ["api delete pcx-11112222 : ERROR OperationNotPermitted"] = "it was not refused",
      ["api accept pcx-9 : ERROR OperationNotPermitted"] = "it was refused with the model has no \"pcx-9\"",
      ["api vpc+ 10.0.1.0/20 : ok 10.0.1.0/20"] = "got the block 10.0.0.0/20",
      ["status pcx-11112222 : gone"] = "it is active",
      ["dns priv(a1) from b1 : NXDOMAIN"] = "it is 172.16.0.10",
    }
    for line, message in pairs(wrong) do
      local reported = run(line .. "\n")
      assert.equal(1, #reported, line .. "\n" .. table.concat(reported, "\n"))
      assert.truthy(reported[1]:find(message, 1, true), reported[1])
      assert.truthy(reported[1]:find("here.txt:2: ", 1, true), reported[1])
    end
  end)

  it("keeps what the API made when the picture changes afterwards", function()
    assert.same({}, run([[
api delete pcx-11112222 : deleted
vpc C 10.2.0.0/16 ; subnet C1 C 10.2.0.0/24 ; host c1 C1 10.2.0.10
api create pcx-1 A C : pending-acceptance ; accept pcx-1 : active
rtb A.main 10.2.0.0/16>pcx-1 ; C.main 172.16.0.0/16>pcx-1
expect a1 <-> c1 : ok via pcx-1 ; a1 -> b1 : no NO_ROUTE_TO_DESTINATION
status pcx-11112222 : deleted
]]))
  end)
end)

-- What the two VPCs promise.
local db = net:get "db"

expect("web"):can_reach(db, "tcp 5432")
expect("172.16.0.0/24"):can_reach("subnet-data", "tcp 5432, icmp 8")
expect("web"):cannot_reach({ "db", "lone" }, "tcp 22, tcp 3389")
expect({ internet = true }):cannot_reach("vpc-data")
expect("db"):cannot_reach("web")
expect("app"):and_("data"):are_peered()
expect(net):has_no()
expect(net):has_no { "PCX_ROUTE_ONE_WAY", "PCX_OVERLAPPING_CIDRS" }

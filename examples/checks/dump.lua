-- What has to be true of the network in examples/dump:
-- vpcpeer check examples/dump examples/checks/dump.lua

expect("web"):can_reach("db", "tcp 5432")
expect("internet"):cannot_reach("db")
expect("ops"):cannot_reach("data")
expect("app"):and_("data"):are_peered()
expect(net):has_no("PCX_ROUTE_ONE_WAY")

expect("web"):can_reach("db", "tcp 5432")
expect("web"):can_reach("db", "tcp 5432, tcp 22")
expect("internet"):cannot_reach { tag = { Tier = "data" } }
expect("web"):cannot_reach("vpc-data", "tcp 1-65535")
expect("app"):and_("data"):are_not_peered()
expect(net):has_no("info")
expect("web"):resolves("db.example.internal")

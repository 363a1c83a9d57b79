expect("wbe"):can_reach("db", "tcp 5432")
expect("web"):can_reach("db", "tcp 99999")
expect("web"):and_("app"):are_peered()
expect("web"):can_reach("db", "tcp 5432")

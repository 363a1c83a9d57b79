expect("web"):can_reach("db", "tcp 5432")
expect("web"):can_reach(7)
expect("web"):can_reach("db", "tcp 22")

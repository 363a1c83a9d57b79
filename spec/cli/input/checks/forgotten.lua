expect("web"):can_reach("db", "tcp 5432")
expect("db")

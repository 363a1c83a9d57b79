expect("web"):can_reach("db", "tcp 5000-6000")
expect("web"):cannot_reach("db", "tcp 5000-6000")

expect("web"):can_raech("db", "tcp 5432")

-- The peer VPC is not loaded.
expect("app"):and_("vpc-b"):are_peered()
expect("web"):cannot_reach("10.0.0.0/24", "tcp 22")
expect("web"):can_reach("10.0.0.10", "tcp 5432")

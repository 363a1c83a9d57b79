expect("web"):can_reach("db", "tcp 5432")
while true do end

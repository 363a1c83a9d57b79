expect("web"):cannot_reach("db", "tcp 5432")
expect("a\27[31m\255<&>\"#\n"):can_reach("db")
error("<\1]]>")

-- Library code may use only what Lua 5.1, LuaJIT, 5.2, 5.3 and 5.4 all have.
std = "min"
max_line_length = 120
files["spec"].std = "min+busted"
files["rockspec"].std = "rockspec"
files[".luacheckrc"] = { global = false }
-- Comments hold what the examples print, which has lines of any length.
files["examples"].max_comment_line_length = false
-- Checks files and topologies see names of their own, and some are wrong on purpose.
exclude_files = { "spec/cli/input/checks", "spec/cli/input/topology", "examples/checks" }

-- The programs of the benchmark of address sets: how each is built, and what it needs. Of others,
-- what is not there or cannot be built is a reason to skip its rows and no error.

local SOURCES, BUILD = "spec/bench/cidr", "build/bench/cidr"

local function quote(text)
    return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Whether a command succeeds; what it printed goes to a log.
local function succeeds(command, log)
    local ok = os.execute(("{ %s; } >%s 2>&1"):format(command, quote(log or "/dev/null")))
    return ok == true or ok == 0
end

local function c(name, flags, libraries)
    return ("cc -std=gnu11 -O2 %s -o %s/%s %s/%s.c %s"):format(flags, BUILD, name, SOURCES, name, libraries)
end

-- name: what is built by `make`, or what is there already as `command`; the Debian packages it needs.
local PROGRAMS = {
    { "measure", make = c("measure", "", "") },
    { "generate", make = c("generate", "", "") },
    { "core", make = c("core", "-Icsrc", "$(ls csrc/vp_*.c | sed 's,csrc/\\(.*\\)c$,build/core/\\1o,') -lcidr") },
    { "ours", command = "lua5.4 " .. SOURCES .. "/ours.lua" },
    { "vpcpeer", command = "build/vpcpeer" },
    { "iprange", command = "iprange", packages = "iprange" },
    { "aggregate", command = "aggregate", packages = "aggregate" },
    { "grepcidr", command = "grepcidr", packages = "grepcidr" },
    { "croaring", make = c("croaring", "", "-lroaring"), packages = "libroaring-dev" },
    { "libcidr", make = c("libcidr", "", "-lcidr"), packages = "libcidr-dev" },
    { "dpdk", make = c("dpdk", "$(pkg-config --cflags libdpdk)", "$(pkg-config --libs libdpdk)"),
        packages = "libdpdk-dev pkg-config" },
    { "netaddr", command = "/usr/bin/python3 " .. SOURCES .. "/sets.py", packages = "python3-netaddr",
        check = "/usr/bin/python3 -c 'import netaddr'" },
    { "radix", command = "/usr/bin/python3 " .. SOURCES .. "/sets.py", packages = "python3-radix",
        check = "/usr/bin/python3 -c 'import radix'" },
    { "lpm", make = ("GOPATH=/usr/share/gocode GO111MODULE=off GOCACHE=$PWD/%s/go go build -o %s/lpm %s/lpm.go")
        :format(BUILD, BUILD, SOURCES),
        packages = "golang-go golang-github-yl2chen-cidranger-dev golang-github-k-sone-critbitgo-dev" },
    { "ipnet", make = ("rustc --edition 2021 -O --crate-type rlib --crate-name ipnet -o %s/libipnet.rlib "
        .. "/usr/share/cargo/registry/ipnet-*/src/lib.rs && "
        .. "rustc --edition 2021 -O --extern ipnet=%s/libipnet.rlib -o %s/ipnet %s/ipnet.rs")
        :format(BUILD, BUILD, BUILD, SOURCES), packages = "rustc librust-ipnet-dev" },
}

local M = { data = BUILD .. "/data", build = BUILD, quote = quote }

-- Builds everything and makes the inputs once. Gives name -> command, and name -> why it is skipped.
function M.prepare()
    local commands, skipped = {}, {}
    assert(succeeds("mkdir -p " .. M.data))
    for _, program in ipairs(PROGRAMS) do
        local name = program[1]
        local there = succeeds(program.check or program.make or ("command -v " .. program.command:match("%S+")),
            ("%s/%s.log"):format(BUILD, name))
        assert(there or program.packages, name .. " is not built: see " .. BUILD .. "/" .. name .. ".log")
        if there then
            commands[name] = program.command or BUILD .. "/" .. name
        else
            skipped[name] = "needs " .. program.packages
        end
    end
    -- The inputs are as old as the program that wrote them.
    local stamp = M.data .. "/made-by-" .. BUILD:gsub("/", "-")
    if not succeeds(("cmp -s %s/generate %s"):format(BUILD, stamp)) then
        assert(succeeds(("%s %s && cp %s %s"):format(commands.generate, M.data, commands.generate, stamp)))
    end
    return commands, skipped
end

return M

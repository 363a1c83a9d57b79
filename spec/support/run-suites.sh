#!/bin/sh
# Runs every suite, one after the other, and adds up what they report. A suite ends with a line
# `N passed, N failed[, N skipped]` or with busted's summary; one that crashes, reports nothing or
# ran nothing counts as a failure. The last line printed is the sum, alone.
set -u
cd "$(dirname "$0")/../.."
mkdir -p build/log
rm -f build/log/*

# Reads the counts of a log: "passed failed skipped", nothing when there are none.
counts() {
    awk '
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { found = ($1 + 0) " " ($3 + 0) " " ($5 + 0) }
        /^[0-9]+ success(es)? \/ [0-9]+ failures? \/ [0-9]+ errors? \/ [0-9]+ pending/ {
            found = ($1 + 0) " " ($4 + $7) " " ($10 + 0)
        }
        END { print found }' "$1"
}

# What a suite printed, without its own count and busted's dots; a skipped test on one line.
shown() {
    awk '
        /^[0-9]+ (passed,|success)/ { next }
        { sub(/^[-+*.][-+*.]+/, "") }
        /^Pending -> / { getline name; getline; sub(/^[^ ]*: /, ""); $0 = "skipped: " name ": " $0 }
        !/^[-+*.]?$/ { print }' "$1"
}

total_passed=0 total_failed=0 total_skipped=0
suite() {
    name=$1
    shift
    log=build/log/$name.txt
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    # shellcheck disable=SC2046
    set -- $(counts "$log")
    passed=${1:-0} failed=${2:-0} skipped=${3:-0}
    shown "$log"
    if [ $# = 0 ]; then
        echo "$name: reported no counts"
        failed=$((failed + 1))
    elif [ $((passed + failed)) = 0 ]; then
        echo "$name: ran no test"
        failed=$((failed + 1))
    elif [ $status != 0 ] && [ "$failed" = 0 ]; then
        echo "$name: exited with status $status"
        failed=$((failed + 1))
    fi
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    total_skipped=$((total_skipped + skipped))
    echo "== $name: $passed ok, $failed not ok, $skipped skipped"
}

# busted LUA MODULE_FOLDER [option...]: the specs under one Lua, with the module built for it.
busted_under() {
    lua=$1 folder=$2
    shift 2
    LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" LUA_CPATH="./build/$folder/?.so;;" \
        "$lua" "$(command -v busted)" -o plainTerminal "$@"
}

# The same with the sanitized module: the sanitizer must be the first library of the process.
# A spec that runs other programs asks only Lua for leaks, through a script (see shell.lua); what the
# sanitizer reserves is beyond the memory of a topology's process.
busted_sanitized() {
    printf '#!/bin/sh\nASAN_OPTIONS=detect_leaks=1 VPCPEER_SCRIPT_KIB=unlimited exec lua5.4 "$@"\n' >build/asan/lua5.4
    chmod +x build/asan/lua5.4
    VPCPEER_SANITIZED_LUA="$PWD/build/asan/lua5.4" \
        LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
        busted_under lua5.4 asan --exclude-tags=once
}

unset LUA_INIT LUA_PATH_5_2 LUA_PATH_5_3 LUA_PATH_5_4 LUA_CPATH_5_2 LUA_CPATH_5_3 LUA_CPATH_5_4
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

for source in spec/core/*_test.c; do
    [ -e "$source" ] || continue
    program=$(basename "$source" .c)
    suite "core-$program" "build/test/$program"
    suite "core-$program-sanitized" "build/asan/test/$program"
done
# Specs tagged `once` (packaging, hosts, the checks' own tests) do not depend on the Lua.
suite spec-lua5.4 busted_under lua5.4 5.4
suite spec-lua5.1 busted_under lua5.1 5.1 --exclude-tags=once
suite spec-luajit busted_under luajit 5.1 --exclude-tags=once
suite spec-lua5.2 busted_under lua5.2 5.2 --exclude-tags=once
suite spec-lua5.3 busted_under lua5.3 5.3 --exclude-tags=once
suite spec-lua5.4-sanitized busted_sanitized
suite fuzz spec/fuzz/run.sh 50000 -seed=1
suite check make --silent check

sum="$total_passed passed, $total_failed failed, $total_skipped skipped"
echo "$sum" >build/log/sum
echo "$sum"
[ $total_failed = 0 ]

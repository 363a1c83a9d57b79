#!/bin/sh
# The house checks (`make check`): format, warnings of the second compiler, luacheck, the syntax of
# Lua 5.1, and the rules of the house (house.lua). Ends with `N passed, N failed`.
# The arguments are the compiler's warning flags, which the Makefile holds.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0

# check NAME COMMAND...: one check; prints what a failing one printed.
check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s\nnot ok: %s\n' "$output" "$name"
    fi
}

c_sources=$(find csrc spec -name '*.[ch]')
lua_sources=$(find lua -name '*.lua')
warnings=$*

luac_parses() {
    for file in $lua_sources; do luac5.1 -p "$file" || return 1; done
}

# The reference is written without a complaint.
docs_are_clean() {
    printed=$(make --silent docs 2>&1) || { echo "$printed"; return 1; }
    ! echo "$printed" | grep -Ev '^(All needed|reading|changing|found master module|output written)'
}

# The lists are lists of words.
# shellcheck disable=SC2086
{
    check "clang-format" clang-format --dry-run -Werror $c_sources
    check "luacheck" luacheck -q --no-color . rockspec/*.rockspec
    check "luac5.1 -p" luac_parses
    check "reference" docs_are_clean
    for version in 5.1 5.2 5.3 5.4; do
        check "clang, Lua $version" clang -fsyntax-only $warnings -I/usr/include/lua$version csrc/*.c
    done
    check "clang, core tests, fuzz targets" \
        clang -fsyntax-only $warnings -Icsrc $(find spec/core spec/fuzz -name '*.c')
}

output=$(lua5.4 spec/check/house.lua . build)
status=$?
echo "$output" | grep -v ' passed, '
# shellcheck disable=SC2046
set -- $(echo "$output" | awk '/^[0-9]+ passed, [0-9]+ failed$/ { print $1, $3 }')
passed=$((passed + ${1:-0}))
failed=$((failed + ${2:-1}))
if [ $status != 0 ] && [ "${2:-1}" = 0 ]; then failed=$((failed + 1)); fi

echo "$passed passed, $failed failed"
[ $failed = 0 ]

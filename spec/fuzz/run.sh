#!/bin/sh
# Fuzzes each target for a number of runs under ASan and UBSan and prints how many lines of the
# sources it is meant for were reached: `spec/fuzz/run.sh RUNS [libFuzzer option...]`. Ends with
# `N passed, N failed`: for each target one for the run, one for the floor of each source.
#
# What a run finds worth keeping goes to build/fuzz/NAME, with the input of a crash; the seeds stay
# as they are. `-seed=1` repeats a run exactly, as `make test` does.
set -u
cd "$(dirname "$0")/../.."
runs=${1:?usage: spec/fuzz/run.sh RUNS [option...]}
shift
FLOOR=95
passed=0 failed=0

ok() { passed=$((passed + 1)); }
not_ok() { failed=$((failed + 1)); echo "not ok: $*"; }

if ! echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return d == 0 && n; }' |
    clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null 2>/dev/null; then
    echo "skipped: clang has no libFuzzer here (Debian: libclang-rt-14-dev)"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi

# fuzz NAME SOURCE...: builds and runs a target; the sources are held to the floor.
fuzz() {
    name=$1
    shift
    folder=build/fuzz/$name
    program=build/fuzz/$name-fuzz
    mkdir -p "$folder"
    # shellcheck disable=SC2086
    if ! clang -std=c11 -O2 -g -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all -fprofile-instr-generate -fcoverage-mapping -Icsrc \
        -o "$program" "spec/fuzz/${name}_fuzz.c" $CORE; then
        not_ok "$name: does not compile"
        return
    fi
    LLVM_PROFILE_FILE=$program.raw "$program" -runs="$runs" -max_len=256 -print_final_stats=1 \
        -artifact_prefix="$folder/" $OPTIONS "$folder" "spec/fuzz/corpus/$name" >"$program.log" 2>&1
    if [ $? != 0 ]; then
        tail -n 40 "$program.log"
        not_ok "$name: the input is in $folder"
        return
    fi
    ok
    grep -E 'number_of_executed_units|average_exec_per_sec' "$program.log" | sed "s/^stat::/$name /"
    llvm-profdata merge -o "$program.profile" "$program.raw" || return
    for source in "$@"; do
        # The columns of the summary: file, then regions, functions, lines with their percentages.
        percent=$(llvm-cov report "$program" -instr-profile="$program.profile" "csrc/$source" |
            awk -v file="$source" '$1 ~ file "$" { print $10 + 0 }')
        echo "$name reached ${percent:-0} % of the lines of $source"
        if awk "BEGIN { exit !(${percent:-0} >= $FLOOR) }"; then ok; else
            not_ok "$name: $source is below $FLOOR %"
            llvm-cov show "$program" -instr-profile="$program.profile" "csrc/$source" |
                grep -E '^ *[0-9]+\| +0\|'
        fi
    done
}

OPTIONS=$*
CORE="csrc/vp_addr.c csrc/vp_alloc.c csrc/vp_cidr.c csrc/vp_error.c csrc/vp_interval.c csrc/vp_json.c
    csrc/vp_range_draft.c csrc/vp_range_index.c csrc/vp_range_map.c csrc/vp_range_merge.c csrc/vp_range_value.c csrc/vp_set.c csrc/vp_set_builder.c csrc/vp_set_lines.c
    csrc/vp_set_text.c csrc/vp_space.c"
rm -rf build/fuzz
fuzz text vp_set_text.c vp_set_lines.c vp_addr.c vp_cidr.c
fuzz set vp_range_merge.c vp_range_map.c vp_set.c
fuzz json vp_json.c

echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/sh
# The main job, shown on the dump of the examples: a trace that works and one that does not. Fails
# when one of them answers otherwise than it should.
set -eu
cd "$(dirname "$0")/../.."

# show STATUS COMMAND...: prints the command, runs it, expects the exit status.
show() {
    wanted=$1
    shift
    printf '\n$ %s\n' "$*"
    status=0
    "$@" || status=$?
    if [ "$status" != "$wanted" ]; then
        echo "exit status $status, expected $wanted"
        exit 1
    fi
}

show 0 build/vpcpeer trace examples/dump --from web --to db --port 5432
show 1 build/vpcpeer trace examples/dump --from bastion --to db --port 5432

printf '\nMore to try: build/vpcpeer show examples/dump; build/vpcpeer --help; the scripts in examples.\n'

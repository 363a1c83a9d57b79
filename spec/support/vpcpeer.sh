#!/bin/sh
# The command straight from the checkout, installed nowhere; `make all` puts it at build/vpcpeer.
top=$(dirname "$0")/..
LUA_PATH="$top/lua/?.lua;$top/lua/?/init.lua;;" LUA_CPATH="$top/build/5.4/?.so;;" \
    exec lua5.4 "$top/lua/vpcpeer/cli/vpcpeer" "$@"

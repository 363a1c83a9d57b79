# vpcpeer. `make demo` and `make test` install what they need on Debian 12; everything else only
# builds. Two rings of objects: vp_*.c knows no Lua and is compiled once, lvp_*.c is the binding
# and is compiled for each Lua version (LuaJIT loads the build for 5.1).

LUA_VERSIONS := 5.1 5.2 5.3 5.4
WERROR := -Werror
WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla $(WERROR)
CFLAGS := -O2 -g
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
LDLIBS := -lcidr
LUAROCKS := luarocks-5.4

CORE := $(basename $(notdir $(wildcard csrc/vp_*.c)))
BINDING := $(basename $(notdir $(wildcard csrc/lvp*.c)))
CORE_TESTS := $(basename $(notdir $(wildcard spec/core/*_test.c)))
TEST_SUPPORT := $(filter-out $(CORE_TESTS),$(basename $(notdir $(wildcard spec/core/*.c))))

COMPILE = $(CC) $(WARNINGS) $(CPPFLAGS) -fPIC -MMD -MP -c -o $@ $<

all: build/5.4/vpcpeer/core.so build/vpcpeer

build/vpcpeer: spec/support/vpcpeer.sh
	@mkdir -p $(@D)
	cp $< $@

# ---- the module, once for each Lua ---------------------------------------------------------------

build/core/%.o: csrc/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS)

build/asan/core/%.o: csrc/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE)

define for_lua
lua-$(1): build/$(1)/vpcpeer/core.so
build/$(1)/vpcpeer/core.so: $(CORE:%=build/core/%.o) $(BINDING:%=build/$(1)/%.o)
	@mkdir -p $$(@D)
	$$(CC) -shared $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
build/$(1)/%.o: csrc/%.c Makefile
	@mkdir -p $$(@D)
	$$(COMPILE) $$(CFLAGS) -I/usr/include/lua$(1)
endef
$(foreach version,$(LUA_VERSIONS),$(eval $(call for_lua,$(version))))

# Never unloaded, so that a leak found at exit is reported with the names of its functions.
asan: build/asan/vpcpeer/core.so
build/asan/vpcpeer/core.so: $(CORE:%=build/asan/core/%.o) $(BINDING:%=build/asan/%.o)
	@mkdir -p $(@D)
	$(CC) -shared $(SANITIZE) -Wl,-z,nodelete $(LDFLAGS) -o $@ $^ $(LDLIBS)
build/asan/%.o: csrc/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) -I/usr/include/lua5.4

# ---- tests ---------------------------------------------------------------------------------------

# C tests see the core's headers; each *_test.c is one program, other files beside them are shared.
build/test/%.o: spec/core/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS) -Icsrc
build/asan/test/%.o: spec/core/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(SANITIZE) -Icsrc
$(CORE_TESTS:%=build/test/%): build/test/%: build/test/%.o $(TEST_SUPPORT:%=build/test/%.o) \
		$(CORE:%=build/core/%.o)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)
$(CORE_TESTS:%=build/asan/test/%): build/asan/test/%: build/asan/test/%.o \
		$(TEST_SUPPORT:%=build/asan/test/%.o) $(CORE:%=build/asan/core/%.o)
	$(CC) $(SANITIZE) -o $@ $^ $(LDLIBS)

test-build: all $(LUA_VERSIONS:%=lua-%) asan $(CORE_TESTS:%=build/test/%) \
	$(CORE_TESTS:%=build/asan/test/%)

# Only these packages of Debian 12 are needed, all versions of Lua included.
DEMO_PACKAGES := gcc libc6-dev make lua5.4 liblua5.4-dev libcidr-dev lua-cjson lua-argparse lua-filesystem
DOCS_PACKAGES := $(DEMO_PACKAGES) lua-ldoc lua-discount
TEST_PACKAGES := $(DOCS_PACKAGES) git lua-busted lua-check clang clang-format luarocks \
	lua5.1 liblua5.1-0-dev 'luajit|luajit2' lua5.2 liblua5.2-dev lua5.3 liblua5.3-dev \
	libclang-rt-dev llvm iprange grepcidr

MAKE_HERE = $(MAKE) --no-print-directory

test:
	@spec/support/install-packages.sh $(TEST_PACKAGES)
	@$(MAKE_HERE) --silent test-build
	@spec/support/run-suites.sh

# Fuzzes the readers and the algebra of sets for longer than the tests do, from a seed of its own.
RUNS := 2000000
fuzz:
	@spec/support/install-packages.sh clang libclang-rt-dev llvm
	@spec/fuzz/run.sh $(RUNS)

# The walk and connectivity against the oracle on RUNS random networks from SEED on: `make oracle SEED=17 RUNS=500`.
SEED := 1
oracle: RUNS := 2000
oracle: all
	@VPCPEER_ORACLE_SEED=$(SEED) VPCPEER_ORACLE_RUNS=$(RUNS) LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" \
	    LUA_CPATH="./build/5.4/?.so;;" lua5.4 "$$(command -v busted)" -o plainTerminal spec/oracle_spec.lua

# Breaks the engine in ways that must be noticed, one at a time.
mutants: all build/test/rectangles_test
	@LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" lua5.4 spec/mutants/run.lua

# The rules of the house: format, lint, the other compiler, includes, exports, static data.
check: all
	@spec/check/check.sh $(WARNINGS)

# ---- the main job, shown -------------------------------------------------------------------------

demo:
	@spec/support/install-packages.sh $(DEMO_PACKAGES)
	@$(MAKE_HERE) --silent all
	@spec/support/demo.sh

# ---- figures and reference ---------------------------------------------------------------------

# Each program of spec/bench prints its own figures; nothing is judged here. `cidr.lua` compares
# with other software as far as that is installed, and names the Debian packages of what is not; it
# takes a quarter of an hour. One of its groups alone: `lua5.4 spec/bench/cidr.lua member`.
BENCHES := $(basename $(notdir $(wildcard spec/bench/*.c)))
build/bench/%.o: spec/bench/%.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) $(CFLAGS) -Icsrc -Ispec/core -I/usr/include/lua5.4
$(BENCHES:%=build/bench/%): build/bench/%: build/bench/%.o $(TEST_SUPPORT:%=build/test/%.o) \
		$(CORE:%=build/core/%.o) $(BINDING:%=build/5.4/%.o)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) -llua5.4

bench: all $(BENCHES:%=build/bench/%)
	@for program in $(BENCHES:%=build/bench/%); do echo "== $$program"; "$$program" || exit 1; done
	@for program in spec/bench/*.lua; do \
	    echo "== $$program"; \
	    LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" LUA_CPATH="./build/5.4/?.so;;" lua5.4 "$$program" || exit 1; \
	done

docs: all
	@spec/support/install-packages.sh $(DOCS_PACKAGES)
	@rm -rf build/docs build/docs-src
	@mkdir -p build/docs build/docs-src
	@lua5.4 spec/support/doc-sources.lua build/docs-src
	@ldoc -q -c spec/support/config.ld .
	@sed -i 's|<head>|<head><meta name="viewport" content="width=device-width, initial-scale=1"/>|' \
	    build/docs/*.html build/docs/*/*.html
	@LUA_PATH="./lua/?.lua;./lua/?/init.lua;;" LUA_CPATH="./build/5.4/?.so;;" \
	    lua5.4 spec/support/write-manual.lua build/docs/vpcpeer.1

# ---- installing ----------------------------------------------------------------------------------

# Lua modules from Debian leave no trace that LuaRocks sees, hence no check of dependencies.
install:
	$(LUAROCKS) make --deps-mode none

# The source rock, into build; its source is the URL of the rockspec.
rock:
	@mkdir -p build
	cd build && $(LUAROCKS) pack ../rockspec/vpcpeer-scm-1.rockspec

# Writes the rockspec's lists of sources anew after a file came or went.
rockspec:
	lua5.4 spec/support/write-rockspec.lua

-include $(wildcard build/*/*.d build/asan/*/*.d)

clean:
	rm -rf build

.SECONDARY:

.PHONY: all asan bench check clean demo docs fuzz install mutants oracle rock rockspec test test-build $(LUA_VERSIONS:%=lua-%)

# libpoe.  Targets:
#   all        libpoe.a, libpoe.so.0, poe.pc and the demos, in $(BUILD)
#   deps       installs what is missing to build, test and run the demos (Debian; elsewhere prints the list)
#   demo       builds and runs the main demo, demos/fetch
#   test       builds and runs every test; ends with "N passed, N failed"
#   sanitize   the tests under the address and undefined-behaviour sanitizers
#   tsan       the threaded tests under the thread sanitizer
#   torture    fails each allocation in turn, then system calls, over many scenarios
#   peers      installs the programs the benches compare with
#   bench      prints "name value unit" lines; ONLY="yield ring" picks some
#   install    into $(DESTDIR)$(PREFIX): library, headers, poe.pc; uninstall takes them away
#   compile_commands.json, clean
CC       ?= cc
CXX      ?= c++
AR       ?= ar
OBJCOPY  ?= objcopy
CFLAGS   ?= -O2 -g
PREFIX   ?= /usr/local
BUILD    ?= build
VERSION  := 0.1.0
LIBS     := -lev -lcares -lm
LLHTTP_DIR   ?= /usr/share/llhttp
LLHTTP_FLAGS := -DLLHTTP_STRICT_MODE=1 -isystem $(LLHTTP_DIR) -isystem $(dir $(LLHTTP_DIR))include/llhttp

BASE := -std=c11 -D_GNU_SOURCE -fPIC -fno-semantic-interposition -MMD -MP -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
        -Wstrict-prototypes -Wmissing-prototypes $(WERROR)

RUNTIME    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard runtime/*.c))
COMPONENTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard components/*.c components/*/*.c))
LIBRARY    := $(RUNTIME) $(COMPONENTS)
HARNESS    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/harness/*.c))
TESTS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*_test.c))
SCRIPTS    := $(wildcard tests/*_test.sh)
FAULTS     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fault/*_test.c))
THREADED   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*thread*_test.c))
DEMOS      := $(patsubst %.c,$(BUILD)/%,$(wildcard demos/*.c))
FETCH      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard demos/fetch/*.c))
LLHTTP     := $(patsubst %,$(BUILD)/llhttp/%.o,api http llhttp)
BENCH      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/*.c))

all: $(BUILD)/libpoe.a $(BUILD)/libpoe.so.0 $(BUILD)/poe.pc $(DEMOS) $(BUILD)/demos/fetch/fetch

# The floors, held by the compiler: components and demos see public headers only.
$(BUILD)/runtime/%.o:    INC := -Iinclude -Iruntime
$(BUILD)/components/%.o: INC := -Iinclude
$(BUILD)/demos/%.o:      INC := -Iinclude
$(BUILD)/demos/fetch/%.o: INC := -Iinclude $(LLHTTP_FLAGS)
$(BUILD)/tests/%.o:      INC := -Iinclude -Itests/harness -Iruntime -Icomponents

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CFLAGS) $(CPPFLAGS) $(INC) -c -o $@ $<

# One relocatable object, so that an archive shows its user nothing but poe_*.
$(BUILD)/libpoe.a: $(LIBRARY)
	$(CC) -r -nostdlib -o $(BUILD)/poe.o $(LIBRARY)
	$(OBJCOPY) -w --keep-global-symbol='poe_*' $(BUILD)/poe.o
	rm -f $@
	$(AR) rcs $@ $(BUILD)/poe.o

$(BUILD)/libpoe.so.0: $(LIBRARY) runtime/libpoe.map
	$(CC) -shared -Wl,-soname,libpoe.so.0 -Wl,--version-script=runtime/libpoe.map -Wl,-Bsymbolic-functions \
	  -Wl,-z,relro,-z,now,--as-needed $(CFLAGS) $(LDFLAGS) -o $@ $(LIBRARY) $(LIBS)

# Made anew each time: the prefix may be another.
$(BUILD)/poe.pc: runtime/poe.pc.in FORCE
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(LIBS)|' $< > $@

$(DEMOS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libpoe.a $(LIBS)

# C sources from Debian's node-llhttp, without our warnings.  Not prerequisites: deps installs them while make runs.
$(LLHTTP): $(BUILD)/llhttp/%.o:
	@mkdir -p $(@D)
	$(CC) -std=c11 -fPIC $(CFLAGS) $(LLHTTP_FLAGS) -c -o $@ $(LLHTTP_DIR)/$*.c

$(BUILD)/demos/fetch/fetch: $(FETCH) $(LLHTTP) $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Tests see the insides, so they link the objects.
$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(HARNESS) $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lpthread
$(BUILD)/tests/http_filter_test $(BUILD)/tests/url_test: $(filter-out %/main.o,$(FETCH)) $(LLHTTP)

# The library with its allocations and system calls led through tests/fault/inject*.c; those of the tests themselves stay as they are.
INJECTED := malloc calloc realloc free strdup asprintf getline __getdelim socket bind listen connect accept4 recv sendmsg \
            read writev fcntl fstat getsockopt getsockname setsockopt syscall waitid waitpid sigaction fopen getrandom
FAULTY   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_test.c,$(wildcard tests/fault/*.c)))
$(BUILD)/tests/fault/poe.o: $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) -r -nostdlib -o $@ $(LIBRARY)
	$(OBJCOPY) $(foreach f,$(INJECTED),--redefine-sym $(f)=inject_$(f)) $@
$(FAULTS): $(BUILD)/%: $(BUILD)/%.o $(FAULTY) $(HARNESS) $(BUILD)/tests/fault/poe.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lpthread

$(BUILD)/tests/bench/bench: $(BENCH) $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lpthread

deps:
	./.ci/deps
ifneq ($(filter deps,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

demo: $(BUILD)/demos/fetch/fetch
	$(BUILD)/demos/fetch/fetch

test: all $(TESTS)
	BUILD=$(BUILD) tests/run $(TESTS) $(SCRIPTS)

sanitize:
	ASAN_OPTIONS=detect_stack_use_after_return=1 $(MAKE) BUILD=build-asan \
	  CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined" test

tsan:
	$(MAKE) BUILD=build-tsan CFLAGS="-O1 -g -fsanitize=thread" threaded
threaded: $(THREADED)
	BUILD=$(BUILD) tests/run $(THREADED)

torture: $(FAULTS)
	BUILD=$(BUILD) tests/run $(FAULTS)

peers:
	tests/bench/install_peers

bench: $(BUILD)/tests/bench/bench
	tests/bench/peers/build $(BUILD)
	ONLY="$(ONLY)" tests/bench/run $(BUILD)

install: $(BUILD)/libpoe.a $(BUILD)/libpoe.so.0 $(BUILD)/poe.pc
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/poe
	install -m 644 include/poe.h $(DESTDIR)$(PREFIX)/include
	install -m 644 include/poe/*.h $(DESTDIR)$(PREFIX)/include/poe
	install -m 644 $(BUILD)/libpoe.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(BUILD)/libpoe.so.0 $(DESTDIR)$(PREFIX)/lib
	ln -sf libpoe.so.0 $(DESTDIR)$(PREFIX)/lib/libpoe.so
	install -m 644 $(BUILD)/poe.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/include/poe $(DESTDIR)$(PREFIX)/include/poe.h
	rm -f $(DESTDIR)$(PREFIX)/lib/libpoe.* $(DESTDIR)$(PREFIX)/lib/pkgconfig/poe.pc

compile_commands.json:
	$(MAKE) clean
	bear -- $(MAKE) all $(TESTS)

clean:
	rm -rf $(BUILD) build-asan build-tsan compile_commands.json

.PHONY: FORCE all deps demo test sanitize tsan threaded torture peers bench install uninstall clean compile_commands.json
.SECONDARY:
-include $(LIBRARY:.o=.d) $(HARNESS:.o=.d) $(TESTS:=.d) $(FAULTS:=.d) $(FAULTY:.o=.d) $(DEMOS:=.d) $(BENCH:.o=.d) $(FETCH:.o=.d)

# libpoe.  Targets:
#   all        libpoe.a, libpoe.so.0, poe.pc, the same of libpoe-readline, and the demos, in $(BUILD)
#   deps       installs what is missing to build, test and run the demos (Debian; elsewhere prints the list)
#   demo       builds and runs the main demo, demos/fetch
#   test       builds and runs every test; ends with "N passed, N failed"
#   sanitize   the tests under the address and undefined-behaviour sanitizers
#   tsan       the threaded tests under the thread sanitizer
#   torture    fails each allocation in turn, then system calls, over many scenarios
#   soak       10,000 kept connections under load for SOAK_SECONDS=600
#   fuzz       looks for inputs on which filters go wrong, FUZZ_SECONDS=60 each (clang)
#   parity     the same programs in Perl's POE and here, compared line by line; installs POE
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
LIBS     := -lev -lcares -lcbor -lssl -lcrypto -lm
LLHTTP_DIR   ?= /usr/share/llhttp
LLHTTP_FLAGS := -DLLHTTP_STRICT_MODE=1 -isystem $(LLHTTP_DIR) -isystem $(dir $(LLHTTP_DIR))include/llhttp

BASE := -std=c11 -D_GNU_SOURCE -fPIC -fno-semantic-interposition -MMD -MP -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
        -Wstrict-prototypes -Wmissing-prototypes $(WERROR)

RUNTIME    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard runtime/*.c))
READLINE   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard components/readline/*.c))
COMPONENTS := $(filter-out $(READLINE),$(patsubst %.c,$(BUILD)/%.o,$(wildcard components/*.c components/*/*.c)))
LLHTTP     := $(patsubst %,$(BUILD)/llhttp/%.o,api http llhttp)
LIBRARY    := $(RUNTIME) $(COMPONENTS) $(LLHTTP)
HARNESS    := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/harness/*.c))
TESTS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*_test.c))
SCRIPTS    := $(wildcard tests/*_test.sh)
FAULTS     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fault/*_test.c))
THREADED   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/*thread*_test.c))
DEMOS      := $(patsubst %.c,$(BUILD)/%,$(wildcard demos/*.c demos/ports/*.c))
FETCH      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard demos/fetch/*.c))
SOAK       := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/soak/*.c))
BENCH      := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/*.c))
PARITY     := $(patsubst %.pl,$(BUILD)/%,$(wildcard tests/parity/*.pl))
PARITIES   := $(patsubst %,$(BUILD)/tests/parity/%.o,parity peer framing asker rows)

LIBRARIES  := $(foreach l,libpoe libpoe-readline,$(BUILD)/$(l).a $(BUILD)/$(l).so.0)
PCS        := $(BUILD)/poe.pc $(BUILD)/poe-readline.pc

all: $(LIBRARIES) $(PCS) $(DEMOS) $(BUILD)/demos/fetch/fetch

# The floors, held by the compiler: components and demos see public headers only.
$(BUILD)/runtime/%.o:    INC := -Iinclude -Iruntime
$(BUILD)/components/%.o: INC := -Iinclude
$(BUILD)/components/httpd/%.o: INC := -Iinclude $(LLHTTP_FLAGS)
$(BUILD)/components/keepalive/tunnel_http.o: INC := -Iinclude $(LLHTTP_FLAGS)
$(BUILD)/demos/%.o:      INC := -Iinclude
$(BUILD)/demos/fetch/%.o: INC := -Iinclude $(LLHTTP_FLAGS)
$(BUILD)/tests/%.o:      INC := -Iinclude -Itests/harness -Iruntime -Icomponents

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(BASE) $(CFLAGS) $(CPPFLAGS) $(INC) -c -o $@ $<

# One relocatable object, so that an archive shows its user nothing but poe_*.
$(BUILD)/libpoe.a $(BUILD)/libpoe.so.0: $(LIBRARY)
# Apart, for those who want libedit; what it has of the other components is its own.
$(BUILD)/libpoe-readline.a $(BUILD)/libpoe-readline.so.0: $(READLINE) $(BUILD)/components/wheel.o
$(BUILD)/libpoe-readline.so.0: $(BUILD)/libpoe.so.0
$(BUILD)/libpoe-readline.so.0: private LIBS := -ledit

$(BUILD)/%.a:
	$(CC) -r -nostdlib -o $(BUILD)/$*.o $^
	$(OBJCOPY) -w --keep-global-symbol='poe_*' $(BUILD)/$*.o
	rm -f $@
	$(AR) rcs $@ $(BUILD)/$*.o

$(BUILD)/%.so.0: runtime/libpoe.map
	$(CC) -shared -Wl,-soname,$(@F) -Wl,--version-script=runtime/libpoe.map -Wl,-Bsymbolic-functions \
	  -Wl,-z,relro,-z,now,--as-needed $(CFLAGS) $(LDFLAGS) -o $@ $(filter-out %.map,$^) $(LIBS)

# Made anew each time: the prefix may be another.
$(BUILD)/poe.pc: runtime/poe.pc.in
$(BUILD)/poe-readline.pc: components/readline/poe-readline.pc.in
$(PCS): FORCE
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(LIBS)|' $(filter %.in,$^) > $@

$(DEMOS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(BUILD)/demos/10_readline: $(BUILD)/libpoe-readline.a
$(BUILD)/demos/10_readline: private LIBS += -ledit

# C sources from Debian's node-llhttp, without our warnings.  Not prerequisites: deps installs them while make runs.
$(LLHTTP): $(BUILD)/llhttp/%.o:
	@mkdir -p $(@D)
	$(CC) -std=c11 -fPIC $(CFLAGS) $(LLHTTP_FLAGS) -c -o $@ $(LLHTTP_DIR)/$*.c

$(BUILD)/demos/fetch/fetch: $(FETCH) $(LLHTTP) $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Tests see the insides, so they link the objects.
$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(HARNESS) $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lpthread
$(BUILD)/tests/http_filter_test $(BUILD)/tests/url_test: $(filter-out %/main.o,$(FETCH))
READLINE_TESTS := $(filter $(BUILD)/tests/readline%,$(TESTS))
$(READLINE_TESTS): $(READLINE) $(BUILD)/tests/harness/readline/console.o
$(READLINE_TESTS): private LIBS += -ledit

# The library with its allocations and system calls led through tests/fault/inject*.c; those of the tests themselves stay as they are.
INJECTED := malloc calloc realloc free strdup asprintf getline __getdelim socket bind listen connect accept4 recv sendmsg \
            read writev fcntl fstat getsockopt getsockname setsockopt syscall waitid waitpid sigaction fopen getrandom \
            pipe2 fork posix_spawnp posix_openpt open pread stat inotify_init1 inotify_add_watch
FAULTY   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_test.c,$(wildcard tests/fault/*.c)))
$(BUILD)/tests/fault/poe.o: $(LIBRARY) $(READLINE)
	@mkdir -p $(@D)
	$(CC) -r -nostdlib -o $@ $^
	$(OBJCOPY) $(foreach f,$(INJECTED),--redefine-sym $(f)=inject_$(f)) $@
$(FAULTS): $(BUILD)/%: $(BUILD)/%.o $(FAULTY) $(HARNESS) $(BUILD)/tests/fault/poe.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -ledit -lcmocka -lpthread

# One of the benches has the pool alone, in the tests' world without sockets: so the objects.
$(BUILD)/tests/bench/bench: $(BENCH) $(BUILD)/tests/harness/fake_world.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lpthread

$(BUILD)/tests/soak/soak: $(SOAK) $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(PARITY): %: %.o $(PARITIES) $(BUILD)/libpoe.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# A program for each filter, the library in it under the sanitizers: make fuzz builds it so.
FUZZERS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/*_fuzz.c))
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/tests/fuzz/split.o $(LIBRARY)
	$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LIBS)

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
	BUILD=$(BUILD) TEST_SECONDS=240 tests/run $(FAULTS)

fuzz:
	$(MAKE) CC=clang BUILD=build-fuzz CFLAGS="-O1 -g -fno-omit-frame-pointer \
	  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
fuzzers: $(FUZZERS)
	tests/fuzz/run $(BUILD)/found $(FUZZERS)

parity: $(PARITY) $(filter $(BUILD)/demos/ports/%,$(DEMOS))
	tests/parity/deps
	BUILD=$(BUILD) tests/parity/run $(ONLY)
	$(if $(ONLY),,BUILD=$(BUILD) tests/parity/ports)

soak: $(BUILD)/tests/soak/soak
	$<

peers:
	tests/bench/install_peers

bench: $(BUILD)/tests/bench/bench
	tests/bench/peers/build $(BUILD)
	ONLY="$(ONLY)" tests/bench/run $(BUILD)

install: $(LIBRARIES) $(PCS)
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/poe
	install -m 644 include/poe.h $(DESTDIR)$(PREFIX)/include
	install -m 644 include/poe/*.h $(DESTDIR)$(PREFIX)/include/poe
	install -m 644 $(filter %.a,$(LIBRARIES)) $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(filter %.so.0,$(LIBRARIES)) $(DESTDIR)$(PREFIX)/lib
	ln -sf libpoe.so.0 $(DESTDIR)$(PREFIX)/lib/libpoe.so
	ln -sf libpoe-readline.so.0 $(DESTDIR)$(PREFIX)/lib/libpoe-readline.so
	install -m 644 $(PCS) $(DESTDIR)$(PREFIX)/lib/pkgconfig

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/include/poe $(DESTDIR)$(PREFIX)/include/poe.h
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/lib/,libpoe.* libpoe-readline.* pkgconfig/poe.pc pkgconfig/poe-readline.pc)

compile_commands.json:
	$(MAKE) clean
	bear -- $(MAKE) all $(TESTS)

clean:
	rm -rf $(BUILD) build-asan build-tsan build-fuzz compile_commands.json

.PHONY: FORCE all deps demo test sanitize tsan threaded torture soak fuzz fuzzers parity peers bench install uninstall clean compile_commands.json
.SECONDARY:
-include $(LIBRARY:.o=.d) $(READLINE:.o=.d) $(HARNESS:.o=.d) $(TESTS:=.d) $(FAULTS:=.d) $(FAULTY:.o=.d) $(DEMOS:=.d) $(BENCH:.o=.d) $(SOAK:.o=.d) $(FETCH:.o=.d) $(PARITY:=.d) $(PARITIES:.o=.d) $(FUZZERS:=.d)

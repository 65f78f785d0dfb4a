#!/bin/sh
# Installs the library, and builds programs against it as an outsider would:
# by pkg-config, shared and static, as C11 and as C++17.
build=${BUILD:-build}
root=$(mktemp -d) || exit 1
trap 'rm -rf "$root"' EXIT
flags="${CFLAGS:--O1} -Wall -Wextra -Wpedantic -Wconversion -Werror"
failed=0

# Says how the last command went; on failure with what it printed.
verdict() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2"
		cat "$root/log"
		failed=1
	fi
}

try() {
	name=$1
	shift
	"$@" >"$root/log" 2>&1
	verdict $? "$name"
}

pkg() {
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/pkgconfig \
	PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 pkg-config "$@" poe
}

# Builds and runs: name, compiler and standard, what goes before the libraries, pkg-config's options.
outsider() {
	# The words of flags are meant to be split.
	# shellcheck disable=SC2046,SC2086
	$2 $flags $(pkg --cflags) -o "$root/program" "$root/program.c" $3 $(pkg --libs $4) >"$root/log" 2>&1 &&
	LD_LIBRARY_PATH=$root/usr/lib "$root/program" >>"$root/log" 2>&1 &&
	[ "$(tail -n 1 "$root/log")" = "hello 3" ]
	verdict $? "$1"
}

# Valid as C11 and as C++17.
cat >"$root/program.c" <<'EOF'
#include <poe.h>
#include <stdio.h>

static void on_start(struct poe_event *ev)
{
	poe_yield(ev->kernel, "hello", poe_int(3), poe_str("text"));
	poe_delay_set(ev->kernel, "late", 0.001);
}

static void on_hello(struct poe_event *ev)
{
	printf("hello %d\n", (int)poe_arg_int(ev, 0));
}

static void on_late(struct poe_event *ev)
{
	poe_alarm_remove_all(ev->kernel);
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "hello(is)", on_hello }, { "late", on_late }, { 0, 0 }
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct poe_session_plan plan;
	int result;

	memset(&plan, 0, sizeof plan);
	plan.states = states;
	plan.alias = "alias";
	if (k == NULL || poe_session_create(k, &plan).v == 0)
		return 1;
	result = poe_run(k);
	poe_kernel_free(k);
	return result == 0 ? 0 : 1;
}
EOF

try "installs into DESTDIR" \
	env -u MAKEFLAGS -u MAKELEVEL make -s install BUILD="$build" DESTDIR="$root" PREFIX=/usr
pkg --variable=prefix >"$root/log" 2>&1
grep -q '/usr$' "$root/log"
verdict $? "poe.pc has the prefix"

# Where the linker looks first there is only an archive.
mkdir "$root/static"
cp "$root/usr/lib/libpoe.a" "$root/static" 2>/dev/null
outsider "C11, shared" "${CC:-cc} -std=c11" "" ""
outsider "C11, static" "${CC:-cc} -std=c11" "-L$root/static" --static
outsider "C++17, shared" "${CXX:-c++} -x c++ -std=c++17" "" ""
outsider "C++17, static" "${CXX:-c++} -x c++ -std=c++17" "-L$root/static" --static

for header in "$root"/usr/include/poe/*.h; do
	echo "#include <poe/${header##*/}>"
done >"$root/headers"
alone() {
	while read -r line; do
		echo "$line" >"$root/header.c"
		# shellcheck disable=SC2086
		$1 -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only -I "$root/usr/include" "$root/header.c" || return 1
	done <"$root/headers"
}
try "each header compiles alone as C11" alone "${CC:-cc} -std=c11"
try "each header compiles alone as C++17" alone "${CXX:-c++} -x c++ -std=c++17"

only_ours() {
	! grep -v '^poe_' "$1"
}
nm -D --defined-only "$root/usr/lib/libpoe.so.0" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' >"$root/shared"
try "the shared library exports poe_* only" only_ours "$root/shared"
nm -g --defined-only "$root/usr/lib/libpoe.a" | awk 'NF == 3 { print $3 }' >"$root/archive"
try "the archive defines poe_* only" only_ours "$root/archive"
only_readline() {
	nm -D --defined-only "$root/usr/lib/libpoe-readline.so.0" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' >"$root/readline"
	[ -s "$root/readline" ] && ! grep -v '^poe_readline_' "$root/readline"
}
try "libpoe-readline exports poe_readline_* only" only_readline

# gcc's list of what the headers declare, less what they define themselves (:I, inline).
declared() {
	echo '#include <poe.h>' >"$root/all.c"
	gcc -std=c11 -I "$root/usr/include" -aux-info "$root/aux" -fsyntax-only "$root/all.c" || return 1
	sed -n 's/.*extern [^(]*[ *]\(poe_[a-z0-9_]*\) (.*/\1/p' "$root/aux" >"$root/functions"
	sed -n 's/^extern const .*[ *]\(poe_[a-z0-9_]*\);.*/\1/p' "$root"/usr/include/poe/*.h >"$root/data"
	sort -u "$root/functions" "$root/data" >"$root/declared"
	sort -u "$root/shared" >"$root/defined"
	[ -s "$root/declared" ] && ! comm -23 "$root/declared" "$root/defined" | grep .
}
try "what the headers declare is defined" declared
undeclared() {
	! comm -13 "$root/declared" "$root/defined" | grep .
}
try "what is exported is declared" undeclared
exit $failed

#!/bin/sh
# The README is true: its program compiles as printed and does what it says, and every name in it exists.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${BUILD:-build}
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
server=

check() {
	sentence=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		echo "ok $sentence"
	else
		echo "not ok $sentence"
		cat "$work/log"
	fi
}

# The first fenced block of C.
awk '/^```c$/ && !n { n = 1; on = 1; next } /^```$/ { on = 0 } on' README.md >"$work/hello.c"

compiles() {
	# shellcheck disable=SC2046,SC2086
	${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror ${CFLAGS:-} -Iinclude -o "$work/hello" "$work/hello.c" \
		"$build/libpoe.a" $(sed -n 's/^Libs.private: //p' "$build/poe.pc")
}
check "the README's program compiles as printed, without a warning" compiles

answers() {
	mkfifo "$work/echo"
	"$build/demos/05_echo" >"$work/echo" &
	server=$!
	exec 3<"$work/echo"
	read -r line <&3
	port=${line#listening on port }
	[ "$(timeout 20 "$work/hello" 127.0.0.1 "$port")" = "hello, world" ]
}
check "the README's program prints the server's answer" answers

names_exist() {
	cat include/poe.h include/poe/*.h >"$work/headers"
	status=0
	for name in $(grep -oh 'poe_[a-z_]*[a-z]' README.md PORTING.md runtime/README.md demos/README.md | sort -u); do
		grep -qw "$name" "$work/headers" runtime/*.h tests/harness/*.h && continue
		echo "$name is not in the headers"
		status=1
	done
	return $status
}
check "every name in the READMEs exists" names_exist

files_exist() {
	status=0
	for path in $(grep -oh '](\([a-z0-9_/.]*\))' README.md PORTING.md runtime/README.md demos/README.md | tr -d '()]' | sort -u); do
		[ -e "$path" ] || [ -e "demos/$path" ] || [ -e "runtime/$path" ] || { echo "$path is not there"; status=1; }
	done
	return $status
}
check "every file the READMEs point to exists" files_exist

steps_exist() {
	status=0
	for name in $(sed -n '1,/^# The floors/s/.*/&/p' runtime/README.md | grep -o '`[a-z_]*`' | tr -d '`' | sort -u); do
		grep -qw "$name" runtime/*.c runtime/*.h include/poe/*.h || [ -e "runtime/$name.c" ] || { echo "$name is nowhere"; status=1; }
	done
	return $status
}
check "every function an event travels by exists" steps_exist

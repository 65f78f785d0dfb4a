#!/bin/sh
# The demos print what demos/README.md shows.  What varies from run to run is
# masked: ports but port 1, times, and the resolver's words.
# shellcheck disable=SC2317
bin=${BUILD:-build}/demos
work=$(mktemp -d) || exit 1
children=
trap 'kill $children 2>/dev/null; rm -rf "$work"' EXIT
count=0 status=0

# $1: the name; the rest is a command that says whether it holds.
check() {
	count=$((count + 1)) name=$1
	shift
	if "$@" >"$work/why" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$work/why"
		status=1
	fi
}

# What the README shows below the command line that begins with $1.
shown() {
	awk -v command="\$ $1" '
		/^```/ { inside = 0 }
		inside { print }
		index($0, command) == 1 { inside = 1 }' demos/README.md
}

mask() {
	sed -E -e 's/127\.0\.0\.1:[0-9]{2,5}/127.0.0.1:PORT/' -e 's/port [0-9]+/port PORT/' \
		-e 's/in [0-9.]+ s$/in TIME s/' -e 's/ +[0-9.]+ ms$/ TIME ms/' -e 's/resolve error .*/resolve error/' "$1"
}

# $1: the README's command; $2: what came.
same() {
	shown "$1" >"$work/shown"
	[ -s "$work/shown" ] || { echo "demos/README.md does not show $1"; return 1; }
	mask "$work/shown" >"$work/expected"
	mask "$2" >"$work/came"
	diff -u "$work/expected" "$work/came"
}

runs_as_shown() {
	"$bin/$1" >"$work/output" || return 1
	same "build/demos/$1" "$work/output"
}

# Reads the port from the first line, runs the client against it, and ends it.
echo_and_client() {
	mkfifo "$work/fifo"
	"$bin/05_echo" >"$work/fifo" &
	server=$!
	exec 3<"$work/fifo"
	read -r first <&3
	printf 'hello\nworld\n' | "$bin/06_client" localhost "${first##* }" >"$work/client" || return 1
	kill "$server"
	{ echo "$first"; cat <&3; } >"$work/server"
	exec 3<&-
	wait "$server"
}

# Starts a server whose output goes to $work/$1, and reads the first line of it into $first.
serve() {
	"$bin/$1" >"$work/$1" &
	server=$!
	children="$children $server"
	until read -r first <"$work/$1" && [ -n "$first" ]; do
		kill -0 "$server" || return 1
	done
}

serves_lines() {
	serve 08_line_server || return 1
	printf 'SET tea green\nGET tea\nGET coffee\nQUIT\n' | "$bin/06_client" localhost "${first##* }" >"$work/lines" || return 1
	printf 'SHUTDOWN\n' | "$bin/06_client" localhost "${first##* }" >/dev/null
	wait "$server"
}

serves_http() {
	serve 09_httpd || return 1
	"$bin/fetch/fetch" -c 1 "$first" "${first}nowhere" "$first" >/dev/null
	kill "$server"
	wait "$server"
}

# Over one connection at a time, so it is certain which pages get a new one.
fetches_from_odd_server() {
	mkfifo "$work/port"
	python3 tests/odd_server.py >"$work/port" &
	children="$children $!"
	read -r port <"$work/port"
	set --
	for path in a b until-the-end cut nothing bare-cr extra a stale; do
		set -- "$@" "http://127.0.0.1:$port/$path"
	done
	"$bin/fetch/fetch" -c 1 "$@" >"$work/output"
	[ $? -eq 1 ] || return 1
	# Whether the connection was there or came free a moment later is chance.
	sed -n -e '/^$/q' -e 's/(immediate)/(deferred)/' -e 's|^http://[^/]*||p' "$work/output" | sort | diff -u - "$work/odd"
}

cat >"$work/odd" <<'END'
/a: 200, 2 octets (new)
/a: 200, 2 octets (new)
/b: 200, 2 octets (deferred)
/bare-cr: filter error 71: Protocol error
/cut: read error 0: ended too early
/extra: filter error 71: Protocol error
/nothing: read error 0: ended too early
/stale: 200, 2 octets (new)
/until-the-end: 200, 13 octets (deferred)
END

# Times ascend, and each arrow that ends has begun.
trace_is_in_order() {
	POE_TRACE=$work/trace.json "$bin/$1" -n 20 >/dev/null || return 1
	python3 -c '
import json, sys
events = json.load(open(sys.argv[1]))
times = [e["ts"] for e in events]
assert times == sorted(times), "times do not ascend"
begun = set()
for e in events:
    if e["ph"] == "s":
        begun.add(e["id"])
    elif e["ph"] == "f":
        assert e["id"] in begun, e
assert len(begun) > 20' "$work/trace.json"
}

# $1: the exit status that fetch must have with the arguments that follow.
exits_with() {
	expected=$1
	shift
	"$bin/fetch/fetch" "$@" >/dev/null 2>&1
	[ $? -eq "$expected" ]
}

for demo in 01_hello 02_alarms 03_state 04_family 07_keepalive fetch/fetch; do
	check "$demo prints what its README shows" runs_as_shown $demo
done
check "05_echo and 06_client run against each other" echo_and_client
check "05_echo prints what its README shows" same 'build/demos/05_echo' "$work/server"
check "06_client prints what its README shows" same "printf 'hello" "$work/client"
check "08_line_server serves lines" serves_lines
check "08_line_server prints what its README shows" same 'build/demos/08_line_server' "$work/08_line_server"
check "08_line_server answers what its README shows" same "printf 'SET" "$work/lines"
check "09_httpd serves HTTP" serves_http
check "09_httpd prints what its README shows" same 'build/demos/09_httpd' "$work/09_httpd"
echo hello | "$bin/10_readline" >"$work/readline"
check "10_readline prints what its README shows" same 'echo hello' "$work/readline"
check "fetch tells odd servers from good ones" fetches_from_odd_server
check "trace of fetch is in order" trace_is_in_order fetch/fetch
check "fetch without a number of pages is a usage error" exits_with 2 -n 0
check "fetch of what is no URL fails" exits_with 1 ftp://localhost/
exit $status

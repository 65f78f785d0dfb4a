#!/bin/sh
# The C programs of demos/ports do what demos/ports/expected says; that the Perl
# ones do the same is tests/parity/ports' to find out.
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BUILD:-build}/demos/ports
case $bin in
/*) ;;
*)  bin=$root/$bin ;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
status=0

for expected in "$root"/demos/ports/expected/*.txt; do
	script=$(basename "$expected" .txt)
	mkdir "$work/cwd"
	(cd "$work/cwd" && python3 "$root/tests/play_ports.py" "$script" "$bin/${script%%_*}") >"$work/transcript" 2>&1
	if diff -u "$expected" "$work/transcript" >"$work/why"; then
		echo "ok - $script goes as expected"
	else
		echo "not ok - $script goes as expected"
		sed 's/^/# /' "$work/why"
		status=1
	fi
	rm -rf "$work/cwd"
done
exit $status

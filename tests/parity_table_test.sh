#!/bin/sh
# What tests/parity has found to differ from POE is a row of the README's table, and is shown by a scenario.
set -u
cd "$(dirname "$0")/.." || exit 1
differences=tests/parity/differences.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

verdict() {
	sentence=$1
	if [ -s "$work/bad" ]; then
		echo "not ok $sentence"
		cat "$work/bad"
	else
		echo "ok $sentence"
	fi
}

sed -n 's/^## //p' $differences >"$work/headings"
while IFS= read -r heading; do
	grep -qF -- "| $heading |" README.md || echo "no row: $heading"
done <"$work/headings" >"$work/bad"
verdict "every difference from POE is a row of the README"

sed -n 's/^### //p' $differences | while read -r topic scenario; do
	grep -q "^scenario $scenario " "tests/parity/$topic.pl" && grep -q "{ \"$scenario\"," "tests/parity/$topic.c" ||
		echo "no such scenario: $topic $scenario"
done >"$work/bad"
verdict "every difference is shown by a scenario in both languages"

awk '/^## / { if (title && !shown) print "nothing shows: " title; title = $0; shown = 0 }
     /^    / { shown = 1 }
     END { if (title && !shown) print "nothing shows: " title }' $differences >"$work/bad"
verdict "every difference says what POE prints and what we print"

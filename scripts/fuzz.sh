#!/usr/bin/env bash
# Runs every fuzz target of the project for FUZZTIME each. A crasher is written to the package's testdata/fuzz and ends
# the run with status 1; it is kept as a test.
set -euo pipefail
cd "$(dirname "$0")/.."
passed=0 failed=0
for file in $(grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | sort); do
	package=$(dirname "$file")
	for target in $(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' "$file"); do
		echo "== $package $target"
		if "${GO:-go}" test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-30s}" -fuzzminimizetime 5x; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

#!/usr/bin/env bash
# Tests of ./dev itself: each on a machine made of a few real tools and fakes on
# PATH, in a copy of the scripts. Last line: "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
. tests/shell/machine.sh

for file in tests/shell/*_tests.sh; do
  # shellcheck disable=SC1090  # each file of tests
  . "$file"
done

passed=0 failed=0
for name in $(compgen -A function | grep '^test_'); do
  scratch=$(mktemp -d)
  # A subshell that exits at the first thing that isn't so.
  (set -e; make_machine; "$name") >"$scratch/log" 2>&1
  status=$?
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1)); echo "ok - ${name#test_}"
  else
    failed=$((failed + 1)); echo "not ok - ${name#test_}"; sed 's/^/    /' "$scratch/log"
  fi
  rm -rf "$scratch"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

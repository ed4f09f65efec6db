# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # what run.sh and machine.sh define and read
# The entrance, and how results are counted.

test_help_names_every_command() {
  dev -- --help
  exits 0
  for command in run test check bench chaos simulate package pictures setup; do says "  $command"; done
}

test_an_unknown_command_or_part_is_refused() {
  dev -- tset
  exits 2
  says '"tset"'
  dev -- test everything
  exits 2
  says '"everything"'
  says "shell provider ui rust cli window"
  dev -- run --relase
  exits 2
  says '"--relase"'
}

test_without_a_display_run_says_what_works() {
  fake node 'case $1 in --version) echo v22.12.0 ;; *) exit 1 ;; esac'
  dev DISPLAY=:9 -- run
  exits 1
  says "DISPLAY=:9"
  says "./dev run --demo"
}

counting() { # a fake `suite` that says $1 and ends with $2, counted
  . "$project/tools/say.sh"
  . "$project/tools/test.sh"
  LOGS=$scratch passed=0 failed=0
  said=$1 ended=$2
  suite() { printf '%b' "$said"; return "$ended"; }
  count fake >/dev/null
  echo "$passed passed, $failed failed"
}

test_figures_of_every_runner_are_read() {
  equal "$(counting 'test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 2 passed; 3 failed; 0 ignored\n' 101)" "7 passed, 3 failed"
  equal "$(counting ' Test Files  1 failed | 2 passed (3)\n      Tests  2 failed | 10 passed | 1 skipped (13)\n' 1)" "10 passed, 2 failed"
  equal "$(counting '      Tests  12 passed (12)\n' 0)" "12 passed, 0 failed"
  equal "$(counting 'ℹ pass 4\nℹ fail 1\nℹ cancelled 2\n' 1)" "4 passed, 3 failed"
  equal "$(counting '6 passed, 0 failed\n' 0)" "6 passed, 0 failed"
}

test_a_runner_that_breaks_is_a_failure() {
  equal "$(counting 'test result: ok. 5 passed; 0 failed;\n' 101)" "5 passed, 1 failed"
  equal "$(counting 'error: could not compile\n' 101)" "0 passed, 1 failed"
}

test_a_runner_that_ran_nothing_is_a_failure() {
  equal "$(counting 'test result: ok. 0 passed; 0 failed;\n' 0)" "0 passed, 1 failed"
}

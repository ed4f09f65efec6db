# shellcheck shell=bash
# ./dev test: every suite, counted. The last line is "N passed, N failed".

LOGS=target/test-logs
PARTS="shell provider ui rust cli window"

test_main() { # [PART...]
  local part parts=("$@") passed=0 failed=0
  # shellcheck disable=SC2206  # one word per part
  [ ${#parts[@]} -gt 0 ] || parts=($PARTS)
  for part in "${parts[@]}"; do
    case " $PARTS " in *" $part "*) ;; *) say "There are no tests \"$part\", only: $PARTS."; exit 2 ;; esac
  done
  set_up test
  mkdir -p "$LOGS"
  rm -f "$LOGS"/*.log
  export_test_places
  export NO_COLOR=1
  for part in "${parts[@]}"; do
    prepare "$part" && count "$part" || failed=$((failed + 1))
  done
  # What failed, once more and together.
  grep -hE '^(test .* FAILED|not ok .*|✖ .*| *FAIL .*)$' "$LOGS"/*.log >&2 || true
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# What a part needs before it runs; what can't be built counts as one failure.
prepare() { # PART
  case $1 in
    shell | provider) install_node_packages tests/provider ;;
    ui) install_node_packages ui ;;
    rust) install_node_packages tests/provider && build_ui && step "the Rust tests" build_tests ;;
    cli) install_node_packages tests/provider && step "Keyfob" build_tested_programs && step "the tests of the command" build_cli_tests ;;
    window) install_node_packages tests/provider && build_ui && step "Keyfob" build_tested_programs && step "the tests of the window" build_window_tests ;;
  esac
}

# The window tests are `test = false` in their Cargo.toml: only a call by name
# builds and runs them.
build_tests() { cargo test --workspace --features "$FEATURES" --no-run; }
# With the tests, since without them dependencies have other features and are built twice.
build_tested_programs() { cargo build --workspace --bins --tests --features "$FEATURES"; }
build_cli_tests() { cargo test --workspace --features "$FEATURES" --test cli --no-run; }
build_window_tests() { cargo test --workspace --features "$FEATURES" --test window --no-run; }

suite() { # PART
  case $1 in
    shell) tests/shell/run.sh ;;
    provider) node --test --test-reporter=spec tests/provider/provider.test.mjs ;;
    ui) (cd ui && npx --no-install vitest run) ;;
    # In a desktop of its own: no test meets the developer's keyring or home.
    rust) with_desktop cargo test --workspace --features "$FEATURES" --no-fail-fast ;;
    cli) with_desktop cargo test --workspace --features "$FEATURES" --test cli ;;
    window) with_desktop cargo test --workspace --features "$FEATURES" --test window ;;
  esac
}

# Adds a part's figures to its caller's `passed` and `failed`.
count() { # PART
  local log=$LOGS/$1.log good bad status started=$SECONDS
  say "== tests: $1"
  suite "$1" </dev/null 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r good bad < <(figures "$log")
  # A runner that broke, or ran nothing, must not look like success.
  if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$good" -eq 0 ]; }; then
    say "== tests: $1 ended with exit $status and counted $good passed: that is a failure"
    bad=1
  fi
  passed=$((passed + good)) failed=$((failed + bad))
  say "== tests: $1: $good passed, $bad failed in $((SECONDS - started)) s ($log)"
}

# "PASSED FAILED" of a log, by the closing lines of cargo, vitest, node and our own.
figures() { # LOG
  awk '
    /^test result: / { good += $4; bad += $6 }
    /^ *Tests  / { for (i = 2; i <= NF; i++) { if ($i == "passed") good += $(i - 1); if ($i == "failed") bad += $(i - 1) } }
    /^(#|ℹ) pass [0-9]+$/ { good += $3 }
    /^(#|ℹ) (fail|cancelled) [0-9]+$/ { bad += $3 }
    /^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3 }
    END { print good + 0, bad + 0 }' "$1"
}

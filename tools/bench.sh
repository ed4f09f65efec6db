# shellcheck shell=bash
# ./dev bench: Keyfob beside the smallest window there can be, in the same run.

bench_main() { # [--json]
  set_up bench
  build_ui
  step "the release build" cargo build --release --workspace --bins --examples --features "$FEATURES"
  with_desktop "${CARGO_TARGET_DIR:-target}/release/keyfob-bench" "$@"
}

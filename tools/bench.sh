# shellcheck shell=bash
# ./dev bench: Keyfob beside the smallest window there can be, in the same run.

JWT_CLI=6.2.0

bench_main() { # [--json] [--peers]
  set_up bench
  case " $* " in *' --peers '*) install_peers ;; esac
  build_ui
  step "the release build" cargo build --release --workspace --bins --examples --features "$FEATURES"
  with_desktop "${CARGO_TARGET_DIR:-target}/release/keyfob-bench" "$@"
}

# Programs of others that do the same job; without them their figures are null.
install_peers() {
  local root=$PWD/.dev/bench
  [ -x "$root/bin/jwt" ] ||
    step "jwt-cli $JWT_CLI" cargo install jwt-cli --version "$JWT_CLI" --locked --root "$root"
  export PATH=$root/bin:$PATH
}

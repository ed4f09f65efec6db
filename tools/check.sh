# shellcheck shell=bash
# ./dev check: everything that can be known without running Keyfob.

CHECKS="fmt shell ui clippy doc deps"
DENY_VERSION=0.20.2

check_main() { # [CHECK...]
  local check checks=("$@") failed=()
  # shellcheck disable=SC2206  # one word per check
  [ ${#checks[@]} -gt 0 ] || checks=($CHECKS)
  set_up check
  has_rust_tools || stuck "This Rust has no rustfmt or no clippy. This line adds them:" "rustup component add rustfmt clippy"
  for check in "${checks[@]}"; do
    case " $CHECKS " in *" $check "*) ;; *) say "There is no check \"$check\", only: $CHECKS."; exit 2 ;; esac
    step "check: $check" "check_$check" || failed+=("$check")
  done
  [ ${#failed[@]} -eq 0 ] || { say "Failed: ${failed[*]}"; return 1; }
  say "All checks passed."
}

has_rust_tools() { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1

check_fmt() { cargo fmt --all --check; }

check_shell() {
  shellcheck --external-sources dev .ci/run tools/*.sh tests/desktop/with-desktop.sh tests/desktop/browser/xdg-open tests/shell/*.sh
}

check_ui() {
  install_node_packages ui && npm run --silent check --prefix ui && npm run --silent lint --prefix ui
}

# The app embeds the page, so the page comes first. The window tests are built only by name.
check_clippy() {
  build_ui &&
    cargo clippy --workspace --all-targets --features "$FEATURES" -- -D warnings &&
    cargo clippy --workspace --test window --features "$FEATURES" -- -D warnings
}

check_doc() {
  build_ui && RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --features "$FEATURES"
}

# The lock file must be the one that is committed. The advisory database is not
# part of it: it needs a network of its own.
check_deps() {
  cargo metadata --locked --format-version 1 >/dev/null || return 1
  local deny=.dev/cargo-deny/bin/cargo-deny
  # Built without optimisation: one minute instead of several, and fast enough.
  [ "$("$deny" --version 2>/dev/null)" = "cargo-deny $DENY_VERSION" ] ||
    step "cargo-deny $DENY_VERSION into .dev/" cargo install cargo-deny --version "$DENY_VERSION" --locked --debug --quiet --force --root .dev/cargo-deny || return 1
  "$deny" --log-level error check --hide-inclusion-graph bans licenses sources
}

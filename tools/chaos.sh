# shellcheck shell=bash
# ./dev chaos: kills, stops and crowds Keyfob in the middle of a refresh. It takes hours of work
# for one processor; `--kills 500` takes minutes. Its own --help says the rest.

chaos_main() { # [OPTION...]
  set_up chaos
  install_node_packages tests/provider && build_ui || return
  step "the release build" cargo build --release --workspace --bins --features "$FEATURES" >&2
  export KEYFOB_PROVIDER=$PWD/tests/provider
  with_desktop "${CARGO_TARGET_DIR:-target}/release/keyfob-chaos" "$@"
}

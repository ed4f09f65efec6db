# shellcheck shell=bash
# ./dev simulate: a hundred thousand desktops at one provider that goes down for half an hour.

simulate_main() { # [--json] [--seed N] [--desktops N] [--out FOLDER]
  set_up simulate
  step "the simulation" cargo build --release -p keyfob-simulate
  "${CARGO_TARGET_DIR:-target}/release/keyfob-simulate" "$@"
}

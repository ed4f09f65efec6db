# shellcheck shell=bash
# Building, the same way for every command, so that nothing is compiled twice.

# A debug build without this feature loads the page from a development server.
FEATURES=keyfob-desktop/custom-protocol

# npm's packages, afresh only when their lock file has changed.
install_node_packages() { # FOLDER
  local stamp=$1/node_modules/.keyfob-lock now
  now=$(cksum <"$1/package-lock.json")
  [ "$(cat "$stamp" 2>/dev/null)" != "$now" ] || return 0
  step "npm ci in $1" npm ci --prefix "$1" --no-fund --no-audit --loglevel=error >&2 && echo "$now" >"$stamp"
}

# The page, afresh only when its sources have changed.
build_ui() {
  local stamp=target/ui.stamp now
  install_node_packages ui || return
  now=$(find ui \( -name node_modules -o -name dist \) -prune -o -type f -exec cksum {} + | sort)
  [ ! -f ui/dist/index.html ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ] || return 0
  step "the page" npm run --silent build --prefix ui >&2 && mkdir -p target && echo "$now" >"$stamp"
}

# Nobody watches CI: there a command that hangs is ended.
with_desktop() { ${CI:+timeout --kill-after 10 40m} tests/desktop/with-desktop.sh "$@"; }

# What the tests of the real window are told.
export_test_places() {
  export KEYFOB_DESKTOP=${CARGO_TARGET_DIR:-$PWD/target}/debug/keyfob-desktop KEYFOB_PROVIDER=$PWD/tests/provider
  export PATH="$PWD/tests/desktop/browser:$PATH"
}

# The programs: the app, the command line, the demo. The whole workspace, since
# with fewer packages cargo would give dependencies other features, and build
# them twice.
build_programs() { # [--release]
  step "Keyfob" cargo build --workspace --bins --features "$FEATURES" "$@"
}

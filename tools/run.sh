# shellcheck shell=bash
# ./dev run: build and start Keyfob.

run_main() { # [--release] [--demo]
  local argument demo='' profile=debug release=()
  for argument in "$@"; do
    case $argument in
      --release) profile=release release=(--release) ;;
      --demo) demo=1 ;;
      *) say "./dev run knows --release and --demo, not \"$argument\"."; exit 2 ;;
    esac
  done
  set_up run
  if display_opens; then
    build_ui
    build_programs "${release[@]}"
    local app=${CARGO_TARGET_DIR:-target}/$profile/keyfob-desktop
    if [ -n "$demo" ]; then demo_by_hand "$app"; else exec "$app"; fi
  elif [ -n "$demo" ]; then
    demo_by_itself
  else
    say "No display opens here (DISPLAY=${DISPLAY-}, WAYLAND_DISPLAY=${WAYLAND_DISPLAY-}), so there can be no window."
    say "./dev run --demo shows Keyfob all the same: it runs by itself and leaves pictures in demo-out/."
    exit 1
  fi
}

# Whether a window can open: a set variable alone says little.
display_opens() { [ "$(uname -s)" = Darwin ] || node tools/display-opens.mjs; }

# A person plays: the provider beside the app, and a profile of its own. Both go at the end.
demo_by_hand() { # APP
  local ready issuer status=0
  install_node_packages tests/provider
  demo_folder=$(mktemp -d)
  # It ends when this script's end of the pipe closes, however that comes.
  coproc PROVIDER {
    OP_PORT=0 OP_LOGIN=forms OP_TTL_ACCESS=120 OP_LOG=0 OP_ENDS_WITH_STDIN=1 exec node tests/provider/op.mjs 2>"$demo_folder/provider.log"
  }
  # shellcheck disable=SC2153  # coproc sets it
  provider_pid=$PROVIDER_PID provider_input=${PROVIDER[1]}
  trap end_demo EXIT
  if ! read -r -t 20 ready <&"${PROVIDER[0]}"; then
    say "The test provider did not start:"
    cat "$demo_folder/provider.log" >&2
    exit 1
  fi
  issuer=$(printf '%s' "$ready" | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).issuer')
  say "The test provider is $issuer: client \"native\", any name and any password. Access tokens live for 2 minutes."
  say "This profile is deleted when Keyfob ends."
  "$1" --demo-issuer "$issuer" --data-dir "$demo_folder/profile" --memory-keyring || status=$?
  exit "$status"
}

end_demo() {
  exec {provider_input}>&-
  wait "$provider_pid" 2>/dev/null || true
  rm -rf "$demo_folder"
}

# No display: a script does the main job in a desktop of its own.
demo_by_itself() {
  say "No display opens here, so the demo runs by itself in a private desktop."
  set_up demo
  build_ui
  install_node_packages tests/provider
  build_programs
  export_test_places
  step "the demo" with_desktop "$(dirname "$KEYFOB_DESKTOP")/demo" --out "$PWD/demo-out"
  say "demo-out/ holds the summary, the numbered pictures and the verified export."
}

# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # what run.sh and machine.sh define and read
# The private desktop and the stand-in browser, with the real tools of this machine.

with_desktop() { PATH=$PATH_BEFORE "$root/tests/desktop/with-desktop.sh" "$@"; }

test_a_private_desktop_has_its_own_home_and_goes_with_its_command() {
  local home
  home=$(with_desktop sh -c 'echo "$HOME"')
  [ "$home" != "$HOME" ]
  [ ! -e "$home" ]
  # Nor is any of its daemons left.
  fails grep -qszx "DESKTOP_DIR=${home%/home}" /proc/[0-9]*/environ
}

test_a_private_desktop_hands_on_the_exit_code() {
  local status=0
  with_desktop sh -c 'exit 7' || status=$?
  [ "$status" -eq 7 ]
}

test_a_display_is_told_from_a_variable() {
  export PATH=$PATH_BEFORE
  with_desktop node "$root/tools/display-opens.mjs"
  fails env -u WAYLAND_DISPLAY DISPLAY=:987 node "$root/tools/display-opens.mjs"
  fails env -u WAYLAND_DISPLAY -u DISPLAY node "$root/tools/display-opens.mjs"
}

keyring() { # SETTING -> true, false, or nothing where there is none: is it locked?
  KEYRING=$1 with_desktop dbus-send --session --print-reply --dest=org.freedesktop.secrets \
    /org/freedesktop/secrets/collection/login org.freedesktop.DBus.Properties.Get \
    string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -o -e true -e false || true
}

test_the_keyring_is_unlocked_locked_or_not_there() {
  equal "$(keyring unlocked)" false
  equal "$(keyring locked)" true
  [ -z "$(keyring none)" ]
}

test_the_browser_opens_pages_of_this_machine_only() {
  local browser=$root/tests/desktop/browser/xdg-open status=0
  export PATH=$PATH_BEFORE KEYFOB_BROWSER_LOG=$scratch/visits
  "$browser" https://example.test/ || status=$?
  [ "$status" -eq 4 ]
  grep -q '^failed: not a page of this machine: https://example.test/$' "$KEYFOB_BROWSER_LOG"
}

test_the_demo_brings_a_provider_and_leaves_nothing() {
  mkdir -p "$project/ui/node_modules" "$project/ui/dist" "$project/tests" "$project/target/debug"
  touch "$project/ui/package-lock.json" "$project/ui/dist/index.html"
  cp -r "$root/tests/provider" "$root/tests/desktop" "$project/tests"
  # The app of this test writes down what it was told, and whether the provider answers.
  printf '#!%s\n%s\n' "$bin/bash" '
    [ "$1 $3 $5" = "--demo-issuer --data-dir --memory-keyring" ] || exit 8
    mkdir -p "$4" && echo "$2 $4" >"$SAW"
    node -e "fetch(process.argv[1] + \"/.well-known/openid-configuration\").then(() => process.exit(5), () => process.exit(9))" "$2"' \
    >"$project/target/debug/keyfob-desktop"
  chmod +x "$project/target/debug/keyfob-desktop"
  rm "$bin/node"
  local status=0 issuer folder
  # Only cargo and npm are fakes here.
  mkdir "$scratch/fakes"
  mv "$bin/cargo" "$bin/rustc" "$bin/npm" "$scratch/fakes"
  SAW=$scratch/saw PATH=$scratch/fakes:$PATH_BEFORE CI=1 "$root/tests/desktop/with-desktop.sh" "$project/dev" run --demo || status=$?
  equal "$status" 5
  read -r issuer folder <"$scratch/saw"
  fails test -e "$folder"
  fails test -e "$(dirname "$folder")"
  PATH=$PATH_BEFORE fails node -e 'fetch(process.argv[1]).catch(() => process.exit(1))' "$issuer"
}

# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # what run.sh and machine.sh define and read
# The private desktop and the stand-in browser, with the real tools of this machine.

with_desktop() { PATH=$PATH_BEFORE "$root/tests/desktop/with-desktop.sh" "$@"; }

test_a_private_desktop_has_its_own_home_and_goes_with_its_command() {
  local home
  home=$(with_desktop sh -c 'echo "$HOME"')
  [ "$home" != "$HOME" ]
  [ ! -e "$home" ]
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

#!/usr/bin/env bash
# Runs a command in a desktop of its own: X server, session bus, unlocked
# gnome-keyring, HOME and XDG folders. Everything ends with the command.
# usage: with-desktop.sh COMMAND [ARGUMENT...]
#   SCREEN=1280x800x24   the screen
#   KEYRING=locked|none  leave the keyring locked, or start none (it is unlocked by "test-password")
#   WM=openbox           a window manager, where the command needs one
#   ACCESSIBLE=1         keep the accessibility bus
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }
for tool in Xvfb dbus-run-session gnome-keyring-daemon; do
  command -v "$tool" >/dev/null || { echo "with-desktop: $tool is not installed; ./dev setup test brings it" >&2; exit 1; }
done

DESKTOP_DIR=$(mktemp -d)
xvfb=
# Daemons that outlive their bus, such as a keyring whose command was short; ours carry the folder.
# shellcheck disable=SC2317  # called by the trap
left_behind() {
  grep -lszx "DESKTOP_DIR=$DESKTOP_DIR" /proc/[0-9]*/environ | cut -d/ -f3
}
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ -z "$xvfb" ] || { kill "$xvfb" && wait "$xvfb"; } 2>/dev/null || true
  # So that the look for them doesn't find itself.
  export -n DESKTOP_DIR
  for _ in {1..20}; do
    # shellcheck disable=SC2046  # one word per process
    kill $(left_behind) 2>/dev/null || break
    sleep 0.1
  done
  # A process of the bus may still be writing its last file.
  rm -rf "$DESKTOP_DIR" 2>/dev/null || { sleep 0.2; rm -rf "$DESKTOP_DIR"; }
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Tools keep what they have downloaded; only the desktop's home is new.
export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} npm_config_cache=${npm_config_cache:-$HOME/.npm}
export DESKTOP_DIR HOME=$DESKTOP_DIR/home XDG_RUNTIME_DIR=$DESKTOP_DIR/run
export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME/keyrings" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"

# The X server picks a free display and says which.
mkfifo "$DESKTOP_DIR/display"
Xvfb -displayfd 5 -screen 0 "${SCREEN:-1280x800x24}" -nolisten tcp 5>"$DESKTOP_DIR/display" >"$DESKTOP_DIR/xvfb.log" 2>&1 &
xvfb=$!
read -r -t 20 number <"$DESKTOP_DIR/display" || { echo "with-desktop: Xvfb did not start:" >&2; cat "$DESKTOP_DIR/xvfb.log" >&2; exit 1; }
export DISPLAY=:$number GDK_BACKEND=x11
[ -n "${ACCESSIBLE:-}" ] || export NO_AT_BRIDGE=1
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
if [ -n "${WM:-}" ]; then "$WM" >/dev/null 2>&1 & fi

status=0
# The bus starts gnome-keyring by itself unless a service file of ours comes first.
if [ "${KEYRING:-}" = none ]; then
  mkdir -p "$XDG_RUNTIME_DIR/dbus-1/services"
  printf '[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n' >"$XDG_RUNTIME_DIR/dbus-1/services/org.freedesktop.secrets.service"
fi

# The bus tells its own story to a file; the command keeps standard error.
# shellcheck disable=SC2016  # the inner shell expands these
dbus-run-session -- bash -c '
  unlocked() { printf test-password | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>"$DESKTOP_DIR/keyring.log"; }
  lock() { dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null; }
  case ${KEYRING:-unlocked} in
    none) ;;
    locked) unlocked && lock ;;
    *) unlocked ;;
  esac || { echo "with-desktop: no keyring:" >&3; cat "$DESKTOP_DIR/keyring.log" >&3; exit 1; }
  exec "$@" 2>&3 3>&-' with-desktop "$@" 3>&2 2>"$DESKTOP_DIR/bus.log" || status=$?
exit "$status"

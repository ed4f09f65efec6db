# shellcheck shell=bash
# What a machine must have, and how it gets it. Fast where nothing is missing.

RUST_MIN=1.90 # the crates' own minimum
RUST_OURS=1.95.0 # installed where there is none
NODE_OURS=22 # the line installed where there is none
RUST_DIST=https://static.rust-lang.org/rustup/dist
NODE_DIST=https://nodejs.org/dist

PACKAGES_BUILD="libwebkit2gtk-4.1-dev build-essential pkg-config"
PACKAGES_TRAY="libayatana-appindicator3-1"
PACKAGES_CHECK="shellcheck"
PACKAGES_TESTS="webkit2gtk-driver xvfb xauth dbus at-spi2-core gnome-keyring fonts-dejavu-core imagemagick xdotool util-linux"
PACKAGES_BENCH="libsecret-tools oidc-agent-cli curl time" # what Keyfob is measured beside

set_up() { # COMMAND...
  local packages
  use_own_tools
  packages=$({ for command in "$@"; do packages_for "$command"; done; packages_to_download; } | tr ' ' '\n' | sort -u)
  # shellcheck disable=SC2086  # one word per package
  need_packages $packages
  has_rust || install_rust
  has_node || install_node
}

# Rust and Node come by curl or wget.
packages_to_download() {
  if has_rust && has_node || command -v curl >/dev/null || command -v wget >/dev/null; then return; fi
  echo "curl ca-certificates"
}

packages_for() { # COMMAND
  case $1 in
    package) echo "$PACKAGES_BUILD" ;;
    simulate) echo "build-essential" ;;
    check) echo "$PACKAGES_BUILD $PACKAGES_CHECK" ;;
    run) echo "$PACKAGES_BUILD $PACKAGES_TRAY" ;;
    test | chaos | pictures | demo) echo "$PACKAGES_BUILD $PACKAGES_TRAY $PACKAGES_TESTS" ;;
    bench) echo "$PACKAGES_BUILD $PACKAGES_TRAY $PACKAGES_TESTS $PACKAGES_BENCH" ;;
    all) echo "$PACKAGES_BUILD $PACKAGES_TRAY $PACKAGES_CHECK $PACKAGES_TESTS $PACKAGES_BENCH" ;;
    *) say "There is nothing to set up for \"$1\"."; return 2 ;;
  esac
}

# ---- system packages

need_packages() { # PACKAGE...
  local missing
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    need_libraries "$@"
    return
  fi
  missing=$(missing_packages "$@")
  # shellcheck disable=SC2086  # one word per package
  [ -z "$missing" ] || install_packages $missing
}

missing_packages() { # PACKAGE...
  # dpkg-query fails where it doesn't know a package; those are missing too.
  { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } |
    awk -v wanted="$*" '
      $1 == "installed" { installed[$2] }
      END { n = split(wanted, names, " "); for (i = 1; i <= n; i++) if (!(names[i] in installed)) printf "%s ", names[i] }'
}

install_packages() { # PACKAGE...
  local as_root=() line="apt-get update && apt-get install -y --no-install-recommends $*"
  if [ "$(id -u)" -ne 0 ]; then
    ! command -v sudo >/dev/null || line="sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    if sudo -n true 2>/dev/null; then as_root=(sudo -n)
    elif command -v sudo >/dev/null && asks; then as_root=(sudo)
    else stuck "These system packages are missing. As root, one command installs them:" "$line"; fi
  fi
  say "Keyfob needs these system packages: $*"
  agreed "Install them by apt?" || stuck "Nothing was installed. One command does it:" "$line"
  step "apt-get install" apt_install "$@" || stuck "apt could not install them. This is the command, once it can:" "$line"
}

apt_install() { # PACKAGE..., with as_root from its caller
  # Old lists may do; the installation itself decides.
  "${as_root[@]}" apt-get update -q >&2 || say "apt-get update failed; trying with the lists that are there."
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2
}

# Systems without apt: look for the things themselves, and name what is missing.
need_libraries() { # PACKAGE...
  local package missing=()
  [ "$(uname -s)" != Darwin ] || return 0 # the system's own web view; the window tests are for Linux
  for package in "$@"; do
    case $package in
      libwebkit2gtk-4.1-dev) pkg-config --exists webkit2gtk-4.1 2>/dev/null ;;
      build-essential) command -v cc >/dev/null ;;
      pkg-config | xauth | xdotool | shellcheck | curl | time) command -v "$package" >/dev/null ;;
      libayatana-appindicator3-1) { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -q -e libayatana-appindicator3 -e libappindicator3 ;;
      webkit2gtk-driver) command -v WebKitWebDriver >/dev/null ;;
      xvfb) command -v Xvfb >/dev/null ;;
      dbus) command -v dbus-run-session >/dev/null ;;
      at-spi2-core) [ -e /usr/share/dbus-1/services/org.a11y.Bus.service ] ;;
      gnome-keyring) command -v gnome-keyring-daemon >/dev/null ;;
      fonts-dejavu-core) fc-list 2>/dev/null | grep -qi dejavu ;;
      libsecret-tools) command -v secret-tool >/dev/null ;;
      oidc-agent-cli) command -v oidc-agent >/dev/null ;;
      imagemagick) command -v import >/dev/null ;;
      ca-certificates) [ -e /etc/ssl/certs ] ;;
      util-linux) command -v setpriv >/dev/null && command -v unshare >/dev/null ;;
    esac || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || stuck "Please install these first; Debian calls them:" "${missing[*]}"
}

# ---- Rust and Node

# Ours, if they are there; rustup's usual place is not on every PATH.
use_own_tools() {
  local own=$PWD/.dev
  if [ -x "$own/cargo/bin/cargo" ]; then
    export CARGO_HOME=$own/cargo RUSTUP_HOME=$own/rustup PATH="$own/cargo/bin:$PATH"
  elif ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    export PATH="$HOME/.cargo/bin:$PATH"
  fi
  [ ! -x "$own/node/bin/node" ] || export PATH="$own/node/bin:$PATH"
}

at_least() { # VERSION MINIMUM
  [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

has_rust() {
  local version
  version=$(cargo --version 2>/dev/null | cut -d' ' -f2) && [ -n "$version" ] && at_least "$version" "$RUST_MIN"
}

# Vite's own range: 20 from 20.19 on, 22 from 22.12 on.
has_node() {
  local version
  version=$(node --version 2>/dev/null) && command -v npm >/dev/null || return 1
  version=${version#v}
  case $version in
    20.*) at_least "$version" 20.19 ;;
    *) at_least "$version" 22.12 ;;
  esac
}

install_rust() {
  local target line="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  target=$(platform x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-apple-darwin aarch64-apple-darwin) ||
    stuck "Keyfob needs Rust $RUST_MIN or newer. On this platform please install it by hand:" https://rustup.rs
  say "Keyfob needs Rust $RUST_MIN or newer."
  agreed "Install Rust $RUST_OURS by rustup into .dev/ (about 600 MB)?" || stuck "This line installs it:" "$line"
  step "rustup" install_rust_for "$target" || stuck "Rust could not be installed from here. This line installs it:" "$line"
  use_own_tools
}

install_rust_for() { # TARGET
  local folder=.dev/download
  mkdir -p "$folder"
  fetch "$RUST_DIST/$1/rustup-init.sha256" "$folder/rustup-init.sha256" &&
    fetch "$RUST_DIST/$1/rustup-init" "$folder/rustup-init" &&
    matches "$folder/rustup-init" "$(cut -d' ' -f1 "$folder/rustup-init.sha256")" || return 1
  chmod +x "$folder/rustup-init"
  CARGO_HOME=$PWD/.dev/cargo RUSTUP_HOME=$PWD/.dev/rustup RUSTUP_INIT_SKIP_PATH_CHECK=yes \
    "$folder/rustup-init" -y --no-modify-path --profile minimal --component clippy,rustfmt \
    --default-host "$1" --default-toolchain "$RUST_OURS" >&2 && rm -r "$folder"
}

install_node() {
  local system line
  line="see https://nodejs.org/en/download for Node $NODE_OURS"
  system=$(platform linux-x64 linux-arm64 darwin-x64 darwin-arm64) ||
    stuck "Keyfob needs Node 20.19 or newer. On this platform please install it by hand:" "$line"
  say "Keyfob needs Node 20.19 or newer (with npm)."
  agreed "Install Node $NODE_OURS into .dev/ (about 190 MB)?" || stuck "This installs it:" "$line"
  step "node" install_node_for "$system" || stuck "Node could not be installed from here. This installs it:" "$line"
  use_own_tools
}

install_node_for() { # SYSTEM
  local folder=.dev/download name base=$NODE_DIST/latest-v$NODE_OURS.x
  mkdir -p "$folder"
  fetch "$base/SHASUMS256.txt" "$folder/SHASUMS256.txt" || return 1
  name=$(awk -v wanted="$1" '$2 ~ "^node-v[0-9.]+-" wanted "[.]tar[.]gz$" { print $2 }' "$folder/SHASUMS256.txt")
  [ -n "$name" ] &&
    fetch "$base/$name" "$folder/$name" &&
    matches "$folder/$name" "$(awk -v name="$name" '$2 == name { print $1 }' "$folder/SHASUMS256.txt")" || return 1
  # Unpacked beside its place, so that a broken attempt leaves no half of a Node.
  rm -rf .dev/node .dev/node.new
  mkdir .dev/node.new
  tar -xzf "$folder/$name" -C .dev/node.new --strip-components 1 && mv .dev/node.new .dev/node && rm "$folder/$name"
}

platform() { # LINUX_X86 LINUX_ARM MAC_X86 MAC_ARM
  case $(uname -sm) in
    'Linux x86_64') echo "$1" ;;
    'Linux aarch64') echo "$2" ;;
    'Darwin x86_64') echo "$3" ;;
    'Darwin arm64') echo "$4" ;;
    *) return 1 ;;
  esac
}

fetch() { # URL FILE
  if command -v curl >/dev/null; then curl --fail --location --proto '=https' --connect-timeout 15 --progress-bar --output "$2" "$1" >&2
  elif command -v wget >/dev/null; then wget --https-only --timeout 15 --tries 2 --output-document "$2" "$1" >&2
  else say "Neither curl nor wget is here to download $1."; return 1; fi
}

matches() { # FILE SHA256
  local sum
  sum=$({ sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -d' ' -f1)
  [ "$sum" = "$2" ] || { say "$1 is not what its publisher announced (SHA-256 $sum, not $2)."; rm -f "$1"; return 1; }
}

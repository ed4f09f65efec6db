# shellcheck shell=bash
# ./dev package: the .deb, by the Tauri CLI that npm brings prebuilt.

package_main() {
  local release=${CARGO_TARGET_DIR:-$PWD/target}/release
  set_up package
  install_node_packages ui # the CLI builds the page itself
  install_node_packages tools
  describe_tray_library
  # The whole workspace, as everywhere; so the command line is there to be packed too, and to write
  # its own manual pages and completions in between.
  step "the package" tools/node_modules/.bin/tauri build --bundles deb --features "$FEATURES" \
    --config "$(packed_beside "$PWD" "$release")" -- --workspace >&2
  step "what is in it" holds_all "$release"/bundle/deb/*.deb || return
  ls -1 "$release"/bundle/deb/*.deb
}

# What Tauri doesn't pack by itself, as a piece of its configuration.
packed_beside() { # PROJECT RELEASE
  cat <<JSON
{
  "build": { "beforeBundleCommand": { "script": "'$1/tools/manuals.sh' '$2/keyfob' '$2/share'", "cwd": "$1" } },
  "bundle": { "linux": { "deb": { "files": {
    "/usr/bin/keyfob": "$2/keyfob",
    "/usr/share/man/man1": "$2/share/man/man1",
    "/usr/share/bash-completion/completions/keyfob": "$2/share/bash-completion/completions/keyfob",
    "/usr/share/zsh/vendor-completions/_keyfob": "$2/share/zsh/vendor-completions/_keyfob",
    "/usr/share/fish/vendor_completions.d/keyfob.fish": "$2/share/fish/vendor_completions.d/keyfob.fish"
  } } } }
}
JSON
}

# Both programs, and all that a person finds them by.
holds_all() { # DEB
  local listed file missing=0
  listed=$(dpkg-deb --contents "$1") || return
  for file in bin/keyfob bin/keyfob-desktop share/applications/Keyfob.desktop \
    share/man/man1/keyfob.1.gz share/man/man1/keyfob-token.1.gz share/bash-completion/completions/keyfob \
    share/zsh/vendor-completions/_keyfob share/fish/vendor_completions.d/keyfob.fish; do
    grep -qE " (\./)?usr/$file\$" <<<"$listed" || { say "$1 lacks /usr/$file"; missing=1; }
  done
  return "$missing"
}

# The CLI asks pkg-config which tray library there is, only to name its package in
# Depends. Keyfob opens it at run time, so a description stands in for the
# development package, which would bring GTK 2 along.
describe_tray_library() {
  local folder=$PWD/target/pkgconfig
  mkdir -p "$folder"
  printf 'Name: ayatana-appindicator3\nDescription: the tray\nVersion: 0\nLibs: -L/usr/lib\n' >"$folder/ayatana-appindicator3-0.1.pc"
  export PKG_CONFIG_PATH=$folder${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} TAURI_LINUX_AYATANA_APPINDICATOR=1
}

# shellcheck shell=bash
# ./dev package: the .deb, by the Tauri CLI that npm brings prebuilt.

package_main() {
  local release=${CARGO_TARGET_DIR:-$PWD/target}/release
  set_up package
  install_node_packages ui # the CLI builds the page itself
  install_node_packages tools
  describe_tray_library
  # The whole workspace, as everywhere; so the command line is there to be packed too.
  step "the package" tools/node_modules/.bin/tauri build --bundles deb --features "$FEATURES" \
    --config "{\"bundle\":{\"linux\":{\"deb\":{\"files\":{\"/usr/bin/keyfob\":\"$release/keyfob\"}}}}}" -- --workspace >&2
  ls -1 "$release"/bundle/deb/*.deb
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

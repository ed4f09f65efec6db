# shellcheck shell=bash
# ./dev package: the .deb, by the Tauri CLI that npm brings prebuilt.

package_main() {
  set_up package
  install_node_packages ui # the CLI builds the page itself
  install_node_packages tools
  step "the package" tools/node_modules/.bin/tauri build --bundles deb --features custom-protocol >&2
  ls -1 "${CARGO_TARGET_DIR:-target}"/release/bundle/deb/*.deb
}

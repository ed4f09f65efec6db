# shellcheck shell=bash
# ./dev pictures: the pictures of the documentation, taken from the real window.

pictures_main() {
  set_up pictures
  build_ui
  install_node_packages tests/provider
  build_programs
  export_test_places
  step "the pictures" with_desktop "$(dirname "$KEYFOB_DESKTOP")/pictures" --out "$PWD/docs/pictures"
}

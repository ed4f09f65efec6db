# shellcheck shell=bash disable=SC2016,SC2034,SC2086,SC2154  # what run.sh and machine.sh define and read
# What the package holds beside the programs.

test_manuals_and_completions_are_written_where_a_system_looks_for_them() {
  cat >"$scratch/keyfob" <<'SH'
#!/bin/sh
case $1 in
  man) echo page >"$3/keyfob.1" && echo page >"$3/keyfob-token.1" ;;
  completions) echo "for $2" ;;
esac
SH
  chmod +x "$scratch/keyfob"
  "$root/tools/manuals.sh" "$scratch/keyfob" "$scratch/share"
  equal "$(gzip -dc "$scratch/share/man/man1/keyfob-token.1.gz")" page
  equal "$(cat "$scratch/share/bash-completion/completions/keyfob")" "for bash"
  equal "$(cat "$scratch/share/zsh/vendor-completions/_keyfob")" "for zsh"
  equal "$(cat "$scratch/share/fish/vendor_completions.d/keyfob.fish")" "for fish"
}

test_a_package_without_its_manual_is_refused() {
  . "$root/tools/say.sh"
  . "$root/tools/package.sh"
  local files='usr/bin/keyfob usr/bin/keyfob-desktop usr/share/applications/Keyfob.desktop
    usr/share/man/man1/keyfob.1.gz usr/share/man/man1/keyfob-token.1.gz
    usr/share/bash-completion/completions/keyfob usr/share/zsh/vendor-completions/_keyfob
    usr/share/fish/vendor_completions.d/keyfob.fish'
  dpkg-deb() { printf -- '-rw-r--r-- 0/0 1 2026-01-01 00:00 %s\n' $files; }
  holds_all a.deb
  files=${files/keyfob.1.gz/keyfob.1}
  local said
  said=$(holds_all a.deb 2>&1) && exit 1
  equal "$said" "a.deb lacks /usr/share/man/man1/keyfob.1.gz"
}

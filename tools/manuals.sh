#!/usr/bin/env bash
# What a package holds beside the programs: manual pages and completions, written by `keyfob` itself.
# usage: manuals.sh KEYFOB FOLDER    FOLDER stands for /usr/share
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }
keyfob=$1 share=$2

rm -rf "$share"
mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
"$keyfob" man --dir "$share/man/man1"
# Without a name and a time in it the same pages give the same bytes (Debian Policy §12.1 wants -9).
gzip -9n "$share"/man/man1/*.1
"$keyfob" completions bash >"$share/bash-completion/completions/keyfob"
"$keyfob" completions zsh >"$share/zsh/vendor-completions/_keyfob"
"$keyfob" completions fish >"$share/fish/vendor_completions.d/keyfob.fish"

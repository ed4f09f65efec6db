# shellcheck shell=bash disable=SC2016,SC2154  # fakes are scripts; root and scratch come from run.sh
# A make-believe machine: PATH is one folder of fakes and of links to the tools
# that every system has.

TOOLS="bash sh env awk cat chmod cksum cp cut dirname find grep gzip head ls mkdir mktemp mv printf readlink rm sed sha256sum sort tail tar tr uname"

# A Debian with everything, whose user is root.
make_machine() {
  local tool
  export PATH_BEFORE=$PATH
  bin=$scratch/bin project=$scratch/project
  mkdir -p "$bin" "$project" "$scratch/home"
  cp -r "$root/dev" "$root/tools" "$project"
  rm -rf "$project/tools/node_modules"
  for tool in $TOOLS; do ln -s "$(command -v "$tool")" "$bin/$tool"; done
  fake id 'echo "${FAKE_UID:-0}"'
  fake dpkg-query 'shift 3; for p in "$@"; do case " ${FAKE_MISSING-} " in *" $p "*) ;; *) echo "installed $p" ;; esac; done; [ -z "${FAKE_MISSING-}" ]'
  fake apt-get 'echo "apt-get $*" >>"$CALLS"; [ "$1" = update ] || exit "${FAKE_APT_EXIT:-0}"'
  fake cargo 'echo "cargo ${FAKE_RUST:-1.95.0} (abc 2026-01-01)"'
  fake rustc 'echo "rustc ${FAKE_RUST:-1.95.0} (abc 2026-01-01)"'
  fake node 'echo "v${FAKE_NODE:-20.19.0}"'
  fake npm 'exit 0'
  export CALLS=$scratch/calls
  : >"$CALLS"
}

fake() { # NAME SCRIPT
  printf '#!%s\n%s\n' "$(PATH=$PATH_BEFORE command -v bash)" "$2" >"$bin/$1"
  chmod +x "$bin/$1"
}
without() { rm -f "$bin/$1"; } # TOOL

# Runs ./dev there, without a terminal, and keeps its exit code and its words.
dev() { # [NAME=VALUE...] -- ARGUMENT...
  local settings=()
  while [ "$1" != -- ]; do settings+=("$1"); shift; done
  shift
  exit_code=0
  env -i HOME="$scratch/home" PATH="$bin" CALLS="$CALLS" "${settings[@]}" "$project/dev" "$@" >"$scratch/said" 2>&1 </dev/null || exit_code=$?
  cat "$scratch/said"
}

# What must be so; the test ends at the first that isn't.
wrong() { echo "$1"; exit 1; }
exits() { [ "$exit_code" -eq "$1" ] || wrong "exit code $exit_code, not $1"; }
says() { grep -qF -e "$1" "$scratch/said" || wrong "does not say: $1"; }
says_not() { ! grep -qF -e "$1" "$scratch/said" || wrong "says: $1"; }
called() { grep -qx -e "$1" "$CALLS" || wrong "not called: $1, but: $(cat "$CALLS")"; }
called_not() { ! grep -q -e "$1" "$CALLS" || wrong "called: $1"; }
called_nothing() { [ ! -s "$CALLS" ] || wrong "called: $(cat "$CALLS")"; }
equal() { [ "$1" = "$2" ] || wrong "\"$1\", not \"$2\""; }
fails() { ! "$@" || wrong "succeeded: $*"; } # COMMAND

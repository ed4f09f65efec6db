# shellcheck shell=bash
# How ./dev speaks: to standard error, so that output stays output.

say() { printf '%s\n' "$*" >&2; }

# A step of some length: what happens, and how long it took.
step() { # TITLE COMMAND [ARGUMENT...]
  local title=$1 started=$SECONDS status=0
  shift
  say "== $title"
  "$@" || status=$?
  if [ "$status" -eq 0 ]; then say "== $title: done in $((SECONDS - started)) s"
  else say "== $title: FAILED after $((SECONDS - started)) s (exit $status)"; fi
  return "$status"
}

# Nobody to ask means yes: CI, --yes, or no terminal.
asks() { [ -z "${YES:-}" ] && [ -z "${CI:-}" ] && [ -t 0 ]; }

agreed() { # QUESTION
  local answer
  asks || return 0
  read -r -p "$1 [Y/n] " answer || return 1
  case $answer in '' | [yY]*) return 0 ;; *) return 1 ;; esac
}

# What is missing can't be got from here: a person has to do something.
stuck() { # SENTENCE [LINE...]
  say "$1"
  shift
  [ $# -eq 0 ] || printf '\n    %s\n\n' "$@" >&2
  exit 3
}

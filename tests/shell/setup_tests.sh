# shellcheck shell=bash disable=SC2016,SC2034,SC2154  # what run.sh and machine.sh define and read
# Set-up: what is missing, and what happens then.

test_where_all_is_there_nothing_is_installed() {
  dev -- setup
  exits 0
  called_nothing
}

test_root_gets_the_missing_packages_and_no_others() {
  dev FAKE_MISSING="xvfb dbus" -- setup
  exits 0
  called "apt-get update -q"
  called "apt-get install -y -q --no-install-recommends dbus xvfb"
}

test_a_command_asks_only_for_its_own_packages() {
  dev FAKE_MISSING="xvfb" -- setup check run
  exits 0
  called_nothing
}

test_a_user_with_sudo_gets_them_by_sudo() {
  fake sudo 'echo "sudo $*" >>"$CALLS"; shift; "$@"'
  dev FAKE_UID=1000 FAKE_MISSING=xauth -- setup
  exits 0
  called "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends xauth"
}

test_without_a_way_to_root_it_prints_the_one_command_and_exits_3() {
  fake sudo 'exit 1'
  dev FAKE_UID=1000 FAKE_MISSING=xauth -- setup
  exits 3
  called_nothing
  says "    sudo apt-get update && sudo apt-get install -y --no-install-recommends xauth"
}

test_without_sudo_the_command_is_for_root() {
  dev FAKE_UID=1000 FAKE_MISSING=xauth -- setup
  exits 3
  says "    apt-get update && apt-get install -y --no-install-recommends xauth"
  says_not sudo
}

test_where_apt_fails_it_says_the_command_and_exits_3() {
  dev FAKE_MISSING=xauth FAKE_APT_EXIT=100 -- setup
  exits 3
  says "    apt-get update && apt-get install -y --no-install-recommends xauth"
}

test_without_apt_it_names_what_is_missing() {
  without apt-get
  fake pkg-config 'exit 1'
  dev -- setup check
  exits 3
  says "libwebkit2gtk-4.1-dev"
  says "build-essential"
  says_not "pkg-config"
}

test_at_a_terminal_no_means_no() {
  without dpkg-query
  fake dpkg-query 'shift 3; for p in "$@"; do [ "$p" = xauth ] || echo "installed $p"; done'
  exit_code=0
  # `script` gives the terminal; its input is what the person types.
  echo n | env -i HOME="$scratch/home" PATH="$bin" CALLS="$CALLS" SHELL="$bin/bash" \
    "$(PATH=$PATH_BEFORE command -v script)" -qec "$project/dev setup" /dev/null >"$scratch/said" 2>&1 || exit_code=$?
  cat "$scratch/said"
  exits 3
  called_nothing
  says "Install them by apt? [Y/n]"
}

test_at_a_terminal_yes_need_not_be_asked() {
  exit_code=0
  echo n | env -i HOME="$scratch/home" PATH="$bin" CALLS="$CALLS" SHELL="$bin/bash" FAKE_MISSING=xauth \
    "$(PATH=$PATH_BEFORE command -v script)" -qec "$project/dev setup --yes" /dev/null >"$scratch/said" 2>&1 || exit_code=$?
  exits 0
  says_not "[Y/n]"
  called "apt-get install -y -q --no-install-recommends xauth"
}

# ---- Rust and Node, from a fake of their hosts: curl copies from a folder

host() { # gives curl the folder $scratch/host
  mkdir -p "$scratch/host"
  fake curl 'while [ $# -gt 1 ]; do [ "$1" != --output ] || file=$2; shift; done
    echo "curl $1" >>"$CALLS"; cp "'"$scratch"'/host/${1##*/}" "$file"'
}

offer_rust() { # what the fake rustup-init does: it puts a new cargo there
  host
  cat >"$scratch/host/rustup-init" <<EOF
#!$(PATH=$PATH_BEFORE command -v bash)
echo "rustup-init \$*" >>"\$CALLS"
mkdir -p "\$CARGO_HOME/bin"
for tool in cargo rustc; do printf '#!$bin/bash\necho "%s 1.95.0 (ours)"\n' "\$tool" >"\$CARGO_HOME/bin/\$tool"; chmod +x "\$CARGO_HOME/bin/\$tool"; done
EOF
  sha256sum "$scratch/host/rustup-init" | sed 's, .*, *./rustup-init,' >"$scratch/host/rustup-init.sha256"
}

test_an_old_rust_is_left_alone_and_ours_comes_beside_it() {
  offer_rust
  dev FAKE_RUST=1.89.0 -- setup
  exits 0
  says "rustc 1.95.0"
  called 'rustup-init -y --no-modify-path .*--default-toolchain 1.95.0'
  : >"$CALLS"
  dev FAKE_RUST=1.89.0 -- setup
  exits 0
  called_nothing
  says "rustc 1.95.0"
}

test_an_installer_with_another_checksum_is_never_run() {
  offer_rust
  echo "0000 *./rustup-init" >"$scratch/host/rustup-init.sha256"
  dev FAKE_RUST=1.89.0 -- setup
  exits 3
  says "is not what its publisher announced"
  says "sh.rustup.rs"
  called_not '^rustup-init'
}

test_where_rust_cannot_be_reached_it_says_the_line_and_exits_3() {
  without cargo
  fake curl 'exit 6'
  dev -- setup
  exits 3
  says "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
}

offer_node() {
  local name=node-v22.21.1-linux-x64
  host
  fake uname 'case $1 in -sm) echo "Linux x86_64" ;; *) echo Linux ;; esac'
  mkdir -p "$scratch/$name/bin"
  printf '#!%s\necho v22.21.1\n' "$bin/bash" >"$scratch/$name/bin/node"
  cp "$scratch/$name/bin/node" "$scratch/$name/bin/npm"
  chmod +x "$scratch/$name/bin/"*
  tar -czf "$scratch/host/$name.tar.gz" -C "$scratch" "$name"
  (cd "$scratch/host" && sha256sum "$name.tar.gz" >SHASUMS256.txt && echo "11  node-v22.21.1-linux-arm64.tar.gz" >>SHASUMS256.txt)
}

test_an_old_node_is_left_alone_and_ours_comes_beside_it() {
  offer_node
  dev FAKE_NODE=18.19.0 -- setup
  exits 0
  says "node v22.21.1"
  called "curl https://nodejs.org/dist/latest-v22.x/node-v22.21.1-linux-x64.tar.gz"
}

test_a_node_with_another_checksum_is_refused() {
  offer_node
  sed -i '1s/^..../0000/' "$scratch/host/SHASUMS256.txt"
  dev FAKE_NODE=18.19.0 -- setup
  exits 3
  says "is not what its publisher announced"
  [ ! -e "$project/.dev/node" ]
}

test_where_node_cannot_be_reached_it_exits_3() {
  without node
  fake curl 'exit 6'
  dev -- setup
  exits 3
  says "nodejs.org"
}

test_versions_are_compared_as_numbers() {
  local version
  . "$project/tools/setup.sh"
  PATH=$bin
  for version in 20.19.0 20.20.2 22.12.0 22.21.1 24.1.0; do
    FAKE_NODE=$version; export FAKE_NODE
    has_node || wrong "refuses $version"
  done
  for version in 18.20.0 20.9.0 20.18.3 21.7.0 22.11.0; do
    FAKE_NODE=$version
    ! has_node || wrong "takes $version"
  done
  at_least 1.100.0 1.90
  at_least 1.90.0 1.90
  fails at_least 1.9.0 1.90
}

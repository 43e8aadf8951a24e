#!/usr/bin/env bash
# SecantusDB's Rust server, for long runs and load: a process of its own on FOLDER, on loopback.
# usage: secantus.sh install                              once a machine: some minutes (Rust's cargo)
#        secantus.sh FOLDER start|wait|stop|kill|url|pid|freeze|thaw
#   start   returns at once; the port is chosen the first time and kept; wait: until it answers
#   stop    in order; kill: as a crash does (data stays); both return once the process has ended
#   freeze  it answers nobody any more, without closing a connection; thaw: it goes on
# The tests of ./test use its small sibling in Python: with_servers.sh.
set -euo pipefail
version=0.5.3-beta.193
cache=${XDG_CACHE_HOME:-$HOME/.cache}/thenorsound/secantus-mdb-$version
program=$cache/bin/secantusd-rs

install() {
  if [ -x "$program" ]; then return; fi
  PATH=$PATH:$HOME/.cargo/bin
  command -v cargo >/dev/null || { echo "SecantusDB's Rust server needs cargo (https://rustup.rs)." >&2; exit 1; }
  echo "== Compiling SecantusDB $version, once for this machine" >&2
  # One that was cut off leaves nothing that looks installed.
  nice cargo install --quiet secantus-mdb --version "$version" --locked --ignore-rust-version --root "$cache" \
    --target-dir "$cache/target" >&2
  rm -rf "$cache/target"
}

usage() { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }

if [ "${1-}" = install ]; then install; exit; fi
[ $# -eq 2 ] || usage
mkdir -p "$1"
folder=$(realpath "$1")

if [ ! -f "$folder/port" ]; then
  # Below the range from which the system takes ports for outgoing connections.
  /usr/bin/python3 - >"$folder/port" <<'PYTHON'
import random, socket
while True:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", random.randrange(12000, 32000)))
        except OSError:
            continue
        print(one.getsockname()[1])
        break
PYTHON
fi
port=$(cat "$folder/port")

# A process that has ended but was not waited for answers signals too.
alive() {
  local state
  state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
  [ "${state:0:1}" != Z ]
}
running() { [ -f "$folder/pid" ] && alive "$(cat "$folder/pid")"; }
answers() {
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  exec 3>&-
}

# Without sync-on-commit an acknowledged write can be lost.
start() {
  if running; then return; fi
  install
  setsid "$program" --host 127.0.0.1 --port "$port" --storage-path "$folder/data" --cache-size 512M \
    --log-file-max 16MB --sync-on-commit --log-level ERROR </dev/null >>"$folder/log" 2>&1 &
  echo $! >"$folder/pid"
}

wait_until_it_answers() {
  for _ in $(seq 600); do
    if answers; then return; fi
    running || break
    sleep 0.1
  done
  tail -n 30 "$folder/log" >&2
  echo "SecantusDB does not answer." >&2
  exit 1
}

end() {
  if running; then
    kill "-$1" "$(cat "$folder/pid")"
    kill -CONT "$(cat "$folder/pid")" 2>/dev/null || true  # a frozen one would never end
    while running; do sleep 0.05; done
  fi
  rm -f "$folder/pid"
}

case $2 in
  start) start ;;
  wait) wait_until_it_answers ;;
  stop) end TERM ;;
  kill) end KILL ;;
  freeze) kill -STOP "$(cat "$folder/pid")" ;;
  thaw) kill -CONT "$(cat "$folder/pid")" ;;
  url) echo "mongodb://127.0.0.1:$port" ;;
  pid) cat "$folder/pid" ;;
  *) usage ;;
esac

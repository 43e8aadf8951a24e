#!/usr/bin/env bash
# SecantusDB, a server of MongoDB's wire protocol: a process of its own on FOLDER, on loopback.
# usage: secantus.sh install                              once a machine
#        secantus.sh FOLDER start|wait|stop|kill|url|pid|freeze|thaw
#   start   returns at once; the port is chosen the first time and kept; wait: until it answers
#   stop    in order; kill: as a crash does (data stays); both return once the process has ended
#   freeze  it answers nobody any more, without closing a connection; thaw: it goes on
# SECANTUS=rust takes its server in Rust, which is several times faster and takes minutes to compile;
# else the one in Python, installed in seconds.
set -euo pipefail
kind=${SECANTUS:-python}
python_version=0.7.0b3 rust_version=0.5.3-beta.193
cache=${XDG_CACHE_HOME:-$HOME/.cache}/thenorsound
case $kind in
  python) program=$cache/secantusdb-$python_version/bin/secantusd-py ;;
  rust) program=$cache/secantus-mdb-$rust_version/bin/secantusd-rs ;;
  *) echo "SECANTUS is python or rust." >&2; exit 2 ;;
esac
home=${program%/bin/*}

# One that was cut off leaves nothing that looks installed; two at a time take turns.
install() {
  if [ -x "$program" ]; then return; fi
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if [ -x "$program" ]; then return; fi
  if [ "$kind" = python ]; then
    echo "== Installing SecantusDB $python_version, once for this machine" >&2
    rm -rf "$home"
    /usr/bin/python3 -m venv "$home" && "$home/bin/pip" install -q --disable-pip-version-check "SecantusDB==$python_version"
    return
  fi
  PATH=$PATH:$HOME/.cargo/bin
  command -v cargo >/dev/null || { echo "SecantusDB's Rust server needs cargo (https://rustup.rs)." >&2; exit 1; }
  echo "== Compiling SecantusDB $rust_version, once for this machine" >&2
  nice cargo install --quiet secantus-mdb --version "$rust_version" --locked --ignore-rust-version --root "$home" \
    --target-dir "$home/target" >&2
  rm -rf "$home/target"
}

usage() { sed -n '2,9s/^# //p' "$0" >&2; exit 2; }

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

start() {
  if running; then return; fi
  install 9>&-
  local more=(--cache-size 256M)
  # Without sync-on-commit an acknowledged write can be lost.
  if [ "$kind" = rust ]; then more=(--cache-size 512M --log-file-max 16MB --sync-on-commit); fi
  setsid "$program" --host 127.0.0.1 --port "$port" --storage-path "$folder/data" --log-level ERROR "${more[@]}" \
    </dev/null >>"$folder/log" 2>&1 &
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
    for _ in $(seq 400); do
      running || break
      sleep 0.05
    done
    # One that hangs is not waited for.
    if running; then kill -KILL "$(cat "$folder/pid")"; fi
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

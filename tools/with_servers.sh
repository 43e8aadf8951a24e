#!/usr/bin/env bash
# Runs a command beside the servers that tests need, each private to it, on a free port of loopback
# and with its data in a folder that goes with it. usage: with_servers.sh COMMAND…
# Sets THENORSOUND_TEST_MONGODB (the server of its protocol is SecantusDB, a process of its own) and
# THENORSOUND_TEST_RABBITMQ, without a virtual host: there are /t0 to /t49 for one end-to-end
# test each, and those behind for the contract.
set -euo pipefail
cd "$(dirname "$0")/.."
secantus=SecantusDB==0.7.0b3
servers=build/servers
if [ "$(cat "$servers/installed" 2>/dev/null)" != "$secantus" ]; then
  echo "== Installing $secantus"
  rm -rf "$servers"
  /usr/bin/python3 -m venv "$servers"
  "$servers/bin/pip" install -q --disable-pip-version-check "$secantus"
  echo "$secantus" >"$servers/installed"
fi

data=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  tools/rabbitmq.sh "$data/rabbitmq" stop || true
  rm -rf "$data"
}
trap finish EXIT

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

tools/rabbitmq.sh "$data/rabbitmq" start
port=$(free_port)
mkdir "$data/mongodb"
"$servers/bin/secantusd-py" --host 127.0.0.1 --port "$port" --storage-path "$data/mongodb" --cache-size 256M \
  --log-level ERROR >"$data/server.log" 2>&1 &
pids+=($!)
for _ in $(seq 300); do
  if answers "$port"; then break; fi
  kill -0 "${pids[0]}" 2>/dev/null || { cat "$data/server.log" >&2; echo "The database server has ended." >&2; exit 1; }
  sleep 0.1
done
answers "$port" || { echo "The database server does not answer." >&2; exit 1; }
tools/rabbitmq.sh "$data/rabbitmq" wait
# How a test starts one of its own; host, port and folder follow.
export THENORSOUND_TEST_MONGODB_SERVER="$PWD/$servers/bin/secantusd-py --cache-size 256M --log-level ERROR"
export THENORSOUND_TEST_MONGODB=mongodb://127.0.0.1:$port
THENORSOUND_TEST_RABBITMQ=$(tools/rabbitmq.sh "$data/rabbitmq" url)
export THENORSOUND_TEST_RABBITMQ
"$@"

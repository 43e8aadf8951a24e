#!/usr/bin/env bash
# Starts every target as a process of its own on this machine, with a RabbitMQ and a MongoDB-compatible
# server of their own; Ctrl-C stops all of it. What ./run --split does once everything is built.
# usage: split.sh PROGRAM [--port N] [--data DIR] [--no-demo] [further options of thenorsound]
# The gateway is on port N, the services on N+1 … N+9, the ops port of each 10 further. All data, and
# a log of each process, are in DIR (default ./data-split).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1
shift
port=5000 data=./data-split demo=--demo
further=()
while [ $# -gt 0 ]; do
  case "$1" in
    --port) port=$2; shift 2 ;;
    --port=*) port=${1#*=}; shift ;;
    --data) data=$2; shift 2 ;;
    --data=*) data=${1#*=}; shift ;;
    --no-demo) demo=--no-demo; shift ;;
    *) further+=("$1"); shift ;;
  esac
done
mkdir -p "$data/logs"
data=$(cd "$data" && pwd)
targets=(auth user customer event booking notification analytics invoicing gateway)
declare -A pids

alive() { [ -n "${pids[$1]-}" ] && kill -0 "${pids[$1]}" 2>/dev/null; }

# Who asks first, then who is asked, then what they stand on.
finish() {
  trap '' INT TERM
  echo "Stopping …"
  if alive prepare; then kill -KILL "${pids[prepare]}" 2>/dev/null || true; fi  # to be begun again
  for target in gateway auth user customer event booking notification analytics invoicing; do
    if alive "$target"; then kill -INT "${pids[$target]}" 2>/dev/null || true; fi
    if [ "$target" = gateway ] && alive gateway; then wait "${pids[gateway]}" 2>/dev/null || true; fi
  done
  for target in "${!pids[@]}"; do wait "${pids[$target]}" 2>/dev/null || true; done
  "$here/rabbitmq.sh" "$data/rabbitmq" stop || true
  "$here/secantus.sh" "$data/mongodb" stop || true
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of anybody's is in a store whose making was cut off.
if [ -f "$data/preparing" ]; then
  echo "== The first start was cut off: beginning again"
  "$here/rabbitmq.sh" "$data/rabbitmq" stop
  "$here/secantus.sh" "$data/mongodb" stop
  rm -rf "$data/rabbitmq" "$data/mongodb"
fi
[ -d "$data/mongodb" ] || touch "$data/preparing"

echo "== Starting RabbitMQ and a MongoDB-compatible server"
# Sessions of their own: Ctrl-C is for this script alone, which stops things in order.
THENORSOUND_TEST_VHOSTS=0 setsid --wait "$here/rabbitmq.sh" "$data/rabbitmq" start
setsid --wait "$here/secantus.sh" "$data/mongodb" start
"$here/rabbitmq.sh" "$data/rabbitmq" wait
"$here/secantus.sh" "$data/mongodb" wait
export THENORSOUND_STORE_ENGINE=mongodb THENORSOUND_BUS_ENGINE=rabbitmq
THENORSOUND_STORE_MONGODB_URL=$("$here/secantus.sh" "$data/mongodb" url)
THENORSOUND_BUS_RABBITMQ_URL=$("$here/rabbitmq.sh" "$data/rabbitmq" url)/
export THENORSOUND_STORE_MONGODB_URL THENORSOUND_BUS_RABBITMQ_URL
common=(--port "$port" --data "$data" "$demo" "${further[@]}")

echo "== Preparing the store (demo data takes some three minutes the first time)"
setsid "$program" prepare "${common[@]}" --log "$data/logs/prepare.log" &
pids[prepare]=$!
wait "${pids[prepare]}"
unset 'pids[prepare]'
rm -f "$data/preparing"

for target in "${targets[@]}"; do
  setsid "$program" "$target" "${common[@]}" >"$data/logs/$target.out" 2>"$data/logs/$target.log" &
  pids[$target]=$!
done
for target in "${targets[@]}"; do
  until "$program" "$target" "${common[@]}" --healthcheck >/dev/null 2>&1; do
    if ! alive "$target"; then
      echo "$target has ended:" >&2
      tail -n 5 "$data/logs/$target.log" >&2
      exit 1
    fi
    sleep 0.2
  done
  echo "   $target is ready, process ${pids[$target]}"
done
cat "$data/logs/gateway.out"
echo "A log of each process: $data/logs"

wait -n "${pids[@]}" || true
for target in "${targets[@]}"; do
  if ! alive "$target"; then
    echo "$target has ended; see $data/logs/$target.log" >&2
    exit 1
  fi
done

#!/usr/bin/env bash
# Runs a command beside the servers that tests need, each private to it, on a free port of loopback
# and with its data in a folder that goes with it. usage: with_servers.sh COMMAND…
# Sets THENORSOUND_TEST_MONGODB (the server of its protocol is SecantusDB, a process of its own) and
# THENORSOUND_TEST_RABBITMQ, without a virtual host: there are /t0 to /t49 for one end-to-end
# test each, and those behind for the contract.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(mktemp -d)
finish() {
  tools/secantus.sh "$data/mongodb" stop || true
  tools/rabbitmq.sh "$data/rabbitmq" stop || true
  rm -rf "$data"
}
trap finish EXIT
tools/rabbitmq.sh "$data/rabbitmq" start
tools/secantus.sh "$data/mongodb" start
tools/secantus.sh "$data/mongodb" wait
tools/rabbitmq.sh "$data/rabbitmq" wait
THENORSOUND_TEST_MONGODB=$(tools/secantus.sh "$data/mongodb" url)
THENORSOUND_TEST_RABBITMQ=$(tools/rabbitmq.sh "$data/rabbitmq" url)
export THENORSOUND_TEST_MONGODB THENORSOUND_TEST_RABBITMQ
"$@"

#!/usr/bin/env bash
# Configures and builds one preset. usage: build.sh PRESET [ninja targets…]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
log=build/$preset.configure.log
mkdir -p build
if [ ! -f "build/$preset/build.ninja" ] || [ CMakePresets.json -nt "build/$preset/build.ninja" ]; then
  echo "== Configuring ($preset)"
  cmake --preset "$preset" >"$log" 2>&1 || { cat "$log"; exit 1; }
fi
echo "== Building ($preset)"
NINJA_STATUS="[%f/%t %es] " ninja -C "build/$preset" "$@"

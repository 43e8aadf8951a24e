#!/usr/bin/env bash
# Configures and builds one preset. usage: build.sh PRESET [ninja targets…]
# Without targets: everything, tests included. A build of the program alone does not need what the
# tests need (GoogleTest), but leaves them configured if they are.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
log=build/$preset.configure.log
mkdir -p build
tests=ON
if [ "$*" = thenorsound ] && ! grep -qs '^THENORSOUND_TESTS:BOOL=ON' "build/$preset/CMakeCache.txt"; then tests=OFF; fi
if [ ! -f "build/$preset/build.ninja" ] || [ CMakePresets.json -nt "build/$preset/build.ninja" ] ||
  ! grep -qs "^THENORSOUND_TESTS:BOOL=$tests" "build/$preset/CMakeCache.txt"; then
  echo "== Configuring ($preset)"
  cmake --preset "$preset" -DTHENORSOUND_TESTS=$tests >"$log" 2>&1 || { cat "$log"; exit 1; }
fi
echo "== Building ($preset)"
NINJA_STATUS="[%f/%t %es] " ninja -C "build/$preset" "$@"

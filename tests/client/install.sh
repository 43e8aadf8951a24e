#!/usr/bin/env bash
# Installs what package-lock.json names, where that has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")"
stamp=node_modules/.lock
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi

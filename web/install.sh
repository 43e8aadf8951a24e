#!/usr/bin/env bash
# Installs what package-lock.json names, where that has changed since the last time. usage: install.sh
set -euo pipefail
cd "$(dirname "$0")"
stamp=node_modules/.lock
if ! cmp -s package-lock.json "$stamp"; then
  echo "== Installing the web app's packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi

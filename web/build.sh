#!/usr/bin/env bash
# Builds the web app into web/dist, where its sources have changed since the last time. usage: build.sh
set -euo pipefail
cd "$(dirname "$0")"
stamp=dist/.sources
sources=$(find package-lock.json package.json index.html tsconfig.json vite.config.ts tools public src ../api ../tools/openapi.py -type f ! -name schema.d.ts -print0 |
  sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sources" ]; then
  ./install.sh
  echo "== Building the web app"
  rm -rf dist
  npm run --silent build
  echo "$sources" >"$stamp"
fi

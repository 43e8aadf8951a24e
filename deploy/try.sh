#!/usr/bin/env bash
# Builds the image and runs it without any registry, then the whole of compose.yaml: for a Debian 12
# with root. Everything is kept in a folder of its own under ~/.cache/thenorsound and on a network of
# its own; what was started is ended again. usage: try.sh [all|split]   (default: both)
#   all    the image alone: one process, embedded storage and bus
#   split  every target as a container, with RabbitMQ from Debian and SecantusDB in MongoDB's place,
#          since neither image can be had without a registry; then two booking services, one killed
# The base image is made of Debian's packages; BASE=image takes another one.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-}
case "$what" in ''|all|split) ;; *) sed -n '2,9s/^# //p' "$0" >&2; exit 2 ;; esac
[ "$(id -u)" = 0 ] || { echo "Please run it as root." >&2; exit 1; }
kept=${XDG_CACHE_HOME:-$HOME/.cache}/thenorsound/containers
base=${BASE:-localhost/debian:bookworm}
port=${PORT:-5060}
started=$SECONDS
step() { echo "== $* ($((SECONDS - started)) s)"; }
mkdir -p "$kept"

install_what_is_missing() {
  local missing=()
  for package in buildah podman runc netavark aardvark-dns iptables mmdebstrap python3-venv shellcheck git curl; do
    [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "Installing ${missing[*]}"
  apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"; }
  apt update
  apt install -y --no-install-recommends "${missing[@]}"
}

# Storage, networks and limits of their own, beside whatever else podman runs on this machine. Limits
# above this shell's can't be given by a root without all of root's rights.
configure() {
  export CONTAINERS_STORAGE_CONF=$kept/storage.conf CONTAINERS_CONF=$kept/containers.conf
  cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "${STORAGE_DRIVER:-overlay}"
graphroot = "$kept/storage"
runroot = "/run/thenorsound-try"
END
  cat >"$CONTAINERS_CONF" <<END
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=4096:4096"]
[network]
network_backend = "netavark"
network_config_dir = "$kept/networks"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "/run/thenorsound-try/libpod"
END
}

# Without systemd's timers it can't check health by itself, and says so each time.
podman() { command podman "$@" 2> >(grep -vE 'systemd connection|syslog' >&2); }

make_base() {
  if [ -n "${BASE-}" ] || buildah inspect --type image "$base" >/dev/null 2>&1; then return; fi
  step "Making the base image of Debian's packages"
  mmdebstrap --quiet --variant=minbase --include=usr-is-merged --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$kept/base.tar"
  local container
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$kept/base.tar" / >/dev/null
  buildah config --cmd /bin/bash "$container"
  buildah commit --quiet --rm "$container" "$base" >/dev/null
  rm "$kept/base.tar"
}

# build NAME DOCKERFILE CONTEXT [OPTIONS…]
build() {
  local name=$1 file=$2 context=$3
  shift 3
  step "Building $name"
  nice buildah bud --isolation chroot --format docker --layers --build-arg BASE="$base" -f "$file" -t "localhost/$name" \
    "$@" "$context" >"$kept/$name.log" 2>&1 || { tail -n 40 "$kept/$name.log" >&2; exit 1; }
}

build_program() {
  local options=() authorities
  # What this machine has compiled already need not be compiled again.
  local cache=${CCACHE_DIR:-$HOME/.cache/ccache}
  [ ! -d "$cache" ] || options+=(-v "$cache:/root/.cache/ccache")
  authorities=$(npm config get cafile 2>/dev/null || true)
  if [ -f "$authorities" ]; then
    echo 'cafile=/run/authorities.pem' >"$kept/npmrc"
    options+=(-v "$authorities:/run/authorities.pem:ro" -v "$kept/npmrc:/root/.npmrc:ro")
  fi
  build thenorsound deploy/Dockerfile . "${options[@]}"
  podman image inspect localhost/thenorsound --format 'The image has {{.Size}} bytes.'
}

# until_done SECONDS COMMAND…: repeats it quietly.
until_done() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "not within its time: $*" >&2; return 1; }
    sleep 0.5
  done
}

# As locked down as compose.yaml has it.
try_all() {
  step "The image alone"
  ADMIN_PASSWORD=$(head -c 16 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9')
  export ADMIN_PASSWORD THENORSOUND_ADMIN_PASSWORD=$ADMIN_PASSWORD
  podman run --detach --name thenorsound-try --read-only --cap-drop ALL --security-opt no-new-privileges \
    --memory 512m --publish "127.0.0.1:$port:5000" --volume thenorsound-try:/data --env THENORSOUND_ADMIN_PASSWORD \
    localhost/thenorsound >/dev/null
  until_done 60 podman healthcheck run thenorsound-try
  curl -fsS "http://127.0.0.1:$port/health" && echo
  curl -fsS "http://127.0.0.1:$port/" | grep -q '<div id="root">' && echo "The web app is there."
  deploy/try/booking.py "http://127.0.0.1:$port"
  step "Stopped and started again: all is still there"
  podman restart --time 30 thenorsound-try >/dev/null
  until_done 60 podman healthcheck run thenorsound-try
  deploy/try/booking.py "http://127.0.0.1:$port"
  podman stats --no-stream --format '{{.Name}} {{.MemUsage}}' thenorsound-try
  podman stop --time 30 thenorsound-try >/dev/null
  echo "It ended with code $(podman inspect thenorsound-try --format '{{.State.ExitCode}}')."
}

compose() {
  # The program itself: the package's own starter hides its exit code.
  DOCKER_HOST=unix://$kept/podman.sock "$(echo build/checks/lib/python3*/site-packages/compose/docker-compose)" \
    -f deploy/compose.yaml -f deploy/try/compose.yaml --env-file "$kept/env" "$@"
}

# Podman leaves health checks to systemd's timers, which a container or a small machine may not have.
keep_checking() {
  while sleep 2; do
    for container in $(podman ps --quiet --filter label=com.docker.compose.project=thenorsound); do
      podman healthcheck run "$container" >/dev/null 2>&1 || true
    done
  done
}

try_split() {
  step "Preparing the whole system"
  SECANTUS=rust tools/secantus.sh install
  mkdir -p "$kept/context"
  cp "${XDG_CACHE_HOME:-$HOME/.cache}"/thenorsound/secantus-mdb-*/bin/secantusd-rs "$kept/context/"
  build thenorsound-try-mongodb deploy/try/Dockerfile.secantus "$kept/context"
  build thenorsound-try-rabbitmq deploy/try/Dockerfile.rabbitmq "$kept/context"
  step "Checking the compose file"
  tools/check_deploy.sh
  rm -f "$kept/env"
  deploy/make_env.sh "$kept/env"
  printf '%s\n' THENORSOUND_IMAGE=localhost/thenorsound MONGODB_URL=mongodb://mongodb:27017 \
    LISTEN=127.0.0.1:"$port" PUBLIC_URL=http://localhost:"$port" >>"$kept/env"
  ADMIN_PASSWORD=$(sed -n 's/^ADMIN_PASSWORD=//p' "$kept/env")
  export ADMIN_PASSWORD
  env podman system service --time 0 "unix://$kept/podman.sock" >"$kept/service.log" 2>&1 &
  pids+=($!)
  until_done 20 test -S "$kept/podman.sock"
  keep_checking &
  pids+=($!)
  step "Everything up, each target in a container"
  compose up --detach --wait --wait-timeout 300 --pull never
  deploy/try/booking.py "http://127.0.0.1:$port"
  step "Two booking services; one is killed"
  echo BOOKING_ADDRESSES=thenorsound-booking-1:5005,thenorsound-booking-2:5005 >>"$kept/env"
  compose up --detach --wait --wait-timeout 300 --pull never --scale booking=2
  deploy/try/booking.py "http://127.0.0.1:$port"
  podman kill --signal KILL thenorsound-booking-1 >/dev/null
  deploy/try/booking.py "http://127.0.0.1:$port"
  step "The broker is stopped and started again"
  compose restart rabbitmq
  deploy/try/booking.py "http://127.0.0.1:$port"
  podman stats --no-stream --format '{{.Name}} {{.MemUsage}}'
  compose ps --all --format 'table {{.Name}}\t{{.Status}}'
  step "Everything down"
  compose stop
  podman ps --all --format '{{.Names}} {{.Status}}' --filter label=com.docker.compose.project=thenorsound
}

pids=()
finish() {
  local code=$?
  [ $code = 0 ] || podman logs --tail 20 thenorsound-try 2>/dev/null || true
  if [ -S "$kept/podman.sock" ]; then
    [ $code = 0 ] || compose logs --tail 20 || true
    compose down --volumes --timeout 30 >/dev/null 2>&1 || true
  fi
  podman rm --force --ignore thenorsound-try >/dev/null 2>&1 || true
  podman volume rm --force thenorsound-try >/dev/null 2>&1 || true
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -f "$kept/podman.sock" "$kept/env"
}
trap finish EXIT

install_what_is_missing
configure
make_base
build_program
if [ "$what" != split ]; then try_all; fi
if [ "$what" != all ]; then try_split; fi
step "Done; images and what is needed again are in $kept"

#!/usr/bin/env bash
# A RabbitMQ of its own in FOLDER, beside any other: own ports, cookie and epmd, all on loopback.
# usage: rabbitmq.sh FOLDER start|wait|stop|kill|url|pid|vhost NAME|ctl ARGUMENTS…
#   start   returns at once; the ports are chosen the first time and kept; wait: until it answers
#   stop    in order; kill: as a crash does (data stays); both return once the process has ended
#   url     amqp://guest:guest@127.0.0.1:PORT, to which a test adds a virtual host (/t0 to /t129)
#   vhost   makes one more virtual host (seconds); ctl: rabbitmqctl
# FOLDER/extra.conf, where it is, is added to the broker's configuration.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,8s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(realpath "$1") command=$2
shift 2
vhosts=${THENORSOUND_TEST_VHOSTS:-130}
# Not /usr/sbin/*, which changes the user and shares the names of logs.
programs=/usr/lib/rabbitmq/bin

if [ ! -f "$folder/ports" ]; then
  # Below the range from which the system takes ports for outgoing connections.
  /usr/bin/python3 - >"$folder/ports" <<'PYTHON'
import random, socket
held = []
while len(held) < 3:
    one = socket.socket()
    try:
        one.bind(("127.0.0.1", random.randrange(12000, 32000)))
        held.append(one)
    except OSError:
        pass
print(*(one.getsockname()[1] for one in held))
PYTHON
fi
read -r port dist_port epmd_port <"$folder/ports"

export HOME=$folder/home LANG=C.UTF-8
export RABBITMQ_CONF_ENV_FILE=$folder/none  # not the machine's own settings
export RABBITMQ_NODENAME=rabbit@localhost
export RABBITMQ_CONFIG_FILE=$folder/rabbitmq.conf
export RABBITMQ_ADVANCED_CONFIG_FILE=$folder/advanced.config
export RABBITMQ_ENABLED_PLUGINS_FILE=$folder/plugins
export RABBITMQ_MNESIA_BASE=$folder/data RABBITMQ_LOG_BASE=$folder/log
export RABBITMQ_PID_FILE=$folder/rabbit.pid
export RABBITMQ_DIST_PORT=$dist_port
export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$epmd_port
loopback="-kernel inet_dist_use_interface {127,0,0,1}"
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="$loopback +S 2:2 +sbwt none -start_epmd false"
export RABBITMQ_CTL_ERL_ARGS=$loopback
export RUNNING_UNDER_SYSTEMD=true  # The process started here becomes the broker itself.

# A process that has ended but was not waited for answers signals too.
alive() {
  local state
  state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
  [ "${state:0:1}" != Z ]
}
running() { [ -f "$folder/$1" ] && alive "$(cat "$folder/$1")"; }
answers() {
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  exec 3>&-
}

configure() {
  mkdir -p "$HOME" "$folder/data" "$folder/log"
  [ -f "$HOME/.erlang.cookie" ] || (umask 077 && od -An -N20 -tx1 /dev/urandom | tr -d ' \n' >"$HOME/.erlang.cookie")
  echo '[].' >"$RABBITMQ_ENABLED_PLUGINS_FILE"
  {
    echo "listeners.tcp.1 = 127.0.0.1:$port"
    echo "vm_memory_high_watermark.absolute = 512MB"
    echo "disk_free_limit.absolute = 64MB"
    echo "log.file.level = info"
    echo "load_definitions = $folder/definitions.json"
    if [ -f "$folder/extra.conf" ]; then cat "$folder/extra.conf"; fi
  } >"$RABBITMQ_CONFIG_FILE"
  /usr/bin/python3 - "$vhosts" >"$folder/definitions.json" <<'PYTHON'
import base64, hashlib, json, sys
hosts = ["/"] + [f"t{number}" for number in range(int(sys.argv[1]))]
salt = b"test"
guest = base64.b64encode(salt + hashlib.sha256(salt + b"guest").digest()).decode()
everything = {"configure": ".*", "write": ".*", "read": ".*"}
json.dump({"users": [{"name": "guest", "password_hash": guest, "tags": "administrator",
                      "hashing_algorithm": "rabbit_password_hashing_sha256"}],
           "vhosts": [{"name": host} for host in hosts],
           "permissions": [{"user": "guest", "vhost": host, **everything} for host in hosts]}, sys.stdout)
PYTHON
}

start() {
  if running broker.pid; then return; fi
  configure
  if ! running epmd.pid; then
    epmd -port "$epmd_port" -address 127.0.0.1 </dev/null >"$folder/log/epmd" 2>&1 3>&- &
    echo $! >"$folder/epmd.pid"
  fi
  # A broker that finds no epmd gives up.
  for _ in $(seq 100); do
    if answers "$epmd_port"; then break; fi
    sleep 0.05
  done
  cd "$folder"
  setsid "$programs/rabbitmq-server" </dev/null >>"$folder/log/output" 2>&1 &
  echo $! >"$folder/broker.pid"
}

# The port answers AMQP's greeting; far cheaper than asking with rabbitmqctl.
greets() {
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf 'AMQP\0\0\11\1' >&3
  [ "$(timeout 2 head -c 1 <&3 | od -An -tu1 | tr -d ' ')" = 1 ] || { exec 3>&-; return 1; }
  exec 3>&-
}
wait_until_it_answers() {
  for _ in $(seq 1200); do
    if greets; then return; fi
    running broker.pid || break
    sleep 0.1
  done
  tail -n 30 "$folder/log/output" >&2
  echo "RabbitMQ does not answer." >&2
  exit 1
}

end() {
  local pid
  for name in broker epmd; do
    [ -f "$folder/$name.pid" ] || continue
    pid=$(cat "$folder/$name.pid")
    if alive "$pid"; then
      kill -CONT "$pid" 2>/dev/null || true  # a frozen one would never end
      kill "-$1" "$pid" 2>/dev/null || true
      for _ in $(seq 600); do
        alive "$pid" || break
        sleep 0.05
      done
      # One that hangs is not waited for.
      if alive "$pid"; then kill -KILL "$pid" 2>/dev/null || true; fi
      while alive "$pid"; do sleep 0.05; done
    fi
    rm -f "$folder/$name.pid"
  done
}

# Without an epmd, rabbitmqctl would leave one of its own behind on the port.
control() {
  running epmd.pid || { echo "RabbitMQ is not running." >&2; exit 1; }
  "$programs/rabbitmqctl" --quiet "$@"
}

case $command in
  start) start ;;
  wait) wait_until_it_answers ;;
  stop) end TERM ;;
  kill) end KILL ;;
  url) echo "amqp://guest:guest@127.0.0.1:$port" ;;
  pid) cat "$folder/broker.pid" ;;
  vhost) control add_vhost "$1" && control set_permissions -p "$1" guest '.*' '.*' '.*' ;;
  ctl) control "$@" ;;
  *) echo "unknown command: $command" >&2; exit 2 ;;
esac

#!/usr/bin/env bash
# Writes the secrets of a new installation, all random, into FILE (default: .env beside this script),
# readable by its owner only. It never overwrites: without the encryption keys data is lost.
# usage: make_env.sh [FILE]
set -euo pipefail
file=${1:-$(dirname "$0")/.env}
[ ! -e "$file" ] || { echo "$file is there already." >&2; exit 1; }

# 256 bits in base64url, as the program itself makes them.
key() { head -c 32 /dev/urandom | base64 -w 0 | tr '+/' '-_' | tr -d '='; }

internal=
for target in gateway auth user customer event booking notification analytics invoicing; do
  internal+=${internal:+,}$target:$(key)
done

umask 077
cat >"$file.new" <<END
# Made by make_env.sh. Keep a copy where backups are: what is encrypted can't be read without it.
ADMIN_PASSWORD=$(key)
MONGODB_ROOT_PASSWORD=$(key)
MONGODB_PASSWORD=$(key)
RABBITMQ_PASSWORD=$(key)
JWT_KEY=$(key)
REFRESH_KEY=$(key)
LINK_KEY=$(key)
ENCRYPTION_KEYS=k1:$(key)
ENCRYPTION_CURRENT=k1
ENCRYPTION_HASH_KEY=$(key)
INTERNAL_KEYS=$internal
END
mv "$file.new" "$file"
echo "$file is written. The first administrator's password is in it: ADMIN_PASSWORD."

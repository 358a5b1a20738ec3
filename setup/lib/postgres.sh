# shellcheck shell=bash
# The PostgreSQL server: the user's own where PGHOST is set, else a private one behind a unix socket.
# Exports PGHOST, PGPORT, PGUSER, puts psql, createdb, dropdb on PATH and sets DATA, the file stores of this server.

PG_NOBODY=65534
PG_MINIMUM=13

# The server refuses to run as root, and whom it runs as instead cannot reach root's home.
# The path of a socket is at most 107 characters long.
pg_home() {
    if [ "$(id -u)" = 0 ] || [ ${#CACHE} -gt 60 ]; then
        printf '/var/tmp/lot_traceability-%s' "$(printf '%s %s' "$(id -u)" "$CACHE" | sha256sum | cut -c1-8)"
    else
        printf '%s/postgres' "$CACHE"
    fi
}

prepare_postgres() {
    PG_HOME=$(pg_home)
    # the private server stays it, also for a command that another one of these has started
    if [ -n "${PGHOST:-}" ] && [ "$PGHOST" != "$PG_HOME/socket" ]; then
        PG_HOME=
        use_own_server
        return
    fi
    DATA=$CACHE/data
    mkdir -p "$PG_HOME"
    [ -O "$PG_HOME" ] || fail "$PG_HOME belongs to someone else: remove it, or set XDG_CACHE_HOME to another folder."
    find_server_programs
    export PGHOST=$PG_HOME/socket PGPORT=5432 PGUSER=odoo
    [ -e "$PG_HOME/.made" ] || step "PostgreSQL cluster" make_cluster
    server_answers || step "PostgreSQL start" start_cluster
}

use_own_server() {
    export PGPORT=${PGPORT:-5432} PGUSER=${PGUSER:-$(id -un)}
    PATH=$(newest_server_folder):$PATH
    command -v psql createdb dropdb >/dev/null ||
        fail "psql, createdb and dropdb are missing: install the PostgreSQL client (Debian: postgresql-client)."
    DATA=$CACHE/data-$(printf '%s %s' "$PGHOST" "$PGPORT" | digest)
    server_answers || fail "No PostgreSQL answers at PGHOST=$PGHOST PGPORT=$PGPORT as PGUSER=$PGUSER:
start it and create the role (createuser --createdb $PGUSER), or unset PGHOST to have a private server."
}

server_answers() { psql -qAtd postgres -c 'SELECT 1' >/dev/null 2>&1; }

newest_server_folder() {
    local folder
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$folder/initdb" ] && [ "$(basename "$(dirname "$folder")")" -ge $PG_MINIMUM ] && printf '%s' "$folder" || true
}

find_server_programs() {
    local folder
    folder=$(newest_server_folder)
    if [ -z "$folder" ] && ! command -v initdb >/dev/null; then
        has_apt || fail "There is no PostgreSQL: install it, or point PGHOST, PGPORT and PGUSER to a server."
        folder=$PG_HOME/programs/wrappers
        once "PostgreSQL from the distribution's package" "$PG_HOME/programs" unpack_server
    fi
    PATH=${folder:+$folder:}$PATH
}

unpack_server() {
    local package bin program
    refresh_lists system
    package=$(run_apt apt-cache system depends postgresql | awk '$1 == "Depends:" {print $2}' |
        grep -xE 'postgresql-[0-9]+')
    unpack_with_missing "$package" "$1"
    bin=usr/lib/postgresql/${package#postgresql-}/bin
    for program in initdb pg_ctl postgres psql createdb dropdb pg_dump pg_restore pg_basebackup; do
        write_wrapper "$1/wrappers/$program" "$1" "$bin/$program"
    done
    chmod -R go+rX "$1"
}

# as_server COMMAND...: as the user that the server runs as
as_server() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=$PG_NOBODY --regid=$PG_NOBODY --clear-groups "$@")
    else
        "$@"
    fi
}

make_cluster() {
    local owner=()
    [ "$(id -u)" != 0 ] || owner=(-o "$PG_NOBODY" -g "$PG_NOBODY")
    rm -rf "$PG_HOME/data" "$PG_HOME/socket"
    chmod 755 "$PG_HOME"
    install -d -m 700 ${owner[@]+"${owner[@]}"} "$PG_HOME/data" "$PG_HOME/socket"
    as_server initdb -D "$PG_HOME/data" -U odoo -A trust -E UTF8 --locale=C.UTF-8 --no-sync
    write_server_settings
    : >"$PG_HOME/.made"
}

# Nothing in it outlives a power cut: it holds what can be made again, and that fast.
write_server_settings() {
    local megabytes
    megabytes=$(awk '/MemTotal/ {mb = int($2 / 8192); print (mb > 1024 ? 1024 : mb)}' /proc/meminfo)
    as_server tee -a "$PG_HOME/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '$PG_HOME/socket'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = ${megabytes}MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
fsync = off
synchronous_commit = off
full_page_writes = off
dynamic_shared_memory_type = mmap
EOF
}

start_cluster() { as_server pg_ctl -D "$PG_HOME/data" -w -t 60 -l "$PG_HOME/data/server.log" start; }

stop_cluster() {
    PG_HOME=$(pg_home)
    # the folder of the data is the server's: root looks through it as well
    [ -e "$PG_HOME/data/postmaster.pid" ] || return 0
    find_server_programs
    as_server pg_ctl -D "$PG_HOME/data" -m fast -w stop
}

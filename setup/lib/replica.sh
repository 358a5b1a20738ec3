# shellcheck shell=bash
# A streaming replica of the private PostgreSQL server: a second one, which only reads.

REPLICA_PORT=5433

replica_home() { printf '%s/replica' "$PG_HOME"; }

# The replica listens in the folder of the first server, under another number.
replica_answers() { psql -qAtX -p $REPLICA_PORT -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

prepare_replica() {
    [ -n "${PG_HOME:-}" ] || fail "PGHOST is set: a replica of your own server is yours to make."
    replica_answers && return
    stop_replica
    step "Copy of all databases" copy_server
    step "Replica" start_replica
}

# The copy says of itself whom it follows (-R).
copy_server() {
    local home
    home=$(replica_home)
    rm -rf "$home"
    as_server_folder "$home"
    as_server pg_basebackup -h "$PGHOST" -p "$PGPORT" -U "$PGUSER" -D "$home" -R -X stream -c fast --no-sync
}

as_server_folder() {
    local owner=()
    [ "$(id -u)" != 0 ] || owner=(-o "$PG_NOBODY" -g "$PG_NOBODY")
    install -d -m 700 ${owner[@]+"${owner[@]}"} "$1"
}

start_replica() {
    local home
    home=$(replica_home)
    as_server pg_ctl -D "$home" -w -t 120 -l "$home/server.log" -o "-p $REPLICA_PORT -c hot_standby_feedback=on" start
}

stop_replica() {
    local home
    home=$(replica_home)
    [ -e "$home/postmaster.pid" ] || return 0
    as_server pg_ctl -D "$home" -m fast -w stop
}

drop_replica() {
    stop_replica
    rm -rf "$(replica_home)"
}

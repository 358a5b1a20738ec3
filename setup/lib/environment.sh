# shellcheck shell=bash
# Everything that Odoo needs, made ready; each script starts here.
# Sets LAUNCHER (runs Odoo's command line in this environment) and exports what tests are told.

set -euo pipefail
export LC_ALL=C.UTF-8
umask 022

SETUP=$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")
REPO=$(dirname "$SETUP")
for file in messages cache debian odoo_source python postgres replica tools databases servers; do
    # shellcheck source=/dev/null
    . "$SETUP/lib/$file.sh"
done

# Our addons: the folders of the repository that have a manifest
ADDONS=$(cd "$REPO" && for manifest in */__manifest__.py; do [ ! -e "$manifest" ] || dirname "$manifest"; done | paste -sd, -)

# prepare [test]
prepare() {
    open_cache
    lock_cache
    fetch_side_by_side "${1:-}"
    prepare_odoo_source
    prepare_python "${1:-}"
    prepare_postgres
    prepare_tools
    [ "${1:-}" != test ] || prepare_browser
    write_launcher
    unlock_cache
}

# The first time, what comes from elsewhere comes side by side: it waits for the network more than for the machine.
# What fails here is tried again, and told, by the step itself.
fetch_side_by_side() {
    local parts=(odoo_source "python ${1:-}" postgres tools) part fetched
    [ "${1:-}" != test ] || parts+=(browser)
    fetched=$CACHE/fetched-$(printf '%s ' "${parts[@]}" | cat - "$SETUP"/requirements*.txt | digest)
    [ ! -e "$fetched" ] || return 0
    ! has_apt || step "Lists of the distribution's packages" refresh_lists system
    for part in "${parts[@]}"; do
        fetch_part "${part%% *}" "${part#"${part%% *}"}" &
    done
    wait
    : >"$fetched"
}

# fetch_part NAME ARGUMENT: with a log of its own, which then goes into the log of all
fetch_part() {
    local all=$LOG
    LOG=$LOG.$1
    : >"$LOG"
    TOLD_AT_END=yes
    # shellcheck disable=SC2086
    ("prepare_$1" $2) || true
    cat "$LOG" >>"$all"
    rm -f "$LOG"
}

# A configuration for each PostgreSQL server, so that runs on two of them leave each other's alone
write_launcher() {
    local server
    server=$(printf '%s %s %s' "$PGHOST" "$PGPORT" "$PGUSER" | digest)
    LAUNCHER=$CLONE/odoo-$server
    mkdir -p "$DATA"
    export ODOO_RC=$LAUNCHER.conf
    export LOT_ODOO_CONF=$ODOO_RC LOT_ODOO_BIN=$LAUNCHER LOT_REPO=$REPO
    export PYTHONPATH=$ODOO_PYTHONPATH:$REPO
    export PATH=$VENV/bin:$PATH:$TOOLS
    replace "$ODOO_RC" <<EOF
[options]
addons_path = $ODOO_ADDONS${ADDONS:+,$REPO}
data_dir = $DATA
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
http_interface = 127.0.0.1
workers = 0
limit_time_cpu = 3600
limit_time_real = 3600
limit_memory_soft = 0
limit_memory_hard = 0
EOF
    # ODOO_RC is read by each of Odoo's subcommands, wherever it takes its options
    replace "$LAUNCHER" <<EOF
#!/usr/bin/env bash
$(export -p | grep -E '^declare -x (ODOO_RC|LOT_[A-Z_]+|PG(HOST|PORT|USER)|PYTHONPATH|PATH|LC_ALL)=')
# not "python -m odoo": of that, a server with workers cannot start its process for the bus
exec python "$ODOO_SCRIPT" "\$@"
EOF
    chmod +x "$LAUNCHER"
}

# replace FILE: by standard input, in one go, since another run may be reading it
replace() {
    cat >"$1.new"
    mv "$1.new" "$1"
}

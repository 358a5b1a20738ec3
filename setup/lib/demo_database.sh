# shellcheck shell=bash
# The demo's database: built once, updated where the addons changed, told and served.

# another name beside it, such as for pictures while somebody looks at the demo
DEMO=${LOT_DEMO:-lot_demo}
STORIES=$REPO/tests/stories

# prepare_demo FRESH
prepare_demo() {
    local clone=${CLONE##*/} addons stories known known_clone known_addons known_stories
    addons=$(cd "$REPO" && digest_of_folders ${ADDONS//,/ })
    stories=$(cd "$REPO" && digest_of_folders tests/stories tests/builder.py)
    # what it was made of is said beside the database, so that it goes with it
    known=$(sql "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$DEMO'")
    read -r known_clone known_addons known_stories <<<"$known"
    if [ -n "$1" ] || [ "$known_clone" != "$clone" ]; then
        build_demo
        known_stories=$stories
    elif [ "$known_addons" != "$addons" ]; then
        step "Update of the addons" update_demo
    fi
    [ "$known_stories" = "$stories" ] ||
        say "The story has changed since $DEMO was built: setup/demo --fresh builds it anew."
    sql "COMMENT ON DATABASE $DEMO IS '$clone $addons $known_stories'"
}

# Of the files that a run reads, not of what a run leaves behind
digest_of_folders() {
    [ $# -gt 0 ] || return 0
    find "$@" -type f ! -name '*.pyc' ! -path '*/tests/test_*' -print0 | sort -z | xargs -0 sha256sum | digest
}

# The database only gets its name when it is whole.
build_demo() {
    prepare_template "$MODULES"
    step "Database $DEMO" copy_database "$TEMPLATE" "${DEMO}_new"
    step "Installation of the addons" install_modules "${DEMO}_new" "$ADDONS"
    step "Story" run_in_shell "${DEMO}_new" "$STORIES/load.py"
    drop_database "$DEMO" >/dev/null
    rename_database "${DEMO}_new" "$DEMO"
}

# An addon that came since the building is installed, the others are updated.
update_demo() {
    local installed added
    installed=$(psql -qAtX -d "$DEMO" -c "SELECT string_agg(name, ',') FROM ir_module_module
        WHERE name = ANY(string_to_array('$ADDONS', ',')) AND state = 'installed'")
    added=$(comm -23 <(tr , '\n' <<<"$ADDONS" | sort) <(tr , '\n' <<<"$installed" | sort) | paste -sd, -)
    "$LAUNCHER" -d "$DEMO" ${installed:+-u "$installed"} ${added:+-i "$added"} --stop-after-init --no-http
}

# run_in_shell DATABASE FILE
run_in_shell() { "$LAUNCHER" shell -d "$1" --no-http --log-level=error <"$2"; }

tell_story() {
    say
    LOT_DEMO_SHEET=$CLONE/labels-to-scan.pdf run_in_shell "$DEMO" "$STORIES/tell.py" || fail "The story could not be told. setup/demo --fresh builds the database anew."
}

# serve_demo PORT: this process becomes the server, so that Ctrl-C reaches it at once
serve_demo() {
    local port
    port=$(free_port "$1")
    say "" "Starting http://127.0.0.1:$port ..."
    register_server
    announce "$port" &
    exec "$LAUNCHER" -d "$DEMO" --http-port "$port" --logfile "$CLONE/server.log"
}

port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port=$1
    while port_answers "$port"; do
        port=$((port + 1))
    done
    printf '%s' "$port"
}

announce() {
    # $$ is the server's process
    while ! port_answers "$1"; do
        kill -0 $$ 2>/dev/null || fail "Odoo did not start. Its log: $CLONE/server.log"
        sleep 0.2
    done
    say "Open http://127.0.0.1:$1 - login admin, password admin. Ctrl-C ends it." "Odoo's log: $CLONE/server.log"
}

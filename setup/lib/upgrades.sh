# shellcheck shell=bash
# Databases of earlier states of this repository, brought to the one that is here.

STATES=$SETUP/upgrade_states.txt
UPGRADES=$CLONE/upgrades
COMPLAINT='^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) '

# The newest tag; as long as there is none, the last one of the earlier states
last_released() {
    git -C "$REPO" describe --tags --abbrev=0 2>/dev/null || states | tail -n 1
}

states() { grep -vE '^(#|[[:space:]]*$)' "$STATES" | awk '{print $1}'; }

# versions_of REF: of its addons, in the order of their names, without the series
versions_of() {
    local manifest
    for manifest in $(git -C "$REPO" ls-tree --name-only "$1" -- lot_traceability lot_traceability_expiry lot_traceability_recall); do
        git -C "$REPO" show "$1:$manifest/__manifest__.py" | sed -n 's/.*"version": "19\.0\.\(.*\)".*/\1/p'
    done | paste -sd' '
}

# upgrade_from REF: a row of the table; what went wrong goes into the log
upgrade_from() {
    local ref=$1 commit day database=lot_upgrade_$$ status=0 start log checks
    if ! commit=$(git -C "$REPO" rev-parse --short=8 --verify --quiet "$ref^{commit}"); then
        printf '%-10s %s\n' "$ref" 'is not in this clone'
        return 0
    fi
    day=$(git -C "$REPO" log -1 --format=%cd --date=format:%m-%d "$commit")
    log=$UPGRADES/$commit.log
    : >"$log"
    printf '%-10s %-6s %-24s ' "$commit" "$day" "$(versions_of "$commit")"
    prepare_state "$commit" "$log" || {
        printf 'no database of it: %s\n' "$log"
        return 1
    }
    start=$SECONDS
    copy_database "lot_state_$commit" "$database" >>"$log" 2>&1
    printf '== upgrade\n' >>"$log"
    "$LAUNCHER" -d "$database" -u "$(installed_of "$database")" -i "$ADDONS" --stop-after-init --no-http >"$log.upgrade" 2>&1 || status=$?
    cat "$log.upgrade" >>"$log"
    printf '%5d s ' $((SECONDS - start))
    if [ "$status" != 0 ] || grep -qE "$COMPLAINT" "$log.upgrade"; then
        status=1
        printf '%-8s ' "$(grep -cE "$COMPLAINT" "$log.upgrade") in log"
    else
        printf '%-8s ' quiet
    fi
    checks=$("$LAUNCHER" shell -d "$database" --no-http --log-level=warn <"$REPO/tests/upgraded.py" 2>&1) || status=1
    printf '%s\n' "== checks" "$checks" >>"$log"
    if ! grep -q '^CHECKED ' <<<"$checks" || grep -qE "$COMPLAINT|^FAULT " <<<"$checks"; then
        status=1
        printf 'faults: %s\n' "$log"
    else
        grep '^CHECKED ' <<<"$checks" | sed 's/^CHECKED //'
    fi
    drop_database "$database" >/dev/null
    rm -f "$log.upgrade"
    return "$status"
}

installed_of() {
    psql -qAtX -d "$1" -c "SELECT string_agg(name, ',') FROM ir_module_module
        WHERE name LIKE 'lot\\_traceability%' AND state = 'installed'"
}

# prepare_state COMMIT LOG: its addons with the story that they had then; kept for the next time
prepare_state() {
    local commit=$1 log=$2 folder=$UPGRADES/$1 database=lot_state_$1
    database_exists "$database" && return
    rm -rf "$folder"
    mkdir -p "$folder"
    git -C "$REPO" archive "$commit" | tar -x -C "$folder"
    {
        copy_database "$TEMPLATE" "${database}_new" &&
            in_state "$folder" server -d "${database}_new" -i "$(addons_of "$folder")" --stop-after-init --no-http &&
            in_state "$folder" shell -d "${database}_new" --no-http --log-level=error <"$folder/tests/stories/load.py"
    } >>"$log" 2>&1 || return 1
    psql -qAtX -d "${database}_new" -c "SELECT count(*) FROM stock_lot" | grep -qvx 0 || return 1
    rename_database "${database}_new" "$database" >>"$log"
    rm -rf "$folder"
}

addons_of() { (cd "$1" && for manifest in */__manifest__.py; do dirname "$manifest"; done | paste -sd, -); }

# in_state FOLDER COMMAND...: Odoo with the addons, and the stories, of an earlier state
in_state() {
    local folder=$1 command=$2
    shift 2
    PYTHONPATH=$ODOO_PYTHONPATH:$folder python "$ODOO_SCRIPT" "$command" \
        --addons-path="$ODOO_ADDONS,$folder" "$@"
}

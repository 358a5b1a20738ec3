# shellcheck shell=bash
# Our addons beside each of Odoo's apps: installed, tested, uninstalled. What is done is kept, by the
# state of the addons, so that a run that was interrupted goes on.

ROWS=$SETUP/matrix_rows.txt
MATRIX=$CLONE/matrix
COMPLAINT='^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) '

rows() { grep -vE '^(#|[[:space:]]*$)' "$ROWS" | awk '{print $1}'; }
modules_of() { awk -v row="$1" '$1 == row {print $2}' "$ROWS"; }

# start_matrix FRESH: sets RESULTS, of the addons as they are now
start_matrix() {
    RESULTS=$MATRIX/$(cd "$REPO" && { digest_of_folders ${ADDONS//,/ }; cat "$ROWS"; } | digest)
    [ -z "$1" ] || rm -rf "$RESULTS"
    mkdir -p "$RESULTS"
}

# try ROW STEP COMMAND...: one cell of the table, unless it is known already. Its text is
# what the command prints; what it does is in a log beside it.
try() {
    local row=$1 step=$2 cell=$RESULTS/$1.$2 start=$SECONDS text
    shift 2
    [ ! -e "$cell" ] || return 0
    if text=$("$@" 2>"$cell.log"); then
        printf 'ok %s' "$text" >"$cell.new"
    else
        printf 'FAILED %s' "$text" >"$cell.new"
    fi
    printf ' %d s\n' $((SECONDS - start)) >>"$cell.new"
    mv "$cell.new" "$cell"
    say "  $row $step: $(cat "$cell")"
}

# run_row ROW STEPS
run_row() {
    local row=$1 step database=lot_matrix_${CLONE##*/}_$1
    for step in $2; do
        [ -e "$RESULTS/$row.$step" ] || break
        step=
    done
    [ -n "$step" ] || return 0
    prepare_template "$(modules_of "$row")"
    ADDONS_PATHS= OCA= ROW_RC=$ODOO_RC
    [ "$row" != oca ] || prepare_oca
    for step in $2; do
        case "$step" in
            install) try "$row" install try_install "$database" "$row" ;;
            tests) try "$row" tests try_tests "$database" "$row" ;;
            suites) try "$row" suites try_suites "$database" "$row" ;;
            uninstall) try "$row" uninstall try_uninstall "$database" "$row" ;;
        esac
    done
    drop_database "$database" >/dev/null
}

# The addons of the OCA: wheels of the index, beside Odoo's own addons
prepare_oca() {
    local folder=$CLONE/oca
    once "Addons of the OCA" "$folder" fetch_oca
    ADDONS_PATHS=$folder/odoo/addons
    OCA=$(cd "$folder/odoo/addons" && printf '%s\n' */ | tr -d / | paste -sd,)
    # for what takes no addons path
    ROW_RC=$CLONE/matrix.conf
    sed "s#^addons_path = .*#addons_path = $ODOO_ADDONS,$ADDONS_PATHS,$REPO#" "$ODOO_RC" >"$ROW_RC"
}

fetch_oca() {
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --no-deps --target "$1" -r "$SETUP/requirements-oca.txt"
    # what these need of each other
    local missing
    missing=$(cat "$1"/odoo_addon_*.dist-info/METADATA | sed -n 's/^Requires-Dist: \(odoo-addon[a-z0-9_-]*\).*/\1/p' | sort -u)
    [ -z "$missing" ] || "$VENV/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --no-deps --target "$1" $missing
}

# odoo_quietly ARGS...: Odoo's command line, whose warnings are a failure; prints how many
odoo_quietly() {
    local output status=0 count
    output=$("$LAUNCHER" "$@" ${ADDONS_PATHS:+--addons-path="$ODOO_ADDONS,$ADDONS_PATHS,$REPO"} 2>&1) || status=$?
    printf '%s\n' "$output" >&2
    count=$(grep -cE "$COMPLAINT" <<<"$output" || true)
    [ "$status" = 0 ] || printf 'stopped with %d ' "$status"
    [ "$count" = 0 ] || printf '%d in log ' "$count"
    [ "$status" = 0 ] && [ "$count" = 0 ]
}

try_install() {
    local database=$1 row=$2
    copy_database "$TEMPLATE" "$database" >&2
    odoo_quietly server -d "$database" -i "$ADDONS${OCA:+,$OCA}" --stop-after-init --no-http
    [ "$(states_of "$database")" = installed ]
}

states_of() {
    psql -qAtX -d "$1" -c "SELECT DISTINCT state FROM ir_module_module
        WHERE name = ANY(string_to_array('$ADDONS', ','))"
}

# is_installed DATABASE: for steps that are tried later on
is_installed() { database_exists "$1" || try_install "$1" "$2" >/dev/null; }

# ready_for_tests DATABASE ROW: with the scripts and styles of the pages, or each page of a test would make them
ready_for_tests() {
    is_installed "$1" "$2" &&
        "$LAUNCHER" shell -c "$ROW_RC" -d "$1" --no-http --log-level=error <"$SETUP/lib/assets.py" >&2
}

# Our tests that need no other app; beside all apps those across apps as well
try_tests() {
    local paths=() output status=0
    ready_for_tests "$1" "$2"
    IFS=, read -ra paths <<<"$ADDONS"
    [ "$2" != all ] || paths=(tests "${paths[@]}")
    export LOT_TEMPLATE=$TEMPLATE
    keep_out_of_repository
    output=$(cd "$REPO" && ODOO_RC=$ROW_RC run_pytest "$1" "$REPO" -c "$SETUP/pytest.ini" -q "${paths[@]}" 2>&1) || status=$?
    printf '%s\n' "$output" >&2
    tail -n 1 <<<"$output" | sed 's/ in .*//' | tr -d '\n'
    return "$status"
}

# Odoo's own suites of the row's modules: what fails is run again without ours
try_suites() {
    local database=$1 module paths=() cache=$RESULTS/$2.cache broken
    ready_for_tests "$1" "$2"
    for module in $(modules_of "$2" | tr , ' '); do
        [ ! -d "$ODOO_TESTS/$module/tests" ] || paths+=("$ODOO_TESTS/$module/tests")
    done
    rm -rf "$cache"
    one_suite "$database" "$cache" "${paths[@]}" >"$RESULTS/$2.with"
    : >"$RESULTS/$2.without"
    if [ -s "$RESULTS/$2.with" ]; then
        copy_database "$TEMPLATE" "${database}_without" >&2
        one_suite "${database}_without" "$cache" --last-failed "${paths[@]}" >"$RESULTS/$2.without"
        drop_database "${database}_without" >&2
    fi
    grep -vE '^(#|[[:space:]]*$)' "$REFUSED" | awk '{print $1}' | sort >"$RESULTS/refused"
    broken=$(comm -23 "$RESULTS/$2.with" "$RESULTS/$2.without" | comm -23 - "$RESULTS/refused" | wc -l)
    grep -hoE '[0-9]+ (passed|skipped)' "$RESULTS/$2.suites.log" | head -n 1 | tr -d '\n'
    printf ', fail with us only: %d' "$broken"
    [ "$broken" = 0 ]
}

# one_suite DATABASE CACHE ARGS...: prints the tests that failed
one_suite() {
    local database=$1 cache=$2 status=0
    shift 2
    ODOO_RC=$ROW_RC run_pytest "$database" "$ODOO_TESTS" -c "$SETUP/pytest_odoo.ini" -o cache_dir="$cache" "$@" >&2 || status=$?
    [ "$status" -le 1 ] || return "$status"
    [ ! -e "$cache/v/cache/lastfailed" ] ||
        python -c 'import json, sys; print(*sorted(json.load(open(sys.argv[1]))), sep="\n")' "$cache/v/cache/lastfailed" | sort
}

# One addon after the other, and Odoo still loads
try_uninstall() {
    local database=$1 addon left
    is_installed "$1" "$2"
    for addon in $(tr , '\n' <<<"$ADDONS" | tac); do
        uninstall_quietly "$database" "$addon" || return 1
    done
    [ "$(states_of "$database")" = uninstalled ] || return 1
    left=$(psql -qAtX -d "$database" -c "SELECT count(*) FROM ir_model_data WHERE module LIKE 'lot\\_traceability%'")
    [ "$left" = 0 ] || { printf '%s records left ' "$left" && return 1; }
}

# uninstall_quietly DATABASE ADDON
uninstall_quietly() {
    local output status=0 count
    output=$("$LAUNCHER" module uninstall -c "$ROW_RC" -d "$1" "$2" 2>&1) || status=$?
    printf '%s\n' "$output" >&2
    count=$(grep -cE "$COMPLAINT" <<<"$output" || true)
    [ "$status" = 0 ] && [ "$count" = 0 ] || { printf '%s: %d in log ' "$2" "$count" && return 1; }
}

print_matrix() {
    local row step cell
    say ''
    printf '%-15s' apps
    printf ' %-26s' $1
    say ''
    for row in $(rows); do
        printf '%-15s' "$row"
        for step in $1; do
            cell=$RESULTS/$row.$step
            printf ' %-26s' "$(cat "$cell" 2>/dev/null || printf -- -)"
        done
        say ''
    done
    say "Logs: $RESULTS"
    ! grep -q FAILED "$RESULTS"/*.install "$RESULTS"/*.tests "$RESULTS"/*.suites "$RESULTS"/*.uninstall 2>/dev/null
}

# shellcheck shell=bash
# The two kinds of test runs: ours, and Odoo's own suites with our addons installed.

ODOO_SUITES=stock,product_expiry,mrp,sale_stock,purchase_stock
REFUSED=$SETUP/odoo_tests_refused.txt
RUN=lot_test_${CLONE##*/}_$$
WORKERS=2

run_our_tests() {
    local status=0 parallel=()
    prepare test
    prepare_template "$MODULES"
    export LOT_TEMPLATE=$TEMPLATE
    keep_out_of_repository
    start_run
    step "Fresh test database" copy_database "$TEMPLATE" "$RUN"
    install_ours "$RUN"
    # for tests that need a database of their own with the addons
    step "Copy of it" copy_database "$RUN" "${RUN}_installed"
    export LOT_INSTALLED=${RUN}_installed
    step "Scripts and styles of the pages" make_pages "$RUN"
    cd "$REPO" || exit
    add_default_paths "$@"
    is_one_file "${TESTS[@]}" || parallel=(-n "$WORKERS" --dist loadfile --no-loadscope-reorder)
    run_pytest "$RUN" "$REPO" -c "$SETUP/pytest.ini" ${parallel[@]+"${parallel[@]}"} "${TESTS[@]}" || status=$?
    exit "$status"
}

# What the tools remember goes beside the clone, not into it.
keep_out_of_repository() {
    export HYPOTHESIS_STORAGE_DIRECTORY=$CLONE/hypothesis RUFF_CACHE_DIR=$CLONE/ruff PYLINTHOME=$CLONE/pylint
}

# Each run has databases of its own; those of a run that was killed go with the next one.
start_run() {
    trap end_run EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    local name pid
    for name in $(sql "SELECT datname FROM pg_database WHERE datname LIKE 'lot\\_test\\_${CLONE##*/}\\_%'"); do
        pid=${name#"lot_test_${CLONE##*/}_"}
        kill -0 "${pid%%[-_]*}" 2>/dev/null || drop_database "$name" >/dev/null
    done
}

end_run() {
    local name
    for name in $(sql "SELECT datname FROM pg_database WHERE datname LIKE '${RUN//_/\\_}%'"); do
        drop_database "$name" >/dev/null
    done
    rm -rf "$(filestore "$RUN")"* "$CLONE/$RUN.log"
}

# install_ours DATABASE: a warning of Odoo during that is a failure
install_ours() {
    [ -n "$ADDONS" ] || return 0
    step "Installation of the addons" install_quietly "$1"
}

# make_pages DATABASE: each page of a test would make them for itself
make_pages() { "$LAUNCHER" shell -d "$1" --no-http --log-level=error <"$SETUP/lib/assets.py"; }

install_quietly() {
    local log=$CLONE/$RUN.log complaints missing
    install_modules "$1" "$ADDONS" >"$log" 2>&1 || {
        cat "$log"
        return 1
    }
    cat "$log"
    complaints=$(grep -E '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) ' "$log" || true)
    [ -z "$complaints" ] || fail "Odoo complained during the installation:"$'\n'"$complaints"
    missing=$(psql -qAtX -d "$1" -c "SELECT string_agg(name, ', ') FROM ir_module_module
        WHERE name = ANY(string_to_array('$ADDONS', ',')) AND state <> 'installed'")
    [ -z "$missing" ] || fail "Not installed after all: $missing"
}

# Sets TESTS: the arguments, with the default paths before them where they name none
add_default_paths() {
    local argument
    for argument in "$@"; do
        if [ -e "${argument%%::*}" ]; then
            TESTS=("$@")
            return
        fi
    done
    IFS=, read -ra TESTS <<<"$ADDONS"
    # what takes longest goes first, or one process works on it while the other is idle
    [ ! -d tests ] || TESTS=(tests "${TESTS[@]}")
    TESTS+=("$@")
}

# A second process only pays where it has another file to work on, and a debugger needs the terminal.
is_one_file() {
    local argument files=0
    for argument in "$@"; do
        case "$argument" in
            --pdb | --trace | -s | -n* | --numprocesses*) return 0 ;;
            -*) ;;
            *) files=$((files + $(find "${argument%%::*}" -name 'test_*.py' 2>/dev/null | wc -l))) ;;
        esac
    done
    [ "$files" -lt 2 ]
}

# run_pytest DATABASE ROOT ARGS...
run_pytest() {
    local database=$1 root=$2
    shift 2
    python -m pytest --rootdir="$root" -o cache_dir="$CLONE/pytest" \
        --odoo-config="$ODOO_RC" --odoo-database="$database" "$@"
}

run_odoo_suites() {
    local suites=${*:-${ODOO_SUITES//,/ }} paths=() suite
    prepare test
    prepare_template "$ODOO_SUITES"
    start_run
    for suite in $suites; do
        [ -d "$ODOO_TESTS/$suite/tests" ] || fail "Odoo has no tests of a module $suite."
        paths+=("$ODOO_TESTS/$suite/tests")
    done
    step "Database of Odoo's suites" copy_database "$TEMPLATE" "$RUN"
    step "The same without our addons" copy_database "$TEMPLATE" "${RUN}_without"
    install_ours "$RUN"
    say "Odoo's suites with our addons:"
    rm -rf "$CLONE/pytest_odoo"
    run_suites "$RUN" "${paths[@]}"
    failed_tests >"$CLONE/fail_with"
    : >"$CLONE/fail_without"
    if [ -s "$CLONE/fail_with" ]; then
        say "What failed, once more without our addons:"
        run_suites "${RUN}_without" --last-failed "${paths[@]}"
        failed_tests >"$CLONE/fail_without"
    fi
    report_suites
}

# run_suites DATABASE ARGS...: failed tests are no failure here (1), anything else that stops pytest is
run_suites() {
    local database=$1 status=0
    shift
    run_pytest "$database" "$ODOO_TESTS" -c "$SETUP/pytest_odoo.ini" -o cache_dir="$CLONE/pytest_odoo" "$@" || status=$?
    [ "$status" -le 1 ] || fail "pytest stopped with status $status."
}

failed_tests() {
    local file=$CLONE/pytest_odoo/v/cache/lastfailed
    [ ! -e "$file" ] || python -c 'import json, sys; print(*json.load(open(sys.argv[1])), sep="\n")' "$file" | sort
}

report_suites() {
    local broken refused
    grep -vE '^(#|[[:space:]]*$)' "$REFUSED" | awk '{print $1}' | sort >"$CLONE/refused" || true
    broken=$(comm -23 "$CLONE/fail_with" "$CLONE/fail_without" | comm -23 - "$CLONE/refused")
    refused=$(comm -23 "$CLONE/fail_with" "$CLONE/fail_without" | comm -12 - "$CLONE/refused")
    report_group "Fails without our addons as well:" "$(cat "$CLONE/fail_without")"
    report_group "Fails with our addons, as intended (${REFUSED#"$REPO"/}):" "$refused"
    report_group "Fails only with our addons:" "$broken"
    [ -z "$broken" ] || exit 1
    say "Odoo's own suites pass with our addons." && exit 0
}

report_group() {
    [ -z "$2" ] || printf '%s\n%s\n' "$1" "$(printf '%s\n' "$2" | sed 's/^/  /')"
}

# shellcheck shell=bash
# The cache that all clones share, who may prepare it, and what "done" means in it.

CACHE=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/lot_traceability
CLONE=$CACHE/clones/$(printf '%s' "$REPO" | sha256sum | cut -c1-8)
LOG=$CLONE/$(basename "$0").log

# digest: a short name for what is on standard input
digest() { sha256sum | cut -c1-12; }

open_cache() {
    mkdir -p "$CLONE" || fail "$CACHE cannot be written: set XDG_CACHE_HOME to a folder of yours."
    : >"$LOG"
}

# One preparation at a time; the lock ends with unlock_cache or with the script.
lock_cache() {
    exec 9>"$CACHE/lock"
    flock -n 9 || {
        say "Waiting for another preparation of $CACHE ..."
        flock 9
    }
}

unlock_cache() { exec 9>&-; }

# once LABEL FOLDER COMMAND...: fills FOLDER by COMMAND, unless an earlier run finished it.
once() {
    local label=$1 folder=$2
    shift 2
    [ -e "$folder/.done" ] || step "$label" fill "$folder" "$@"
}

fill() {
    local folder=$1
    shift
    rm -rf "$folder"
    mkdir -p "$folder"
    "$@" "$folder"
    : >"$folder/.done"
}

# shellcheck shell=bash
# What the scripts say on the terminal, and how a long step shows that it runs.

say() { printf '%s\n' "$@"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# step LABEL COMMAND...: one line with the seconds it took; the detail goes into $LOG.
# Steps that run side by side (TOLD_AT_END) write their line when they end.
step() {
    local label=$1 start=$SECONDS status
    shift
    [ -n "${TOLD_AT_END:-}" ] || printf '  %-58s' "$label"
    printf '\n== %s (%s)\n' "$label" "$(date '+%F %T')" >>"$LOG"
    set +e
    # fd 9 holds the lock of the preparation: a server started here must not keep it
    (
        set -e
        "$@"
    ) >>"$LOG" 2>&1 </dev/null 9>&-
    status=$?
    set -e
    [ -z "${TOLD_AT_END:-}" ] || printf '  %-58s' "$label"
    if ((status)); then
        printf 'failed\n'
        step_failed "$label" "$status"
    fi
    printf '%4d s\n' $((SECONDS - start))
}

step_failed() {
    {
        printf '\n%s failed. The last lines of its log:\n\n' "$1"
        tail -n 15 "$LOG" | sed 's/^/    /'
        printf '\nThe whole log: %s\n' "$LOG"
        printf 'Once its cause is gone, run the same command again: finished steps are kept.\n'
    } >&2
    exit "$2"
}

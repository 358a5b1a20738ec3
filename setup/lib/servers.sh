# shellcheck shell=bash
# Servers that setup started: a file for each, named by its process, so that setup/stop finds them.

SERVERS=$CACHE/servers

# A process id is used again one day: the time of its start tells it apart
started_at() { awk '{print $22}' "/proc/$1/stat" 2>/dev/null; }

# The caller is about to become the server
register_server() {
    mkdir -p "$SERVERS"
    started_at $$ >"$SERVERS/$$"
}

stop_servers() {
    local file pid
    for file in "$SERVERS"/*; do
        [ -e "$file" ] || continue
        pid=${file##*/}
        if [ "$(started_at "$pid")" = "$(cat "$file")" ]; then
            say "Stopping the server with process id $pid"
            kill -TERM "$pid"
            timeout 15 tail --pid="$pid" -f /dev/null || true
        fi
        rm -f "$file"
    done
}

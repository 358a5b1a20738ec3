# shellcheck shell=bash
# Programs that Odoo calls: the browser of the tours, the PDF converter, the layout of graphs.
# What the system has is used; the rest is unpacked from the distribution's packages. Sets TOOLS, to be put on PATH.

TOOLS=$CACHE/tools/bin

# Odoo looks for these names, in this order
BROWSERS=(google-chrome chromium chromium-browser google-chrome-stable)

prepare_tools() {
    mkdir -p "$TOOLS"
    prepare_tool wkhtmltopdf wkhtmltopdf usr/bin/wkhtmltopdf
    prepare_tool dot graphviz usr/bin/dot
}

prepare_browser() {
    mkdir -p "$TOOLS"
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM" >/dev/null || fail "CHROMIUM=$CHROMIUM is no program."
        PATH=$(browser_folder "$(command -v "$CHROMIUM")"):$PATH
    elif ! on_system "${BROWSERS[@]}"; then
        prepare_tool chromium chromium usr/lib/chromium/chromium
    fi
}

# A folder in which the user's browser has the name that Odoo looks for first
browser_folder() {
    local folder
    folder=$CLONE/browser
    mkdir -p "$folder"
    ln -sfn "$(realpath "$1")" "$folder/google-chrome"
    printf '%s' "$folder"
}

# on_system NAME...: one of them is on PATH, and not by our own doing
on_system() {
    local name found
    for name in "$@"; do
        found=$(command -v "$name" || true)
        # bash also finds a file that cannot be run
        [ ! -x "$found" ] || [ "$found" = "$TOOLS/$name" ] || return 0
    done
    return 1
}

# prepare_tool NAME PACKAGE PROGRAM
prepare_tool() {
    local name=$1 package=$2 program=$3 folder=$CACHE/tools/$2
    on_system "$name" && return 0
    [ -e "$folder/.done" ] || has_apt || fail "There is no $name: install it."
    once "$package from the distribution's package" "$folder" unpack_tool "$package"
    write_wrapper "$TOOLS/$name" "$folder" "$program"
}

unpack_tool() {
    unpack_with_missing "$1" "$2"
    case "$1" in
        graphviz) make_plugin_list "$2" ;;
        chromium) check_browser "$2" ;;
    esac
}

# What the package's installation would have done
make_plugin_list() {
    write_wrapper "$1/dot" "$1" usr/bin/dot
    "$1/dot" -c
}

check_browser() {
    write_wrapper "$1/chromium" "$1" usr/lib/chromium/chromium
    "$1/chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$1/.profile" --dump-dom 'data:text/html,<p>ready' | grep ready
    rm -rf "$1/.profile"
}

# shellcheck shell=bash
# Packages of the distribution, unpacked into a folder: nothing is installed, no root is needed.
# Own lists and an own cache of apt: neither /etc/apt nor /var/lib/apt is touched.

APT=$CACHE/apt
TRIPLET=$(uname -m)-linux-gnu

has_apt() { command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; }

# apt STATE COMMAND...: STATE "system" has the system's sources, "odoo" those of sources_for_odoo
apt() { run_apt apt-get "$@"; }

# run_apt PROGRAM STATE COMMAND...
run_apt() {
    local program=$1 state=$APT/$2 options
    shift 2
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    options=(-q -oAPT::Sandbox::User=root -oAcquire::Retries=3 -oAcquire::Languages=none
        "-oDir::State::Lists=$state/lists" "-oDir::Cache=$state/cache")
    if [ -e "$state/sources.list" ]; then
        options+=("-oDir::Etc::SourceList=$state/sources.list" "-oDir::Etc::SourceParts=$state/none")
    fi
    "$program" "${options[@]}" "$@"
}

# A third party's source may be out of reach: what counts is that Debian's lists are there afterwards.
refresh_lists() {
    [ -n "$(find "$APT/$1/lists" -maxdepth 1 -name '*Packages*' -mmin -360 2>/dev/null)" ] || apt "$1" update || true
}

# The mirror that the system itself uses for its release of Debian
debian_mirror() {
    local codename
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-sid}")
    apt system indextargets --format '$(REPO_URI)|$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(IDENTIFIER)' |
        awk -F'|' -v codename="$codename" \
            '$2 == "Debian" && $3 == codename && $4 == "main" && $5 == "Packages" && !uri {uri = $1} END {print uri}'
}

# unpack STATE FOLDER PACKAGE...: just these packages
unpack() {
    local state=$1 folder=$2 debs
    shift 2
    debs=$folder/.debs
    mkdir -p "$debs"
    (cd "$debs" && apt "$state" download "$@")
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$folder"
    done
    rm -rf "$debs"
}

# unpack_with_missing PACKAGE FOLDER: the package and whatever it needs that the system lacks
unpack_with_missing() {
    local packages family
    refresh_lists system
    # the C library must stay the one of the system's loader
    # what is said to be installed is out of sight, or nobody would ask for it: so is its family
    family=$(run_apt apt-cache system depends "$1" | awk '$1 == "Depends:" {print $2}' | grep "^${1%%-*}-" || true)
    # shellcheck disable=SC2086
    packages=$(apt system install -s --reinstall --no-install-recommends "$1" $family | awk '$1 == "Inst" {print $2}' |
        grep -vxE 'libc6|libc-bin' || true)
    [ -n "$packages" ] || fail "apt offers no package $1: install it by hand, then run this again."
    # shellcheck disable=SC2086
    unpack system "$2" $packages
    write_fonts_conf "$2"
}

# Fonts that were unpacked are found by this file where the system has no fontconfig of its own.
write_fonts_conf() {
    cat >"$1/fonts.conf" <<EOF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$1/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>$1/var/cache/fontconfig</cachedir>
</fontconfig>
EOF
}

# write_wrapper FILE ROOT PROGRAM: starts a program of the unpacked folder with its libraries
write_wrapper() {
    local file=$1 root=$2 program=$3 lib=$2/usr/lib/$TRIPLET
    mkdir -p "$(dirname "$file")"
    cat >"$file" <<EOF
#!/bin/sh
export LD_LIBRARY_PATH="$lib:$root/lib/$TRIPLET:$lib/pulseaudio:$lib/blas:$lib/lapack:$root/usr/lib"
export QT_PLUGIN_PATH="$lib/qt5/plugins"
export GVBINDIR="$lib/graphviz"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/$program" "\$@"
EOF
    chmod +x "$file"
}

# shellcheck shell=bash
# Odoo 19 Community: a checkout of the user's (ODOO_SOURCE), else the distribution's package, unpacked.
# Sets ODOO_PYTHONPATH, ODOO_SCRIPT, ODOO_ADDONS (its addons folders, comma separated), ODOO_TESTS (those with tests), ODOO_VERSION.

ODOO_PACKAGE=odoo-19
# Fonts and scripts that the package links to. The last two in the release that still has the linked files.
ODOO_COMPANIONS="fonts-glyphicons-halflings fonts-montserrat fonts-ocr-b fonts-roboto-unhinted
    libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome/bookworm fonts-inconsolata/bookworm"

BRING_A_CHECKOUT="Bring a source checkout of Odoo 19.0: ODOO_SOURCE=/path/to/odoo $0"

prepare_odoo_source() {
    if [ -n "${ODOO_SOURCE:-}" ]; then
        use_checkout "$(realpath "$ODOO_SOURCE")"
    else
        use_package
    fi
}

use_checkout() {
    [ -f "$1/odoo-bin" ] && [ -d "$1/addons" ] ||
        fail "ODOO_SOURCE=$1 is no source checkout of Odoo: it needs odoo-bin, odoo/ and addons/."
    ODOO_PYTHONPATH=$1
    ODOO_SCRIPT=$1/odoo-bin
    ODOO_ADDONS=$1/addons,$1/odoo/addons
    ODOO_TESTS=$1/addons
    ODOO_VERSION="$1 $(git -C "$1" rev-parse HEAD 2>/dev/null || cat "$1/odoo/release.py")"
    grep -q 'version_info = (19, 0' "$1/odoo/release.py" || fail "ODOO_SOURCE=$1 is not Odoo 19.0."
}

use_package() {
    local folder=$CACHE/odoo
    [ -e "$folder/.done" ] || has_apt || fail "This system has no apt. $BRING_A_CHECKOUT"
    once "Odoo 19 from the distribution's package" "$folder" unpack_odoo
    ODOO_PYTHONPATH=$folder/python
    ODOO_SCRIPT=$folder/root/usr/bin/odoo
    ODOO_ADDONS=$folder/python/odoo/addons
    ODOO_TESTS=$ODOO_ADDONS
    ODOO_VERSION=$(cat "$folder/version")
}

unpack_odoo() {
    local folder=$1 root=$1/root
    mkdir -p "$root" "$folder/python"
    write_sources_for_odoo
    refresh_lists odoo
    # shellcheck disable=SC2086
    unpack odoo "$root" $ODOO_PACKAGE $ODOO_COMPANIONS
    # only this package on the path: its neighbours there would shadow the system's and ours
    ln -s "$root/usr/lib/python3/dist-packages/odoo" "$folder/python/odoo"
    restore_stripped_script "$folder/python/odoo"
    refuse_dangling_links "$root"
    zcat "$root/usr/share/doc/$ODOO_PACKAGE/changelog.Debian.gz" | head -n 1 >"$folder/version"
    rm -rf "$APT/odoo"
}

write_sources_for_odoo() {
    local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg option=
    refresh_lists system
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || fail "apt's sources name no mirror of Debian. $BRING_A_CHECKOUT"
    [ -e "$keyring" ] && option="[signed-by=$keyring]"
    mkdir -p "$APT/odoo"
    printf 'deb %s %s %s main\n' "$option" "$mirror" sid "$option" "$mirror" bookworm >"$APT/odoo/sources.list"
}

# The package leaves out this third-party script, and each tour then ends on the error that it is missing.
restore_stripped_script() {
    local folder=$1/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$folder"
    [ -s "$folder/selfie_segmentation.js" ] || : >"$folder/selfie_segmentation.js"
}

refuse_dangling_links() {
    local dangling
    dangling=$(find "$1" -xtype l)
    [ -z "$dangling" ] || fail "Files that Odoo's package links to are missing: $dangling. $BRING_A_CHECKOUT"
}

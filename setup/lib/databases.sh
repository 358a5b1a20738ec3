# shellcheck shell=bash
# Databases and their file stores, which are only of use together.

# The modules of Odoo around ours: the template of the tests and of the demo has them all
MODULES=stock,product_expiry,mrp,sale_stock,purchase_stock,repair,mrp_product_expiry,stock_dropshipping,mrp_subcontracting,mrp_repair,point_of_sale

filestore() { printf '%s/filestore/%s' "$DATA" "$1"; }

sql() { psql -qAtX -v ON_ERROR_STOP=1 -d postgres -c "$1"; }

database_exists() { [ "$(sql "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }

drop_database() {
    sql "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>&1
    rm -rf "$(filestore "$1")"
}

# copy_database SOURCE TARGET
copy_database() {
    drop_database "$2"
    sql "CREATE DATABASE \"$2\" TEMPLATE \"$1\""
    [ ! -d "$(filestore "$1")" ] || cp -r "$(filestore "$1")" "$(filestore "$2")"
}

rename_database() {
    sql "ALTER DATABASE \"$1\" RENAME TO \"$2\""
    rm -rf "$(filestore "$2")"
    [ ! -d "$(filestore "$1")" ] || mv "$(filestore "$1")" "$(filestore "$2")"
}

# prepare_template MODULES: sets TEMPLATE, a database with these modules of Odoo
prepare_template() {
    lock_cache
    TEMPLATE=lot_template_$(printf '%s\n' "$ODOO_VERSION" "$(cat "$SETUP/requirements.txt")" "$1" | digest)
    database_exists "$TEMPLATE" || step "Database with Odoo's modules (kept for the next time)" make_template "$1"
    unlock_cache
}

make_template() {
    drop_database "${TEMPLATE}_new"
    install_modules "${TEMPLATE}_new" "$1"
    rename_database "${TEMPLATE}_new" "$TEMPLATE"
}

# install_modules DATABASE MODULES
install_modules() { "$LAUNCHER" -d "$1" -i "$2" --stop-after-init --no-http; }

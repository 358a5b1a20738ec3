# shellcheck shell=bash
# The virtual environment with the pinned requirements. Sets VENV.

# prepare_python [test]: with the tools of the tests too
prepare_python() {
    local python tests
    python=$(find_python)
    VENV=$CACHE/venv-$({ "$python" -VV && cat "$SETUP/requirements.txt" "$SETUP/lib/python.sh"; } | digest)
    once "Python packages" "$VENV" make_venv "$python"
    [ "${1:-}" = test ] || return 0
    tests=$VENV/.done-$(digest <"$SETUP/requirements-test.txt")
    [ -e "$tests" ] || step "Python packages of the tests" add_test_packages "$tests"
}

# The interpreter itself, past any shim, so that the environment does not depend on who calls
find_python() {
    local python=${PYTHON:-python3}
    command -v "$python" >/dev/null ||
        fail "There is no $python: install Python 3.10 to 3.13 (Debian: apt-get install python3), or set PYTHON."
    "$python" -c '
import os, sys
if not (3, 10) <= sys.version_info < (3, 14):
    sys.exit(f"{sys.executable} is Python {sys.version.split()[0]}: set PYTHON to one of 3.10 to 3.13.")
print(os.path.realpath(sys.executable))'
}

make_venv() {
    "$1" -m venv --without-pip "$2"
    add_pip "$1" "$2"
    install_packages "$2" "$SETUP/requirements.txt"
    select_renderer "$2"
    check_barcode "$2"
}

add_test_packages() {
    # all that they need is in the list: the one of the hashes asks for a web server besides
    install_packages "$VENV" "$SETUP/requirements-test.txt" --no-deps
    : >"$1"
}

# install_packages VENV FILE [OPTION]
install_packages() { "$1/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --no-compile ${3:-} -r "$2"; }

# add_pip PYTHON VENV: it comes with ensurepip, or else from the distribution's package
add_pip() {
    local wheel
    "$2/bin/python" -m ensurepip && return
    has_apt || fail "$1 comes without pip: install its ensurepip or venv package."
    refresh_lists system
    unpack system "$2/.pip" python3-pip-whl
    wheel=$(echo "$2"/.pip/usr/share/python-wheels/pip-*.whl)
    "$2/bin/python" "$wheel/pip" install --no-index "$wheel"
    rm -rf "$2/.pip"
}

# reportlab's own choice of a renderer needs a compiler; without one each barcode is a server error.
# rl-renderPM has no wheel for Python 3.13; there rlPyCairo does with cairocffi for the pycairo that it asks for.
select_renderer() {
    if "$1/bin/python" -c 'import _rl_renderPM' 2>/dev/null; then
        echo "renderPMBackend = '_renderPM'" >"$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/reportlab_settings.py"
    else
        "$1/bin/python" -m pip install --disable-pip-version-check --no-cache-dir --no-deps rlPyCairo==0.4.0
    fi
}

check_barcode() {
    "$1/bin/python" -c '
from reportlab.graphics.barcode import createBarcodeDrawing
for kind, value in (("Code128", "LOT-1"), ("QR", "LOT-1"), ("ECC200DataMatrix", "LOT-1"), ("EAN13", "5901234123457")):
    assert createBarcodeDrawing(kind, value=value, format="png").asString("png").startswith(b"\x89PNG"), kind'
}

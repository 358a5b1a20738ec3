"""In an Odoo shell: the scripts and styles of the pages that tests open, made once.

What a test makes of them is undone with the test, and the next one would make it again.
"""

STYLES = (
    *("web.assets_web", "web.assets_web_print", "web.assets_frontend"),
    "web.assets_unit_tests_setup",
)
SCRIPTS = (
    *("web.assets_web", "web.assets_tests", "web.__assets_tests_call__"),
    *("web.assets_frontend_minimal", "web.assets_frontend_lazy"),
    *("web.assets_unit_tests_setup", "web.assets_unit_tests"),
)
pages = env["ir.qweb"]
for name in STYLES:
    pages._get_asset_bundle(name, css=True, js=False).css()
for name in SCRIPTS:
    pages._get_asset_bundle(name, css=False, js=True).js()
env.cr.commit()

"""Writes README.rst and static/description/index.html of addons from readme/*.md.

Usage: readme.py [--check] ADDON...

The digest of the fragments stands in README.rst, so that --check (which needs no
converter) tells whether they were made of what is there now.
"""

import ast
import hashlib
import pathlib
import re
import sys

# The order of the page; the title of a fragment that has none of its own
FRAGMENTS = {
    "DESCRIPTION": None,
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "GUIDES": "What Guides Say and What Odoo 19 Does",
    "API": "For Programs",
    "DEVELOP": "For Developers",
    "HISTORY": "Changes",
    "CONTRIBUTORS": "Contributors",
}
MARK = ".. fragments: "
HEAD = ".. Made by setup/package readme: change the fragments in readme/."
PAGE = {
    # the page is shown within a page that has its own style
    "stylesheet_path": "",
    "report_level": 3,
    "syntax_highlight": "none",
    "raw_enabled": False,
    "file_insertion_enabled": False,
    "initial_header_level": 2,
}


def read_fragments(addon):
    folder = addon / "readme"
    return {
        name: (folder / f"{name}.md").read_text(encoding="utf-8")
        for name in FRAGMENTS
        if (folder / f"{name}.md").exists()
    }


def read_manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))


def make_digest(addon):
    told = repr((read_manifest(addon)["name"], sorted(read_fragments(addon).items())))
    return hashlib.sha256(told.encode()).hexdigest()


def is_current(addon):
    readme = addon / "README.rst"
    page = addon / "static" / "description" / "index.html"
    return (
        page.exists()
        and readme.exists()
        and f"{MARK}{make_digest(addon)}" in readme.read_text(encoding="utf-8")
    )


def move_headings(text, level):
    """The text with its headings one below the other, from that level on."""
    above = []

    def move(found):
        while above and len(above[-1]) >= len(found[1]):
            above.pop()
        above.append(found[1])
        return "#" * (level + len(above) - 1) + " "

    # what stands in a block of code is no heading
    blocks = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    blocks[::2] = [
        re.sub(r"^(#+) ", move, block, flags=re.MULTILINE) for block in blocks[::2]
    ]
    return "".join(blocks)


def make_markdown(addon):
    manifest = read_manifest(addon)
    parts = [f"# {manifest['name']}"]
    for name, text in read_fragments(addon).items():
        if FRAGMENTS[name]:
            parts.append(f"## {FRAGMENTS[name]}")
        parts.append(move_headings(text.strip(), 3 if FRAGMENTS[name] else 2))
    return "\n\n".join(parts) + "\n"


def write_readme(addon):
    import pypandoc
    from docutils.core import publish_string

    # pictures are named from readme/, and the two pages stand elsewhere
    markdown = make_markdown(addon).replace("../static/description/", "@pictures@")
    rst = pypandoc.convert_text(markdown, "rst", format="gfm")
    (addon / "README.rst").write_text(
        f"{MARK}{make_digest(addon)}\n{HEAD}\n\n"
        + rst.replace("@pictures@", "static/description/"),
        encoding="utf-8",
    )
    page = publish_string(
        rst.replace("@pictures@", ""), writer="html5", settings_overrides=PAGE
    )
    (addon / "static" / "description" / "index.html").write_bytes(page)


def main(arguments):
    addons = [pathlib.Path(name) for name in arguments if name != "--check"]
    if "--check" not in arguments:
        for addon in addons:
            write_readme(addon)
    old = [addon.name for addon in addons if not is_current(addon)]
    if old:
        sys.exit(f"Run setup/package readme: the pages of {', '.join(old)} are old.")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The house has one room for each thing and one gate for each promise: by syntax tree.

What each rule is for stands in ``readme/DEVELOP.md`` of the addons.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))
# the hooks of Odoo that say in order what is checked: once per model and addon
GATES = {"_action_done", "create", "unlink", "write"}
# abstract models that other addons extend, or that several models share
ABSTRACT = {
    "lot.append.only",
    "lot.dialog",
    "lot.guarded",
    "lot.health.listed",
    "lot.health.rules",
    "lot.number",
    "lot.place",
    "lot.recall.named",
    "lot.rule.trials",
    "lot.scan",
    "lot.trace",
    "lot.trace.link",
    "lot.unit.totals",
}
# the one place where the context may open a guard
GUARDS = REPO / "lot_traceability" / "guards.py"


def get_sources(addon):
    for path in sorted((REPO / addon).rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path


@cache
def get_tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def get_models(addon):
    """``(model, kind of model, class, path)`` of all classes of models."""
    for path in get_sources(addon):
        for node in ast.walk(get_tree(path)):
            if isinstance(node, ast.ClassDef) and is_model(node):
                yield get_model_name(node), node.bases[0].attr, node, path


def is_model(node):
    return any(
        isinstance(base, ast.Attribute)
        and isinstance(base.value, ast.Name)
        and base.value.id == "models"
        and base.attr.endswith("Model")
        for base in node.bases
    )


def get_attributes(node):
    return {
        target.id: item.value
        for item in node.body
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name)
    }


def get_model_name(node):
    values = get_attributes(node)
    for name in ("_name", "_inherit"):
        if name in values:
            value = ast.literal_eval(values[name])
            return value if isinstance(value, str) else value[0]
    raise AssertionError(f"class {node.name} names no model")


@pytest.mark.parametrize("addon", ADDONS)
def test_no_class_reopens_a_model_of_its_addon(addon):
    places = defaultdict(list)
    for model, _kind, node, path in get_models(addon):
        places[model].append(f"{path.relative_to(REPO)}:{node.lineno}")
    assert not {model: rows for model, rows in places.items() if len(rows) > 1}


@pytest.mark.parametrize("addon", ADDONS)
def test_a_file_is_named_after_its_model(addon):
    wrong = {
        str(path.relative_to(REPO)): model
        for model, _kind, _node, path in get_models(addon)
        if path.parent.name in ("models", "wizards", "report")
        and path.stem != model.replace(".", "_")
    }
    assert not wrong


@pytest.mark.parametrize("addon", ADDONS)
def test_each_gate_is_written_once(addon):
    gates = defaultdict(list)
    for model, _kind, node, path in get_models(addon):
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and item.name in GATES:
                gates[model, item.name].append(f"{path.name}:{item.lineno}")
    assert not {gate: rows for gate, rows in gates.items() if len(rows) > 1}


def test_abstract_models_are_shared_or_extended():
    found = {
        model
        for addon in ADDONS
        for model, kind, node, _path in get_models(addon)
        if kind == "AbstractModel" and "_name" in get_attributes(node)
        # a report is an abstract model because Odoo looks for it by name
        if not model.startswith("report.")
    }
    assert found <= ABSTRACT


@pytest.mark.parametrize("addon", ADDONS)
def test_an_extension_names_its_model_once(addon):
    wrong = []
    for _model, _kind, node, path in get_models(addon):
        values = get_attributes(node)
        if "_name" in values and "_inherit" in values:
            name = ast.literal_eval(values["_name"])
            parents = ast.literal_eval(values["_inherit"])
            if parents in (name, [name]):
                wrong.append(f"{path.relative_to(REPO)}:{node.lineno}")
    assert not wrong


@pytest.mark.parametrize("addon", ADDONS)
def test_the_context_grants_nothing(addon):
    """Keys of ours are read through ``guards.handed`` alone, which no client can feed;
    what Odoo or a view sends is in the list, and changes what is shown at most."""
    wrong = []
    for path in get_sources(addon):
        if path == GUARDS:
            continue
        for node in ast.walk(get_tree(path)):
            key = get_context_key(node)
            if key is not None and not is_known_key(key):
                wrong.append(f"{path.relative_to(REPO)}:{node.lineno}: {key}")
    assert not wrong


# of Odoo itself
ODOO_KEYS = {
    "active_id",
    "active_ids",
    "active_model",
    "active_picking_id",
    "formatted_display_name",
    "group_by",
    "import_file",
    "lang",
    "password",
    "owners",
    "quants_cache",
    "skip_expired",
    "to_date",
    "tz",
    "with_expiration",
}
# of our views: which tab, which file, which kind of dialog
VIEW_KEYS = {
    "conversion_kind",
    "has_own_help",
    "recall_origin",
    "trace_format",
    "trace_tab",
    "with_errors",
}


def is_known_key(key):
    return key in ODOO_KEYS | VIEW_KEYS or key.startswith(("default_", "search_"))


def get_context_key(node):
    """The key of ``...context.get("key")`` or ``...context["key"]``."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and is_context(node.func.value)
        and node.args
    ):
        return get_text(node.args[0])
    if isinstance(node, ast.Subscript) and is_context(node.value):
        is_read = isinstance(node.ctx, ast.Load)
        return get_text(node.slice) if is_read else None
    if isinstance(node, ast.Compare) and is_context(node.comparators[0]):
        return get_text(node.left)
    return None


def is_context(node):
    if isinstance(node, ast.Attribute):
        return node.attr == "context"
    return isinstance(node, ast.Name) and node.id == "context"


def get_text(node):
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        first = node.values[0]
        return f"{first.value if isinstance(first, ast.Constant) else ''}…"
    return "an expression"


@pytest.mark.parametrize("addon", ADDONS)
def test_an_engine_is_cut_before_it_is_long(addon):
    """A model has one file however many fields it has; work goes into engines."""
    long = {}
    for path in get_sources(addon):
        tree = get_tree(path)
        lines = path.read_text(encoding="utf-8").count("\n")
        has_model = any(
            isinstance(node, ast.ClassDef) and is_model(node) for node in ast.walk(tree)
        )
        if lines > (1200 if has_model else 600):
            long[str(path.relative_to(REPO))] = lines
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and get_length(node) > 60:
                long[f"{path.relative_to(REPO)}:{node.name}"] = get_length(node)
    assert not long


def get_length(node):
    """Lines of a function without its docstring."""
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    text = first.end_lineno - first.lineno + 1 if is_text else 0
    return node.end_lineno - node.lineno + 1 - text


# what a translator changes: in another language nothing would be found by it
TRANSLATED = re.compile(
    r"""expr=["'][^>]*(?:text\(\)|@(?:string|title|help|placeholder))"""
)


@pytest.mark.parametrize("addon", ADDONS)
def test_views_are_changed_where_they_are_in_every_language(addon):
    wrong = [
        str(path.relative_to(REPO))
        for path in (REPO / addon).rglob("*.xml")
        if TRANSLATED.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


# read from a registry as soon as the file is loaded
TAKEN_AT_LOAD = re.compile(r"^\S.*registry.*\.get\(", re.MULTILINE)


@pytest.mark.parametrize("addon", ADDONS)
def test_tours_load_on_pages_without_the_backend(addon):
    """Pages of the portal load them as well: one that fails stops every tour."""
    wrong = [
        str(path.relative_to(REPO))
        for path in (REPO / addon / "static/tests/tours").glob("*.js")
        if TAKEN_AT_LOAD.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


# Odoo leaves out the whole element where there is no value
CELL_WITH_VALUE = re.compile(r"<(?:td|th)\b[^>]*\st-(?:out|field|esc)=")


@pytest.mark.parametrize("addon", ADDONS)
def test_an_empty_cell_is_still_a_cell(addon):
    """Else what stands in the cells behind it is read under the wrong heading: the
    value goes into the cell, as ``<td><t t-out="..." /></td>``."""
    wrong = [
        f"{path.relative_to(REPO)}: {found.group()}"
        for path in (REPO / addon).rglob("*.xml")
        if "static" not in path.parts
        for found in CELL_WITH_VALUE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not wrong


@pytest.mark.parametrize("addon", ADDONS)
def test_a_dialog_says_what_it_is(addon):
    """Without a name its title is "Odoo"."""
    nameless = [
        f"{path.relative_to(REPO)}:{node.lineno}"
        for path in get_sources(addon)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "_get_records_action"
        and {word.arg for word in node.keywords} & {"target", "name"} == {"target"}
    ]
    assert not nameless

"""From a product category upward: the nearest one that says something decides."""

from collections.abc import Iterator


def walk_up(category) -> Iterator:
    """The category and those above it, the nearest first."""
    while category:
        yield category
        category = category.parent_id


def find_up(category, name: str):
    """The nearest category whose field ``name`` is set; none if none has it."""
    return next((found for found in walk_up(category) if found[name]), category[:0])

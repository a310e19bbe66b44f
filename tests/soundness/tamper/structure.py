"""The fields inside a key's relation system and schedule, and what else they could be.

A path names one place, `system.tensors[3].shape[0]`; its class leaves the numbers out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, NamedTuple

from modulus.relations.form import Counter, One

Path = tuple[str | int, ...]


class Leaf(NamedTuple):
    """A value without parts, or a list, which can lose, repeat and swap its items."""

    path: Path
    value: Any


def path_class(root: str, path: Path) -> str:
    """Name of all the places that differ in their numbers alone."""
    text = root + "".join("[]" if isinstance(part, int) else f".{part}" for part in path)
    return re.sub(r"(\[\])+", "[]", text)


def leaves(value: Any, path: Path = ()) -> Iterator[Leaf]:
    """Every leaf below a value."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), (*path, field.name))
        if not fields(value):
            yield Leaf(path, value)
    elif isinstance(value, tuple | list):
        # A pair is no list: its halves vary, its length does not.
        if len({type(item) for item in value}) <= 1:
            yield Leaf(path, value)
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield Leaf(path, value)


def replaced(value: Any, path: Path, leaf: Any) -> Any:
    """A copy of a value with another leaf."""
    if not path:
        return leaf
    first, *rest = path
    if isinstance(first, str):
        return replace(value, **{first: replaced(getattr(value, first), tuple(rest), leaf)})
    items = list(value)
    items[first] = replaced(items[first], tuple(rest), leaf)
    return type(value)(items)


def variations(value: Any) -> Iterator[Any]:
    """Other values of the same kind."""
    if isinstance(value, One):
        yield Counter(())
    elif isinstance(value, Enum):
        yield from (other for other in type(value) if other is not value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value - 7, 0 if value else 2)
    elif isinstance(value, float):
        yield from (2 * value, -value, 0.0, math.inf, math.nan)
    elif isinstance(value, str):
        yield from (value + "'", "")
    elif isinstance(value, tuple | list):
        if value:
            yield value[:-1]
            yield value[1:]
            yield type(value)([*value, value[-1]])
        if len(value) > 1 and value[0] != value[1]:
            yield type(value)([value[1], value[0], *value[2:]])

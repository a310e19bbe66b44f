"""JSON that parses and means nothing: leaves of other types, sizes and depths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import ModulusError
from tests.fuzz import corpus
from tests.fuzz.budget import THOROUGH, examples
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.fuzz

DEPTH = 100_000
STRANGE: list[Any] = [
    None,
    True,
    -1,
    0,
    1 << 31,
    1 << 63,
    1 << 200,
    0.5,
    1e308,
    "",
    "x" * 300,
    "\x00",
    [],
    {},
    [[]],
    [[1], [2, 3]],
    {"a": 1},
]
Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def changed(value: Any, path: Path, other: Any) -> Any:
    """A copy with another value at one place."""
    if not path:
        return other
    first, *rest = path
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[first] = changed(copy[first], tuple(rest), other)
    return copy


@pytest.mark.parametrize("name", ["integer graph, header", "report", "inputs, json"])
def test_strange_values_are_refused_with_a_typed_error(name: str) -> None:
    target = TARGETS[name]
    honest = json.loads(target.seeds()[0])
    everywhere = list(places(honest))

    @examples(150)
    @given(st.sampled_from(everywhere), st.sampled_from(STRANGE))
    def test(path: Path, other: Any) -> None:
        with suppress(ModulusError):
            target.decode(json.dumps(changed(honest, path, other)).encode())

    test()


@pytest.mark.parametrize("name", ["integer graph, header", "report", "inputs, json"])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_endless_nesting_is_refused(name: str, opening: str) -> None:
    with pytest.raises(ModulusError):
        TARGETS[name].decode(opening.encode() * DEPTH)


def test_every_place_of_a_graph_can_be_nothing() -> None:
    honest = json.loads(corpus.graph_headers()[0])
    everywhere = list(places(honest))
    for path in everywhere if THOROUGH else everywhere[:: max(1, len(everywhere) // 150)]:
        with suppress(ModulusError):
            text = json.dumps(changed(honest, path, None)).encode()
            TARGETS["integer graph, header"].decode(text)

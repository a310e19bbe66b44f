"""ONNX's own node tests: all that can be run lie within the bounds the operators state."""

import re
from functools import cache

import pytest

from modulus.errors import ModulusError
from tests.conformance.onnx_nodes.cases import all_cases, decoded, model_of
from tests.conformance.onnx_nodes.exclusions import CASES, OPERATORS
from tests.conformance.onnx_nodes.running import misfits

FEWEST_RUN = 1350
"""So many cases ran when this was written: a collection that shrinks unseen would prove nothing."""


def entry_of(name: str) -> str:
    """The entry of the tables that excludes a case, or nothing."""
    short = name.removeprefix("test_")
    fitting = (pattern for pattern in CASES if re.fullmatch(pattern, short))
    used = (node.op_type for node in model_of(name).graph.node if node.op_type in OPERATORS)
    return next(fitting, "") or next(used, "")


@cache
def parted() -> tuple[list[str], dict[str, list[str]]]:
    """The cases that run, and those that do not by the entry that excludes them."""
    run: list[str] = []
    excluded: dict[str, list[str]] = {entry: [] for entry in (*CASES, *OPERATORS)}
    for name in all_cases():
        entry = entry_of(name)
        if entry:
            excluded[entry].append(name)
        else:
            run.append(name)
    return run, excluded


@pytest.mark.parametrize("name", parted()[0])
def test_node(name: str):
    assert misfits(decoded(name)) == []


@pytest.mark.parametrize("entry", [*CASES, *OPERATORS])
def test_exclusion_is_needed(entry: str):
    # A case that can be run now: the entry has to go, or become narrower.
    assert [name for name in parted()[1][entry] if runs(name)] == []
    assert parted()[1][entry], "nothing is excluded by this entry"


def runs(name: str) -> bool:
    """Whether a case can be run, and fits."""
    try:
        return misfits(decoded(name)) == []
    except (ModulusError, TypeError):
        return False


def test_most_cases_run():
    assert len(parted()[0]) >= FEWEST_RUN

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modulus.errors import InternalError
from modulus.ir.evaluate import Integers, evaluate
from modulus.relations.coordinate import (
    HALF,
    ONE,
    ZERO,
    Coordinate,
    bits_of,
    block_bits,
    local,
    local_point,
)
from modulus.relations.form import Counter, Form, One, Selector, TensorAtom, Term, tensor_form
from tests.unit.ir.dense import Dense, indices

SHAPES = st.lists(st.integers(1, 5), min_size=0, max_size=3).map(tuple)


@st.composite
def forms(draw: st.DrawFn) -> tuple[Form, tuple[int, ...], dict[int, Integers]]:
    """A form with one term per tensor, its bits placed anywhere."""
    physical = draw(SHAPES)
    bits = block_bits(physical)
    arrays: dict[int, Integers] = {}
    terms = []
    for number in range(draw(st.integers(0, 3))):
        shape = draw(SHAPES)
        count = draw(st.integers(-9, 9).map(lambda seed: seed + 9))
        arrays[number] = np.random.default_rng(count).integers(-9, 9, shape)
        free = list(draw(st.permutations(range(bits))))

        def point(length: int, free: list[int] = free) -> tuple[Coordinate, ...]:
            kinds = [draw(st.integers(0, 4)) for _ in range(length)]
            return tuple(
                local(free.pop()) if kind > 2 and free else (ZERO, ONE, HALF)[min(kind, 2)]
                for kind in kinds
            )

        atom = TensorAtom(number, point(block_bits(shape)))
        extent = draw(st.integers(1, 4))
        selector = Selector(extent, point(bits_of(extent)))
        halves = sum(c is HALF for c in atom.point + selector.coordinates)
        terms.append(Term(draw(st.integers(-3, 3)) << halves, atom, (selector,)))
    terms.append(Term(draw(st.integers(-3, 3)), One()))
    terms.append(Term(draw(st.integers(-3, 3)), Counter(local_point(bits))))
    return Form(tuple(terms)), physical, arrays


@settings(deadline=None)
@given(forms())
def test_a_form_evaluates_as_its_definition_at_every_index(
    case: tuple[Form, tuple[int, ...], dict[int, Integers]],
) -> None:
    form, physical, arrays = case
    values = evaluate(form, physical, arrays)
    dense = Dense(arrays)
    assert values.shape == physical
    assert values.dtype == np.int64
    expected = [dense.form(form, bits) for bits in indices(physical)]
    assert values.reshape(-1).tolist() == expected


def test_a_whole_tensor_is_not_copied() -> None:
    array = np.arange(6).reshape(2, 3)
    assert evaluate(tensor_form(0, local_point(3)), (2, 3), {0: array}) is array


def test_a_form_without_terms_is_zero() -> None:
    assert evaluate(Form(()), (2, 3), {}).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_an_average_that_is_no_integer_is_refused() -> None:
    form = Form((Term(1, TensorAtom(0, (HALF,))),))
    with pytest.raises(InternalError, match="not an integer"):
        evaluate(form, (), {0: np.array([1, 2])})

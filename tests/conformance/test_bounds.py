"""Every operator states its bound, and the bound adds up as it says."""

import pytest

from modulus.ops import EXACT, Bound, Operator, operators


@pytest.mark.parametrize("operator", operators().values(), ids=lambda entry: entry.onnx_name)
def test_every_operator_states_its_bound(operator: type[Operator]):
    assert isinstance(operator.__dict__["bound"], Bound)


def test_the_parts_add_up():
    bound = Bound(units=2, inputs=3, weights=True, per="step")
    # 4 steps of 2 units of 0.5 and 3 steps of 8 / 2^15, and 0.25 per unit of the largest input.
    assert bound.limit(0.5, 8, 16, count=4, weights=0.25) == 4 * (2 * 0.5 + 3 * 8 / 2**15) + 2


def test_parts_that_are_not_stated_do_not_count():
    assert EXACT.limit(0.5, 8, 16, count=4, weights=0.25) == 0
    assert Bound(units=2).limit(0.5, 8, 16, count=4, weights=0.25) == 1


def test_a_bound_reads_as_a_sentence():
    assert str(EXACT) == "exact"
    assert str(Bound(units=0.5)) == "0.5 units of y"
    assert str(Bound(units=1, inputs=2, per="step")) == (
        "1 units of y plus 2 steps of the largest input per step"
    )

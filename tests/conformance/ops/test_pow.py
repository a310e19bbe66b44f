import numpy as np
import pytest

from modulus.errors import UnsupportedOperatorError
from modulus.ops.pow import Pow
from tests.conformance.suite import case, operator_suite
from tests.unit.quantize.harness import Harness


def number(real: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.array(real, np.float32)


test_pow = operator_suite(
    Pow,
    cases=[
        case((2, 7), number(2.0), note="square"),
        case((2, 7), number(3.0), note="cube"),
        case((3, 1, 5), number(4.0), spread=0.5, note="fourth power"),
        case((2, 7), number(1.0), note="itself"),
        case(number(2.0), (2, 7), note="of two"),
        case((2, 7), np.full((3, 1, 7), 2.0, np.float32), note="broadcast"),
        case((4, 3), np.array([1, 2, 3], np.float32), note="several exponents"),
    ],
)


@pytest.mark.parametrize("exponent", ["activation", "too many"])
def test_other_exponents_are_unsupported(exponent: str) -> None:
    harness = Harness()
    x = harness.input("x", (2, 9))
    b = harness.build.constant(np.arange(9.0)) if exponent == "too many" else x
    with pytest.raises(UnsupportedOperatorError, match="Pow"):
        Pow().lower(harness.build, (x, b))

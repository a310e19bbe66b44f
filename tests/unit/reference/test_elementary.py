"""Native core and reference agree on elementary functions to the last bit."""

import math
import struct
from array import array

import numpy as np
import pytest

from modulus.keycheck import evaluate as evaluate_natively
from modulus.reference.elementary import evaluate
from modulus.relations.function import Instruction, Op

TINY = [0.0, 5e-324, 2.2250738585072014e-308, 1e-17]
ENDS = [0.5, 1.0, 3.0, 6.5, 709.9, 745.2, 1048576.0, 1048577.0]
LARGE = [1e154, 1.7976931348623157e308, math.inf]
SPECIAL = [*TINY, *ENDS, *LARGE]


def arguments() -> list[float]:
    random = np.random.default_rng(0)
    wide = np.exp(random.uniform(-40, 40, 300)) * random.choice([-1, 1], 300)
    return [
        *SPECIAL,
        *(-x for x in SPECIAL),
        math.nan,
        *random.uniform(-10, 10, 300).tolist(),
        *wide.tolist(),
    ]


def bits(values: object) -> list[int | None]:
    """The bits of floats; one name for everything that is no number."""
    return [
        None if math.isnan(value) else struct.unpack("<Q", struct.pack("<d", value))[0]
        for value in values  # type: ignore[attr-defined]
    ]


def agree(code: tuple[Instruction, ...], xs: list[float]) -> None:
    assert bits(evaluate_natively(code, array("d", xs))) == bits(evaluate(code, xs))


@pytest.mark.parametrize("op", [op for op in Op if op.operands == 1])
def test_functions_of_one_argument(op: Op) -> None:
    agree((Instruction(Op.VARIABLE), Instruction(op)), arguments())


@pytest.mark.parametrize("op", [op for op in Op if op.operands == 2])
def test_functions_of_two_arguments(op: Op) -> None:
    for constant in (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, 31.0, 1025.0, -2.5, 1e308):
        held = Instruction(Op.CONSTANT, constant)
        for operands in ((Instruction(Op.VARIABLE), held), (held, Instruction(Op.VARIABLE))):
            agree((*operands, Instruction(op)), arguments()[::3])


def test_code_is_evaluated_from_left_to_right() -> None:
    x = Instruction(Op.VARIABLE)
    code = (x, x, Instruction(Op.EXP), Instruction(Op.SUBTRACT), x, Instruction(Op.DIVIDE))
    assert evaluate(code, [2.0]) == [(2.0 - evaluate((x, Instruction(Op.EXP)), [2.0])[0]) / 2.0]
    agree(code, arguments())

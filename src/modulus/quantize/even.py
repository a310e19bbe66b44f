"""Rounding to the nearest integer, ties to the even one, as ONNX does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from modulus.errors import InternalError
from modulus.ir import view
from modulus.ir.step import whole
from modulus.ir.steps import Requantize
from modulus.ir.steps.requantize import remainder_widths
from modulus.ir.value import Value
from modulus.quantize import deciding
from modulus.quantize.assembly import Assembly
from modulus.quantize.contracting import Labels, contract_values
from modulus.quantize.operand import Pending
from modulus.quantize.settle import settle_integer


def settle_nearest(to: Assembly, x: Pending) -> Value:
    """Return the nearest integer: rounded half up, less one where a tie met an odd integer.

    The remainder of the rounding is zero just where there was a tie.
    """
    up = settle_integer(to, x, 0.0)
    step = to.graph.steps[-1]
    if not isinstance(step, Requantize):
        raise InternalError(f"{to.layer}: rounding ended in another step")
    limbs = [
        replace(up, form=whole(tensor, up.physical), low=0, high=(1 << width) - 1)
        for tensor, width in zip(step.remainder, remainder_widths(step.shift), strict=True)
    ]
    # Limbs are never negative, so their sum is zero just where all are.
    tie = deciding.at_least_zero(to, limbs, [-1] * len(limbs), 0)
    two = deciding.whole(to, np.array(2.0))
    odd = replace(deciding.floor_divide(to, up, two)[1], high=1)
    letters = "".join(chr(ord("a") + axis) for axis in range(len(up.shape)))
    both = contract_values(to, Labels.parse(f"{letters},{letters}->{letters}"), tie, odd)
    even = view.combine([up, both], [1, -1], up.name, 1.0)
    return replace(even, low=up.low, high=up.high)

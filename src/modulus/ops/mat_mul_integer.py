"""MatMulInteger: products of integer matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._expansion import Expanded, Expansion, given, needed, reshape

INT32 = 6


@dataclass(frozen=True)
class MatMulInteger(Expanded):
    """(a - zero point) times (b - zero point), summed as integers.

    Shape:
        a: [..., n, k], b: [..., k, m] -> y: [..., n, m].

    Numerics:
        Exact.

    Source:
        ONNX operator MatMulInteger, opset 10.
    """

    onnx_name: ClassVar[str] = "MatMulInteger"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = EXACT

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Widen, subtract the zero points, multiply."""
        factors = []
        for position in (0, 1):
            factor = to.add("Cast", needed(self, inputs, position), to=INT32)
            zero = given(inputs, position + 2)
            if zero:
                shape = to.shape(zero)
                wide = to.add("Cast", zero, to=INT32)
                if position == 0 and len(shape) == 1:
                    # One per row.
                    wide = reshape(to, wide, (*shape, 1))
                factor = to.add("Sub", factor, wide)
            factors.append(factor)
        return (to.add("MatMul", *factors),)

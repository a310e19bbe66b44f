"""QLinearAdd: a sum of integers with scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion
from modulus.ops._quantized import CONTRIBUTED, add_elementwise


@dataclass(frozen=True)
class QLinearAdd(Expanded):
    """The sum of the real numbers that a and b stand for, quantised again.

    Shape:
        a: [...], b: [...] -> y: broadcast of both.

    Numerics:
        The integers of exact arithmetic, ties to even; ONNX Runtime's, but for neighbours where its
        float32 arithmetic decides what is next to a tie.

    Source:
        Operator QLinearAdd of com.microsoft, version 1.
    """

    onnx_name: ClassVar[str] = "QLinearAdd"
    domain: ClassVar[str] = CONTRIBUTED
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Dequantise both, add, quantise."""
        return (add_elementwise(self, to, inputs, "Add"),)

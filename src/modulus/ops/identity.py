"""Identity: a tensor under a second name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Identity(Operator):
    """The input itself; left over only between a model input and a model output.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator Identity, opset 1 to 25.
    """

    onnx_name: ClassVar[str] = "Identity"
    bound: ClassVar[Bound] = EXACT

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:  # noqa: ARG002
        """Return x."""
        return (required(self, inputs, 0),)

"""Cast: between float types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator

FLOAT = 1
DOUBLE = 11


@dataclass(frozen=True)
class Cast(Operator):
    """The input itself: real numbers have no float type here.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact; a cast from float64 to float32 would round to 24 bits, finer than any scale.

    Source:
        ONNX operator Cast, opset 9 to 28, to float32 and float64.
    """

    onnx_name: ClassVar[str] = "Cast"
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"saturate", "round_mode"})

    to: int = FLOAT

    def check(self) -> None:
        """Accept float32 and float64."""
        if self.to not in {FLOAT, DOUBLE}:
            raise UnsupportedOperatorError(
                f"attribute to={self.to}: only casts to float32 and float64 change nothing"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:  # noqa: ARG002
        """Return x."""
        return (required(self, inputs, 0),)

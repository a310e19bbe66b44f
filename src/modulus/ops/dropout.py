"""Dropout: nothing, in an inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import required, scalar
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class Dropout(Operator):
    """The input itself: dropout acts in training only.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact.

    Source:
        ONNX operator Dropout, opset 7 to 22. The mask output is not supported.
    """

    onnx_name: ClassVar[str] = "Dropout"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "ratio", 2: "training_mode"}
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"ratio", "seed"})

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:  # noqa: ARG002
        """Return x."""
        if scalar(self, inputs, 2):
            raise UnsupportedOperatorError("Dropout: training_mode must be false")
        return (required(self, inputs, 0),)

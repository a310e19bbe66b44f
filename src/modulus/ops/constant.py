"""Constant: a tensor stored in the graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import InternalError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops.operator import Attribute, Operator


@dataclass(frozen=True)
class Constant(Operator):
    """A constant of the model; the import turns every one into an entry of the graph's constants.

    Shape:
        -> y: [...].

    Numerics:
        Exact until a step uses it.

    Source:
        ONNX operator Constant, opset 9 to 25, dense and numeric.
    """

    onnx_name: ClassVar[str] = "Constant"
    bound: ClassVar[Bound] = Bound(units=1)

    value: Attribute | None = None
    value_float: float | None = None
    value_floats: tuple[float, ...] | None = None
    value_int: int | None = None
    value_ints: tuple[int, ...] | None = None

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:  # noqa: ARG002
        """Never reached."""
        raise InternalError("a Constant node outlived the import")

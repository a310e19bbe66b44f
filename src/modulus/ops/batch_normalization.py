"""BatchNormalization: a factor and an offset per channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import constant, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class BatchNormalization(Operator):
    """scale * (x - mean) / sqrt(variance + epsilon) + bias, with constant statistics.

    Where it follows a convolution or matrix product, the import has folded it already.

    Shape:
        x: [n, c, ...], scale, bias, mean, variance: [c] -> y: [n, c, ...].

    Numerics:
        |error| <= one unit of y, beside the error of x times the factor.

    Source:
        ONNX operator BatchNormalization, opset 9 to 15, in inference mode.
    """

    onnx_name: ClassVar[str] = "BatchNormalization"
    bound: ClassVar[Bound] = Bound(units=1)
    static_inputs: ClassVar[Mapping[int, str]] = {1: "scale", 2: "B", 3: "mean", 4: "var"}
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"momentum"})

    epsilon: float = 1e-5
    training_mode: int = 0

    def check(self) -> None:
        """Accept inference mode."""
        if self.training_mode:
            raise UnsupportedOperatorError(
                "attribute training_mode=1: export the model in evaluation mode"
            )

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Multiply by a constant and add one."""
        x = required(self, inputs, 0)
        statistics = [constant(self, inputs, position) for position in range(1, 5)]
        scale, bias, mean, variance = (s for s in statistics if s is not None)
        if not np.all(variance + self.epsilon > 0):
            raise ShapeError("BatchNormalization: a variance is not positive")
        factor = scale / np.sqrt(variance + self.epsilon)
        shape = (-1, *[1] * (len(x.shape) - 2))
        scaled = build.multiply(x, build.constant(factor.reshape(shape)))
        return (build.add(scaled, build.constant((bias - mean * factor).reshape(shape))),)

"""What operators ask of the builder, so that they need not import the layer above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


class Operand(Protocol):
    """A value, a result not rounded yet, or a constant."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Static logical shape."""
        ...


@runtime_checkable
class ConstantOperand(Protocol):
    """A constant in real numbers; the only kind of operand that has an array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Static shape."""
        ...

    @property
    def array(self) -> Reals:
        """The numbers."""
        ...


class Builder(Protocol):
    """The part of `modulus.quantize.Builder` that operators use; its documentation is there.

    Operands are opaque here: every one passed in came from the builder.
    """

    def constant(self, array: Reals) -> Operand:
        """Real numbers as an operand."""
        ...

    def add(self, a: Any, b: Any) -> Operand:
        """A + b with broadcasting."""
        ...

    def subtract(self, a: Any, b: Any) -> Operand:
        """A - b with broadcasting."""
        ...

    def multiply(self, a: Any, b: Any) -> Operand:
        """A * b with broadcasting."""
        ...

    def scale_by(self, x: Any, factor: float) -> Operand:
        """X times a real number."""
        ...

    def relu(self, x: Any) -> Operand:
        """The larger of x and 0."""
        ...

    def leaky_relu(self, x: Any, alpha: float) -> Operand:
        """max(x, 0) + alpha * min(x, 0)."""
        ...

    def clip(self, x: Any, low: float | None, high: float | None) -> Operand:
        """Clamp to [low, high]."""
        ...

    def function(self, x: Any, name: str, function: Callable[[float], float]) -> Operand:
        """Apply a real function through a table."""
        ...

    def maximum(self, operands: Sequence[Any]) -> Operand:
        """Elementwise maximum."""
        ...

    def contract(self, labels: str, x: Any, weight: Reals, channel: str | None) -> Operand:
        """einsum(labels, x, weight) with constant weights."""
        ...

    def contract_values(self, labels: str, a: Any, b: Any) -> Operand:
        """einsum(labels, a, b) of two activations."""
        ...

    def sum(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum over axes."""
        ...

    def mean(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Average over axes."""
        ...

    def window(
        self,
        x: Any,
        axes: Sequence[int],
        kernel: Sequence[int],
        strides: Sequence[int],
        dilations: Sequence[int],
        pads: Sequence[tuple[int, int]],
    ) -> Operand:
        """Sliding windows, kernel axes last."""
        ...

    def pad(
        self, x: Any, before: Sequence[int], after: Sequence[int], value: float | None = 0.0
    ) -> Operand:
        """Pad or crop every axis."""
        ...

    def slice(
        self, x: Any, starts: Sequence[int], steps: Sequence[int], sizes: Sequence[int]
    ) -> Operand:
        """out[i] = x[start + step * i] per axis."""
        ...

    def concat(self, operands: Sequence[Any], axis: int) -> Operand:
        """Concatenate along an axis."""
        ...

    def reshape(self, x: Any, shape: Sequence[int]) -> Operand:
        """Reshape in C order."""
        ...

    def transpose(self, x: Any, permutation: Sequence[int]) -> Operand:
        """Permute axes."""
        ...

    def broadcast(self, x: Any, shape: Sequence[int]) -> Operand:
        """Broadcast as in NumPy."""
        ...

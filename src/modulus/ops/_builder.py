"""What operators ask of the builder, so that they need not import the layer above them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from modulus.relations.function import Number, Real

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

    @property
    def expected(self) -> tuple[float, float] | None:
        """The calibrated range, margin included, of the first output of the node being lowered."""
        ...

    @property
    def integral(self) -> bool:
        """Whether the first output of the node being lowered has an integer type."""
        ...

    def constant(self, array: Reals) -> Operand:
        """Real numbers as an operand."""
        ...

    def add(self, a: Any, b: Any) -> Operand:
        """A + b with broadcasting."""
        ...

    def subtract(self, a: Any, b: Any) -> Operand:
        """A - b with broadcasting."""
        ...

    def add_integers(self, a: Any, b: Any) -> Operand:
        """A + b of integers, exact."""
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

    def function(
        self,
        x: Any,
        name: str,
        function: Callable[[Real], Number] | Callable[[float], float],
        domain: tuple[float, float] | None = None,
        bounds: tuple[float, float] | None = None,
    ) -> Operand:
        """Apply a real function through a table, inside its domain and the bounds of its result.

        A function written with `modulus.relations.function` is part of the verifying key, so that
        everybody can recompute its table. One that compares its argument, or calls `math`, works
        too, and has its whole table listed there.
        """
        ...

    def maximum(self, operands: Sequence[Any]) -> Operand:
        """Elementwise maximum."""
        ...

    def minimum(self, operands: Sequence[Any]) -> Operand:
        """Elementwise minimum."""
        ...

    def columns(self, x: Any) -> tuple[Operand, Reals, Reals] | None:
        """Integers, factors and offsets per column, or None where all columns share one scale."""
        ...

    def of_columns(self, value: Any, factor: Reals, offset: Reals) -> Operand:
        """Factor * value + offset per column, unrounded."""
        ...

    def greater_or_equal(self, a: Any, b: Any) -> Operand:
        """The truth value [a >= b]."""
        ...

    def greater(self, a: Any, b: Any) -> Operand:
        """The truth value [a > b]."""
        ...

    def beyond(self, x: Any, thresholds: NDArray[np.float32], strict: NDArray[np.bool_]) -> Operand:
        """[x >= t], or [x > t] where strict, per column, as float32 numbers compare."""
        ...

    def equal(self, a: Any, b: Any) -> Operand:
        """The truth value [a = b]."""
        ...

    def logical_not(self, x: Any) -> Operand:
        """1 - x of a truth value."""
        ...

    def select(self, condition: Any, chosen: Any, otherwise: Any) -> Operand:
        """Chosen where the condition holds."""
        ...

    def truth(self, x: Any) -> Operand:
        """A truth value as integers."""
        ...

    def parts(self, x: Any) -> tuple[Operand, Operand]:
        """max(x, 0) and max(-x, 0)."""
        ...

    def absolute(self, x: Any) -> Operand:
        """|x|."""
        ...

    def sign(self, x: Any) -> Operand:
        """-1, 0 or 1."""
        ...

    def divide(
        self,
        a: Any,
        b: Any,
        bounds: tuple[float, float] | None = None,
        *,
        positive: bool = False,
    ) -> Operand:
        """A / b, rounded once."""
        ...

    def modulo(self, x: Any, divisor: float) -> Operand:
        """X - divisor * floor(x / divisor) for a positive divisor."""
        ...

    def multiply_integers(self, x: Any, factor: int) -> Operand:
        """An integer multiple at the scale of x."""
        ...

    def divide_integers(self, a: Any, b: Any) -> Operand:
        """A / b without its fraction."""
        ...

    def floor_divide(self, a: Any, b: Any) -> tuple[Operand, Operand]:
        """Quotient and remainder of integers."""
        ...

    def sqrt(self, x: Any, epsilon: float = 0.0) -> Operand:
        """The square root of x + epsilon."""
        ...

    def floor(self, x: Any) -> Operand:
        """The largest integer at most x."""
        ...

    def truncate(self, x: Any) -> Operand:
        """The integer next to x toward zero."""
        ...

    def nearest(self, x: Any) -> Operand:
        """The nearest integer, ties to the even one."""
        ...

    def reduce_max(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The maximum over axes."""
        ...

    def reduce_min(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The minimum over axes."""
        ...

    def argmax(self, x: Any, axis: int, *, keepdims: bool, last: bool = False) -> Operand:
        """The index of the first (or last) maximum."""
        ...

    def below_max(self, x: Any, axes: Sequence[int]) -> tuple[Operand, Operand]:
        """The maximum over axes, kept, and by how much every entry is below it."""
        ...

    def sum_squares(self, x: Any, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """The exact sum of squares over axes."""
        ...

    def contract_exact(self, labels: str, x: Any, weight: NDArray[np.integer]) -> Operand:
        """einsum(labels, x, weight) with integer weights, exact."""
        ...

    def whole(self, x: Any) -> Operand:
        """Integers of scale one; a constant of them is committed as it is."""
        ...

    def pick(self, labels: str, chosen: Any, x: Any) -> Operand:
        """einsum(labels, chosen, x) with truth values, at most one of them set per sum."""
        ...

    def gather(self, x: Any, index: Any) -> Operand:
        """x[index] along the first axis, with indices that depend on data."""
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

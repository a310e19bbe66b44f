"""The builder: what operators call to describe themselves in integers.

Operands are values (integers with a scale), pending results (not rounded yet) and constants (real
numbers). Every method accepts any of the three unless it says otherwise; a pending result is
settled when a method needs its integers. Axes may be negative, as in ONNX.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from modulus.ir.value import Value
from modulus.quantize.operand import Constant, Operand, Pending, Reals


class Builder:
    """Builds an integer graph, operator by operator."""

    def settle(
        self,
        x: Operand,
        *,
        bounds: tuple[float, float] | None = None,
        scale: float | None = None,
    ) -> Value:
        """Round to integers of the activation width; a value is returned as it is.

        Args:
            x: What to round. A pending result is rounded once, however often this is called.
            bounds: The real range; by default the calibrated one, else the static one.
            scale: Force this scale (then a value of another scale is requantised).
        """
        raise NotImplementedError

    # Elementwise -----------------------------------------------------------------------------

    def add(self, a: Operand, b: Operand) -> Operand:
        """a + b with broadcasting; constants and pending results are folded, nothing is rounded."""
        raise NotImplementedError

    def subtract(self, a: Operand, b: Operand) -> Operand:
        """a - b with broadcasting."""
        raise NotImplementedError

    def multiply(self, a: Operand, b: Operand) -> Operand:
        """a * b with broadcasting; at least one of them may be a constant."""
        raise NotImplementedError

    def scale_by(self, x: Operand, factor: float) -> Operand:
        """Multiply by a real number; costs nothing for a positive factor."""
        raise NotImplementedError

    def relu(self, x: Operand) -> Operand:
        """max(x, 0); on a pending result it is part of the rounding."""
        raise NotImplementedError

    def leaky_relu(self, x: Operand, alpha: float) -> Operand:
        """max(x, 0) + alpha * min(x, 0)."""
        raise NotImplementedError

    def clip(self, x: Operand, low: float | None, high: float | None) -> Operand:
        """Clamp to [low, high]; a bound that is None is absent."""
        raise NotImplementedError

    def function(self, x: Operand, name: str, function: Callable[[float], float]) -> Operand:
        """Apply a real function through a table; tables of equal name and scales are shared."""
        raise NotImplementedError

    def maximum(self, operands: Sequence[Operand]) -> Operand:
        """The elementwise maximum with broadcasting of one to four operands (more are nested)."""
        raise NotImplementedError

    def minimum(self, operands: Sequence[Operand]) -> Operand:
        """The elementwise minimum."""
        raise NotImplementedError

    # Contractions ----------------------------------------------------------------------------

    def contract(self, labels: str, x: Operand, weight: Reals, channel: str | None) -> Operand:
        """einsum(labels, x, weight) with constant weights, one letter per logical axis.

        Args:
            labels: For example `"ncyxij,ocij->noyx"`. A letter of x alone that the result drops is
                summed; letters must not repeat inside one operand, and every letter of the weight
                is in x or in the result.
            x: The activations.
            weight: Real weights.
            channel: The letter (of the weight and the result) along which weights get scales of
                their own; None for one scale.
        """
        raise NotImplementedError

    def contract_values(self, labels: str, a: Operand, b: Operand) -> Operand:
        """einsum(labels, a, b) of two activations; shared letters have equal extents."""
        raise NotImplementedError

    def sum(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Sum over axes."""
        raise NotImplementedError

    def mean(self, x: Operand, axes: Sequence[int], *, keepdims: bool) -> Operand:
        """Average over axes."""
        raise NotImplementedError

    # Shapes ----------------------------------------------------------------------------------

    def window(
        self,
        x: Operand,
        axes: Sequence[int],
        kernel: Sequence[int],
        strides: Sequence[int],
        dilations: Sequence[int],
        pads: Sequence[tuple[int, int]],
    ) -> Value:
        """Sliding windows: each axis shrinks to its number of windows, kernel axes come last.

        out[.., y, .., i] = x[.., stride*y + dilation*i - pad_before, ..], zero outside x. Pads are
        (before, after) per axis. A pad that must not be zero is made with `pad` first. For
        ceil_mode, enlarge the second pad.
        """
        raise NotImplementedError

    def pad(
        self, x: Operand, before: Sequence[int], after: Sequence[int], value: float | None = 0.0
    ) -> Operand:
        """Pad (negative: crop) every axis with a real value; None: the lowest value of x's range."""
        raise NotImplementedError

    def slice(
        self, x: Operand, starts: Sequence[int], steps: Sequence[int], sizes: Sequence[int]
    ) -> Operand:
        """out[i] = x[start + step * i] per axis, i < size; steps may be negative. All in bounds."""
        raise NotImplementedError

    def concat(self, operands: Sequence[Operand], axis: int) -> Operand:
        """Concatenate along an axis, at the coarsest of the operands' scales."""
        raise NotImplementedError

    def reshape(self, x: Operand, shape: Sequence[int]) -> Operand:
        """Reshape in C order to a complete shape (no 0, no -1); free when axes merge or split."""
        raise NotImplementedError

    def transpose(self, x: Operand, permutation: Sequence[int]) -> Operand:
        """Permute axes; free."""
        raise NotImplementedError

    def broadcast(self, x: Operand, shape: Sequence[int]) -> Operand:
        """Broadcast as in NumPy; free."""
        raise NotImplementedError


__all__ = ["Builder", "Constant", "Operand", "Pending", "Value"]

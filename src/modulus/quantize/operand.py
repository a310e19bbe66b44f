"""Operands: what operators hand to the builder and get back from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ir.value import Value

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A constant of the model, in real numbers."""

    array: Reals

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.array.shape


@dataclass(frozen=True, slots=True, eq=False)
class WeightTerm:
    """einsum(labels, x, weight): a contraction with real weights that are not rounded yet.

    The integers of the weights are chosen when the sum they belong to is settled, because they
    depend on the scale of the result.
    """

    x: Value
    weight: Reals
    labels: str
    """`"x labels,weight labels->result labels"`, one letter per logical axis."""
    channel: str | None
    """The label whose entries have weight scales of their own; kept in the result, not in x."""
    more_bits: int = 0
    """Width of the weights beyond that of the settings."""


@dataclass(frozen=True, slots=True, eq=False)
class ScaledTerm:
    """factor * product of one or two values; factor is a scalar or broadcasts to the result."""

    values: tuple[Value, ...]
    factor: Reals


Term = WeightTerm | ScaledTerm


@dataclass(slots=True, eq=False)
class Pending:
    """A real linear combination that is not rounded yet; `Builder.settle` makes it a value."""

    shape: tuple[int, ...]
    terms: tuple[Term, ...]
    bias: Reals
    """Broadcasts to the shape."""
    name: str = ""
    """The tensor of the float graph that this is; set by the driver."""
    bounds: tuple[float, float] | None = None
    """The calibrated real range, margin included; set by the driver."""
    settled: Value | None = field(default=None, repr=False)

    def plus(self, other: Pending) -> Pending:
        """Add two pending results of shapes that broadcast to each other."""
        shape = broadcast_shapes(self.shape, other.shape)
        return Pending(shape, self.terms + other.terms, self.bias + other.bias)

    def times(self, factor: float) -> Pending:
        """Multiply by a real number."""
        return Pending(
            self.shape, tuple(_scaled(term, factor) for term in self.terms), self.bias * factor
        )


Operand = Value | Pending | Constant


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the common shape.

    Raises:
        ShapeError: The shapes do not broadcast to each other.
    """
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        raise ShapeError(f"shapes {', '.join(map(str, shapes))} do not broadcast") from error


def positive_axes(axes: Sequence[int], rank: int) -> tuple[int, ...]:
    """Return non-negative axes.

    Raises:
        ShapeError: An axis does not exist or is named twice.
    """
    result = tuple(axis + rank if axis < 0 else axis for axis in axes)
    if any(not 0 <= axis < rank for axis in result) or len(set(result)) != len(result):
        raise ShapeError(f"axes {list(axes)} of a tensor with {rank} axes")
    return result


def _scaled(term: Term, factor: float) -> Term:
    if isinstance(term, WeightTerm):
        return replace(term, weight=term.weight * factor)
    return replace(term, factor=term.factor * factor)

"""Sums and products of integers, which nothing rounds: results of nodes of an integer type."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modulus.errors import QuantizationError
from modulus.ir import view
from modulus.ir.value import Axes, Value
from modulus.quantize.builder import Builder
from modulus.quantize.contracting import Labels, contract_values
from modulus.quantize.operand import (
    Constant,
    Operand,
    Pending,
    Reals,
    ScaledTerm,
    Term,
    broadcast_shapes,
)

Integers = NDArray[np.int64]


def whole(build: Builder, x: Operand) -> Operand:
    """Return the result of a node of an integer type at scale one, exact.

    Raises:
        QuantizationError: An operand or a factor is no integer, or had to be rounded because it was
            too wide.
    """
    if isinstance(x, Pending):
        return _whole_sum(build, x)
    if isinstance(x, Constant) or x.scale == 1.0:
        return x
    factor = _integers(build, np.asarray(x.scale))
    return view.combine([x], [int(factor)], x.name, 1.0)


def _whole_sum(build: Builder, x: Pending) -> Value:
    values, factors = [], []
    for term in x.terms:
        value, factor = _term(build, term)
        values.append(value)
        factors.append(factor)
    if np.any(x.bias):
        values.append(build.whole(Constant(_integers(build, x.bias).astype(np.float64))))
        factors.append(1)
    axes = build.assembly.common_axes(values, x.shape)
    wide = [_onto(build, value, x.shape, axes) for value in values]
    if not wide:
        return view.filled(axes, 0, "zero", 1.0)
    return view.combine(wide, factors, x.name or wide[0].name, 1.0)


def product(build: Builder, a: Value, b: Value) -> Value:
    """Return a * b with broadcasting, exact: an einsum that sums over nothing."""
    shape = broadcast_shapes(a.shape, b.shape)
    letters = [chr(ord("a") + axis) for axis in range(len(shape))]
    own: list[str] = []
    parts: list[Value] = []
    for value in (a, b):
        axes = range(len(value.shape))
        added = len(shape) - len(value.shape)
        kept = [axis for axis in axes if value.shape[axis] == shape[added + axis]]
        own.append("".join(letters[added + axis] for axis in kept))
        narrow = tuple(value.shape[axis] for axis in kept)
        parts.append(build.settle(build.reshape(value, narrow)))
    labels = Labels.parse(f"{own[0]},{own[1]}->{''.join(letters)}")
    return contract_values(build.assembly, labels, *parts)


def _term(build: Builder, term: Term) -> tuple[Value, int]:
    """Return a value of scale one, and its integer factor."""
    if isinstance(term, ScaledTerm):
        factor = _integers(build, term.factor)
        value = _checked(build, term.values[0])
        for other in term.values[1:]:
            value = product(build, value, _checked(build, other))
        if factor.size == 1:
            return value, int(factor.reshape(-1)[0])
        return product(build, value, build.whole(Constant(factor.astype(np.float64)))), 1
    weight = _integers(build, term.weight)
    return build.settle(build.contract_exact(term.labels, _checked(build, term.x), weight)), 1


def _onto(build: Builder, x: Value, shape: tuple[int, ...], axes: Axes) -> Value:
    added = len(shape) - len(x.shape)
    own = tuple((1,) if extent == 1 else axes[added + axis] for axis, extent in enumerate(x.shape))
    return view.broadcast(build.assembly.laid_out(x, own), shape, axes)


def _checked(build: Builder, x: Value) -> Value:
    if x.scale != 1.0:
        raise QuantizationError(
            f"{build.assembly.layer}: integers too wide to be computed with exactly",
            hint="use more activation_bits, or smaller numbers",
        )
    return x


def _integers(build: Builder, array: Reals) -> Integers:
    rounded = np.round(array)
    if np.any(rounded != array) or float(np.abs(rounded).max(initial=0.0)) >= 2.0**53:
        raise QuantizationError(f"{build.assembly.layer}: a factor is no integer, or too large")
    return rounded.astype(np.int64)

"""Integers with a scale and a zero point, in terms of float operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._expansion import Array, Expansion, known, needed
from modulus.ops.operator import Operator

FLOAT = 1
CONTRIBUTED = "com.microsoft"
"""Domain of the operators that ONNX Runtime adds, and that its quantizer writes."""
TYPES = {"int8": 3, "uint8": 2, "int16": 5, "uint16": 4, "int32": 6}


def parameters(
    operator: Operator, to: Expansion, inputs: Sequence[str], first: int, rank: int, axis: int
) -> tuple[Array, Array]:
    """Scale and zero point, shaped to broadcast against a tensor of a rank.

    Raises:
        UnsupportedOperatorError: They depend on the model's input, or differ within blocks.
    """
    scale = known(operator, to, inputs, first)
    if scale is None:
        raise ShapeError(f"{operator.onnx_name} lacks its scale")
    zero = known(operator, to, inputs, first + 1)
    zero = np.zeros(scale.shape, np.uint8) if zero is None else zero
    if 0 in (scale.size, zero.size) or not np.all(scale > 0) or not np.all(np.isfinite(scale)):
        raise ShapeError(f"{operator.onnx_name}: scales must be positive numbers")
    if scale.size == 1 < zero.size:
        raise ShapeError(f"{operator.onnx_name}: zero points {zero.shape} for one scale")
    if scale.size > 1:
        if scale.ndim > 1 or zero.shape != scale.shape:
            raise UnsupportedOperatorError(f"{operator.onnx_name}: scales of shape {scale.shape}")
        if not -rank <= axis < rank:
            raise ShapeError(f"{operator.onnx_name}: axis {axis} of a tensor of rank {rank}")
        shape = [1] * rank
        shape[axis] = scale.size
        return scale.reshape(shape).astype(np.float32), zero.reshape(shape)
    return scale.reshape(()).astype(np.float32), zero.reshape(())


def add_dequantized(to: Expansion, x: str, scale: Array, zero: Array) -> str:
    """(x - zero point) * scale."""
    floats = to.add("Cast", x, to=FLOAT)
    if np.any(zero):
        floats = to.add("Sub", floats, to.hold(zero.astype(np.float32)))
    return to.add("Mul", floats, to.hold(scale))


def add_quantized(to: Expansion, x: str, scale: Array, zero: Array) -> str:
    """round(x / scale) + zero point, clamped to the integers of the zero point's type.

    Raises:
        UnsupportedOperatorError: The type is no integer of at most 16 bits.
    """
    kind = zero.dtype
    if kind.name not in TYPES or kind.itemsize > 2:
        raise UnsupportedOperatorError(f"quantization to {kind.name} is not supported")
    limits = np.iinfo(kind)
    whole = to.add("Round", to.add("Div", x, to.hold(scale)))
    if np.any(zero):
        whole = to.add("Add", whole, to.hold(zero.astype(np.float32)))
    bounds = [to.hold(np.array(bound, np.float32)) for bound in (limits.min, limits.max)]
    return to.add("Cast", to.add("Clip", whole, *bounds), to=TYPES[kind.name])


def add_elementwise(operator: Operator, to: Expansion, inputs: Sequence[str], name: str) -> str:
    """An operator of two tensors (x, scale, zero point each), and scale and zero of the result."""
    operands = []
    for position in (0, 3):
        x = needed(operator, inputs, position)
        scale, zero = parameters(operator, to, inputs, position + 1, len(to.shape(x)), 0)
        operands.append(add_dequantized(to, x, scale, zero))
    return add_quantized(to, to.add(name, *operands), *parameters(operator, to, inputs, 6, 1, 0))


def add_pooled(
    operator: Operator,
    to: Expansion,
    inputs: Sequence[str],
    name: str,
    attributes: Mapping[str, Any],
) -> str:
    """An operator of one tensor (x, scale, zero point), and scale and zero of the result."""
    x = needed(operator, inputs, 0)
    rank = len(to.shape(x))
    real = add_dequantized(to, x, *parameters(operator, to, inputs, 1, rank, 1))
    pooled = to.add(name, real, **attributes)
    return add_quantized(to, pooled, *parameters(operator, to, inputs, 3, rank, 1))

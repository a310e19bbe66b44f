"""Integers with a scale and a zero point, in terms of float operators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._expansion import Array, Expansion, known
from modulus.ops.operator import Operator

FLOAT = 1
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
    if scale.size > 1:
        if scale.ndim > 1 or zero.shape != scale.shape:
            raise UnsupportedOperatorError(f"{operator.onnx_name}: scales of shape {scale.shape}")
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
    inverse = (1.0 / scale.astype(np.float64)).astype(np.float32)
    whole = to.add("Round", to.add("Mul", x, to.hold(inverse)))
    if np.any(zero):
        whole = to.add("Add", whole, to.hold(zero.astype(np.float32)))
    bounds = [to.hold(np.array(bound, np.float32)) for bound in (limits.min, limits.max)]
    return to.add("Cast", to.add("Clip", whole, *bounds), to=TYPES[kind.name])

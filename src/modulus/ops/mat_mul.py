"""MatMul: matrix products over stacks of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, ConstantOperand, Operand
from modulus.ops._static import required
from modulus.ops.operator import Operator

_BATCH_LETTERS = "abcdefgh"


@dataclass(frozen=True)
class MatMul(Operator):
    """numpy.matmul: leading axes broadcast, one-dimensional operands are row or column.

    Shape:
        a: [..., n, k], b: [..., k, o] -> y: [..., n, o]; [k] stands for [1, k] or [k, 1].

    Numerics:
        |error| <= one unit of y plus, with a constant operand, k times the largest activation times
        half a unit of the weights.

    Source:
        ONNX operator MatMul, opset 9 to 13; either or neither operand may be constant.
    """

    onnx_name: ClassVar[str] = "MatMul"
    bound: ClassVar[Bound] = Bound(units=1, weights=True)
    keeps_whole: ClassVar[bool] = True
    folds_columns: ClassVar[bool] = True

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Name the axes, drop leading ones of extent one, and contract."""
        a, b = required(self, inputs, 0), required(self, inputs, 1)
        batch, result_shape = _shapes(a.shape, b.shape)
        a_batch, a_extents = _own_batch(a.shape, batch)
        b_batch, b_extents = _own_batch(b.shape, batch)
        a_labels = a_batch + ("k" if len(a.shape) == 1 else "nk")
        b_labels = b_batch + ("k" if len(b.shape) == 1 else "ko")
        a_shape = a_extents + a.shape[max(0, len(a.shape) - 2) :]
        b_shape = b_extents + b.shape[max(0, len(b.shape) - 2) :]
        letters = "".join(c for c in _BATCH_LETTERS if c in a_batch + b_batch)
        result = letters + a_labels[len(a_batch) : -1] + b_labels[len(b_batch) + 1 :]
        if isinstance(b, ConstantOperand):
            x, weight = _reshaped(build, a, a_shape), np.reshape(b.array, b_shape)
            labels, channel = f"{a_labels},{b_labels}->{result}", "o"
        elif isinstance(a, ConstantOperand):
            x, weight = _reshaped(build, b, b_shape), np.reshape(a.array, a_shape)
            labels, channel = f"{b_labels},{a_labels}->{result}", "n"
        else:
            y = build.contract_values(
                f"{a_labels},{b_labels}->{result}",
                _reshaped(build, a, a_shape),
                _reshaped(build, b, b_shape),
            )
            return (_reshaped(build, y, result_shape),)
        y = build.contract(labels, x, weight, channel=channel if channel in result else None)
        return (_reshaped(build, y, result_shape),)


def _shapes(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Broadcast leading extents, and the result's shape.

    Raises:
        ShapeError: The operands do not fit.
    """
    message = f"MatMul: {a} and {b} do not fit"
    if not a or not b or a[-1] != b[max(0, len(b) - 2)]:
        raise ShapeError(message)
    try:
        batch = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError as error:
        raise ShapeError(message) from error
    if len(batch) > len(_BATCH_LETTERS):
        raise ShapeError(f"MatMul: more than {len(_BATCH_LETTERS)} leading axes")
    return batch, (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def _own_batch(shape: tuple[int, ...], batch: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Letters and extents of the leading axes along which this operand varies."""
    own = shape[:-2]
    letters = _BATCH_LETTERS[len(batch) - len(own) : len(batch)]
    full = batch[len(batch) - len(own) :]
    pairs = zip(letters, own, full, strict=True)
    # Extents of one that are not broadcast stay, so that the result need not be reshaped: it can
    # then take a bias before it is rounded, and has the calibrated range.
    kept = [(letter, extent) for letter, extent, wide in pairs if extent == wide]
    return "".join(letter for letter, _ in kept), tuple(extent for _, extent in kept)


def _reshaped(build: Builder, x: Operand, shape: tuple[int, ...]) -> Operand:
    return x if x.shape == shape else build.reshape(x, shape)

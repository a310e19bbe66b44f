"""Access to the inputs of a node: required, optional, and constant ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._builder import ConstantOperand, Operand, Reals
from modulus.ops.operator import Operator

MAX_SQUARE = 1 << 12
"""Longest axis whose entries are all set against each other."""


def optional(inputs: Sequence[Operand | None], position: int) -> Operand | None:
    """The input at a position, None where it is left out."""
    return inputs[position] if position < len(inputs) else None


def required(operator: Operator, inputs: Sequence[Operand | None], position: int) -> Operand:
    """The input at a position.

    Raises:
        ShapeError: It is left out.
    """
    found = optional(inputs, position)
    if found is None:
        raise ShapeError(f"{operator.onnx_name} lacks its input {position + 1}")
    return found


def constant(operator: Operator, inputs: Sequence[Operand | None], position: int) -> Reals | None:
    """The numbers of a constant input, None where it is left out.

    Raises:
        UnsupportedOperatorError: It depends on the model's input.
    """
    found = optional(inputs, position)
    if found is None:
        return None
    if not isinstance(found, ConstantOperand):
        name = operator.static_inputs.get(position, str(position + 1))
        raise UnsupportedOperatorError(f"{operator.onnx_name}: input {name} must be a constant")
    return np.asarray(found.array, np.float64)


def integers(
    operator: Operator, inputs: Sequence[Operand | None], position: int
) -> tuple[int, ...] | None:
    """The entries of a constant integer input, None where it is left out."""
    found = constant(operator, inputs, position)
    return None if found is None else tuple(int(entry) for entry in found.reshape(-1))


def scalar(operator: Operator, inputs: Sequence[Operand | None], position: int) -> float | None:
    """The only entry of a constant input, None where it is left out.

    Raises:
        ShapeError: It has more than one entry.
    """
    found = constant(operator, inputs, position)
    if found is None or found.size == 0:
        return None
    if found.size != 1:
        raise ShapeError(
            f"{operator.onnx_name}: input {position + 1} has shape {found.shape}, expected a scalar"
        )
    return float(found.reshape(-1)[0])


def axis_in(operator: Operator, axis: int, rank: int, *, inclusive: bool = False) -> int:
    """A possibly negative axis as an index; `inclusive` allows the end, as Flatten does.

    Raises:
        ShapeError: The axis does not exist.
    """
    top = rank + 1 if inclusive else rank
    index = axis + rank if axis < 0 else axis
    if not 0 <= index < top:
        raise ShapeError(f"{operator.onnx_name}: axis {axis} of a tensor of rank {rank}")
    return index


def check_square(name: str, extent: int) -> None:
    """Refuse an axis that needs a matrix of its extent squared.

    Raises:
        UnsupportedOperatorError: The matrix would fill the memory.
    """
    if extent > MAX_SQUARE:
        raise UnsupportedOperatorError(
            f"{name}: an axis of {extent} entries; at most {MAX_SQUARE} are supported"
        )

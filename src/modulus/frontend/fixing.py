"""Fixing inputs: what is an input for the model and a constant for its user."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import numpy_helper

from modulus.errors import ModelError, ShapeError

FixedInputs = Mapping[str, ArrayLike]


def fix_inputs(model: onnx.ModelProto, fixed: FixedInputs) -> None:
    """Turn inputs of static shape into constants, in place.

    A sampling rate or a flag that chooses a branch is then folded away, and is part of the model
    that is proven: a proof says nothing about other values of it.

    Args:
        model: Its dimensions are fixed.
        fixed: A number, which fills the input, or an array of its shape, by input name.

    Raises:
        ModelError: There is no such input, or the numbers are none of the input's type.
        ShapeError: An array has another shape than the input.
    """
    inputs = {value.name: value for value in model.graph.input}
    for name, number in fixed.items():
        if name not in inputs:
            raise ModelError(
                f"the model has no input {name!r} to fix; it has: {', '.join(sorted(inputs))}"
            )
        value = inputs[name]
        model.graph.initializer.append(numpy_helper.from_array(_array(value, number), name))
        model.graph.input.remove(value)


def _array(value: onnx.ValueInfoProto, number: ArrayLike) -> np.ndarray:
    kind = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
    shape = tuple(dimension.dim_value for dimension in value.type.tensor_type.shape.dim)
    given = np.asarray(number)
    if given.dtype.kind not in "biuf" or kind.kind not in "biuf":
        raise ModelError(f"input {value.name!r} of type {kind} cannot be fixed to {given.dtype}")
    if given.shape not in ((), shape):
        raise ShapeError(
            f"input {value.name!r} has shape {shape}; it cannot be fixed to an array of shape "
            f"{given.shape}"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        array = np.broadcast_to(given, shape).astype(kind)
    if kind.kind in "biu" and not np.array_equal(array, np.broadcast_to(given, shape)):
        raise ModelError(f"input {value.name!r} has type {kind}; it cannot be fixed to {given}")
    return array

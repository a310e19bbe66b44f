"""Operators made of other operators.

They are replaced before calibration, so that every part of them has a calibrated range of its own.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from modulus.errors import InternalError, ShapeError, UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops.operator import Operator

Array = NDArray[Any]
AXES_AS_INPUT = {"ReduceSum": 13}
"""Opset from which a reduction takes its axes as an input; 18 for all others."""


class Expansion(Protocol):
    """Where an operator writes the nodes that take its place. Tensors go by name."""

    @property
    def opset(self) -> int:
        """Version of the default operator set."""
        ...

    @property
    def outputs(self) -> int:
        """How many outputs the node has."""
        ...

    def shape(self, name: str) -> tuple[int, ...]:
        """Static shape of a tensor of the model."""
        ...

    def dtype(self, name: str) -> np.dtype[np.generic]:
        """Element type of a tensor of the model."""
        ...

    def known(self, name: str) -> Array | None:
        """The array of a tensor that is constant."""
        ...

    def hold(self, array: Array) -> str:
        """Add a constant and return its name."""
        ...

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        ...

    @property
    def size(self) -> int:
        """How many nodes there are so far."""
        ...

    def repeats(self, starts: Sequence[int]) -> None:
        """Say which nodes repeat each other: those from one size to the next are one round.

        Tensors in one place of all rounds have one range, so that all rounds share their tables.
        """
        ...


@dataclass(frozen=True)
class Expanded(Operator):
    """An operator that is replaced by others while the model is read."""

    @abstractmethod
    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Write the nodes that compute the outputs.

        Args:
            to: Takes the nodes.
            inputs: Tensor names; an optional input that is left out is the empty string.

        Returns:
            The tensors that are the outputs, in order; those that nobody reads disappear.

        Raises:
            ShapeError: The inputs do not fit the operator.
            UnsupportedOperatorError: An input that must be constant is not.
        """

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:  # noqa: ARG002
        """Never reached: the frontend has replaced the node."""
        raise InternalError(f"{self.onnx_name} was not replaced")


@dataclass(frozen=True)
class Typed(Operator):
    """An operator whose result types ONNX does not infer, and which states them itself."""

    @abstractmethod
    def types(self, to: Expansion, inputs: Sequence[str]) -> Sequence[tuple[type, tuple[int, ...]]]:
        """Element type and shape of every output.

        Raises:
            ShapeError: The inputs do not fit the operator.
        """


def given(inputs: Sequence[str], position: int) -> str:
    """The name at a position, empty where the input is left out."""
    return inputs[position] if position < len(inputs) else ""


def needed(operator: Operator, inputs: Sequence[str], position: int) -> str:
    """The name at a position.

    Raises:
        ShapeError: The input is left out.
    """
    name = given(inputs, position)
    if not name:
        raise ShapeError(f"{operator.onnx_name} lacks its input {position + 1}")
    return name


def known(operator: Operator, to: Expansion, inputs: Sequence[str], position: int) -> Array | None:
    """The array of a constant input, None where it is left out.

    Raises:
        UnsupportedOperatorError: It depends on the model's input.
    """
    name = given(inputs, position)
    if not name:
        return None
    array = to.known(name)
    if array is None:
        what = operator.static_inputs.get(position, str(position + 1))
        raise UnsupportedOperatorError(f"{operator.onnx_name}: input {what} must be a constant")
    return array


def reduce(
    to: Expansion, operator: str, x: str, axes: Sequence[int], *, keepdims: bool = True
) -> str:
    """Add a reduction over axes."""
    if to.opset >= AXES_AS_INPUT.get(operator, 18):
        held = to.hold(np.array(axes, np.int64))
        return to.add(operator, x, held, keepdims=int(keepdims))
    return to.add(operator, x, axes=list(axes), keepdims=int(keepdims))


def reshape(to: Expansion, x: str, shape: Sequence[int]) -> str:
    """Add a Reshape."""
    return to.add("Reshape", x, to.hold(np.array(shape, np.int64)))


def cut(to: Expansion, x: str, axis: int, start: int, end: int) -> str:
    """Add a Slice of one axis."""
    if to.opset < 10:
        return to.add("Slice", x, axes=[axis], starts=[start], ends=[end])
    bounds = [to.hold(np.array([entry], np.int64)) for entry in (start, end, axis)]
    return to.add("Slice", x, *bounds)


def like(to: Expansion, x: str, numbers: Any) -> str:
    """Hold numbers in the element type of x."""
    return to.hold(np.asarray(numbers, to.dtype(x)))

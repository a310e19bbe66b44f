"""What recurrent operators share: directions, steps, gates, activations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._expansion import Array, Expanded, Expansion, cut, given, known, needed, reshape

ACTIVATIONS: Mapping[str, tuple[str, ...]] = {
    "Relu": (),
    "Tanh": (),
    "Sigmoid": (),
    "Softsign": (),
    "Softplus": (),
    "LeakyRelu": ("alpha",),
    "ThresholdedRelu": ("alpha",),
    "HardSigmoid": ("alpha", "beta"),
    "Elu": ("alpha",),
}
"""Supported activations and their parameters, by ONNX name."""
DIRECTIONS = ("forward", "reverse", "bidirectional")


@dataclass(frozen=True)
class Weights:
    """The parameters of one direction, transposed for products from the right."""

    recurrent: str
    """Name of R transposed: [h, gates * h]."""
    recurrent_array: Array
    """R transposed."""
    recurrent_bias: Array
    """[gates * h]."""
    peepholes: Array | None


@dataclass(frozen=True)
class Recurrent(Expanded):
    """A recurrent operator, written out step by step.

    The products of all inputs with their weights are one contraction; only those of the states are
    repeated.
    """

    static_inputs: ClassVar[Mapping[int, str]] = {1: "W", 2: "R", 3: "B", 4: "sequence_lens"}
    gates: ClassVar[int]
    states: ClassVar[int] = 1
    functions: ClassVar[tuple[str, ...]]
    """Default activations of one direction."""

    activation_alpha: tuple[float, ...] | None = None
    activation_beta: tuple[float, ...] | None = None
    activations: tuple[str, ...] | None = None
    clip: float | None = None
    direction: str = "forward"
    hidden_size: int = 0
    layout: int = 0

    def check(self) -> None:
        """Check directions and activations; clipping is not supported."""
        if self.direction not in DIRECTIONS:
            raise UnsupportedOperatorError(f"attribute direction={self.direction!r}")
        if self.clip is not None:
            raise UnsupportedOperatorError("attribute clip is not supported")
        for name in self.activations or ():
            if name not in ACTIVATIONS:
                raise UnsupportedOperatorError(
                    f"activation {name}: only {', '.join(ACTIVATIONS)} work"
                )

    @abstractmethod
    def step(
        self,
        to: Expansion,
        part: str,
        states: Sequence[str],
        weights: Weights,
        functions: Sequence[Activation],
    ) -> list[str]:
        """Write one step.

        Args:
            to: Takes the nodes.
            part: x W^T plus all biases that can be added to it: [n, gates * h].
            states: The states before, each [n, h].
            weights: Of this direction.
            functions: The activations of this direction.

        Returns:
            The states after; the first is also the output.
        """

    def input_bias(self, bias: Array) -> Array:
        """What is added to x W^T, from W's and R's biases [2, gates * h]."""
        return np.asarray(bias.sum(axis=0))

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Each direction on its own, then both joined."""
        x, w, r = (needed(self, inputs, position) for position in range(3))
        if self.layout:
            x = to.add("Transpose", x, perm=[1, 0, 2])
        shape = to.shape(needed(self, inputs, 0))
        steps, batch, size = (shape[1], shape[0], shape[2]) if self.layout else shape
        count = 2 if self.direction == "bidirectional" else 1
        weight, recurrent = known(self, to, inputs, 1), known(self, to, inputs, 2)
        hidden = to.shape(r)[-1] if to.shape(r) else 0
        wide = self.gates * hidden
        if weight is None or recurrent is None or weight.shape != (count, wide, size):
            raise ShapeError(f"{self.onnx_name}: weights {to.shape(w)} for inputs {shape}")
        if recurrent.shape != (count, wide, hidden):
            raise ShapeError(f"{self.onnx_name}: recurrent weights {recurrent.shape}")
        self._check_lengths(to, inputs, steps)
        bias = known(self, to, inputs, 3)
        bias = np.zeros((count, 2 * wide), weight.dtype) if bias is None else bias
        if bias.shape != (count, 2 * wide):
            raise ShapeError(f"{self.onnx_name}: biases {bias.shape}")
        peepholes = known(self, to, inputs, 7)
        if peepholes is not None and peepholes.shape != (count, 3 * hidden):
            raise ShapeError(f"{self.onnx_name}: peepholes {peepholes.shape}")
        rows, finals = [], []
        for index in range(count):
            both = bias[index].reshape(2, wide)
            flat = reshape(to, x, (steps * batch, size))
            product = to.add("MatMul", flat, to.hold(np.ascontiguousarray(weight[index].T)))
            parts = to.add("Add", product, to.hold(self.input_bias(both)))
            back = np.ascontiguousarray(recurrent[index].T)
            held = Weights(
                to.hold(back),
                back,
                both[1],
                None if peepholes is None else peepholes[index],
            )
            states = [
                self._initial(to, inputs, 5 + state, index, (batch, hidden), weight.dtype)
                for state in range(self.states)
            ]
            backward = self.direction == "reverse" or index == 1
            made, starts = [], [to.size]
            for step in reversed(range(steps)) if backward else range(steps):
                part = cut(to, parts, 0, step * batch, (step + 1) * batch)
                states = self.step(to, part, states, held, self._functions(index, count))
                made.append(reshape(to, states[0], (1, 1, batch, hidden)))
                starts.append(to.size)
            to.repeats(starts)
            rows.append(_joined(to, made[::-1] if backward else made, 0))
            finals.append([reshape(to, state, (1, batch, hidden)) for state in states])
        y = _joined(to, rows, 1)
        last = [_joined(to, [final[state] for final in finals], 0) for state in range(self.states)]
        if self.layout:
            y = to.add("Transpose", y, perm=[2, 0, 1, 3])
            last = [to.add("Transpose", state, perm=[1, 0, 2]) for state in last]
        return (y, *last)

    def _check_lengths(self, to: Expansion, inputs: Sequence[str], steps: int) -> None:
        lengths = known(self, to, inputs, 4)
        if lengths is not None and not np.all(lengths == steps):
            raise UnsupportedOperatorError(
                f"{self.onnx_name}: sequences of different lengths are not supported"
            )

    def _initial(
        self,
        to: Expansion,
        inputs: Sequence[str],
        position: int,
        index: int,
        shape: tuple[int, int],
        dtype: np.dtype[np.generic],
    ) -> str:
        name = given(inputs, position)
        if not name:
            return to.hold(np.zeros(shape, dtype))
        axis = 1 if self.layout else 0
        return reshape(to, cut(to, name, axis, index, index + 1), shape)

    def _functions(self, index: int, count: int) -> list[Activation]:
        names = self.activations or self.functions * count
        each = len(self.functions)
        if len(names) != each * count:
            raise ShapeError(f"{self.onnx_name}: {len(names)} activations, expected {each * count}")
        alphas, betas = list(self.activation_alpha or ()), list(self.activation_beta or ())
        made = []
        for name in names:
            parameters = {}
            # Parameters are listed for those activations that have them; a list may be short.
            for key, rest in (("alpha", alphas), ("beta", betas)):
                if key in ACTIVATIONS[name] and rest:
                    parameters[key] = rest.pop(0)
            made.append(Activation(name, parameters))
        return made[index * each : (index + 1) * each]


@dataclass(frozen=True)
class Activation:
    """An activation with its parameters."""

    name: str
    parameters: Mapping[str, float]

    def add(self, to: Expansion, x: str) -> str:
        """Add its node."""
        return to.add(self.name, x, **self.parameters)


def gate(to: Expansion, x: str, index: int, hidden: int) -> str:
    """One gate's columns."""
    return cut(to, x, 1, index * hidden, (index + 1) * hidden)


def _joined(to: Expansion, parts: Sequence[str], axis: int) -> str:
    return parts[0] if len(parts) == 1 else to.add("Concat", *parts, axis=axis)

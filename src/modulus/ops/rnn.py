"""RNN: a layer that feeds its output back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import Bound
from modulus.ops._expansion import Expansion
from modulus.ops._recurrent import Activation, Recurrent, Weights


@dataclass(frozen=True)
class RNN(Recurrent):
    """h = f(x W^T + h R^T + bias) for every step.

    Shape:
        x: [s, n, i], W: [d, h, i], R: [d, h, h], B: [d, 2h] -> y: [s, d, n, h], y_h: [d, n, h].

    Numerics:
        Every step adds two units of its sum; a step's error reaches the next one times |R|.

    Source:
        ONNX operator RNN, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "RNN"
    bound: ClassVar[Bound] = Bound(units=3, inputs=1, weights=True, per="step of the sequence")
    num_outputs: ClassVar[int] = 2
    gates: ClassVar[int] = 1
    functions: ClassVar[tuple[str, ...]] = ("Tanh",)

    def step(
        self,
        to: Expansion,
        part: str,
        states: Sequence[str],
        weights: Weights,
        functions: Sequence[Activation],
    ) -> list[str]:
        """One sum, one activation."""
        total = to.add("Add", part, to.add("MatMul", states[0], weights.recurrent))
        return [functions[0].add(to, total)]

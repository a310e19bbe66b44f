"""GRU: gated recurrent unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import Bound
from modulus.ops._expansion import Array, Expansion, cut
from modulus.ops._recurrent import Activation, Recurrent, Weights, gate


@dataclass(frozen=True)
class GRU(Recurrent):
    """Update and reset gates; linear_before_reset resets the product instead of the state.

    Shape:
        x: [s, n, i], W: [d, 3h, i], R: [d, 3h, h], B: [d, 6h] -> y: [s, d, n, h], y_h: [d, n, h].

    Numerics:
        Every step adds about three units; the state hands its error on times the update gate.

    Source:
        ONNX operator GRU, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "GRU"
    bound: ClassVar[Bound] = Bound(units=3, inputs=1, weights=True, per="step of the sequence")
    num_outputs: ClassVar[int] = 2
    gates: ClassVar[int] = 3
    functions: ClassVar[tuple[str, ...]] = ("Sigmoid", "Tanh")

    linear_before_reset: int = 0

    def input_bias(self, bias: Array) -> Array:
        """The reset gate multiplies the recurrent bias of the candidate: keep that out."""
        if not self.linear_before_reset:
            return super().input_bias(bias)
        hidden = bias.shape[1] // 3
        total = bias.sum(axis=0)
        total[2 * hidden :] = bias[0, 2 * hidden :]
        return np.asarray(total)

    def step(
        self,
        to: Expansion,
        part: str,
        states: Sequence[str],
        weights: Weights,
        functions: Sequence[Activation],
    ) -> list[str]:
        """The gates in ONNX's order: update, reset, candidate."""
        (h,) = states
        f, g = functions
        hidden = len(weights.recurrent_bias) // 3
        candidate = gate(to, part, 2, hidden)
        if self.linear_before_reset:
            product = to.add("MatMul", h, weights.recurrent)
            both = to.add(
                "Add", cut(to, part, 1, 0, 2 * hidden), cut(to, product, 1, 0, 2 * hidden)
            )
            bias = to.hold(weights.recurrent_bias[2 * hidden :])
            linear = to.add("Add", gate(to, product, 2, hidden), bias)
            reset = f.add(to, gate(to, both, 1, hidden))
            candidate = to.add("Add", candidate, to.add("Mul", reset, linear))
        else:
            front = weights.recurrent_array
            first = to.hold(np.ascontiguousarray(front[:, : 2 * hidden]))
            both = to.add("Add", cut(to, part, 1, 0, 2 * hidden), to.add("MatMul", h, first))
            reset = f.add(to, gate(to, both, 1, hidden))
            rest = to.hold(np.ascontiguousarray(front[:, 2 * hidden :]))
            product = to.add("MatMul", to.add("Mul", reset, h), rest)
            candidate = to.add("Add", candidate, product)
        fresh = g.add(to, candidate)
        update = f.add(to, gate(to, both, 0, hidden))
        # (1 - z) * fresh + z * h = fresh + z * (h - fresh): one product instead of two.
        return [to.add("Add", fresh, to.add("Mul", update, to.add("Sub", h, fresh)))]

"""LSTM: long short-term memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expansion
from modulus.ops._recurrent import Activation, Recurrent, Weights, gate


@dataclass(frozen=True)
class LSTM(Recurrent):
    """Input, output and forget gates around a cell; peepholes are supported.

    Shape:
        x: [s, n, i], W: [d, 4h, i], R: [d, 4h, h], B: [d, 8h], P: [d, 3h]
        -> y: [s, d, n, h], y_h and y_c: [d, n, h].

    Numerics:
        Every step adds about four units; the cell hands its error on times the forget gate.

    Source:
        ONNX operator LSTM, opset 7 to 22.
    """

    onnx_name: ClassVar[str] = "LSTM"
    bound: ClassVar[Bound] = Bound(units=3, inputs=1, weights=True, per="step of the sequence")
    num_outputs: ClassVar[int] = 3
    gates: ClassVar[int] = 4
    states: ClassVar[int] = 2
    functions: ClassVar[tuple[str, ...]] = ("Sigmoid", "Tanh", "Tanh")

    input_forget: int = 0

    def check(self) -> None:
        """Coupled gates are not supported."""
        super().check()
        if self.input_forget:
            raise UnsupportedOperatorError("attribute input_forget=1 is not supported")

    def step(
        self,
        to: Expansion,
        part: str,
        states: Sequence[str],
        weights: Weights,
        functions: Sequence[Activation],
    ) -> list[str]:
        """The gates in ONNX's order: input, output, forget, cell."""
        h, c = states
        f, g, last = functions
        total = to.add("Add", part, to.add("MatMul", h, weights.recurrent))
        hidden = len(weights.recurrent_bias) // 4
        entry, out, forget, cell = (gate(to, total, index, hidden) for index in range(4))
        holes = weights.peepholes
        if holes is not None:
            entry = to.add("Add", entry, to.add("Mul", c, to.hold(holes[:hidden])))
            forget = to.add("Add", forget, to.add("Mul", c, to.hold(holes[2 * hidden :])))
        kept = to.add("Mul", f.add(to, forget), c)
        fresh = to.add("Mul", f.add(to, entry), g.add(to, cell))
        c = to.add("Add", kept, fresh)
        if holes is not None:
            out = to.add("Add", out, to.add("Mul", c, to.hold(holes[hidden : 2 * hidden])))
        return [to.add("Mul", f.add(to, out), last.add(to, c)), c]

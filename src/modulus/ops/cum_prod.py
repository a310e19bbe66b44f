"""CumProd: running products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, cut, known, like, needed
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class CumProd(Expanded):
    """The product of all entries up to each one along an axis.

    Shape:
        x: [..., n, ...] -> y: [..., n, ...].

    Numerics:
        |error| <= four units of y per factor where the factors are near one in size.

    Source:
        ONNX operator CumProd, opset 26.
    """

    onnx_name: ClassVar[str] = "CumProd"
    since_opset: ClassVar[int] = 26
    bound: ClassVar[Bound] = Bound(units=4, per="factor")
    static_inputs: ClassVar[Mapping[int, str]] = {1: "axis"}

    exclusive: int = 0
    reverse: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Multiply by what lies 1, 2, 4, ... entries before: few products follow another."""
        x = needed(self, inputs, 0)
        given = known(self, to, inputs, 1)
        if given is None or given.size != 1:
            raise ShapeError("CumProd lacks its axis")
        shape = to.shape(x)
        axis = axis_in(self, int(given.reshape(())), len(shape))
        extent = shape[axis]
        if self.exclusive:
            # The last factor counts nowhere; a one comes first.
            one = like(to, x, np.ones([1 if a == axis else n for a, n in enumerate(shape)]))
            if extent == 1:
                return (to.add("Identity", one),)
            kept = cut(to, x, axis, 1, extent) if self.reverse else cut(to, x, axis, 0, extent - 1)
            x = to.add("Concat", *self._ordered(one, kept), axis=axis)
        distance = 1
        while distance < extent:
            low = cut(to, x, axis, 0, extent - distance)
            high = cut(to, x, axis, distance, extent)
            if self.reverse:
                done = cut(to, x, axis, extent - distance, extent)
            else:
                done = cut(to, x, axis, 0, distance)
            x = to.add("Concat", *self._ordered(done, to.add("Mul", low, high)), axis=axis)
            distance *= 2
        return (x if distance > 1 else to.add("Identity", x),)

    def _ordered(self, first: str, rest: str) -> tuple[str, str]:
        return (rest, first) if self.reverse else (first, rest)

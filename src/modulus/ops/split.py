"""Split: a tensor cut into pieces along an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._expansion import Expanded, Expansion, cut, known, needed
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class Split(Expanded):
    """Consecutive pieces of given sizes, or of equal ones of which the last may be smaller.

    Shape:
        x: [a, n, b] -> y_i: [a, n_i, b].

    Numerics:
        Exact.

    Source:
        ONNX operator Split, opset 2 to 11 (attribute), 13 (input) and 18 (num_outputs).
    """

    onnx_name: ClassVar[str] = "Split"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "split"}
    num_outputs: ClassVar[int] = 1 << 16
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"num_outputs"})

    axis: int = 0
    split: tuple[int, ...] | None = None

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """One slice per piece."""
        x = needed(self, inputs, 0)
        shape = to.shape(x)
        axis = axis_in(self, self.axis, len(shape))
        given = known(self, to, inputs, 1)
        sizes = self.split if given is None else tuple(int(n) for n in given.reshape(-1))
        if sizes is None:
            each = -(-shape[axis] // to.outputs)
            sizes = tuple(min(each, shape[axis] - each * i) for i in range(to.outputs))
        if sum(sizes) != shape[axis] or len(sizes) < to.outputs or min(sizes) < 1:
            raise ShapeError(f"Split: axis {axis} of {shape} into pieces of {sizes}")
        pieces, start = [], 0
        for size in sizes:
            pieces.append(cut(to, x, axis, start, start + size))
            start += size
        return pieces

"""OneHot: a row with one entry set for every index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._expansion import Expanded, Expansion, known, needed, reshape
from modulus.ops._static import axis_in


@dataclass(frozen=True)
class OneHot(Expanded):
    """values[1] where the index is the position along the new axis, else values[0].

    Shape:
        indices: [...], depth: scalar, values: [2] -> y: [..., depth, ...].

    Numerics:
        Exact. An index outside [-depth, depth) gives a row without its entry.

    Source:
        ONNX operator OneHot, opset 9 to 11.
    """

    onnx_name: ClassVar[str] = "OneHot"
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[dict[int, str]] = {1: "depth", 2: "values"}

    axis: int = -1

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Compare with every position, then choose."""
        indices = needed(self, inputs, 0)
        depth, values = known(self, to, inputs, 1), known(self, to, inputs, 2)
        if depth is None or depth.size != 1 or values is None or values.shape != (2,):
            raise ShapeError("OneHot lacks its depth or its two values")
        shape = to.shape(indices)
        axis = axis_in(self, self.axis, len(shape) + 1)
        count = int(depth.reshape(-1)[0])
        row = np.arange(count, dtype=to.dtype(indices))
        places = row.reshape([count if a == axis else 1 for a in range(len(shape) + 1)])
        thin = reshape(to, indices, (*shape[:axis], 1, *shape[axis:]))
        same = to.add("Equal", thin, to.hold(places))
        if np.issubdtype(row.dtype, np.signedinteger) or row.dtype.kind == "f":
            # A negative index counts from the end.
            same = to.add(
                "Or", same, to.add("Equal", thin, to.hold(places - row.dtype.type(count)))
            )
        off, on = (to.hold(value) for value in values)
        return (to.add("Where", same, on, off),)

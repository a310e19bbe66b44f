"""TopK: the largest or smallest entries of a slice, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import axis_letters
from modulus.ops._static import axis_in, check_square, required, scalar
from modulus.ops.operator import Operator

MAX_EXTENT = 512
"""Every pair along the axis is compared."""


@dataclass(frozen=True)
class TopK(Operator):
    """The k largest (or smallest) entries along an axis, sorted, and where they were.

    Of equal entries the first one comes first, as in ONNX. The order is always sorted, which is one
    of the orders that sorted=0 allows.

    Shape:
        x: [..., n, ...] -> values and indices: [..., k, ...].

    Numerics:
        Exact on the integers of x.

    Source:
        ONNX operator TopK, opset 10 to 24.
    """

    onnx_name: ClassVar[str] = "TopK"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "K"}
    num_outputs: ClassVar[int] = 2
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"sorted"})

    axis: int = -1
    largest: int = 1

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Rank every entry by comparing all pairs, then pick the ranks below k."""
        x, held = required(self, inputs, 0), scalar(self, inputs, 1)
        rank = len(x.shape)
        axis = axis_in(self, self.axis, rank)
        extent, k = x.shape[axis], int(held or 0)
        if not 1 <= k <= extent or extent > MAX_EXTENT:
            raise ShapeError(f"TopK: {k} of {extent} entries; at most {MAX_EXTENT} are compared")
        order = [*(a for a in range(rank) if a != axis), axis]
        rows = build.transpose(x, order)
        lead = rows.shape[:-1]
        keys = rows if self.largest else build.scale_by(rows, -1.0)
        left = build.reshape(keys, (*lead, extent, 1))
        right = build.reshape(keys, (*lead, 1, extent))
        least = build.greater_or_equal(left, right)
        # Entry j comes before i where x_j >= x_i for j < i, and where not x_i >= x_j for j > i.
        letters = axis_letters(len(lead), "IJ")
        check_square("TopK", extent)
        before = np.tril(np.ones((extent, extent), np.int64), -1).T
        earlier = build.contract_exact(f"{letters}JI,JI->{letters}I", least, before)
        later = build.contract_exact(f"{letters}IJ,IJ->{letters}I", least, -before)
        behind = build.constant(np.arange(extent - 1, -1, -1, dtype=np.float64))
        ranks = build.add(build.add(earlier, later), behind)
        wanted = build.constant(np.arange(k, dtype=np.float64)[:, None])
        chosen = build.equal(build.reshape(ranks, (*lead, 1, extent)), wanted)
        values = build.pick(f"{letters}JI,{letters}I->{letters}J", chosen, rows)
        places = build.contract_exact(f"{letters}JI,I->{letters}J", chosen, np.arange(extent))
        back = [*range(axis), rank - 1, *range(axis, rank - 1)]
        return build.transpose(values, back), build.transpose(places, back)

"""ArrayFeatureExtractor: some columns of a tensor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops._bound import EXACT, Bound
from modulus.ops._expansion import Expanded, Expansion, needed, reshape


@dataclass(frozen=True)
class ArrayFeatureExtractor(Expanded):
    """Entries of the last axis at given places.

    Shape:
        x: [..., n], places: [k] -> y: [..., k], with one axis in front where x is a vector.

    Numerics:
        Exact.

    Source:
        ONNX operator ArrayFeatureExtractor of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "ArrayFeatureExtractor"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = EXACT
    passes_columns: ClassVar[bool] = True

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Gather along the last axis."""
        x, places = needed(self, inputs, 0), needed(self, inputs, 1)
        shape, count = to.shape(x), math.prod(to.shape(places))
        flat = reshape(to, places, (count,))
        found = to.add("Gather", x, flat, axis=len(shape) - 1)
        return (reshape(to, found, (*(shape[:-1] or (1,)), count)),)

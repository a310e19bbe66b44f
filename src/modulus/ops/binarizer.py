"""Binarizer: whether features exceed a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.ops._bound import EXACT, Bound
from modulus.ops._classes import FLOAT
from modulus.ops._expansion import Expanded, Expansion, like, needed


@dataclass(frozen=True)
class Binarizer(Expanded):
    """1 where x is above the threshold, else 0.

    Shape:
        x: [...] -> y: [...].

    Numerics:
        Exact on the integers of x.

    Source:
        ONNX operator Binarizer of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "Binarizer"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = EXACT

    threshold: float = 0.0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Compare."""
        x = needed(self, inputs, 0)
        bit = to.add("Greater", x, like(to, x, np.array(self.threshold)))
        return (to.add("Cast", bit, to=FLOAT),)

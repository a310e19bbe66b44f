"""LinearClassifier: the class of the largest linear score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._classes import (
    add_features,
    add_labels,
    add_transform,
    check_transform,
    matrix,
)
from modulus.ops._expansion import Expanded, Expansion, needed


@dataclass(frozen=True)
class LinearClassifier(Expanded):
    """Scores x W^T + intercepts; with one score for two labels its sign decides.

    Shape:
        x: [n, features] -> labels: [n], scores: [n, classes].

    Numerics:
        Scores as Gemm, then as the transform. The label is that of the largest rounded score.

    Source:
        ONNX operator LinearClassifier of ai.onnx.ml, version 1.
    """

    onnx_name: ClassVar[str] = "LinearClassifier"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=3, inputs=32, weights=True)
    num_outputs: ClassVar[int] = 2
    ignored_attributes: ClassVar[frozenset[str]] = frozenset({"multi_class"})

    classlabels_ints: tuple[int, ...] = ()
    coefficients: tuple[float, ...] = ()
    intercepts: tuple[float, ...] = ()
    post_transform: str = "NONE"

    def check(self) -> None:
        """Check transform and labels."""
        check_transform(self.post_transform)
        if len(self.classlabels_ints) < 2:
            raise UnsupportedOperatorError("fewer than two class labels")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Multiply, add, compare, transform."""
        x = add_features(to, needed(self, inputs, 0))
        labels = self.classlabels_ints
        rows = len(self.intercepts) or len(labels)
        weight = matrix("LinearClassifier", self.coefficients, rows)
        if rows == 1 and len(labels) == 2:
            # The other class has the opposite score; its own is the one that is given.
            if self.post_transform == "SOFTMAX":
                raise UnsupportedOperatorError("SOFTMAX of a single score is not supported")
            weight = np.concatenate([-weight, weight])
            intercepts = np.array([-self.intercepts[0], self.intercepts[0]], np.float32)
        else:
            intercepts = np.array(self.intercepts or (0.0,) * rows, np.float32)
        y = to.add("MatMul", x, to.hold(np.ascontiguousarray(weight.T)))
        y = to.add("Add", y, to.hold(intercepts))
        place = to.add("ArgMax", y, axis=1, keepdims=0)
        return add_labels(to, place, labels), add_transform(to, y, self.post_transform)

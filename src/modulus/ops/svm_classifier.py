"""SVMClassifier: pairs of classes decided by kernels, and the class that wins most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._classes import FLOAT, add_features, add_labels, matrix
from modulus.ops._expansion import Array, Expanded, Expansion, needed
from modulus.ops._kernel_machine import add_kernel, check_kernel


@dataclass(frozen=True)
class SVMClassifier(Expanded):
    """One decision per pair of classes; the label has the most votes. No probabilities.

    Shape:
        x: [n, features] -> labels: [n], scores: [n, pairs], or [n, 2] for two classes.

    Numerics:
        A few units of the scores plus the sum of |coefficients| times half a unit of the kernel.

    Source:
        ONNX operator SVMClassifier of ai.onnx.ml, version 1, as ONNX Runtime reads it.
    """

    onnx_name: ClassVar[str] = "SVMClassifier"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=8, inputs=160, weights=True)
    num_outputs: ClassVar[int] = 2

    classlabels_ints: tuple[int, ...] = ()
    coefficients: tuple[float, ...] = ()
    kernel_params: tuple[float, ...] = ()
    kernel_type: str = "LINEAR"
    post_transform: str = "NONE"
    prob_a: tuple[float, ...] = ()
    prob_b: tuple[float, ...] = ()
    rho: tuple[float, ...] = ()
    support_vectors: tuple[float, ...] = ()
    vectors_per_class: tuple[int, ...] = ()

    def check(self) -> None:
        """Check the kernel; probabilities and transforms are not supported."""
        check_kernel(self.kernel_type)
        if self.prob_a or self.prob_b:
            raise UnsupportedOperatorError(
                "probabilities couple pairs of classes by iteration, which is not supported; train "
                "with probability=False"
            )
        if self.post_transform != "NONE" or not self.vectors_per_class:
            raise UnsupportedOperatorError("a transform, or no support vectors")

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Kernels, one product for all pairs, one for the votes."""
        x = add_features(to, needed(self, inputs, 0))
        vectors = matrix("SVMClassifier", self.support_vectors, sum(self.vectors_per_class))
        kernels = add_kernel(to, x, vectors, self.kernel_type, self.kernel_params)
        pairs = list(combinations(range(len(self.vectors_per_class)), 2))
        if len(self.rho) != len(pairs) or len(self.classlabels_ints) != len(self.vectors_per_class):
            raise ShapeError(f"SVMClassifier: {len(self.rho)} offsets for {len(pairs)} pairs")
        y = to.add("MatMul", kernels, to.hold(self._pairwise(pairs)))
        y = to.add("Add", y, to.hold(np.array(self.rho, np.float32)))
        bits = to.add("Cast", to.add("Greater", y, to.hold(np.zeros((), np.float32))), to=FLOAT)
        # A decision above zero votes for the first class of its pair, any other for the second.
        votes = np.zeros((len(pairs), len(self.classlabels_ints)), np.float32)
        for row, (i, j) in enumerate(pairs):
            votes[row, i], votes[row, j] = 1, -1
        start = np.sum(votes == -1, axis=0).astype(np.float32)
        won = to.add("Add", to.add("MatMul", bits, to.hold(votes)), to.hold(start))
        place = to.add("ArgMax", won, axis=1, keepdims=0)
        if len(pairs) == 1:
            y = to.add("MatMul", y, to.hold(np.array([[-1, 1]], np.float32)))
        return add_labels(to, place, self.classlabels_ints), y

    def _pairwise(self, pairs: Sequence[tuple[int, int]]) -> Array:
        """The weights of all kernels in the decision of every pair, as libsvm orders them."""
        counts = self.vectors_per_class
        held = matrix("SVMClassifier", self.coefficients, len(counts) - 1)
        starts = np.cumsum((0, *counts))
        weight = np.zeros((sum(counts), len(pairs)), np.float32)
        for column, (i, j) in enumerate(pairs):
            first, second = slice(starts[i], starts[i + 1]), slice(starts[j], starts[j + 1])
            weight[first, column] = held[j - 1, first]
            weight[second, column] = held[i, second]
        return weight

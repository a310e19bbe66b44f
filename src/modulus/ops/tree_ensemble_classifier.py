"""TreeEnsembleClassifier: the class that decision trees agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._classes import check_transform, labelled, transformed
from modulus.ops._expansion import Expansion, Typed, needed
from modulus.ops._forest import Forest, scores
from modulus.ops._static import required
from modulus.ops._tree_attributes import TreeNodes, numbers


@dataclass(frozen=True)
class TreeEnsembleClassifier(TreeNodes, Typed):
    """Class scores summed over trees, and the label of the largest.

    With two labels and weights for one class only, that score decides by its sign, or against one
    half where all weights are positive, as in ONNX Runtime.

    Shape:
        x: [n, features] -> labels: [n], scores: [n, classes].

    Numerics:
        Comparisons are exact on the integers of x. |error| of a score <= half a unit of the largest
        weight per tree.

    Source:
        ONNX operator TreeEnsembleClassifier of ai.onnx.ml, versions 1 to 3.
    """

    onnx_name: ClassVar[str] = "TreeEnsembleClassifier"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=0.5, per="tree")
    num_outputs: ClassVar[int] = 2
    folds_columns: ClassVar[bool] = True
    compares_inputs: ClassVar[bool] = True
    ignored_attributes: ClassVar[frozenset[str]] = frozenset(
        {"nodes_hitrates", "nodes_hitrates_as_tensor", "nodes_missing_value_tracks_true"}
    )

    class_ids: tuple[int, ...] = ()
    class_nodeids: tuple[int, ...] = ()
    class_treeids: tuple[int, ...] = ()
    class_weights: tuple[float, ...] | None = None
    class_weights_as_tensor: NDArray[Any] | None = None
    classlabels_int64s: tuple[int, ...] = ()

    def check(self) -> None:
        """Check the transform."""
        check_transform(self.post_transform)

    def types(self, to: Expansion, inputs: Sequence[str]) -> Sequence[tuple[type, tuple[int, ...]]]:
        """Integer labels and float scores, one row per sample."""
        shape = to.shape(needed(self, inputs, 0))
        if len(shape) != 2 or not self.classlabels_int64s:
            raise ShapeError(f"TreeEnsembleClassifier: features of shape {shape}, or no labels")
        # Attack: evaluating nodes that are no trees may never end, so they are looked at first.
        self._forest()
        return [(np.int64, shape[:1]), (np.float32, (shape[0], len(self.classlabels_int64s)))]

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Walk down every tree, sum, and compare."""
        x, labels = required(self, inputs, 0), self.classlabels_int64s
        total = scores(build, x, self._forest())
        if self._has_one_score():
            weights = numbers(self.class_weights, self.class_weights_as_tensor)
            return self._single(build, total, positive=bool(np.all(weights >= 0)))
        base = self.base(len(labels))
        if base.any():
            total = build.add(total, build.constant(base))
        place = build.argmax(total, 1, keepdims=False)
        return labelled(build, place, labels), transformed(build, total, self.post_transform)

    def _has_one_score(self) -> bool:
        return len(self.classlabels_int64s) == 2 and len(set(self.class_ids)) == 1

    def _forest(self) -> Forest:
        """The trees and what their leaves say.

        Raises:
            ShapeError: The lists do not fit each other, or are no trees.
        """
        weights = numbers(self.class_weights, self.class_weights_as_tensor)
        single = self._has_one_score()
        ids = (0,) * len(self.class_ids) if single else self.class_ids
        count = 1 if single else len(self.classlabels_int64s)
        return self.forest(self.class_treeids, self.class_nodeids, ids, weights, count)

    def _single(self, build: Builder, score: Operand, *, positive: bool) -> tuple[Operand, ...]:
        base = numbers(self.base_values, self.base_values_as_tensor)
        if base.size > 1:
            raise ShapeError(f"TreeEnsembleClassifier: {base.size} base values for one score")
        if base.size:
            score = build.add(score, build.constant(base))
        samples = score.shape[0]
        above = build.greater(score, build.constant(np.array(0.5 if positive else 0.0)))
        place = build.reshape(above, (samples,))
        signs = np.array([[-1.0, 1.0]])
        if self.post_transform == "LOGISTIC":
            both = transformed(build, build.multiply(score, build.constant(signs)), "LOGISTIC")
        elif positive:
            turned = build.multiply(score, build.constant(signs))
            both = build.add(turned, build.constant(np.array([[1.0, 0.0]])))
        else:
            both = build.multiply(score, build.constant(signs))
        return labelled(build, place, self.classlabels_int64s), both

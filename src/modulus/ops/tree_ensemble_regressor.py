"""TreeEnsembleRegressor: the sum of what decision trees say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._classes import check_transform, transformed
from modulus.ops._expansion import Expansion, Typed, needed
from modulus.ops._forest import Forest, scores
from modulus.ops._static import required
from modulus.ops._tree_attributes import TreeNodes, numbers


@dataclass(frozen=True)
class TreeEnsembleRegressor(TreeNodes, Typed):
    """The sum or average over trees of the weights of the leaves that x reaches, plus base values.

    Shape:
        x: [n, features] -> y: [n, targets].

    Numerics:
        Comparisons are exact on the integers of x. |error| <= half a unit of the largest weight per
        tree.

    Source:
        ONNX operator TreeEnsembleRegressor of ai.onnx.ml, versions 1 to 3.
    """

    onnx_name: ClassVar[str] = "TreeEnsembleRegressor"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=0.5, per="tree")
    folds_columns: ClassVar[bool] = True
    compares_inputs: ClassVar[bool] = True
    ignored_attributes: ClassVar[frozenset[str]] = frozenset(
        {"nodes_hitrates", "nodes_hitrates_as_tensor", "nodes_missing_value_tracks_true"}
    )

    aggregate_function: str = "SUM"
    n_targets: int = 1
    target_ids: tuple[int, ...] = ()
    target_nodeids: tuple[int, ...] = ()
    target_treeids: tuple[int, ...] = ()
    target_weights: tuple[float, ...] | None = None
    target_weights_as_tensor: NDArray[Any] | None = None

    def check(self) -> None:
        """Accept sums and averages, without a transform that is not supported."""
        if self.aggregate_function not in {"SUM", "AVERAGE"}:
            raise UnsupportedOperatorError(
                f"attribute aggregate_function={self.aggregate_function!r}: only SUM and AVERAGE"
            )
        check_transform(self.post_transform)

    def types(self, to: Expansion, inputs: Sequence[str]) -> Sequence[tuple[type, tuple[int, ...]]]:
        """Floats, one row per sample."""
        shape = to.shape(needed(self, inputs, 0))
        if len(shape) != 2:
            raise ShapeError(f"TreeEnsembleRegressor: features of shape {shape}")
        # Attack: evaluating nodes that are no trees may never end, so they are looked at first.
        self._forest()
        return [(np.float32, (shape[0], self.n_targets))]

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Walk down every tree, then sum."""
        forest = self._forest()
        average = self.aggregate_function == "AVERAGE"
        total = scores(build, required(self, inputs, 0), forest, average=average)
        base = self.base(self.n_targets)
        if base.any():
            total = build.add(total, build.constant(base))
        return (transformed(build, total, self.post_transform),)

    def _forest(self) -> Forest:
        """The trees and what their leaves say.

        Raises:
            ShapeError: The lists do not fit each other, or are no trees.
        """
        return self.forest(
            self.target_treeids,
            self.target_nodeids,
            self.target_ids,
            numbers(self.target_weights, self.target_weights_as_tensor),
            self.n_targets,
        )

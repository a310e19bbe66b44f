"""TreeEnsemble: the sum of what decision trees say, in the newer notation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._classes import transformed
from modulus.ops._expansion import Expansion, Typed, needed
from modulus.ops._forest import Branch, Forest, Leaf, no_weights, question, scores
from modulus.ops._static import required

MODES = ("BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "MEMBER")
TRANSFORMS = {0: "NONE", 1: "SOFTMAX", 2: "LOGISTIC"}


@dataclass(frozen=True)
class TreeEnsemble(Typed):
    """The sum or average over trees of the weights of the leaves that x reaches.

    Shape:
        x: [n, features] -> y: [n, targets].

    Numerics:
        As TreeEnsembleRegressor.

    Source:
        ONNX operator TreeEnsemble of ai.onnx.ml, version 5.
    """

    onnx_name: ClassVar[str] = "TreeEnsemble"
    domain: ClassVar[str] = "ai.onnx.ml"
    since_opset: ClassVar[int] = 5
    bound: ClassVar[Bound] = Bound(units=0.5, per="tree")
    folds_columns: ClassVar[bool] = True
    compares_inputs: ClassVar[bool] = True
    ignored_attributes: ClassVar[frozenset[str]] = frozenset(
        {"nodes_hitrates", "nodes_missing_value_tracks_true", "membership_values"}
    )

    aggregate_function: int = 1
    leaf_targetids: tuple[int, ...] = ()
    leaf_weights: NDArray[Any] | None = None
    n_targets: int = 1
    nodes_falseleafs: tuple[int, ...] = ()
    nodes_falsenodeids: tuple[int, ...] = ()
    nodes_featureids: tuple[int, ...] = ()
    nodes_modes: NDArray[Any] | None = None
    nodes_splits: NDArray[Any] | None = None
    nodes_trueleafs: tuple[int, ...] = ()
    nodes_truenodeids: tuple[int, ...] = ()
    post_transform: int = 0
    tree_roots: tuple[int, ...] = ()

    def check(self) -> None:
        """Accept sums and averages, without a transform that is not supported."""
        if self.aggregate_function not in {0, 1} or self.post_transform not in TRANSFORMS:
            raise UnsupportedOperatorError(
                "attributes aggregate_function and post_transform: averages and sums, and none, "
                "softmax and logistic work"
            )

    def types(self, to: Expansion, inputs: Sequence[str]) -> Sequence[tuple[type, tuple[int, ...]]]:
        """Floats, one row per sample."""
        shape = to.shape(needed(self, inputs, 0))
        if len(shape) != 2:
            raise ShapeError(f"TreeEnsemble: features of shape {shape}")
        # Attack: evaluating nodes that are no trees may never end, so they are looked at first.
        self._forest()
        return [(np.float32, (shape[0], self.n_targets))]

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Walk down every tree, then sum."""
        x = required(self, inputs, 0)
        total = scores(build, x, self._forest(), average=self.aggregate_function == 0)
        return (transformed(build, total, TRANSFORMS[self.post_transform]),)

    def _forest(self) -> Forest:
        """The forest: branches first, leaves behind them.

        Raises:
            ShapeError: The lists do not fit each other, or are no trees.
        """
        count, ends = len(self.nodes_featureids), len(self.leaf_targetids)
        modes = np.asarray(() if self.nodes_modes is None else self.nodes_modes).reshape(-1)
        splits = np.asarray(() if self.nodes_splits is None else self.nodes_splits).reshape(-1)
        weights = np.asarray(() if self.leaf_weights is None else self.leaf_weights).reshape(-1)
        sides = (self.nodes_falseleafs, self.nodes_falsenodeids)
        others = (self.nodes_trueleafs, self.nodes_truenodeids)
        lists = (modes, splits, *sides, *others)
        if any(len(entries) != count for entries in lists) or len(weights) != ends or not ends:
            raise ShapeError("TreeEnsemble: the lists of nodes or leaves differ in length")
        held = no_weights("TreeEnsemble", ends, self.n_targets)
        for row, target in enumerate(self.leaf_targetids):
            if not 0 <= target < self.n_targets:
                raise ShapeError(f"TreeEnsemble: leaf {row} adds to target {target}")
            held[row, target] = weights[row]
        nodes: list[Leaf | Branch] = []
        used: set[int] = set()
        for i in range(count):
            mode = int(modes[i])
            name = MODES[mode] if 0 <= mode < len(MODES) else str(mode)
            strict, upper = question(name)
            pair = []
            for is_leaf, child in ((side[0][i], side[1][i]) for side in (sides, others)):
                place = count + child if is_leaf else child
                # Attack: nodes with two parents would double the walk with every level.
                if not 0 <= child < (ends if is_leaf else count) or place in used:
                    raise ShapeError(f"TreeEnsemble: node {i} has a child that is missing or taken")
                used.add(place)
                pair.append(place)
            children = (pair[0], pair[1]) if upper else (pair[1], pair[0])
            nodes.append(Branch(self.nodes_featureids[i], float(splits[i]), strict, children))
        nodes.extend(Leaf(row) for row in range(ends))
        if not self.tree_roots or not used.isdisjoint(self.tree_roots):
            raise ShapeError("TreeEnsemble: no roots, or a root that is a child")
        if not all(0 <= root < count for root in self.tree_roots):
            raise ShapeError("TreeEnsemble: a root that does not exist")
        return Forest(nodes, self.tree_roots, held)

"""Trees as the attributes of the older operators describe them: parallel lists of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError
from modulus.ops._forest import NEVER, Branch, Forest, Leaf, no_weights, question
from modulus.ops.operator import Operator

MAX_NODES = 1 << 22


@dataclass(frozen=True)
class TreeNodes(Operator):
    """The attributes that describe the nodes of an ensemble; an abstract base."""

    allows_infinity: ClassVar[bool] = True

    base_values: tuple[float, ...] | None = None
    base_values_as_tensor: NDArray[Any] | None = None
    nodes_falsenodeids: tuple[int, ...] = ()
    nodes_featureids: tuple[int, ...] = ()
    nodes_modes: tuple[str, ...] = ()
    nodes_nodeids: tuple[int, ...] = ()
    nodes_treeids: tuple[int, ...] = ()
    nodes_truenodeids: tuple[int, ...] = ()
    nodes_values: tuple[float, ...] | None = None
    nodes_values_as_tensor: NDArray[Any] | None = None
    post_transform: str = "NONE"

    def base(self, targets: int) -> NDArray[np.float64]:
        """What is added to every target.

        Raises:
            ShapeError: Their number is neither one nor that of the targets.
        """
        held = numbers(self.base_values, self.base_values_as_tensor)
        if not held.size:
            return np.zeros(targets)
        if not np.isfinite(held).all():
            raise ShapeError(f"{self.onnx_name}: a base value is not finite")
        if held.size not in {1, targets}:
            raise ShapeError(f"{self.onnx_name}: {held.size} base values for {targets} targets")
        return np.broadcast_to(held, (targets,)).astype(np.float64)

    def forest(
        self,
        trees: Sequence[int],
        nodes: Sequence[int],
        targets: Sequence[int],
        weights: NDArray[np.float64],
        count: int,
    ) -> Forest:
        """The forest; the arguments list what leaves add to targets.

        Raises:
            ShapeError: The lists do not fit each other, or name nodes that do not exist.
        """
        total = len(self.nodes_nodeids)
        values = numbers(self.nodes_values, self.nodes_values_as_tensor)
        if np.isnan(values).any() or not np.isfinite(weights).all():
            raise ShapeError(f"{self.onnx_name}: a threshold or a weight is no number")
        # Boosters write an infinite threshold for "is there", which every value is.
        values = np.clip(values, -NEVER, NEVER)
        lengths = {
            len(self.nodes_treeids),
            len(self.nodes_featureids),
            len(self.nodes_modes),
            len(self.nodes_truenodeids),
            len(self.nodes_falsenodeids),
            len(values),
        }
        if lengths != {total} or not 0 < total <= MAX_NODES:
            raise ShapeError(f"{self.onnx_name}: lists of {total} and of {sorted(lengths)} nodes")
        if not len(trees) == len(nodes) == len(targets) == len(weights):
            raise ShapeError(f"{self.onnx_name}: the lists of weights differ in length")
        place = {
            key: i for i, key in enumerate(zip(self.nodes_treeids, self.nodes_nodeids, strict=True))
        }
        leaves: dict[int, int] = {}
        made: list[Leaf | Branch] = []
        for i, mode in enumerate(self.nodes_modes):
            if mode == "LEAF":
                leaves[i] = len(leaves)
                made.append(Leaf(leaves[i]))
                continue
            strict, upper = question(mode)
            tree = self.nodes_treeids[i]
            pair = [(tree, self.nodes_falsenodeids[i]), (tree, self.nodes_truenodeids[i])]
            if any(key not in place for key in pair):
                raise ShapeError(f"{self.onnx_name}: node {i} has a child that does not exist")
            below, above = (place[key] for key in (pair if upper else pair[::-1]))
            made.append(Branch(self.nodes_featureids[i], float(values[i]), strict, (below, above)))
        held = no_weights(self.onnx_name, len(leaves), count)
        weighted: set[tuple[int, int]] = set()
        for key, target, weight in zip(
            zip(trees, nodes, strict=True), targets, weights, strict=True
        ):
            row = leaves.get(place.get(key, -1))
            if row is None or not 0 <= target < count:
                raise ShapeError(
                    f"{self.onnx_name}: a weight of no leaf or target: {key}, {target}"
                )
            if (row, target) in weighted:
                raise ShapeError(f"{self.onnx_name}: leaf {key} has two weights for {target}")
            weighted.add((row, target))
            held[row, target] = weight
        listed = [child for node in made if isinstance(node, Branch) for child in node.children]
        children = set(listed)
        # Attack: nodes with two parents would double the walk with every level.
        if len(children) != len(listed):
            raise ShapeError(f"{self.onnx_name}: a node has two parents")
        first: dict[int, int] = {}
        for i, tree in enumerate(self.nodes_treeids):
            first.setdefault(tree, i)
        if not children.isdisjoint(first.values()):
            raise ShapeError(f"{self.onnx_name}: the root of a tree is a child, a cycle")
        roots = list(first.values())
        return Forest(made, roots, held)


def numbers(plain: Sequence[float] | None, tensor: NDArray[Any] | None) -> NDArray[np.float64]:
    """Numbers that are given as a list or as a tensor."""
    if tensor is not None and np.size(tensor):
        return np.asarray(tensor, np.float64).reshape(-1)
    return np.array(plain or (), np.float64)

"""Decision trees: every distinct comparison once, then one walk down per tree.

The walk costs three lookups per level and tree, whatever the number of nodes: which comparison a
node asks for, its outcome, and where its children are. Siblings are neighbours, so that the
outcome is added to the place of the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import take

Reals = NDArray[np.float64]
NEVER = 1e30
"""A threshold that no value exceeds: leaves above the deepest level pass through it."""
MAX_TABLE = 1 << 16
"""Comparisons of all samples together that one table holds."""
MAX_DEPTH = 64
"""Far deeper than trees are grown; a bound on hostile ones."""


MAX_WEIGHTS = 1 << 24
"""Of all leaves and targets together."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """The row of its weights."""

    row: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A question and its two children by place in the list of nodes."""

    feature: int
    threshold: float
    strict: bool
    """The outcome is one where the feature is above the threshold, or (not strict) at least it."""
    children: tuple[int, int]
    """Where the outcome is zero, and where it is one."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees by their roots in a list of nodes, and what their leaves add to each target."""

    nodes: Sequence[Leaf | Branch]
    roots: Sequence[int]
    weights: Reals
    """[leaves, targets]."""


def no_weights(name: str, leaves: int, targets: int) -> Reals:
    """Zeros, [leaves, targets].

    Raises:
        ShapeError: There is no target, or there are too many.
    """
    # Attack: the number of targets is stated, with no list that would have to be as long.
    if targets < 1 or leaves * targets > MAX_WEIGHTS:
        raise ShapeError(f"{name}: {targets} targets of {leaves} leaves")
    return np.zeros((leaves, targets))


@dataclass(slots=True)
class _Level:
    questions: list[int]
    first: list[int]
    nodes: list[int]


def question(mode: str) -> tuple[bool, bool]:
    """(strict, whether the outcome one leads to the true child) of a node's mode.

    Raises:
        UnsupportedOperatorError: The mode compares for equality.
    """
    modes = {
        "BRANCH_LEQ": (True, False),
        "BRANCH_LT": (False, False),
        "BRANCH_GTE": (False, True),
        "BRANCH_GT": (True, True),
    }
    if mode not in modes:
        raise UnsupportedOperatorError(f"node mode {mode}: only {', '.join(modes)} work")
    return modes[mode]


def leaves_reached(build: Builder, x: Operand, forest: Forest) -> tuple[Operand, list[int]]:
    """The leaf that every sample reaches in every tree.

    Returns:
        Places [n, trees] in the list of leaf rows that comes second.

    Raises:
        ShapeError: x has no such feature, or the nodes are no trees.
    """
    questions, levels = _levels(forest)
    features = np.array([feature for feature, _, _ in questions], np.int64)
    if len(x.shape) != 2 or features.min() < 0 or features.max() >= x.shape[1]:
        raise ShapeError(f"trees ask for feature {features.max()} of shape {x.shape}")
    bits = _answers(build, x, questions, features)
    samples = x.shape[0]
    if samples > 1 and samples * len(questions) > MAX_TABLE:
        rows = [_walk(build, _row(build, bits, i), levels) for i in range(samples)]
        place = build.concat(rows, 0)
    else:
        place = _walk(build, bits, levels)
    ends = [forest.nodes[node] for node in levels[-1].nodes]
    return place, [end.row for end in ends if isinstance(end, Leaf)]


def scores(build: Builder, x: Operand, forest: Forest, *, average: bool = False) -> Operand:
    """The sum (or average) of the weights of the leaves reached: [n, targets]."""
    place, rows = leaves_reached(build, x, forest)
    weights = forest.weights[rows]
    trees = len(forest.roots)
    if average:
        weights = weights / trees
    owners = _owners(forest)
    if owners is None:
        found = build.gather(build.constant(weights), place)
        return build.sum(found, [1], keepdims=False)
    # Every tree adds to one target: look up one number per tree and sum by target.
    found = build.gather(build.constant(weights.sum(axis=1)), place)
    selection = (owners[:, None] == np.arange(weights.shape[1])).astype(np.int64)
    return build.contract_exact("nt,tk->nk", found, selection)


def _answers(
    build: Builder,
    x: Operand,
    questions: Sequence[tuple[int, float, bool]],
    features: NDArray[np.int64],
) -> Operand:
    """The outcome of every distinct comparison: [n, questions]."""
    columns = take(build, x, 1, features)
    thresholds = np.array([threshold for _, threshold, _ in questions], np.float32)
    strict = np.array([entry for _, _, entry in questions])
    return build.beyond(columns, thresholds, strict)


def _walk(build: Builder, bits: Operand, levels: Sequence[_Level]) -> Operand:
    samples, count = bits.shape
    first = levels[0]
    outcome = take(build, bits, 1, np.array(first.questions, np.int64))
    place = build.add_integers(outcome, _row_of(build, first.first))
    table = build.reshape(bits, (samples * count,))
    start = build.constant(np.arange(samples, dtype=np.float64)[:, None] * count)
    for level in levels[1:-1]:
        asked = build.gather(_table(build, level.questions), place)
        if samples > 1:
            asked = build.add_integers(asked, start)
        outcome = build.gather(table, asked)
        place = build.add_integers(outcome, build.gather(_table(build, level.first), place))
    return place


def _levels(forest: Forest) -> tuple[list[tuple[int, float, bool]], list[_Level]]:
    """The distinct questions, and per level which one each node asks and where its children are."""
    numbers: dict[tuple[int, float, bool], int] = {}
    levels: list[_Level] = []
    current = list(forest.roots)
    while True:
        level = _Level([], [], current)
        levels.append(level)
        if len(levels) > 1 and all(isinstance(forest.nodes[node], Leaf) for node in current):
            return list(numbers), levels
        if len(levels) > MAX_DEPTH:
            raise ShapeError(f"a tree is deeper than {MAX_DEPTH}, or its nodes form a cycle")
        following: list[int] = []
        for index in current:
            node = forest.nodes[index]
            level.first.append(len(following))
            if isinstance(node, Leaf):
                key = (0, NEVER, True)
                following.append(index)
            else:
                key = (node.feature, node.threshold, node.strict)
                following.extend(node.children)
            level.questions.append(numbers.setdefault(key, len(numbers)))
        current = following


def _owners(forest: Forest) -> NDArray[np.int64] | None:
    """The one target that each tree adds to, or None where a tree has several."""
    owners = []
    for root in forest.roots:
        targets: set[int] = set()
        stack = [root]
        while stack:
            node = forest.nodes[stack.pop()]
            if isinstance(node, Branch):
                stack.extend(node.children)
            else:
                targets.update(np.nonzero(forest.weights[node.row])[0].tolist())
        if len(targets) > 1:
            return None
        owners.append(targets.pop() if targets else 0)
    return np.array(owners, np.int64)


def _row(build: Builder, x: Operand, index: int) -> Operand:
    return build.slice(x, [index, 0], [1, 1], [1, x.shape[1]])


def _table(build: Builder, entries: Sequence[int]) -> Operand:
    return build.whole(build.constant(np.array(entries, np.float64)))


def _row_of(build: Builder, entries: Sequence[int]) -> Operand:
    return build.constant(np.array(entries, np.float64)[None, :])

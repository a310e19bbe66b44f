"""What classifiers and regressors of ai.onnx.ml share: features, labels, transforms of scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from modulus.errors import ShapeError, UnsupportedOperatorError
from modulus.ops._builder import Builder, Operand
from modulus.ops._expansion import Expansion, reshape
from modulus.ops.operator import Operator
from modulus.ops.sigmoid import Sigmoid
from modulus.ops.softmax import Softmax

TRANSFORMS = ("NONE", "LOGISTIC", "SOFTMAX")
FLOAT = 1


def check_transform(transform: str) -> None:
    """Accept the transforms that are supported.

    Raises:
        UnsupportedOperatorError: Another one.
    """
    if transform not in TRANSFORMS:
        raise UnsupportedOperatorError(
            f"attribute post_transform={transform!r}: only {', '.join(TRANSFORMS)} work"
        )


def transformed(build: Builder, x: Operand, transform: str) -> Operand:
    """Scores [n, k] after a transform."""
    if transform == "NONE":
        return x
    operator: Operator = Sigmoid() if transform == "LOGISTIC" else Softmax(axis=1)
    return operator.lower(build, [x])[0]


def add_transform(to: Expansion, x: str, transform: str) -> str:
    """Add the node of a transform."""
    if transform == "LOGISTIC":
        return to.add("Sigmoid", x)
    return to.add("Softmax", x, axis=1) if transform == "SOFTMAX" else x


def labelled(build: Builder, place: Operand, labels: Sequence[int]) -> Operand:
    """Labels by their place; free where they count up from zero."""
    if tuple(labels) == tuple(range(len(labels))):
        return place
    return build.gather(build.whole(build.constant(np.array(labels, np.float64))), place)


def add_labels(to: Expansion, place: str, labels: Sequence[int]) -> str:
    """Add the nodes that turn places into labels."""
    if tuple(labels) == tuple(range(len(labels))):
        return place
    return to.add("Gather", to.hold(np.array(labels, np.int64)), place)


def add_features(to: Expansion, x: str) -> str:
    """A tensor of samples as floats [n, features]."""
    shape = to.shape(x)
    if not 1 <= len(shape) <= 2:
        raise ShapeError(f"features of shape {shape}, expected [n, features]")
    if to.dtype(x) != np.float32:
        x = to.add("Cast", x, to=FLOAT)
    return x if len(shape) == 2 else reshape(to, x, (1, *shape))


def matrix(
    name: str, numbers: Sequence[float] | None, rows: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Attribute numbers as a matrix of that many rows.

    Raises:
        ShapeError: They do not divide into the rows.
    """
    flat = np.array(numbers or (), np.float32)
    if rows < 1 or not flat.size or flat.size % rows:
        raise ShapeError(f"{name}: {flat.size} coefficients in {rows} rows")
    return flat.reshape(rows, -1)

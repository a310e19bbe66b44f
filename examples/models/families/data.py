"""Real data for the families of models: what scikit-learn ships, and one series beside this file.

Every function takes "train" or "test" and returns what the models take; the split is fixed, and
test samples are held out from training and calibration.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

from examples.models.data import digits

Array = NDArray[Any]
Split = Literal["train", "test"]

YEARS = 12
"""Years that a forecaster of sunspots sees: a cycle."""
WINDOW = 16
"""Characters that a language model sees."""
RANK_USERS = 400
"""Digits whose pixels the matrix factorisation completes."""
_SEED = 20240229
_SERIES = Path(__file__).resolve().parent / "sunspots.csv"


def table(name: str) -> Callable[[Split], tuple[Array, Array]]:
    """Raw features [n, columns], float32 and unscaled, and labels or targets [n].

    Args:
        name: A set that scikit-learn ships: "breast_cancer", "wine", "iris", "diabetes", "digits".
    """

    def load(split: Split) -> tuple[Array, Array]:
        held = getattr(datasets, f"load_{name}")()
        chosen = _chosen(len(held.data), split)
        return held.data[chosen].astype(np.float32), held.target[chosen]

    return load


def images(split: Split) -> tuple[Array, Array]:
    """Handwritten digits [n, 1, 8, 8] in [0, 1], and labels [n]."""
    pixels, labels = table("digits")(split)
    return (pixels / 16).reshape(-1, 1, 8, 8), labels.astype(np.int64)


def squares(size: int) -> Callable[[Split], tuple[Array, Array]]:
    """Digits of the model zoo, with its own split: [n, 1, size, size], and labels [n]."""
    return lambda split: digits(split, size)


def noisy_images(split: Split) -> tuple[Array, Array]:
    """Digits with noise, and the digits themselves, both [n, 1, 8, 8]."""
    clean, _ = images(split)
    noise = np.random.default_rng(len(clean)).normal(0, 0.2, clean.shape)
    return (clean + noise).astype(np.float32), clean


def latents(size: int) -> Callable[[Split], tuple[Array, Array]]:
    """Seeds of a generator, [n, size], twice: generators have no labels."""

    def draw(split: Split) -> tuple[Array, Array]:
        random = np.random.default_rng(_SEED + (split == "test"))
        drawn = np.clip(random.standard_normal((256, size)), -2.5, 2.5).astype(np.float32)
        return drawn, drawn

    return draw


def sunspots(split: Split) -> tuple[Array, Array]:
    """Yearly sunspots over 100, [n, 12, 1], and the year after each, [n, 1].

    Training ends with 1920. Source: National Geophysical Data Center, public domain.
    """
    years, counts = np.loadtxt(_SERIES, delimiter=",", skiprows=1).T
    scaled = (counts / 100).astype(np.float32)
    seen = np.lib.stride_tricks.sliding_window_view(scaled[:-1], YEARS)
    kept = (years[YEARS:] <= 1920) == (split == "train")
    return seen[kept][:, :, None].copy(), scaled[YEARS:][kept][:, None]


@cache
def _text() -> tuple[str, tuple[str, ...]]:
    parts = tuple(
        getattr(datasets, f"load_{name}")().DESCR
        for name in ("iris", "wine", "diabetes", "breast_cancer", "digits")
    )
    return "".join(sorted(set("".join(parts)))), parts


def alphabet() -> str:
    """The characters of the texts; a token is a place in it."""
    return _text()[0]


def characters(split: Split) -> tuple[Array, Array]:
    """Windows of scikit-learn's descriptions as tokens [n, 16], and every next token [n, 16]."""
    letters, parts = _text()
    tokens = np.array([letters.index(c) for c in "".join(parts)], np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(tokens, WINDOW + 1)[::5]
    kept = windows[_chosen(len(windows), split)]
    return kept[:, :-1].copy(), kept[:, 1:].copy()


def sources(split: Split) -> tuple[Array, Array]:
    """Windows of 16 tokens, and which of the five descriptions each comes from."""
    letters, parts = _text()
    windows, labels = [], []
    for label, part in enumerate(parts):
        tokens = np.array([letters.index(c) for c in part], np.int64)
        found = np.lib.stride_tricks.sliding_window_view(tokens, WINDOW)[::5]
        windows.append(found)
        labels.append(np.full(len(found), label))
    chosen = _chosen(sum(map(len, windows)), split)
    return np.concatenate(windows)[chosen], np.concatenate(labels)[chosen]


def ratings(split: Split) -> tuple[Array, Array]:
    """Pairs (digit, pixel) [n, 2], and that pixel's intensity in [0, 1], [n, 1]."""
    pixels = datasets.load_digits().data[:RANK_USERS].astype(np.float32) / 16
    chosen = _chosen(pixels.size, split)
    pairs = np.stack(np.unravel_index(chosen, pixels.shape), axis=1).astype(np.int64)
    return pairs, pixels.reshape(-1)[chosen][:, None]


def _chosen(count: int, split: Split) -> NDArray[np.int64]:
    """Half of the indices: one fixed permutation, cut in the middle."""
    order = np.random.default_rng(_SEED).permutation(count)
    return order[: count // 2] if split == "train" else order[count // 2 :]

"""Data sets of the model zoo: fixed splits of two that scikit-learn ships, and an invented one.

Nothing is downloaded and nothing here needs torch, so that the demo, the tests and the benchmarks
read exactly the samples that the committed accuracies were measured on.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits

Split = Literal["train", "test"]
Samples = tuple[NDArray[np.float32], NDArray[np.int64]]

_SEED = 20240229
_DIGITS_TRAIN = 797
_CANCER_TRAIN = 369
_CANCER_FEATURES = 20
_CREDIT_TRAIN, _CREDIT_TEST = 2_000, 500
_CREDIT_WEIGHTS = (0.9, -1.1, -0.8, 0.7, -1.2, 0.4, -0.5, 0.6)
_CREDIT_THRESHOLDS = (-0.8, 1.0)


def digits(split: Split, size: int = 8) -> Samples:
    """Handwritten digits, rescaled to squares of `size` pixels.

    Args:
        split: "train" (797 samples) or "test" (the 1,000 held-out samples).
        size: height and width in pixels; 8 gives the original images.

    Returns:
        Images, shape (samples, 1, size, size), values in [0, 1], and labels 0 to 9, shape
        (samples,).

    Raises:
        ValueError: `split` is unknown or `size` is not positive.

    Source: scikit-learn's copy of the UCI "Optical Recognition of Handwritten Digits" test set.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    images, labels = load_digits(return_X_y=True)
    chosen = _split_indices(len(labels), _DIGITS_TRAIN, split)
    squares = images[chosen].reshape(-1, 8, 8) / 16.0
    weights = _bilinear_weights(8, size)
    resized = weights @ squares @ weights.T
    return resized[:, None].astype(np.float32), labels[chosen].astype(np.int64)


def breast_cancer(split: Split) -> Samples:
    """The first 20 features of the Wisconsin diagnostic set, standardised on the training split.

    Args:
        split: "train" (369 samples) or "test" (the 200 held-out samples).

    Returns:
        Features, shape (samples, 20), mean 0 and deviation 1 over the training split, and labels
        (0 malignant, 1 benign), shape (samples,).

    Raises:
        ValueError: `split` is unknown.

    Source: scikit-learn's copy of the UCI "Breast Cancer Wisconsin (Diagnostic)" set.
    """
    features, labels = load_breast_cancer(return_X_y=True)
    features = features[:, :_CANCER_FEATURES]
    chosen = _split_indices(len(labels), _CANCER_TRAIN, split)
    fitted = features[_split_indices(len(labels), _CANCER_TRAIN, "train")]
    standardised = (features[chosen] - fitted.mean(axis=0)) / fitted.std(axis=0)
    return standardised.astype(np.float32), labels[chosen].astype(np.int64)


def credit(split: Split) -> Samples:
    """Credit records of invented borrowers with their tiers, for the demonstration alone.

    Features, standardised: income, debt over income, share of credit lines in use, years of
    history, missed payments, years in the job, recent applications, savings. The tier follows
    from a weighted sum, one product (missed payments weigh less with savings), and noise.

    Args:
        split: "train" (2,000 records) or "test" (500 others).

    Returns:
        Features, shape (records, 8), and tiers 0 (worst) to 2, shape (records,).

    Raises:
        ValueError: `split` is unknown.
    """
    random = np.random.default_rng(_SEED)
    features = random.standard_normal((_CREDIT_TRAIN + _CREDIT_TEST, len(_CREDIT_WEIGHTS)))
    # Four deviations: whatever standardises real records clips them too.
    features = np.clip(features, -4, 4)
    worth = features @ np.array(_CREDIT_WEIGHTS) + 0.5 * features[:, 4] * features[:, 7]
    worth += random.normal(0, 0.2, len(worth))
    tiers = np.digitize(worth, _CREDIT_THRESHOLDS)
    chosen = _split_indices(len(tiers), _CREDIT_TRAIN, split)
    return features[chosen].astype(np.float32), tiers[chosen].astype(np.int64)


def _split_indices(count: int, train: int, split: Split) -> NDArray[np.int64]:
    """Indices of a split: one fixed permutation, cut after `train` samples."""
    order = np.random.default_rng(_SEED).permutation(count)
    if split == "train":
        return order[:train]
    if split == "test":
        return order[train:]
    raise ValueError(f'split must be "train" or "test", got {split!r}')


def _bilinear_weights(source: int, target: int) -> NDArray[np.float64]:
    """Bilinear interpolation, half-pixel centres, clamped edges: a matrix (target, source)."""
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    centres = np.clip(centres, 0.0, source - 1.0)
    low = np.minimum(np.floor(centres).astype(np.int64), max(source - 2, 0))
    fraction = centres - low
    weights = np.zeros((target, source))
    rows = np.arange(target)
    weights[rows, low] += 1.0 - fraction
    weights[rows, np.minimum(low + 1, source - 1)] += fraction
    return weights

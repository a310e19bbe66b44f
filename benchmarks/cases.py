"""What is measured: models with their samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).resolve().parents[1] / "examples" / "models"
SAMPLES = 64

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Case:
    """A model and how to get typical inputs; both are made inside the measured process."""

    description: str
    model: Callable[[], Any]
    samples: Callable[[], Samples]


def _digits(size: int) -> Callable[[], Samples]:
    def load() -> Samples:
        from examples.models.data import digits

        return digits("train", size)[0][:SAMPLES]

    return load


def _noise(features: int) -> Callable[[], Samples]:
    def load() -> Samples:
        return np.random.default_rng(0).uniform(-1, 1, (SAMPLES, features)).astype(np.float32)

    return load


def _features() -> Samples:
    from examples.models.data import breast_cancer

    return breast_cancer("train")[0][:SAMPLES]


def _million() -> Any:
    from examples.models.synthetic import mlp_1m

    return mlp_1m()


def _file(name: str) -> Callable[[], Path]:
    return lambda: MODELS / name


CASES = {
    "tiny": Case("perceptron 20-32-16-2", _file("tiny.onnx"), _features),
    "lenet5": Case("LeNet-5, 61,706 parameters", _file("lenet5.onnx"), _digits(28)),
    "mlp_1m": Case("perceptron 512-1024-512-10, 1,055,242 parameters", _million, _noise(512)),
    "resnet": Case("residual network with batch norm", _file("resnet.onnx"), _digits(16)),
    "depthwise": Case("depthwise separable network", _file("depthwise.onnx"), _digits(16)),
}

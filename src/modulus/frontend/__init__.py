"""From ONNX, PyTorch and estimators to the float graph; the float reference that calibrates it."""

from __future__ import annotations

from modulus.frontend.calibration import calibrate
from modulus.frontend.estimators import from_estimator, is_estimator
from modulus.frontend.fixing import FixedInputs
from modulus.frontend.importer import load_onnx
from modulus.frontend.noise import noise
from modulus.frontend.pytorch import from_torch
from modulus.frontend.reference import FloatReference
from modulus.frontend.samples import Samples, batches, load_samples
from modulus.ops import FloatGraph, Node, TensorInfo

__all__ = [
    "FixedInputs",
    "FloatGraph",
    "FloatReference",
    "Node",
    "Samples",
    "TensorInfo",
    "batches",
    "calibrate",
    "from_estimator",
    "from_torch",
    "is_estimator",
    "load_onnx",
    "load_samples",
    "noise",
]

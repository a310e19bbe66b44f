"""From ONNX and PyTorch to the float graph, and the float reference that calibration runs."""

from __future__ import annotations

from modulus.frontend.calibration import calibrate
from modulus.frontend.importer import load_onnx
from modulus.frontend.pytorch import from_torch
from modulus.frontend.reference import FloatReference
from modulus.frontend.samples import Samples, batches, load_samples
from modulus.ops import FloatGraph, Node, TensorInfo

__all__ = [
    "FloatGraph",
    "FloatReference",
    "Node",
    "Samples",
    "TensorInfo",
    "batches",
    "calibrate",
    "from_torch",
    "load_onnx",
    "load_samples",
]

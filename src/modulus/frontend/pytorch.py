"""Import of PyTorch modules through their ONNX export."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from modulus.errors import ModelError
from modulus.frontend.importer import load_onnx
from modulus.ops import FloatGraph

EXPORT_OPSET = 17
"""Old enough for every runtime, new enough for every operator of this package."""


def from_torch(
    module: Any, sample: Any, *, dimensions: Mapping[str, int] | None = None
) -> FloatGraph:
    """Export a `torch.nn.Module` in evaluation mode and read it; the module is left as it was.

    Args:
        module: The network.
        sample: Example input, array or tensor or a tuple of them; the model takes its shape.
        dimensions: As for `load_onnx`.

    Raises:
        ModelError: torch is missing, or cannot export the module.
        UnsupportedOperatorError: The exported model uses operators that are not supported.
    """
    try:
        torch = importlib.import_module("torch")
    except ImportError as error:
        raise ModelError(
            "torch is not installed",
            hint="pip install 'modulus[torch]', or export to ONNX yourself",
        ) from error
    if not isinstance(module, torch.nn.Module):
        raise ModelError(f"expected a torch.nn.Module, got {type(module).__name__}")
    parts = sample if isinstance(sample, tuple) else (sample,)
    arguments = tuple(
        part if isinstance(part, torch.Tensor) else torch.as_tensor(np.asarray(part))
        for part in parts
    )
    # NumPy's arrays tend to be float64, parameters float32.
    kind = next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)
    arguments = tuple(part.to(kind) if part.is_floating_point() else part for part in arguments)
    training = {child: child.training for child in module.modules()}
    buffer = io.BytesIO()
    try:
        module.eval()
        with warnings.catch_warnings():
            # The newer exporter needs packages that are not part of torch, hence the older one.
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(module, arguments, buffer, opset_version=EXPORT_OPSET, dynamo=False)
    # The exporter runs the user's forward method, which may raise anything.
    except Exception as error:
        raise ModelError(f"torch cannot export the module: {error}") from error
    finally:
        for child, mode in training.items():
            child.training = mode
    return load_onnx(buffer.getvalue(), dimensions)

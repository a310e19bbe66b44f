"""Integer outputs beside those of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from modulus.errors import ModelError

Reals = NDArray[np.float64]

_TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}


def compare(
    model: Path, inputs: Mapping[str, Reals], outputs: Mapping[str, Reals]
) -> list[tuple[str, ...]]:
    """Run a float model and return a table of the differences, one row per output.

    Raises:
        FileNotFoundError: There is no such model.
        ModelError: ONNX Runtime refuses the model or the inputs, or its outputs do not match.
    """
    if not model.is_file():
        raise FileNotFoundError(2, "no such file", str(model))
    try:
        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        types = {item.name: _TYPES[item.type] for item in session.get_inputs()}
        feeds = {name: array.astype(types[name]) for name, array in inputs.items()}
        names = [item.name for item in session.get_outputs()]
        expected = dict(zip(names, session.run(names, feeds), strict=True))
    # ONNX Runtime's exceptions share no base class of their own.
    except Exception as error:
        raise ModelError(f"ONNX Runtime cannot run {model}: {error}") from error
    rows: list[tuple[str, ...]] = [("output", "largest error", "mean error", "range", "argmax")]
    for name, ours in outputs.items():
        if name not in expected or expected[name].size != ours.size:
            raise ModelError(f"{model} has no output {name} of {ours.size} values")
        theirs = np.asarray(expected[name], dtype=np.float64).reshape(ours.shape)
        distance = np.abs(ours - theirs)
        agrees = bool(np.argmax(ours) == np.argmax(theirs))
        rows.append(
            (
                name,
                f"{distance.max():.3g}",
                f"{distance.mean():.3g}",
                f"{np.ptp(theirs):.3g}",
                "equal" if agrees else "different",
            )
        )
    return rows

"""Integer outputs beside those of ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from modulus.errors import ModelError
from modulus.ir.graph import Numbers

_TYPES = {"float": "float32", "double": "float64"}
"""Element types that ONNX Runtime calls otherwise than NumPy."""


def compare(
    model: Path, inputs: Mapping[str, NDArray[np.float64]], outputs: Mapping[str, Numbers]
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
        kinds = {item.name: item.type[len("tensor(") : -1] for item in session.get_inputs()}
        feeds = {
            name: array.astype(_TYPES.get(kinds[name], kinds[name]))
            for name, array in inputs.items()
        }
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

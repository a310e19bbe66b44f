"""Reading what users compile: ONNX, torch modules, estimators, and the samples they come with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modulus.errors import ModelError

if TYPE_CHECKING:
    from modulus.frontend import FixedInputs, Samples
    from modulus.ops import FloatGraph
    from modulus.options import Options
    from modulus.quantize import Calibration


def read_model(model: Any, calibration: Samples | None, options: Options) -> FloatGraph:
    """Read a model of any supported kind; warns of what was decided for the user.

    Args:
        model: What `modulus.compile` takes.
        calibration: Typical inputs: torch modules and estimators are exported with one of them.
        options: Sizes of symbolic dimensions, and inputs that become constants.

    Raises:
        ModelError: The model cannot be read or uses what is not supported.
    """
    graph = _read(model, calibration, options)
    for note in graph.notes:
        warnings.warn(note, UserWarning, stacklevel=4)
    return graph


def noise(graph: FloatGraph) -> Samples:
    """Return random inputs in place of calibration samples, with a warning."""
    from modulus import frontend

    warnings.warn(
        "no calibration samples: ranges are taken from random inputs, real ones of unit variance. "
        "Inputs outside them will be refused, and narrow ones lose precision; pass typical inputs.",
        UserWarning,
        stacklevel=4,
    )
    return frontend.noise(graph)


def read_fixed(fixed: FixedInputs | None) -> dict[str, Any]:
    """Return fixed inputs as what JSON can hold.

    Raises:
        ModelError: One of them is no array.
    """
    try:
        return {name: np.asarray(number).tolist() for name, number in (fixed or {}).items()}
    except ValueError as error:
        raise ModelError(f"a fixed input is no array: {error}") from error


def read_settings(source: Calibration | str | Path | None) -> Calibration | None:
    """Return the calibration of a settings file.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is another kind of file, or of another version.
        QuantizationError: A setting is outside its range.
    """
    from modulus.quantize import Calibration

    return Calibration.load(source) if isinstance(source, str | Path) else source


def _read(model: Any, calibration: Samples | None, options: Options) -> FloatGraph:
    from modulus import frontend

    dimensions, fixed = options.dimensions, options.fixed_inputs
    if fixed and (_is_torch_module(model) or frontend.is_estimator(model)):
        raise ModelError("inputs of ONNX models only can be fixed")
    if _is_torch_module(model):
        if calibration is None or isinstance(calibration, str | Path | Mapping):
            raise ModelError(
                "a torch module is exported with an example input",
                hint="pass calibration=ARRAY, samples along the first axis",
            )
        return frontend.from_torch(model, np.asarray(calibration)[:1], dimensions=dimensions)
    if frontend.is_estimator(model):
        if calibration is None or isinstance(calibration, str | Path | Mapping):
            raise ModelError(
                "an estimator is converted for rows of features",
                hint="pass calibration=ROWS, an array of shape [n, features]",
            )
        return frontend.from_estimator(model, calibration, dimensions=dimensions)
    return frontend.load_onnx(model, dimensions, fixed)


def _is_torch_module(model: Any) -> bool:
    """Whether the model's class derives from torch's; torch itself may not even be installed."""
    return any(
        base.__module__ == "torch.nn.modules.module" and base.__name__ == "Module"
        for base in type(model).__mro__
    )

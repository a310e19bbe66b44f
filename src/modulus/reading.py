"""Reading what users compile: ONNX, torch modules, estimators, and the samples they come with."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modulus.artifacts import read_verifying_key
from modulus.errors import ModelError, VisibilityError
from modulus.verifier import VerifyingKey

if TYPE_CHECKING:
    from modulus.frontend import FixedInputs, Samples
    from modulus.ops import FloatGraph
    from modulus.options import Options
    from modulus.quantize import Calibration


InputScale = float | VerifyingKey | bytes | str | Path
"""Of an input that comes as integers: a number, or the key of the model that makes them."""


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


def read_key(source: VerifyingKey | bytes | str | Path) -> VerifyingKey:
    """Return a verifying key, from its bytes or its path.

    Raises:
        FileNotFoundError: There is no such file.
        ArtifactError: It is no verifying key.
    """
    if isinstance(source, VerifyingKey):
        return source
    if isinstance(source, bytes):
        return VerifyingKey.decode(source)
    return read_verifying_key(Path(source))


def read_input_scales(
    given: Mapping[str, InputScale] | None,
) -> dict[str, tuple[float, int | None]]:
    """Return scale and bits of inputs whose integers come from elsewhere.

    Raises:
        VisibilityError: A key does not have exactly one committed output.
        FileNotFoundError: There is no such key.
        ArtifactError: It is no verifying key.
    """
    return {name: _input_scale(name, scale) for name, scale in (given or {}).items()}


def _input_scale(name: str, scale: InputScale) -> tuple[float, int | None]:
    if isinstance(scale, int | float):
        return float(scale), None
    system = read_key(scale).system
    outputs = [port for port in system.committed if port.is_output]
    if len(outputs) != 1:
        raise VisibilityError(
            f"input {name}: the other model has {len(outputs)} committed outputs, not one",
            hint="pass the scale of the output that is meant as a number",
        )
    tensor = system.tensors[outputs[0].tensor]
    return outputs[0].scale, 1 + max(tensor.high, -1 - tensor.low).bit_length()


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

"""Import of scikit-learn estimators and pipelines, and of XGBoost and LightGBM boosters."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike

from modulus.errors import ModelError
from modulus.frontend.importer import load_onnx
from modulus.ops import FloatGraph

EXPORT_OPSET = 17
ML_OPSET = 3
"""Newest versions that all three converters write."""
BOOSTERS = {
    "xgboost": ("XGBoost", "convert_xgboost", "XGB"),
    "lightgbm": ("LightGbm", "convert_lightgbm", "LGBM"),
}
"""Where onnxmltools keeps a booster's conversion, and how the booster's estimators are called."""
PACKAGES = {"sklearn": "scikit-learn", "xgboost": "XGBoost", "lightgbm": "LightGBM"}


def is_estimator(model: Any) -> bool:
    """Whether a model is one of the objects that `from_estimator` takes."""
    return _package(model) is not None


def from_estimator(
    model: Any, sample: ArrayLike, *, dimensions: Mapping[str, int] | None = None
) -> FloatGraph:
    """Convert a fitted estimator, pipeline or booster to ONNX and read it.

    Args:
        model: Fitted; it is not changed.
        sample: Example rows [n, features], for their number of features.
        dimensions: As for `load_onnx`.

    Raises:
        ModelError: The converter is missing, or cannot convert the model.
        UnsupportedOperatorError: The converted model uses operators that are not supported.
    """
    shape = np.shape(sample)
    if len(shape) != 2:
        raise ModelError(f"an estimator takes rows of features; the samples have shape {shape}")
    return load_onnx(to_onnx(model, shape[1]), dimensions)


def to_onnx(model: Any, features: int) -> onnx.ModelProto:
    """Convert a fitted estimator, pipeline or booster of that many features to ONNX.

    Raises:
        ModelError: The converter is missing, or cannot convert the model.
    """
    package = _package(model)
    if package is None:
        raise ModelError(f"expected an estimator or booster, got {type(model).__name__}")
    convert = {"sklearn": _sklearn, "xgboost": _xgboost, "lightgbm": _lightgbm}[package]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return convert(model, features)
    except ImportError as error:
        raise ModelError(
            f"converting {PACKAGES[package]} models needs {error.name}",
            hint="pip install 'modulus[trees]', or export to ONNX yourself",
        ) from error
    # Converters share no exception of their own.
    except Exception as error:
        raise ModelError(f"{type(model).__name__} cannot be converted to ONNX: {error}") from error


def _package(model: Any) -> str | None:
    """The package of an object or of a class that it derives from."""
    for kind in type(model).__mro__:
        name = kind.__module__.partition(".")[0]
        # Boosters' scikit-learn classes derive from scikit-learn's: the first match is the maker.
        if name in PACKAGES:
            return name
    return None


def _sklearn(model: Any, features: int) -> onnx.ModelProto:
    converter = importlib.import_module("skl2onnx")
    _register_boosters(converter)
    row = np.zeros((1, features), np.float32)
    opsets = {"": EXPORT_OPSET, "ai.onnx.ml": ML_OPSET}
    kind = importlib.import_module("sklearn.base")
    # Without ZipMap, the scores are a tensor instead of a list of maps.
    options = {id(model): {"zipmap": False}} if kind.is_classifier(model) else None
    proto: onnx.ModelProto = converter.to_onnx(model, row, options=options, target_opset=opsets)
    return proto


def _register_boosters(converter: Any) -> None:
    """Let pipelines end in a booster: each package that is in use brings its own conversion."""
    shapes = importlib.import_module("skl2onnx.common.shape_calculator")
    for package, (folder, function, prefix) in BOOSTERS.items():
        if package not in sys.modules:
            continue
        module = importlib.import_module(
            f"onnxmltools.convert.{package}.operator_converters.{folder}"
        )
        options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
        for role, known in (("Classifier", options), ("Regressor", None)):
            name = f"{prefix}{role}"
            converter.update_registered_converter(
                getattr(sys.modules[package], name),
                f"{package}{name}",
                getattr(shapes, f"calculate_linear_{role.lower()}_output_shapes"),
                getattr(module, function),
                options=known,
            )


def _xgboost(model: Any, features: int) -> onnx.ModelProto:
    converter, kinds = _converter()
    proto: onnx.ModelProto = converter.convert_xgboost(
        model, initial_types=[("x", kinds.FloatTensorType([None, features]))]
    )
    return proto


def _lightgbm(model: Any, features: int) -> onnx.ModelProto:
    converter, kinds = _converter()
    proto: onnx.ModelProto = converter.convert_lightgbm(
        model, initial_types=[("x", kinds.FloatTensorType([None, features]))], zipmap=False
    )
    return proto


def _converter() -> tuple[Any, Any]:
    converter = importlib.import_module("onnxmltools")
    return converter, importlib.import_module("onnxmltools.convert.common.data_types")

"""The float reference: the simplified model in ONNX Runtime, with every tensor as an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator

from modulus.errors import ModelError
from modulus.ops import FloatGraph

Array = NDArray[Any]

SILENT = 4
"""Log level: what ONNX Runtime refuses is no failure here."""


class FloatReference:
    """Runs a float graph and returns every tensor of it.

    Where ONNX Runtime lacks an opset, or a kernel for a type, ONNX's own evaluator takes its place.

    Raises:
        ModelError: Neither can run the model.
    """

    def __init__(self, graph: FloatGraph) -> None:
        model = onnx.load_model_from_string(graph.model)
        present = {value.name for value in model.graph.output}
        made = [name for node in model.graph.node for name in node.output if name]
        model.graph.output.extend(
            onnx.ValueInfoProto(name=name) for name in made if name not in present
        )
        self._names = [output.name for output in model.graph.output]
        options = onnxruntime.SessionOptions()
        # Fused or reordered kernels would merge the very tensors that are asked for.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = SILENT
        try:
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        # ONNX Runtime's exceptions share no base class of their own.
        except Exception as refusal:  # noqa: BLE001
            self._session = _evaluator(model, refusal)

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Every tensor by name, the inputs included, for one run of the model.

        Raises:
            ModelError: The model cannot be run, or a tensor is not finite.
        """
        try:
            results = self._session.run(self._names, dict(inputs))
        # As above.
        except Exception as error:
            raise ModelError(f"the float model cannot be run: {error}") from error
        tensors = dict(inputs) | dict(zip(self._names, map(np.asarray, results), strict=True))
        for name, array in tensors.items():
            if array.dtype.kind not in "biu" and not np.isfinite(array.astype(np.float64)).all():
                raise ModelError(f"tensor {name!r} is not finite on this input")
        return tensors


def _evaluator(model: onnx.ModelProto, refusal: Exception) -> Any:
    try:
        return ReferenceEvaluator(model)
    # The evaluator lets the exceptions of its operators through.
    except Exception as error:
        raise ModelError(
            f"ONNX Runtime refuses the model: {refusal}",
            hint="export it with an older opset, such as 17",
        ) from error

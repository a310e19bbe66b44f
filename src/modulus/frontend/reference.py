"""The float reference: ONNX Runtime on the simplified model, with every tensor as an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from modulus.errors import ModelError
from modulus.ops import FloatGraph

Array = NDArray[Any]


class FloatReference:
    """Runs a float graph and returns every tensor of it.

    Raises:
        ModelError: ONNX Runtime refuses the model.
    """

    def __init__(self, graph: FloatGraph) -> None:
        model = onnx.load_model_from_string(graph.model)
        present = {value.name for value in model.graph.output}
        made = [name for node in model.graph.node for name in node.output if name]
        model.graph.output.extend(
            onnx.ValueInfoProto(name=name) for name in made if name not in present
        )
        options = onnxruntime.SessionOptions()
        # Fused or reordered kernels would merge the very tensors that are asked for.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        # ONNX Runtime's exceptions share no base class of their own.
        except Exception as error:
            raise ModelError(
                f"ONNX Runtime refuses the model: {error}",
                hint="export it with an older opset, such as 17",
            ) from error
        self._names = [output.name for output in self._session.get_outputs()]

    def run(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Every tensor by name, the inputs included, for one run of the model.

        Raises:
            ModelError: ONNX Runtime fails, or a tensor is not finite.
        """
        try:
            results = self._session.run(self._names, dict(inputs))
        # As above.
        except Exception as error:
            raise ModelError(f"ONNX Runtime cannot run the model: {error}") from error
        tensors = dict(inputs) | dict(zip(self._names, results, strict=True))
        for name, array in tensors.items():
            if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
                raise ModelError(f"tensor {name!r} is not finite on this input")
        return tensors

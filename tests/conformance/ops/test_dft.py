import numpy as np
import pytest

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops.dft import DFT
from modulus.quantize import quantize
from tests.conformance.suite import case, one_node_model, operator_suite

EIGHT, ONE = np.array(8), np.array(1)

test_dft = operator_suite(
    DFT,
    cases=[
        case((1, 5, 1), depth=5),
        case((2, 6, 2), inverse=1, depth=12),
        case((1, 6, 1), onesided=1, depth=6),
        case((1, 5, 1), EIGHT, depth=5, note="longer"),
        case((1, 3, 10, 1), None, axis=2, onesided=1, depth=10),
        case((2, 10, 1), EIGHT, ONE, opset=20, depth=8, note="shorter"),
    ],
)


def test_the_default_axis_of_many_is_refused() -> None:
    # It is another one in opset 17 than in opset 20.
    graph = load_onnx(one_node_model(DFT, case((1, 3, 4, 1))))
    with pytest.raises(UnsupportedOperatorError, match="state the axis"):
        quantize(graph, {"x0": (-1.0, 1.0)})

import pytest

from modulus.errors import ShapeError
from modulus.frontend import load_onnx
from modulus.ops.reverse_sequence import ReverseSequence
from modulus.quantize import quantize
from tests.conformance.suite import case, one_node_model, operator_suite, whole

test_reverse_sequence = operator_suite(
    ReverseSequence,
    cases=[
        case((4, 3), whole(4, 1, 2)),
        case((3, 4, 2), whole(0, 4, 3), batch_axis=0, time_axis=1),
    ],
)


def test_lengths_beyond_the_sequence_are_refused() -> None:
    graph = load_onnx(one_node_model(ReverseSequence, case((4, 3), whole(5, 1, 2))))
    with pytest.raises(ShapeError, match="lengths"):
        quantize(graph, {"x0": (-1.0, 1.0)})

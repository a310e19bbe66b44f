import pytest

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops.max_pool import MaxPool
from tests.conformance.suite import case, one_node_model, operator_suite

test_max_pool = operator_suite(
    MaxPool,
    cases=[
        case((1, 2, 6, 6), kernel_shape=[2, 2], strides=[2, 2]),
        case((1, 2, 5, 7), kernel_shape=[2, 2], strides=[2, 2]),
        case((1, 2, 5, 7), kernel_shape=[3, 3]),
        case((1, 2, 5, 5), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        case((1, 2, 6, 7), kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
        case((1, 2, 9, 9), kernel_shape=[2, 3], dilations=[3, 2], strides=[1, 2]),
        case((1, 2, 6, 7), kernel_shape=[3, 2], auto_pad="SAME_UPPER", strides=[2, 2]),
        case((1, 2, 6, 7), kernel_shape=[2, 2], auto_pad="SAME_LOWER"),
        case((1, 1, 9, 9), kernel_shape=[5, 5], pads=[2, 2, 2, 2], note="stages"),
        case((1, 1, 30), kernel_shape=[17], note="two stages and a rest"),
        case((1, 1, 30), kernel_shape=[6], dilations=[3]),
        case((1, 1, 30), kernel_shape=[6], strides=[4], ceil_mode=1),
        case((2, 3, 9), kernel_shape=[4], strides=[3], opset=9),
        case((1, 1, 3, 3), kernel_shape=[1, 1]),
        case((1, 1, 4, 4), kernel_shape=[1, 1], strides=[2, 2]),
        case((1, 2, 3, 4, 4), kernel_shape=[2, 2, 2]),
    ],
)


def test_indices_are_unsupported():
    model = one_node_model(MaxPool, case((1, 1, 4), kernel_shape=[2]))
    model.graph.node[0].output.append("where")
    model.graph.output.add(name="where").type.tensor_type.elem_type = 7
    with pytest.raises(UnsupportedOperatorError, match="where"):
        load_onnx(model)

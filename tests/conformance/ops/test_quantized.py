"""Operators on integers with scales of their own."""

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper

from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops import Bound
from modulus.ops.quantize_linear import QuantizeLinear
from tests.conformance.suite import case, check_model, one_node_model, operator_suite, weights
from tests.unit.frontend.models import model, tensor

UINT8, INT8 = 2, 3
node = helper.make_node


def real(*numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    array = np.array(numbers, np.float32)
    return array.reshape(()) if len(numbers) == 1 else array


test_quantize_linear = operator_suite(
    QuantizeLinear,
    cases=[
        case((2, 3, 4), real(0.05), np.array(7, np.uint8), outputs=(UINT8,)),
        case((2, 3, 4), real(0.02), np.array(-3, np.int8), outputs=(INT8,), spread=2),
        case((2, 3), real(0.05, 0.02, 0.1), np.zeros(3, np.int8), outputs=(INT8,), opset=13),
    ],
)


def chain(*nodes: onnx.NodeProto, shape: list[int], **constants: Any) -> onnx.ModelProto:
    return model(nodes, [tensor("x0", shape)], ["y"], constants)


QUANTIZE = node("QuantizeLinear", ["x0", "s", "z"], ["q"])
DEQUANTIZE = node("DequantizeLinear", ["p", "t", "u"], ["y"])


@pytest.mark.parametrize("channels", [1, 3])
def test_dequantize_linear(channels: int):
    scale = real(*[0.05, 0.02, 0.1][:channels])
    zero = np.array([5, 1, 2][:channels], np.uint8).reshape(scale.shape)
    back = node("DequantizeLinear", ["q", "s", "z"], ["y"])
    source = chain(QUANTIZE, back, shape=[2, 3, 4], s=scale, z=zero)
    check_model(source, case((2, 3, 4), bound=Bound(inputs=0.05 * 2**15)))


@pytest.mark.parametrize("kind", ["conv", "product"])
def test_integer_products(kind: str):
    conv = kind == "conv"
    w = np.clip(weights(*((4, 3, 3, 3) if conv else (6, 5))) * 40, -127, 127).astype(np.int8)
    scale = real(0.01, 0.02, 0.01, 0.03) if conv else real(0.01)
    operands = ["q", "s", "z", "w", "ws", "wz", "t", "u"]
    held = {
        "s": real(0.03),
        "z": np.array(3, np.int8),
        "w": w,
        "ws": scale,
        "wz": np.zeros(scale.shape, np.int8),
        "t": real(0.08),
        "u": np.array(-2, np.int8),
    }
    if conv:
        held["b"] = np.arange(4, dtype=np.int32) * 100
        middle = node("QLinearConv", [*operands, "b"], ["p"], pads=[1, 1, 1, 1])
    else:
        middle = node("QLinearMatMul", operands, ["p"])
    shape = [1, 3, 5, 5] if conv else [2, 6]
    source = chain(QUANTIZE, middle, DEQUANTIZE, shape=shape, **held)
    # One step of the last scale, where a product lies next to a half.
    check_model(source, case(tuple(shape), bound=Bound(inputs=0.081 * 2**15)))


def test_blocks_are_unsupported():
    source = one_node_model(
        QuantizeLinear,
        case(
            (4, 4),
            weights(2, 4),
            np.zeros((2, 4), np.int8),
            outputs=(INT8,),
            block_size=2,
            axis=0,
            opset=21,
        ),
    )
    with pytest.raises(UnsupportedOperatorError, match="block_size"):
        load_onnx(source)

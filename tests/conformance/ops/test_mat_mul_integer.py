import numpy as np
import onnx

from modulus.ops.mat_mul_integer import MatMulInteger
from tests.conformance.suite import Indices, case, operator_suite, weights

UINT8, INT32 = onnx.TensorProto.UINT8, (onnx.TensorProto.INT32,)
BYTES = np.clip(weights(6, 5) * 40, -127, 127).astype(np.int8)

test_mat_mul_integer = operator_suite(
    MatMulInteger,
    cases=[
        case(Indices((2, 6), 200, UINT8), BYTES, outputs=INT32),
        case(
            Indices((2, 6), 200, UINT8),
            BYTES,
            np.array(3, np.uint8),
            np.array(-4, np.int8),
            outputs=INT32,
        ),
        case(Indices((2, 6), 200, UINT8), BYTES, None, BYTES[0], outputs=INT32, note="columns"),
    ],
)

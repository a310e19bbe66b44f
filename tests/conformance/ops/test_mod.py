import numpy as np
from onnx import TensorProto

from modulus.ops.mod import Mod
from tests.conformance.suite import Indices, case, operator_suite

WHOLE = (TensorProto.INT64,)

test_mod = operator_suite(
    Mod,
    cases=[
        case((2, 17), np.array(0.7, np.float32), fmod=1),
        case((3, 5), np.array(-0.7, np.float32), fmod=1),
        case(Indices((4, 5), 100), np.array(7), outputs=WHOLE),
        case(Indices((4, 5), 100), np.array(-7), outputs=WHOLE),
        case(Indices((4, 5), 100), np.array(7), fmod=1, outputs=WHOLE),
    ],
)

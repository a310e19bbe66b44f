"""Operators that ONNX Runtime's quantizer writes, beside its own kernels."""

import numpy as np
from onnx import TensorProto

from modulus.ops.q_gemm import QGemm
from modulus.ops.q_linear_add import QLinearAdd
from modulus.ops.q_linear_average_pool import QLinearAveragePool
from modulus.ops.q_linear_global_average_pool import QLinearGlobalAveragePool
from modulus.ops.q_linear_mul import QLinearMul
from tests.conformance.suite import Indices, case, operator_suite, weights

UINT8 = TensorProto.UINT8
A_SCALE, B_SCALE, Y_SCALE = (np.array(step, np.float32) for step in (0.03, 0.011, 0.07))
A_ZERO, B_ZERO, Y_ZERO = (np.array(zero, np.uint8) for zero in (128, 7, 101))
MATRIX = np.clip(weights(6, 5) * 40, -127, 127).astype(np.int8)
BIAS = np.array([300, -200, 0, 1000, -7], np.int32)
STEPS = np.array([0.01, 0.02, 0.005, 0.011, 0.03], np.float32)


def given(*shape: int) -> Indices:
    return Indices(shape, 256, UINT8)


def quantized(*shape: int) -> tuple[Indices, np.ndarray, np.ndarray]:
    return given(*shape), A_SCALE, A_ZERO


RESULT = (Y_SCALE, Y_ZERO)

test_q_gemm = operator_suite(
    QGemm,
    cases=[
        case(
            *quantized(3, 6),
            MATRIX,
            B_SCALE,
            np.array(0, np.int8),
            BIAS,
            *RESULT,
            outputs=(UINT8,),
            note="one step",
        ),
        case(
            *quantized(3, 6),
            np.ascontiguousarray(MATRIX.T),
            STEPS,
            np.zeros(5, np.int8),
            None,
            *RESULT,
            outputs=(UINT8,),
            transB=1,
            note="a step per row",
        ),
        case(
            *quantized(3, 6),
            MATRIX,
            B_SCALE,
            np.array(0, np.int8),
            BIAS,
            alpha=0.5,
            depth=6,
            note="real result",
        ),
    ],
)

test_q_linear_add = operator_suite(
    QLinearAdd,
    cases=[
        case(*quantized(2, 3, 4), given(3, 1), B_SCALE, B_ZERO, *RESULT, outputs=(UINT8,)),
        case(*quantized(7), given(7), A_SCALE, A_ZERO, A_SCALE, A_ZERO, outputs=(UINT8,)),
    ],
)

test_q_linear_mul = operator_suite(
    QLinearMul,
    cases=[case(*quantized(2, 3, 4), given(3, 1), B_SCALE, B_ZERO, *RESULT, outputs=(UINT8,))],
)

test_q_linear_average_pool = operator_suite(
    QLinearAveragePool,
    cases=[
        case(
            *quantized(1, 2, 6, 6),
            *RESULT,
            outputs=(UINT8,),
            kernel_shape=[2, 2],
            strides=[2, 2],
        ),
        case(
            *quantized(1, 2, 5, 5),
            A_SCALE,
            A_ZERO,
            outputs=(UINT8,),
            kernel_shape=[3, 3],
            pads=[1, 1, 1, 1],
        ),
    ],
)

test_q_linear_global_average_pool = operator_suite(
    QLinearGlobalAveragePool,
    cases=[case(*quantized(1, 3, 4, 5), *RESULT, outputs=(UINT8,))],
)

from modulus.ops.gemm import Gemm
from tests.conformance.suite import case, operator_suite, weights

test_gemm = operator_suite(
    Gemm,
    cases=[
        case((2, 3), weights(3, 5), depth=3),
        case((2, 3), weights(3, 5), weights(5), depth=3),
        case((2, 3), weights(5, 3), weights(1, 5), depth=3, transB=1),
        case((3, 2), weights(3, 5), weights(2, 1), depth=3, transA=1),
        case((3, 2), weights(5, 3), weights(2, 5), depth=3, transA=1, transB=1),
        case((2, 3), weights(3, 5), weights(1), depth=3, alpha=0.5, beta=-2.0),
        case((2, 3), weights(3, 5), weights(5), depth=3, beta=0.0),
        case((1, 1), weights(1, 1), weights(1), depth=1),
        case((2, 33), weights(33, 17), weights(17), depth=33, opset=9),
        case(weights(2, 3), (3, 5), depth=3, note="weights on the left"),
        case((2, 3), (3, 5), note="two activations"),
        case((3, 2), (5, 3), (5,), transA=1, transB=1, alpha=0.5, beta=0.25),
        case((2, 3), weights(3, 5), (2, 5), depth=3, note="an activation as bias"),
    ],
)

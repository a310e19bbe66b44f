from modulus.ops.lp_normalization import LpNormalization
from tests.conformance.suite import case, operator_suite

test_lp_normalization = operator_suite(
    LpNormalization,
    cases=[
        case((3, 8)),
        case((2, 3, 4), axis=1, p=1),
        case((1, 5), opset=22, axis=-1, p=2),
    ],
)

from modulus.ops.rms_normalization import RMSNormalization
from tests.conformance.suite import case, operator_suite, weights

test_rms_normalization = operator_suite(
    RMSNormalization,
    cases=[
        case((4, 32), weights(32), opset=23),
        case((2, 3, 4), weights(3, 4), axis=1, opset=23),
    ],
)

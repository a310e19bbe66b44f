from modulus.ops.thresholded_relu import ThresholdedRelu
from tests.conformance.suite import case, operator_suite

test_thresholded_relu = operator_suite(
    ThresholdedRelu,
    cases=[
        case((2, 17)),
        case((3, 1, 5), alpha=0.25, spread=3),
    ],
)

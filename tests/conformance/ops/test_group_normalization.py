from modulus.ops.group_normalization import GroupNormalization
from tests.conformance.suite import case, operator_suite, weights

test_group_normalization = operator_suite(
    GroupNormalization,
    cases=[
        case((2, 4, 3, 3), weights(4), weights(4), num_groups=2, opset=21),
        case((1, 6, 5), weights(6), weights(6), num_groups=3, opset=21),
    ],
)

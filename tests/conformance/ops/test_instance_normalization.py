from modulus.ops.instance_normalization import InstanceNormalization
from tests.conformance.suite import case, operator_suite, weights

test_instance_normalization = operator_suite(
    InstanceNormalization,
    cases=[
        case((2, 3, 4, 5), weights(3), weights(3, seed=1)),
        case((1, 2, 16), weights(2), weights(2, seed=1), opset=9),
    ],
)

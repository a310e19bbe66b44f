from modulus.ops.layer_normalization import LayerNormalization
from tests.conformance.suite import case, operator_suite, weights

test_layer_normalization = operator_suite(
    LayerNormalization,
    cases=[
        case((4, 32), weights(32), weights(32)),
        case((2, 5, 24), weights(24)),
        case((2, 3, 4), weights(3, 4), weights(3, 4), axis=1),
        case((3, 16), weights(16), outputs=(1, 1, 1)),
    ],
)

from modulus.ops.split import Split
from tests.conformance.suite import case, operator_suite, whole

test_split = operator_suite(
    Split,
    cases=[
        case((6, 4), outputs=(1, 1, 1)),
        case((2, 6), whole(1, 5), axis=1, outputs=(1, 1)),
        case((2, 6), whole(1, 2, 3), axis=-1, outputs=(1, 1, 1)),
        case((2, 6), axis=1, split=[2, 4], outputs=(1, 1), opset=11),
        case((7, 2), num_outputs=3, outputs=(1, 1, 1), opset=18),
    ],
)

"""Operators of ai.onnx.ml that are linear maps, scalings and comparisons."""

from modulus.ops.array_feature_extractor import ArrayFeatureExtractor
from modulus.ops.binarizer import Binarizer
from modulus.ops.imputer import Imputer
from modulus.ops.linear_classifier import LinearClassifier
from modulus.ops.linear_regressor import LinearRegressor
from modulus.ops.normalizer import Normalizer
from modulus.ops.scaler import Scaler
from modulus.ops.svm_classifier import SVMClassifier
from modulus.ops.svm_regressor import SVMRegressor
from tests.conformance.suite import case, operator_suite, weights, whole

FLOAT, INT64 = 1, 7


def flat(*shape: int, seed: int = 0) -> list[float]:
    return [float(entry) for entry in weights(*shape, seed=seed).reshape(-1)]


test_scaler = operator_suite(
    Scaler,
    cases=[
        case((2, 3), offset=[0.5, -1.0, 2.0], scale=[2.0, 0.5, 1.0], depth=1),
        case((2, 3), offset=[0.5], scale=[2.0], depth=1),
    ],
)

test_normalizer = operator_suite(
    Normalizer,
    cases=[
        case((3, 8), norm="L1"),
        case((3, 8), norm="L2"),
    ],
)

test_binarizer = operator_suite(Binarizer, cases=[case((3, 5), threshold=0.25)])

test_imputer = operator_suite(
    Imputer,
    cases=[case((3, 2), imputed_value_floats=[1.0, 2.0], replaced_value_float=float("nan"))],
)

test_array_feature_extractor = operator_suite(
    ArrayFeatureExtractor,
    cases=[case((3, 5), whole(4, 0)), case((5,), whole(1, 1, 3))],
)

test_linear_regressor = operator_suite(
    LinearRegressor,
    cases=[
        case((2, 4), coefficients=flat(4)),
        case((2, 4), coefficients=flat(3, 4), intercepts=flat(3), targets=3),
    ],
)

test_linear_classifier = operator_suite(
    LinearClassifier,
    cases=[
        case(
            (4, 5),
            coefficients=flat(3, 5),
            intercepts=flat(3),
            classlabels_ints=labels,
            post_transform=transform,
            outputs=(INT64, FLOAT),
        )
        for transform, labels in (
            ("NONE", [0, 1, 2]),
            ("SOFTMAX", [7, 3, 5]),
            ("LOGISTIC", [0, 1, 2]),
        )
    ],
)

test_svm_regressor = operator_suite(
    SVMRegressor,
    cases=[
        case(
            (3, 4),
            kernel_type=kernel,
            kernel_params=[0.3, 0.5, 3.0],
            n_supports=6,
            support_vectors=flat(6, 4),
            coefficients=flat(6),
            rho=[0.25],
        )
        for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID")
    ],
)

test_svm_classifier = operator_suite(
    SVMClassifier,
    cases=[
        case(
            (4, 3),
            kernel_type="RBF",
            kernel_params=[0.3, 0.0, 3.0],
            support_vectors=flat(2 * classes, 3),
            vectors_per_class=[2] * classes,
            coefficients=flat(classes - 1, 2 * classes),
            classlabels_ints=list(range(classes)),
            rho=flat(classes * (classes - 1) // 2, seed=1),
            outputs=(INT64, FLOAT),
        )
        for classes in (2, 3)
    ],
)

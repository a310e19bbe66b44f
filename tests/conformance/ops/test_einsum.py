from modulus.ops.einsum import Einsum
from tests.conformance.suite import case, operator_suite, weights

test_einsum = operator_suite(
    Einsum,
    cases=[
        case((2, 3), weights(3, 4), equation="ij,jk->ik", depth=3),
        case((2, 3), (3, 4), equation="ij,jk->ik"),
        case((2, 3, 4), (2, 5, 4), equation="bid,bjd->bij"),
        case((2, 3, 4), (2, 3, 4), equation="...d,...d->..."),
        case((2, 3), equation="ij->ji"),
        case((2, 3), equation="ij->"),
        case((2, 3), (4,), equation="ij,k->kij"),
        case((2, 3), (3, 4), equation="ij,jk", note="implicit"),
        case((2, 3), (3, 4), (4, 2), equation="ij,jk,kl->il"),
    ],
)

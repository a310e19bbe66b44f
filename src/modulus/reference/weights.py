"""Linear claims: weight vectors over the slots of all rows, evaluated at the point of the opening.

Source:
    docs/spec/schedule.md section 3; Modulus protocol sections 2 and 3, steps 6 and 7.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from modulus.reference.claims import State, axis_slices, product, shape_powers
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.multilinear import eq, full_powers, shape_selector, truncated_powers
from modulus.schedule.model import Claim, PlacedTensor, Schedule

Weight = Callable[[Sequence[int]], int]
"""Multilinear extension of a weight vector over the block of one tensor."""


class LinearClaim:
    """The sum over some tensors of <weight, tensor> is `target`."""

    def __init__(self, target: int, weights: Sequence[tuple[int, Weight]]) -> None:
        self.target = target
        self.weights = weights
        """Pairs (number of the tensor, weight over its block)."""


def linear_claims(
    schedule: Schedule, state: State, theta: int, z: int, public_sum: int
) -> list[LinearClaim]:
    """All linear claims in batching order.

    Args:
        schedule: The validated schedule.
        state: Challenges and claims of all stages.
        theta: Challenge of the zero-check's weights.
        z: Base of the power sum of the public values, h1.
        public_sum: e, the power sum that the verifier computed from the statement.
    """
    claims = [
        LinearClaim(value, [(claim.tensor, _evaluation(claim, state))])
        for claim, value in zip(schedule.claims, state.claims, strict=True)
        if schedule.tensors[claim.tensor].committed
    ]
    helpers = [group.helper_claim for group in schedule.groups]
    helpers += [table.helper_claim for table in schedule.tables]
    helper_tensors = [schedule.claims[number].tensor for number in helpers]
    claims.append(
        LinearClaim(0, [(number, _inside(schedule.tensors[number])) for number in helper_tensors])
    )
    claims += [
        LinearClaim(0, [(number, _padding(schedule.tensors[number], theta))])
        for number in schedule.padding
    ]
    if schedule.public:
        claims.append(LinearClaim(public_sum, list(_public_weights(schedule, z))))
    return claims


def row_weights(
    schedule: Schedule, claims: Sequence[LinearClaim], sigma: int, u: Sequence[int]
) -> list[int]:
    """Batched weight of every row at the point u: wt_b(u)."""
    totals = [0] * len(schedule.row_kinds)
    power = 1
    for claim in claims:
        for number, weight in claim.weights:
            for row, scale, point in _row_points(schedule, schedule.tensors[number], u):
                totals[row] = (totals[row] + power * scale * weight(point)) % SCALAR_MODULUS
        power = power * sigma % SCALAR_MODULUS
    return totals


def batched_target(claims: Sequence[LinearClaim], sigma: int) -> int:
    """Sum of sigma^k * target_k."""
    total = 0
    for claim in reversed(claims):
        total = (total * sigma + claim.target) % SCALAR_MODULUS
    return total


def _row_points(
    schedule: Schedule, tensor: PlacedTensor, u: Sequence[int]
) -> Iterator[tuple[int, int, Sequence[int]]]:
    """Rows a tensor lies in, each with a factor and the point of the block it sees at u."""
    free = schedule.row_bits - tensor.bits
    if free >= 0:
        place = _bits(tensor.offset >> tensor.bits, free)
        yield tensor.row, eq(place, u[tensor.bits :]), u[: tensor.bits]
        return
    for high in range(1 << -free):
        yield tensor.row + high, 1, [*u, *_bits(high, -free)]


def _bits(value: int, count: int) -> list[int]:
    return [value >> position & 1 for position in range(count)]


def _evaluation(claim: Claim, state: State) -> Weight:
    fixed = state.point(claim.point)
    return lambda point: eq(fixed, point)


def _inside(tensor: PlacedTensor) -> Weight:
    return lambda point: shape_selector(tensor.shape, axis_slices(tensor.shape, point))


def _padding(tensor: PlacedTensor, theta: int) -> Weight:
    """theta^i outside the shape: all powers of the block less those inside."""
    return lambda point: full_powers(theta, point) - shape_powers(theta, tensor.shape, point)


def _public_weights(schedule: Schedule, z: int) -> Iterator[tuple[int, Weight]]:
    """z^position inside each public tensor, positions running over all of them."""
    position = 0
    for item in schedule.public:
        shape = schedule.tensors[item.tensor].shape
        yield item.tensor, _position_powers(shape, z, position)
        position += math.prod(shape)


def _position_powers(shape: Sequence[int], z: int, first: int) -> Weight:
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]

    def weight(point: Sequence[int]) -> int:
        return product(
            [
                pow(z, first, SCALAR_MODULUS),
                *(
                    truncated_powers(extent, pow(z, stride, SCALAR_MODULUS), axis)
                    for extent, stride, axis in zip(
                        shape, strides, axis_slices(shape, point), strict=True
                    )
                ),
            ]
        )

    return weight

"""What the rows of function tables hold, shown by one opening instead of trusted.

Source:
    docs/spec/schedule.md section 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from modulus.errors import ArtifactError
from modulus.reference.curve import GENERATOR, Affine, encode_point, multi_scalar_sum, negate
from modulus.reference.elementary import evaluate
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.keccak import digest, truncated, word
from modulus.reference.pairing import pairing_product_is_one
from modulus.reference.twist import TWIST_GENERATOR, TwistAffine
from modulus.relations.contents import entries_of
from modulus.relations.coordinate import bits_of
from modulus.relations.system import RelationSystem, Role
from modulus.schedule.model import Schedule

__all__ = ["check_tables", "table_challenges", "table_value"]


def check_tables(
    system: RelationSystem,
    schedule: Schedule,
    points: Sequence[Affine],
    tau: TwistAffine,
    opening: Affine | None,
    key_digest: int,
) -> None:
    """Check that table rows are commitments to what the relations say.

    Attack: two keys of one system could hold tanh and a step function.

    Raises:
        ArtifactError: They are not, or nothing shows it.
    """
    rows = schedule.rows_of(Role.TABLE)
    if not rows:
        return
    if opening is None:
        raise ArtifactError("nothing shows what the function tables hold")
    combiner, point = table_challenges(key_digest)
    value = table_value(system, schedule, combiner, point)
    powers = [pow(combiner, row, SCALAR_MODULUS) for row in range(rows)]
    left = multi_scalar_sum([*powers, -value, point], [*points[:rows], GENERATOR, opening])
    if not pairing_product_is_one([(left, TWIST_GENERATOR), (negate(opening), tau)]):
        raise ArtifactError(
            f"the commitment to the function tables, {encode_point(points[0]).hex()[:16]}.. first, "
            "is not to what the relations say"
        )


def table_challenges(key_digest: int) -> tuple[int, int]:
    """Return what combines the rows, and where the combination is opened.

    The key's digest binds the commitments and, with the relations, the integers.
    """
    combiner = truncated(digest("modulus.tables.1", word(key_digest)))
    return combiner, truncated(digest("modulus.fixed.1", word(combiner)))


def table_value(system: RelationSystem, schedule: Schedule, combiner: int, point: int) -> int:
    """Return the value of the combined table rows, blinding coefficient one, at a point."""
    size = 1 << schedule.row_bits
    rows = [[0] * size for _ in range(schedule.rows_of(Role.TABLE))]
    for tensor, placed in zip(system.tensors, schedule.tensors, strict=False):
        if tensor.contents is None:
            continue
        start = placed.row * size + placed.offset
        entries = entries_of(tensor.contents, tensor.shape, evaluate)
        for index, entry in zip(_block_indices(tensor.shape), entries, strict=True):
            if not tensor.low <= entry <= tensor.high:
                raise ArtifactError(f"table {tensor.name} holds {entry}, outside its range")
            rows[(start + index) // size][(start + index) % size] = entry
    value = 0
    for row in reversed(rows):
        evaluated = 1
        for slot in reversed(row):
            evaluated = (evaluated * point + slot) % SCALAR_MODULUS
        value = (value * combiner + evaluated) % SCALAR_MODULUS
    return value


def _block_indices(shape: tuple[int, ...]) -> list[int]:
    """Indices in the padded block, in C order of the shape."""
    strides = []
    stride = 1
    for extent in reversed(shape):
        strides.append(stride)
        stride <<= bits_of(extent)
    strides.reverse()
    return [
        sum(position * stride for position, stride in zip(index, strides, strict=True))
        for index in product(*(range(extent) for extent in shape))
    ]

"""Soundness error of a schedule, term by term (PROTOCOL.md, section 7).

Each term bounds, per random-oracle query, the probability that one step accepts a falsehood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from modulus.relations.coordinate import block_bits
from modulus.schedule.checks import SCALAR_MODULUS
from modulus.schedule.cost import lookup_count, public_value_count, table_row_count
from modulus.schedule.model import Schedule

DIGEST_BITS = 248
"""Challenges taken from keccak are truncated to this many bits."""

COLLISION_BITS = 124.0
"""Collision resistance of a truncated digest."""

DISCRETE_LOGARITHM_BITS = 100.0
"""Estimated hardness of the discrete logarithm in BN254: the weakest link."""


@dataclass(frozen=True, slots=True)
class SoundnessTerm:
    """A named error: `numerator / denominator`."""

    name: str
    numerator: int
    denominator: int
    formula: str

    @property
    def bits(self) -> float:
        """Return -log2 of the error."""
        return math.log2(self.denominator) - math.log2(max(self.numerator, 1))


def soundness_terms(schedule: Schedule, srs_powers: int) -> list[SoundnessTerm]:
    """Return the error terms of a schedule for an SRS with this many powers of tau."""
    field, digest = SCALAR_MODULUS, 1 << DIGEST_BITS
    identities = len(schedule.pointwise) + len(schedule.groups) + len(schedule.tables)
    rounds = schedule.zero_check_variables
    largest_padding = max(
        (1 << block_bits(schedule.tensors[number].shape) for number in schedule.padding), default=0
    )
    committed_claims = sum(
        1 for claim in schedule.claims if schedule.tensors[claim.tensor].committed
    )
    terms = [
        SoundnessTerm(
            "lookup",
            (schedule.columns + 1) * (lookup_count(schedule) + table_row_count(schedule)),
            field,
            "(columns + 1) * (lookups + table rows) / p",
        ),
        SoundnessTerm("zero-check weight", 1 << rounds, field, "2^n / p"),
        SoundnessTerm("zero-check batching", identities, field, "identities / p"),
        SoundnessTerm(
            "zero-check rounds", rounds * schedule.zero_check_degree, field, "n * degree / p"
        ),
    ]
    for number, step in enumerate(schedule.steps, start=1):
        terms.append(
            SoundnessTerm(
                f"step {number}",
                len(step.instances) + step.variables * step.degree,
                field,
                "(instances + n * degree) / p",
            )
        )
    terms += [
        SoundnessTerm("padding", largest_padding, field, "largest padded block / p"),
        SoundnessTerm("public values", public_value_count(schedule), digest, "values / 2^248"),
        SoundnessTerm(
            "claim reduction",
            committed_claims + len(schedule.padding) + 2 + 2 * schedule.row_bits,
            field,
            "(claims + 2 * m) / p",
        ),
        SoundnessTerm("row batching", len(schedule.row_kinds), field, "rows / p"),
        SoundnessTerm("opening identity", 2 * srs_powers + 2, field, "(2 * D + 2) / p"),
        SoundnessTerm("opening points", srs_powers + 1, digest, "(D + 1) / 2^248"),
    ]
    return [term for term in terms if term.numerator > 0]


def interactive_bits(terms: list[SoundnessTerm]) -> float:
    """Return -log2 of the sum of all terms."""
    total = sum(term.numerator * (1 << 512) // term.denominator for term in terms)
    return 512 - math.log2(total)


def security_bits(terms: list[SoundnessTerm]) -> float:
    """Return the security level: the weakest of protocol, digests and curve."""
    return min(interactive_bits(terms), COLLISION_BITS, DISCRETE_LOGARITHM_BITS)

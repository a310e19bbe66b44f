"""The pattern of absorbs and squeezes, whose hash is the sponge's initial capacity.

Source: docs/spec/schedule.md, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from modulus.schedule.model import Schedule


def transcript_pattern(schedule: Schedule) -> bytes:
    """Return one line per event: A(bsorb) or S(queeze), label, count."""
    lines = (f"{event}\n" for event in _events(schedule))
    return "".join(lines).encode("ascii")


def _rounds(variables: int, degree: int) -> Iterator[str]:
    for _ in range(variables):
        yield f"A round {degree}"
        yield "S challenge 1"


def _events(schedule: Schedule) -> Iterator[str]:
    yield from ("A h1 1", "A salt 1", "S alpha 1", "S beta 1")
    yield from ("A h2 1", "S lambda 1", "S theta 1")
    yield from _rounds(schedule.zero_check_variables, schedule.zero_check_degree)
    yield f"A claims {len(schedule.claims_of_stage(0))}"
    for index, step in enumerate(schedule.steps):
        yield "S eta 1"
        yield from _rounds(step.variables, step.degree)
        yield f"A claims {len(schedule.claims_of_stage(index + 1))}"
    yield from ("A e 1", "S sigma 1")
    yield from _rounds(schedule.row_bits, 2)
    yield f"A rows {len(schedule.row_kinds)}"
    yield from ("S rho 1", "A h3 1", "S zeta 1", "A openings 4", "S P 1")

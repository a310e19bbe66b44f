"""Static costs of a schedule: sizes, rounds, proof bytes, and expected time and memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

from modulus.relations.coordinate import block_bits
from modulus.relations.form import Form
from modulus.relations.system import Role
from modulus.schedule.model import Schedule

POINT_BYTES = 64
SCALAR_BYTES = 32
PROOF_HEADER_BYTES = 16 + 2 + 1 + 32 + 4
"""Magic, version, mode, verifying key digest, length of the public bytes."""

SEALED_BYTES = 4 + 8 * SCALAR_BYTES + 4 * POINT_BYTES
"""Length of the committed inputs, scalars of the opening, Groth16 proof."""

OPENING_POINTS = 3
OPENING_SCALARS = 4

SPONGE_RATE = 3

# Nanoseconds of one core per unit of work, fitted to `make bench` on a 2.6 GHz server core. They
# serve the expectation that `inspect` prints and the refusal of hopeless jobs, nothing else.
NS_PER_FULL_POINT = 2200.0
NS_PER_SMALL_SLOT = 250.0
NS_PER_ZERO_CHECK_TERM = 400.0
NS_PER_REDUCTION_SLOT = 160.0
NS_PER_FOLDED_ENTRY = 15.0
FIXED_SECONDS = 0.1

# Fitted to the difference of sealed and transparent proofs of bundled models, in units of what the
# constants above expect of the same machine.
NS_PER_CONSTRAINT = 20_000.0
SEAL_BYTES_PER_CONSTRAINT = 750

FIELD_TABLE_BYTES = 32
BASE_MEMORY_BYTES = 120 << 20
"""Interpreter, NumPy and the native core before any work."""


@dataclass(frozen=True, slots=True)
class ScheduleCosts:
    """What proving and verifying one schedule takes."""

    row_bits: int
    rows: dict[str, int]
    committed_slots: dict[str, int]
    committed_entries: dict[str, int]
    lookups: int
    table_rows: int
    identities: int
    steps: int
    rounds: int
    claims: int
    transcript_elements: int
    permutations: int
    public_bytes: int
    proof_bytes: int
    """Of a transparent proof."""
    sealed_proof_bytes: int
    prove_seconds_one_core: float
    prove_memory_bytes: int


@dataclass(frozen=True, slots=True)
class SealCosts:
    """What sealing takes beyond a transparent proof."""

    seconds_one_core: float
    memory_bytes: int


def seal_costs(constraints: int) -> SealCosts:
    """Return what a seal of this many constraints is expected to take."""
    return SealCosts(
        NS_PER_CONSTRAINT * constraints * 1e-9, SEAL_BYTES_PER_CONSTRAINT * constraints
    )


def entries(shape: tuple[int, ...]) -> int:
    """Return the number of entries inside a shape."""
    return math.prod(shape)


def lookup_count(schedule: Schedule) -> int:
    """Return the number of single lookups, over all positions."""
    return sum(entries(group.shape) * len(group.lookups) for group in schedule.groups)


def table_row_count(schedule: Schedule) -> int:
    """Return the number of rows of all tables."""
    return sum(entries(table.shape) for table in schedule.tables)


def public_value_count(schedule: Schedule) -> int:
    """Return the number of public integers."""
    return sum(entries(schedule.tensors[item.tensor].shape) for item in schedule.public)


def public_byte_count(schedule: Schedule) -> int:
    """Return the length of the packed public values."""
    return sum(
        entries(schedule.tensors[item.tensor].shape) * item.width for item in schedule.public
    )


def round_count(schedule: Schedule) -> int:
    """Return the number of sumcheck rounds of all stages and of the claim reduction."""
    return (
        schedule.zero_check_variables
        + sum(step.variables for step in schedule.steps)
        + schedule.row_bits
    )


def scalar_count(schedule: Schedule) -> int:
    """Return the number of field elements in a transparent proof."""
    return (
        schedule.zero_check_variables * schedule.zero_check_degree
        + len(schedule.claims)
        + sum(step.variables * step.degree for step in schedule.steps)
        + 2 * schedule.row_bits
        + len(schedule.row_kinds)
        + OPENING_SCALARS
    )


def schedule_costs(schedule: Schedule) -> ScheduleCosts:
    """Add up a schedule's sizes and expected costs."""
    roles = {
        "tables": (Role.TABLE,),
        "weights": (Role.WEIGHT,),
        "inputs": (Role.PORT,),
        "trace": (Role.TRACE, Role.MULTIPLICITY),
        "helpers": (Role.HELPER,),
    }
    row_roles = dict(
        zip(roles, (Role.TABLE, Role.WEIGHT, Role.PORT, Role.TRACE, Role.HELPER), strict=True)
    )
    slots = {
        name: sum(1 << tensor.bits for tensor in schedule.tensors if tensor.role in members)
        for name, members in roles.items()
    }
    filled = {
        name: sum(entries(tensor.shape) for tensor in schedule.tensors if tensor.role in members)
        for name, members in roles.items()
    }
    rows = {name: schedule.rows_of(role) for name, role in row_roles.items()}
    private_points = rows["trace"] + rows["helpers"] + OPENING_POINTS
    scalars = scalar_count(schedule)
    return ScheduleCosts(
        row_bits=schedule.row_bits,
        rows=rows,
        committed_slots=slots,
        committed_entries=filled,
        lookups=lookup_count(schedule),
        table_rows=table_row_count(schedule),
        identities=len(schedule.pointwise) + len(schedule.groups) + len(schedule.tables),
        steps=len(schedule.steps),
        rounds=round_count(schedule),
        claims=len(schedule.claims),
        transcript_elements=scalars,
        permutations=_permutations(schedule),
        public_bytes=public_byte_count(schedule),
        proof_bytes=PROOF_HEADER_BYTES
        + public_byte_count(schedule)
        + POINT_BYTES * private_points
        + SCALAR_BYTES * scalars,
        sealed_proof_bytes=PROOF_HEADER_BYTES
        + public_byte_count(schedule)
        + SEALED_BYTES
        + POINT_BYTES * (private_points + rows["inputs"]),
        prove_seconds_one_core=_expected_seconds(schedule),
        prove_memory_bytes=_expected_memory(schedule),
    )


def _permutations(schedule: Schedule) -> int:
    """Permutations of the sponge: the unit of the seal's circuit."""

    def absorb(count: int) -> int:
        return -(-count // SPONGE_RATE)

    total = absorb(2) + absorb(1)
    total += schedule.zero_check_variables * absorb(schedule.zero_check_degree)
    for stage in range(len(schedule.steps) + 1):
        total += absorb(len(schedule.claims_of_stage(stage)))
    total += sum(step.variables * absorb(step.degree) for step in schedule.steps)
    total += absorb(1) + schedule.row_bits + absorb(len(schedule.row_kinds))
    return total + absorb(1) + absorb(OPENING_SCALARS)


def _form_count(forms: tuple[Form, ...]) -> int:
    return sum(len(form.terms) for form in forms)


def _zero_check_terms(schedule: Schedule) -> int:
    total = sum(
        (1 << block_bits(item.shape)) * sum(_form_count(f) for _, f in item.products)
        for item in schedule.pointwise
    )
    total += sum(
        (1 << block_bits(group.shape)) * (len(group.lookups) + 1) ** 2 for group in schedule.groups
    )
    return total + sum(2 << block_bits(table.shape) for table in schedule.tables)


def _expected_seconds(schedule: Schedule) -> float:
    row = 1 << schedule.row_bits
    helper_entries = lookup_count(schedule) * 2
    trace_entries = sum(entries(t.shape) for t in schedule.tensors if t.role is Role.TRACE)
    folded = sum(entries(t.shape) for t in schedule.tensors if t.role is not Role.HELPER)
    nanoseconds = (
        NS_PER_FULL_POINT * (OPENING_POINTS * row + helper_entries)
        + NS_PER_SMALL_SLOT * trace_entries
        + NS_PER_ZERO_CHECK_TERM * _zero_check_terms(schedule)
        + NS_PER_REDUCTION_SLOT * row * len(schedule.row_kinds)
        + NS_PER_FOLDED_ENTRY * folded
    )
    return FIXED_SECONDS + nanoseconds * 1e-9


def _expected_memory(schedule: Schedule) -> int:
    row = 1 << schedule.row_bits
    arrays = 8 * sum(entries(t.shape) for t in schedule.tensors if t.role is not Role.HELPER)
    reduction = 2 * FIELD_TABLE_BYTES * row * len(schedule.row_kinds)
    zero_check = FIELD_TABLE_BYTES * _zero_check_terms(schedule)
    srs = POINT_BYTES * (row + 1)
    return BASE_MEMORY_BYTES + 2 * arrays + max(reduction, zero_check) + 4 * srs

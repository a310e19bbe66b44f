from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modulus.errors import ArtifactError
from modulus.relations.coordinate import ONE, ZERO, challenge, local
from modulus.relations.form import (
    ClaimAtom,
    Form,
    Kernel,
    KernelPart,
    One,
    Selector,
    TensorAtom,
    Term,
    constant,
)
from modulus.relations.system import Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.model import PublicTensor, Schedule, StepSummand
from modulus.schedule.validate import validate_schedule
from tests.fuzz.budget import THOROUGH
from tests.support.small_system import small_system

SCHEDULE = build_schedule(small_system(), 13)
TENSORS, CLAIMS, STEPS = SCHEDULE.tensors, SCHEDULE.claims, SCHEDULE.steps
WINDOW = next(i for i, c in enumerate(CLAIMS) if c.stage == 1 and not TENSORS[c.tensor].committed)


def put(items: tuple[Any, ...], index: int, **changes: Any) -> tuple[Any, ...]:
    """One item of a tuple with other fields."""
    changed = list(items)
    changed[index] = replace(changed[index], **changes)
    return tuple(changed)


def tensor(index: int, **changes: Any) -> Schedule:
    return replace(SCHEDULE, tensors=put(TENSORS, index, **changes))


def claim(index: int, **changes: Any) -> Schedule:
    return replace(SCHEDULE, claims=put(CLAIMS, index, **changes))


def step(index: int, **changes: Any) -> Schedule:
    return replace(SCHEDULE, steps=put(STEPS, index, **changes))


def instance(number: int, **changes: Any) -> Schedule:
    return step(number, instances=put(STEPS[number].instances, 0, **changes))


def summand(number: int, **changes: Any) -> Schedule:
    summands = STEPS[number].instances[0].summands
    return instance(number, summands=put(summands, 0, **changes))


def column(form: Form) -> Schedule:
    lookups = put(SCHEDULE.groups[0].lookups, 0, columns=(form,))
    return replace(SCHEDULE, groups=put(SCHEDULE.groups, 0, lookups=lookups))


def first_summand(number: int) -> StepSummand:
    return STEPS[number].instances[0].summands[0]


def term(**changes: Any) -> Form:
    return Form((replace(Term(1, ClaimAtom(0)), **changes),))


MUTATIONS: dict[str, tuple[Callable[[], Schedule], str]] = {
    "small rows": (lambda: replace(SCHEDULE, row_bits=4), "slots a row"),
    "large rows": (lambda: replace(SCHEDULE, row_bits=25), "slots a row"),
    "row order": (lambda: replace(SCHEDULE, row_kinds=SCHEDULE.row_kinds[::-1]), "order"),
    "no helper row": (lambda: replace(SCHEDULE, row_kinds=(Role.WEIGHT, Role.TRACE)), "helper"),
    "giant tensor": (lambda: tensor(4, shape=(1 << 31,) * 3), "too many"),
    "empty range": (lambda: tensor(0, low=1, high=0), "empty range"),
    "row beyond the end": (lambda: tensor(0, row=99), "does not exist"),
    "row of another kind": (lambda: tensor(0, row=0), "another kind"),
    "slot beyond the row": (lambda: tensor(0, offset=1 << 13), "misplaced"),
    "unaligned block": (lambda: tensor(0, offset=TENSORS[0].offset + 1), "misplaced"),
    "overlap": (lambda: tensor(6, row=TENSORS[7].row, offset=TENSORS[7].offset), "overlap"),
    "placed virtual tensor": (lambda: tensor(4, offset=8), "no place"),
    "claim on nothing": (lambda: claim(0, tensor=99), "no tensor 99"),
    "claim of no stage": (lambda: claim(-1, stage=99), "order"),
    "claims out of order": (lambda: claim(0, stage=1), "order"),
    "short point": (lambda: claim(0, point=()), "coordinates"),
    "local coordinate": (
        lambda: claim(0, point=tuple(local(i) for i in range(len(CLAIMS[0].point)))),
        "local",
    ),
    "later challenge": (
        lambda: claim(0, point=(challenge(1, 0), *CLAIMS[0].point[1:])),
        "no challenge",
    ),
    "challenge of no variable": (
        lambda: claim(0, point=(challenge(0, 99), *CLAIMS[0].point[1:])),
        "not free",
    ),
    "diagonal claim": (
        lambda: claim(1, point=(CLAIMS[1].point[1], *CLAIMS[1].point[1:])),
        "twice",
    ),
    "claim stated twice": (
        lambda: replace(SCHEDULE, claims=(CLAIMS[0], CLAIMS[0], *CLAIMS[2:])),
        "stated twice",
    ),
    "form on a tensor": (lambda: column(term(atom=TensorAtom(0, ()))), "refers to a tensor"),
    "form on no claim": (lambda: column(term(atom=ClaimAtom(99))), "no claim 99"),
    "form on a later claim": (lambda: column(term(atom=ClaimAtom(WINDOW))), "too late"),
    "kernel in a factor": (lambda: column(term(kernels=(Kernel(0, ()),))), "kernels"),
    "quadratic term": (
        lambda: column(
            Form(
                (
                    Term(
                        1,
                        ClaimAtom(SCHEDULE.groups[0].helper_claim),
                        (Selector(2, (challenge(0, 0),)),),
                    ),
                )
            )
        ),
        "occurs twice",
    ),
    "missing column": (
        lambda: replace(
            SCHEDULE,
            groups=put(SCHEDULE.groups, 0, lookups=put(SCHEDULE.groups[0].lookups, 0, columns=())),
        ),
        "columns are needed",
    ),
    "lookup in no table": (
        lambda: replace(
            SCHEDULE,
            groups=put(SCHEDULE.groups, 0, lookups=put(SCHEDULE.groups[0].lookups, 0, table=9)),
        ),
        "no table",
    ),
    "five lookups a group": (
        lambda: replace(
            SCHEDULE,
            groups=put(SCHEDULE.groups, 0, lookups=SCHEDULE.groups[0].lookups[:1] * 5),
        ),
        "1 to 4",
    ),
    "empty group": (
        lambda: replace(SCHEDULE, groups=put(SCHEDULE.groups, 0, lookups=())),
        "1 to 4",
    ),
    "shared helper": (
        lambda: replace(SCHEDULE, groups=SCHEDULE.groups * 2),
        "shared",
    ),
    "foreign helper": (
        lambda: replace(SCHEDULE, groups=put(SCHEDULE.groups, 0, helper_claim=0)),
        "does not fit",
    ),
    "foreign multiplicity": (
        lambda: replace(SCHEDULE, tables=put(SCHEDULE.tables, 0, multiplicity_claim=0)),
        "does not fit",
    ),
    "offsets of a table": (
        lambda: replace(
            SCHEDULE, tables=put(SCHEDULE.tables, 0, offsets=(), values=(constant(1),))
        ),
        "one offset",
    ),
    "columns": (lambda: replace(SCHEDULE, columns=2), "columns are needed"),
    "zero-check variables": (lambda: replace(SCHEDULE, zero_check_variables=13), "variables"),
    "zero-check degree": (lambda: replace(SCHEDULE, zero_check_degree=3), "degree"),
    "step variables": (lambda: step(0, variables=9), "variables are needed"),
    "step degree": (lambda: step(0, degree=3), "the degree is"),
    "instance of nothing": (lambda: instance(0, claim=99), "no claim 99"),
    "instance of a committed tensor": (
        lambda: instance(0, claim=SCHEDULE.groups[0].helper_claim),
        "committed",
    ),
    "instance of a later claim": (lambda: instance(0, claim=WINDOW), "too late"),
    "offset with a claim": (lambda: instance(0, offset=term()), "offset refers to a claim"),
    "offset at a free variable": (
        lambda: instance(0, offset=term(atom=One(), selectors=(Selector(2, (challenge(1, 0),)),))),
        "not free",
    ),
    "eq of a variable with itself": (
        lambda: summand(0, eq=((challenge(1, 0), 0),)),
        "not fixed",
    ),
    "eq of no variable": (lambda: summand(0, eq=((ONE, 9),)), "no variable"),
    "two eq of one variable": (lambda: summand(0, eq=((ONE, 0), (ZERO, 0))), "twice"),
    "endless sum": (lambda: summand(0, variables=200), "indices"),
    "giant kernel": (
        lambda: summand(1, kernels=(Kernel(0, (KernelPart(1 << 40, 2, (ONE,)),)),)),
        "too large",
    ),
    "wide kernel": (
        lambda: summand(1, kernels=(Kernel(0, (KernelPart(1, 1, ()),) * 9),)),
        "too large",
    ),
    "kernel twice": (lambda: summand(1, kernels=first_summand(1).kernels * 2), "twice"),
    "another degree": (
        lambda: summand(0, factors=(*first_summand(0).factors, constant(1))),
        "degree",
    ),
    "an unresolved claim": (
        lambda: step(0, instances=STEPS[0].instances[1:]),
        "unfolded once",
    ),
    "a claim resolved twice": (
        lambda: step(1, instances=STEPS[1].instances * 2),
        "unfolded once",
    ),
    "an unpadded tensor": (lambda: replace(SCHEDULE, padding=SCHEDULE.padding[1:]), "complete"),
    "padding of nothing": (lambda: replace(SCHEDULE, padding=(*SCHEDULE.padding, 99)), "complete"),
    "public nothing": (
        lambda: replace(SCHEDULE, public=(PublicTensor(99, 8, False),)),
        "no tensor 99",
    ),
    "public weights": (
        lambda: replace(SCHEDULE, public=(PublicTensor(1, 8, False),)),
        "not committed in the trace",
    ),
    "public width": (lambda: replace(SCHEDULE, public=(PublicTensor(0, 3, False),)), "width 3"),
    "narrow public tensor": (
        lambda: replace(SCHEDULE, public=(PublicTensor(11, 2, True),)),
        "does not fit its width",
    ),
    "outputs before inputs": (
        lambda: replace(SCHEDULE, public=SCHEDULE.public[::-1]),
        "inputs come before outputs",
    ),
}


@pytest.mark.parametrize("row_bits", [5, 8, 13])
def test_what_the_compiler_makes_is_valid(row_bits: int) -> None:
    validate_schedule(build_schedule(small_system(), row_bits))


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_inconsistent_schedule_is_refused(name: str) -> None:
    mutate, message = MUTATIONS[name]
    schedule = mutate()
    assert schedule != SCHEDULE
    with pytest.raises(ArtifactError, match=message):
        validate_schedule(schedule)


@pytest.mark.fuzz
def test_any_changed_byte_is_refused_or_gives_another_valid_schedule() -> None:
    """Whatever decodes and validates is written back to the same bytes; nothing else happens."""
    data = encode_schedule(SCHEDULE)
    for position in range(0, len(data), 1 if THOROUGH else 7):
        for flip in (1, 128, 255) if THOROUGH else (1 << position % 8,):
            changed = bytearray(data)
            changed[position] ^= flip
            try:
                schedule = decode_schedule(bytes(changed))
                validate_schedule(schedule)
            except ArtifactError:
                continue
            assert encode_schedule(schedule) == bytes(changed)

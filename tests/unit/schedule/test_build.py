"""The schedule of a small system: claims, stages, degrees; and what the compiler refuses."""

from __future__ import annotations

import pytest

from modulus.errors import ArtifactError, QuantizationError
from modulus.relations.codec import decode_system, encode_system
from modulus.relations.coordinate import CoordinateKind, local_point
from modulus.relations.form import constant, tensor_form
from modulus.relations.system import Pointwise, Product, Role, Tensor
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.cost import round_count, schedule_costs
from modulus.schedule.pattern import transcript_pattern
from modulus.schedule.soundness import interactive_bits, security_bits, soundness_terms
from tests.support.small_system import small_system


def test_every_virtual_claim_is_reduced_exactly_once() -> None:
    schedule = build_schedule(small_system())
    virtual = {
        number
        for number, claim in enumerate(schedule.claims)
        if schedule.tensors[claim.tensor].role is Role.VIRTUAL
    }
    reduced = [instance.claim for step in schedule.steps for instance in step.instances]
    assert sorted(reduced) == sorted(virtual)


def test_claims_are_grouped_by_stage_and_refer_to_the_past() -> None:
    schedule = build_schedule(small_system())
    stages = [claim.stage for claim in schedule.claims]
    assert stages == sorted(stages)
    for claim in schedule.claims:
        assert len(claim.point) == schedule.tensors[claim.tensor].bits
        for coordinate in claim.point:
            assert coordinate.kind is not CoordinateKind.LOCAL
            assert coordinate.stage <= claim.stage


def test_tensors_at_equal_points_share_a_claim() -> None:
    schedule = build_schedule(small_system())
    keys = [(claim.tensor, claim.point) for claim in schedule.claims]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("row_bits", [None, 6, 13])
def test_schedule_bytes_round_trip_and_are_deterministic(row_bits: int | None) -> None:
    schedule = build_schedule(small_system(), row_bits)
    data = encode_schedule(schedule)
    assert decode_schedule(data) == schedule
    assert encode_schedule(build_schedule(small_system(), row_bits)) == data


def test_system_bytes_round_trip() -> None:
    data = encode_system(small_system())
    assert encode_system(decode_system(data)) == data


@pytest.mark.parametrize("encode", [lambda: encode_schedule(build_schedule(small_system()))])
def test_truncated_and_extended_bytes_are_refused(encode: object) -> None:
    assert callable(encode)
    data = encode()
    for length in range(0, len(data), 37):
        with pytest.raises(ArtifactError):
            decode_schedule(data[:length])
    with pytest.raises(ArtifactError, match="trailing"):
        decode_schedule(data + b"\0")


def test_an_uncovered_committed_tensor_is_refused() -> None:
    # Attack: with only the remainder checked, any remainder gives a "correct" quotient.
    for missing in ("p", "n", "r"):
        system = small_system()
        system.lookups = [lookup for lookup in system.lookups if lookup.name != missing]
        with pytest.raises(QuantizationError, match=f"covers the committed tensor {missing}"):
            build_schedule(system)


def test_a_lookup_wider_than_the_declared_range_does_not_cover() -> None:
    system = small_system()
    number = next(i for i, tensor in enumerate(system.tensors) if tensor.name == "r")
    old = system.tensors[number]
    system.tensors[number] = Tensor(old.name, old.shape, 0, old.high - 1, old.role)
    with pytest.raises(QuantizationError, match="r in"):
        build_schedule(system)


def test_a_choice_covers_the_chosen_tensor() -> None:
    system = small_system()
    whole = local_point(5)
    p = next(i for i, tensor in enumerate(system.tensors) if tensor.name == "p")
    n = next(i for i, tensor in enumerate(system.tensors) if tensor.name == "n")
    largest = system.add_tensor(Tensor("largest", (3, 6), 0, (1 << 12) - 1, Role.TRACE))
    form = tensor_form(largest, whole)
    factors = (form.minus(tensor_form(p, whole)), form.minus(tensor_form(n, whole)))
    system.pointwise.append(Pointwise("choice", (3, 6), (Product(1, factors),)))
    build_schedule(system)
    system.pointwise[-1] = Pointwise(
        "choice", (3, 6), (Product(1, (factors[0], form.minus(constant(-1)))),)
    )
    with pytest.raises(QuantizationError, match="largest"):
        build_schedule(system)


def test_an_identity_that_may_wrap_around_the_field_is_refused() -> None:
    system = small_system()
    number = next(i for i, tensor in enumerate(system.tensors) if tensor.name == "b1")
    system.tensors[number] = Tensor("b1", (3, 1), -(1 << 62), 1 << 62, Role.WEIGHT)
    huge = Product(1 << 62, (tensor_form(number, local_point(2, 3)),) * 4)
    system.pointwise[0] = Pointwise("conv", (3, 6), (huge,))
    with pytest.raises(QuantizationError, match="wrap around"):
        build_schedule(system)


def test_pattern_counts_what_the_transcript_carries() -> None:
    schedule = build_schedule(small_system())
    lines = transcript_pattern(schedule).decode().splitlines()
    assert sum(line.startswith("A round") for line in lines) == round_count(schedule)
    carried = sum(
        int(line.split()[2])
        for line in lines
        if line.split()[1] in {"round", "claims", "rows", "openings"} and line[0] == "A"
    )
    assert carried == schedule_costs(schedule).transcript_elements


def test_soundness_is_limited_by_the_curve_not_by_the_protocol() -> None:
    terms = soundness_terms(build_schedule(small_system()), (1 << 17) + 1)
    assert interactive_bits(terms) > 200
    assert security_bits(terms) == 100

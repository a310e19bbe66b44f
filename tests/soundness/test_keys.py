"""Verifying keys from an adversary: what a key may claim about itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modulus import _native
from modulus.errors import ModulusError, ProofRejected, RejectionReason
from modulus.keycheck import check_key
from modulus.reference.key import VerifyingKey
from modulus.reference.verify import verify as reference_verify
from modulus.relations.codec import decode_system, encode_system
from modulus.relations.contents import FunctionTable, ListedTable
from modulus.relations.coordinate import ZERO
from modulus.relations.form import ClaimAtom, Form, Kernel, KernelPart, Term, constant
from modulus.relations.function import VARIABLE, Instruction, Op
from modulus.relations.system import Lookup, Public, RelationSystem, Role
from modulus.schedule.automaton import MAX_KERNEL_STATES, MAX_SCHEDULE_STATES, check_work
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from modulus.schedule.model import Claim, Schedule
from modulus.schedule.wellformed import check_well_formed
from modulus.verifier import VerifyingKey as NativeKey
from tests.soundness.corpus import built
from tests.support.slow_setup import make_key
from tests.support.small_system import small_system
from tests.unit.reference.small_proof import small_bytes, small_key

DEVELOPMENT = 18
"""Where a key says whether it is for development; the hash of the ceremony file follows."""


def relabelled() -> bytes:
    """A development key that calls itself a ceremony's."""
    key = bytearray(small_bytes()[0])
    key[DEVELOPMENT] = 0
    key[DEVELOPMENT + 1 : DEVELOPMENT + 33] = bytes([1]) * 32
    return bytes(key)


def test_unknown_powers_of_tau_count_as_development() -> None:
    """The secret of these powers is a constant of this test suite: whoever reads it can forge."""
    assert NativeKey.decode(relabelled()).development


def test_a_proof_does_not_verify_for_a_relabelled_key() -> None:
    with pytest.raises(ModulusError):
        reference_verify(relabelled(), small_bytes()[1])


def test_both_verifiers_want_the_hash_of_a_ceremony_file() -> None:
    key = bytearray(small_bytes()[0])
    key[DEVELOPMENT] = 0
    with pytest.raises(ModulusError):
        VerifyingKey.decode(bytes(key))
    with pytest.raises(ModulusError):
        _native.verifying_key_digest(bytes(key))


def with_schedule(schedule: Schedule) -> bytes:
    return replace(small_key(), schedule_bytes=encode_schedule(schedule)).encode()


def without_padding() -> Schedule:
    """Slots outside a shape become free witnesses."""
    return replace(small_key().schedule, padding=())


def without_lookups() -> Schedule:
    """Quotients and remainders become free."""
    return replace(small_key().schedule, groups=small_key().schedule.groups[:-1])


def without_a_relation() -> Schedule:
    return replace(small_key().schedule, pointwise=small_key().schedule.pointwise[1:])


def offset_after_its_sum() -> Schedule:
    """The last step's claimed sum is reduced by a claim that is absorbed after its rounds."""
    schedule = small_key().schedule
    stage = len(schedule.steps)
    step = schedule.steps[-1]
    first, *others = step.instances
    tensor = next(n for n, t in enumerate(schedule.tensors) if t.committed)
    late = Claim(tensor, stage, (ZERO,) * schedule.tensors[tensor].bits)
    offset = Form((Term(1, ClaimAtom(len(schedule.claims))),))
    step = replace(step, instances=(replace(first, offset=offset), *others))
    steps = (*schedule.steps[:-1], step)
    return replace(schedule, claims=(*schedule.claims, late), steps=steps)


SCHEDULES = [without_padding, without_lookups, without_a_relation, offset_after_its_sum]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_that_the_system_does_not_compile_to_is_refused(
    schedule: Callable[[], Schedule],
) -> None:
    key = with_schedule(schedule())
    with pytest.raises(ModulusError):
        VerifyingKey.decode(key)
    with pytest.raises(ModulusError):
        NativeKey.decode(key)


@pytest.mark.parametrize("row_bits", [0, 4, 25, 64])
def test_unreasonable_rows_are_refused(row_bits: int) -> None:
    key = with_schedule(replace(small_key().schedule, row_bits=row_bits))
    with pytest.raises(ModulusError):
        VerifyingKey.decode(key)
    with pytest.raises(ModulusError):
        NativeKey.decode(key)


@pytest.mark.parametrize("schedule", [without_padding, offset_after_its_sum])
def test_the_native_decoder_alone_refuses_free_witnesses(schedule: Callable[[], Schedule]) -> None:
    with pytest.raises(ModulusError):
        _native.verifying_key_digest(with_schedule(schedule()))


def two_outputs_of_one_name() -> RelationSystem:
    system = small_system()
    output = next(item for item in system.public if item.is_output)
    system.public = [replace(item, name=output.name, is_output=True) for item in system.public]
    return system


def test_two_outputs_of_one_name_are_refused() -> None:
    with pytest.raises(ModulusError):
        build_schedule(decode_system(encode_system(two_outputs_of_one_name())))


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 0.0},
        {"scale": -1.0},
        {"scale": float("nan")},
        {"scale": float("inf")},
        # Times an integer of eight bytes it is infinite, or loses digits.
        {"scale": 1e300},
        {"scale": 1e-300},
        {"columns": (1.0,) * 5 + (1e300,)},
        {"shape": (5,)},
    ],
)
def test_a_public_tensor_that_misrepresents_its_integers_is_refused(
    change: dict[str, Any],
) -> None:
    system = small_system()
    public: list[Public] = list(system.public)
    system.public = [replace(public[0], **change), *public[1:]]
    key = replace(small_key(), system_bytes=encode_system(system)).encode()
    with pytest.raises(ModulusError):
        VerifyingKey.decode(key)
    with pytest.raises(ModulusError):
        NativeKey.decode(key)


@pytest.mark.parametrize(
    "name", ["label\nnote: this proof rests on a ceremony", "\x1b[2K", "a\u202eb", "\r"]
)
@pytest.mark.parametrize("part", ["tensors", "pointwise", "tables", "lookups", "public"])
def test_names_cannot_write_to_a_terminal(name: str, part: str) -> None:
    system = small_system()
    items = getattr(system, part)
    items[-1] = replace(items[-1], name=name)
    key = replace(small_key(), system_bytes=encode_system(system)).encode()
    for decode in (VerifyingKey.decode, NativeKey.decode):
        with pytest.raises(ModulusError) as refused:
            decode(key)
        assert name not in str(refused.value)


def table_of(system: RelationSystem) -> int:
    return next(n for n, tensor in enumerate(system.tensors) if tensor.role is Role.TABLE)


def refused(key: bytes) -> bool:
    """By both verifiers, as malformed."""
    with pytest.raises(ProofRejected) as by_reference:
        VerifyingKey.decode(key)
    with pytest.raises(ProofRejected) as natively:
        check_key(NativeKey.decode(key))
    reasons = {by_reference.value.reason, natively.value.reason}
    return reasons == {RejectionReason.MALFORMED_KEY}


@pytest.mark.parametrize("is_listed", [False, True])
def test_a_key_with_another_function_table_is_refused(is_listed: bool) -> None:
    """The relations say tanh; the second key holds a step where its owner wants it."""
    graph, trace = built("function")
    system = graph.relations()
    arrays = {number: array.reshape(-1).tolist() for number, array in trace.arrays.items()}
    table = table_of(system)
    if is_listed:
        contents = ListedTable(tuple(arrays[table]))
        system.tensors[table] = replace(system.tensors[table], contents=contents)
    honest = make_key(system, arrays, 10)
    VerifyingKey.decode(honest.encode())
    check_key(NativeKey.decode(honest.encode()))
    arrays[table] = [0] * 200 + [127] * 56
    other = make_key(system, arrays, 10)
    assert honest.system_bytes == other.system_bytes
    assert refused(other.encode())


@pytest.mark.parametrize(
    "change",
    [
        {"code": (VARIABLE * 2).code},
        {"code": (1 / VARIABLE).code},
        {"first": -127},
        {"step": 2.0},
        {"unit": 0.5},
    ],
)
def test_a_table_that_says_another_function_is_refused(change: dict[str, Any]) -> None:
    """Another function, one that is not defined everywhere, other arguments, another unit."""
    graph, trace = built("function")
    system = graph.relations()
    arrays = {number: array.reshape(-1).tolist() for number, array in trace.arrays.items()}
    tensor = system.tensors[table_of(system)]
    assert isinstance(tensor.contents, FunctionTable)
    contents = replace(tensor.contents, **change)
    system.tensors[table_of(system)] = replace(tensor, contents=contents)
    assert refused(make_key(system, arrays, 10).encode())


def test_the_range_of_a_table_is_not_its_owner_s_word() -> None:
    graph, trace = built("function")
    system = graph.relations()
    arrays = {number: array.reshape(-1).tolist() for number, array in trace.arrays.items()}
    tensor = system.tensors[table_of(system)]
    system.tensors[table_of(system)] = replace(tensor, high=tensor.high - 1)
    assert refused(make_key(system, arrays, 10).encode())


def test_tables_are_bounded_together() -> None:
    """A table of a few bytes asks for hours of error functions."""
    system = built("function")[0].relations()
    held = system.tensors[table_of(system)]
    for count, op in ((1 << 17, Op.ERF), (1 << 25, Op.ABSOLUTE)):
        code = (Instruction(Op.VARIABLE), *(Instruction(op) for _ in range(100)))
        contents = FunctionTable(code, 0, 1.0, 1.0)
        system.tensors[table_of(system)] = replace(held, shape=(count,), contents=contents)
        with pytest.raises(ModulusError, match="function tables are too large"):
            check_well_formed(system)


def test_kernels_are_bounded_together() -> None:
    kernel = Kernel(0, (KernelPart(MAX_KERNEL_STATES - 1, 2, (ZERO,)),))
    most = MAX_SCHEDULE_STATES // MAX_KERNEL_STATES
    check_work([kernel] * most)
    with pytest.raises(ModulusError):
        check_work([kernel] * (most + 1))


@pytest.mark.parametrize("row_bits", [5, 13])
def test_enormous_helper_columns_are_refused(row_bits: int) -> None:
    """A lookup of a few bytes asks for 2^32 slots: rows must be bounded before they are listed."""
    system = small_system()
    constants = tuple(constant(0) for _ in system.lookups[0].columns)
    shape = (1 << 16, 1 << 16)
    system.lookups.append(Lookup("bomb", shape, system.lookups[0].table, constants))
    held = small_key().schedule
    helpers = (Role.HELPER,) * 1000
    schedule = replace(held, row_bits=row_bits, row_kinds=(*held.row_kinds, *helpers))
    key = replace(
        small_key(), system_bytes=encode_system(system), schedule_bytes=encode_schedule(schedule)
    ).encode()
    with pytest.raises(ModulusError):
        VerifyingKey.decode(key)
    with pytest.raises(ModulusError):
        NativeKey.decode(key)

"""A relation system from an adversary is refused with a typed error, in bounded time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.errors import ModulusError
from modulus.relations.codec import decode_system, encode_system
from modulus.relations.coordinate import block_bits, challenge, local, local_point
from modulus.relations.form import Form, TensorAtom, Term, constant, tensor_form
from modulus.relations.system import (
    Definition,
    DefinitionKind,
    Pointwise,
    Product,
    RelationSystem,
    Role,
    Summand,
    Tensor,
)
from modulus.schedule.build import build_schedule
from tests.support.small_system import small_system

Change = Callable[[RelationSystem], None]


def _form(system: RelationSystem, form: Form) -> None:
    system.pointwise.append(Pointwise("bad", (3, 6), (Product(1, (form,)),)))


def _definition(index: int, **changes: object) -> Change:
    def change(system: RelationSystem) -> None:
        system.definitions[index] = replace(system.definitions[index], **changes)  # type: ignore[arg-type]

    return change


def _public(**changes: object) -> Change:
    def change(system: RelationSystem) -> None:
        system.public[0] = replace(system.public[0], **changes)  # type: ignore[arg-type]

    return change


BAD: dict[str, Change] = {
    "unknown tensor": lambda s: _form(s, tensor_form(99, local_point(5))),
    "wrong point": lambda s: _form(s, tensor_form(6, local_point(4))),
    "unknown bit": lambda s: _form(s, tensor_form(6, local_point(5, 3))),
    "bit used twice": lambda s: _form(s, tensor_form(6, (local(0),) * 5)),
    "challenge": lambda s: _form(s, tensor_form(6, (challenge(0, 0), *local_point(4)))),
    "kernel in a form": lambda s: _form(
        s, Form((Term(1, TensorAtom(6, local_point(5)), (), s.definitions[0].summands[0].kernels),))
    ),
    "degree five": lambda s: s.pointwise.append(
        Pointwise("bad", (3, 6), (Product(1, (tensor_form(6, local_point(5)),) * 5),))
    ),
    "definition of itself": _definition(
        0, summands=(Summand((6, 7, 8, 9), (), (tensor_form(4, local_point(7)),)),)
    ),
    "definition from a later tensor": _definition(
        0, summands=(Summand((), (), (tensor_form(5, local_point(5)),)),)
    ),
    "definition of a committed tensor": _definition(0, tensor=0),
    "defined twice": lambda s: s.definitions.append(s.definitions[0]),
    "undefined": lambda s: s.definitions.clear(),
    "offset with a tensor": _definition(0, offset=tensor_form(0, local_point(4))),
    "bound bits with a gap": _definition(
        1, summands=(Summand((5, 7), (), (tensor_form(0, local_point(4)),)),)
    ),
    "no factors": _definition(0, summands=(Summand((), (), ()),)),
    "table without counter": lambda s: s.tables.__setitem__(0, replace(s.tables[0], offsets=())),
    "lookup in no table": lambda s: s.lookups.__setitem__(0, replace(s.lookups[0], table=7)),
    "lookup columns": lambda s: s.lookups.__setitem__(
        0, replace(s.lookups[0], columns=(constant(1), constant(2)))
    ),
    "public unknown": _public(tensor=99),
    "public weight": _public(tensor=1),
    "public width": _public(width=3),
    "public too narrow": lambda s: s.public.__setitem__(1, replace(s.public[1], width=1)),
    "public twice": lambda s: s.public.append(s.public[1]),
    "inputs after outputs": lambda s: s.public.reverse(),
    "role of a helper": lambda s: s.tensors.append(Tensor("h", (2,), 0, 0, Role.HELPER)),
    "enormous tensor": lambda s: s.tensors.append(
        Tensor("big", (1 << 20, 1 << 20), 0, 0, Role.WEIGHT)
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_systems_are_refused(name: str) -> None:
    system = small_system()
    BAD[name](system)
    with pytest.raises(ModulusError):
        build_schedule(system)


def test_a_chain_that_doubles_its_claims_is_refused() -> None:
    system = small_system()
    source = 0
    for link in range(40):
        shape = (2, 6)
        low = system.add_tensor(Tensor(f"link{link}", shape, -128, 127, Role.VIRTUAL))
        bits = block_bits(shape)
        summands = tuple(
            Summand((4 + 0,), (), (tensor_form(source, (*local_point(bits - 1), local(bits))),))
            for _ in range(2)
        )
        system.definitions.append(
            Definition(low, DefinitionKind.REWIRE, Form(()), summands[:1] * 2)
        )
        source = low
    whole = tensor_form(source, local_point(4))
    system.pointwise.append(Pointwise("use", (2, 6), (Product(1, (whole,)),)))
    # Equal points share a claim, so this chain stays small; it must simply terminate.
    assert len(build_schedule(system).steps) >= 40


@given(st.data())
def test_random_bytes_never_crash_the_decoder(data: st.DataObject) -> None:
    honest = bytearray(encode_system(small_system()))
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(honest) - 1))
        honest[position] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ModulusError):
        build_schedule(decode_system(bytes(honest)))

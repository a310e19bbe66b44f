"""Every check of the contract is needed: without it, a fault of the list has another end."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from modulus.evm.artifact import load_artifact
from modulus.reference.field import inverse
from modulus.reference.sealed import derive_challenges
from modulus.reference.sealed_proof import SealedBody, decode_public
from tests.evm import fixtures
from tests.evm.machine import Machine
from tests.evm.simulator import Statement, point, twist_point
from tests.evm.statements import FAULTS
from tests.evm.variants import Edit, creation_code, variant_code

pytestmark = pytest.mark.slow

_NEVER = "if (false) revert"

CHECKS: dict[str, Edit] = {
    "length of the public values": ("publicValues.length != key.publicLength", "false"),
    "length of the committed inputs": ("committed.length != 64 * key.committedRows", "false"),
    "length of the proof": ("proof.length != 64 * rows + TAIL_LENGTH", "false"),
    "public ranges": ("if (!inside) revert", _NEVER),
    "single values above": ("gt(excess, span)", "sgt(excess, span)"),
    "values of a word above": (
        "guards := and(add(half, above), sub(below, half))",
        "guards := add(half, above)",
    ),
    "odd values of a word": (
        "guards := and(guards, and(add(half, above), sub(below, half)))",
        "pop(half)",
    ),
    "committed points": ("_anyInvalid(inputs, key.committedRows)", "false"),
    "rows, S, W and W'": ("_anyInvalid(body, rows + 3)", "false"),
    "A": ("_anyInvalid(t.tail + GROTH16, 1)", "false"),
    "C": ("_anyInvalid(t.tail + GROTH16_C, 1)", "false"),
    "x canonical": ("and(lt(x, Q), lt(y, Q))", "lt(y, Q)"),
    "y canonical": ("and(lt(x, Q), lt(y, Q))", "lt(x, Q)"),
    "scalars": ("if (_anyNonCanonical(t.tail + RHO, 8)) revert", _NEVER),
    "degenerate zeta": ("if (!regular || vanishing == 0 || t.kappa == 0) revert", _NEVER),
    "B at infinity": ("called := and(called, iszero(iszero(b)))", ""),
    "B in the subgroup": ("if (!called) revert", _NEVER),
    "the product": ("if (product != 1) revert", _NEVER),
}
"""Checks that a crafted proof can reach. Not among them: kappa = 0 and zz in {zeta, 1/zeta}, which
ask for a preimage of a hash, and results of precompiles, which forge tests replace."""


def outcomes(code: bytes, statements: dict[str, Statement]) -> dict[str, str | None]:
    machine = Machine()
    address, outcome = machine.create(code)
    assert outcome.error is None
    return {name: machine.verify(address, s).error for name, s in statements.items()}


@pytest.mark.parametrize("check", CHECKS)
def test_without_the_check_a_fault_passes_it(check):
    honest = fixtures.mixed()
    statements = {name: apply(honest) for name, (apply, _) in FAULTS.items()}
    expected = {name: error for name, (_, error) in FAULTS.items()}
    found = outcomes(variant_code(honest.key, (CHECKS[check],)), statements | {"": honest})
    assert found.pop("") is None
    assert found != expected


def test_unedited_source_gives_the_shipped_bytecode():
    assert creation_code(()) == load_artifact().creation_code


def _changes() -> dict[str, tuple[str, Any]]:
    """A change of every field of a proof, and the first digest that covers it."""
    other, twist = point(77), twist_point(77)
    return {
        "committed": ("h1", (other, other)),
        "trace_points": ("h1", (other,)),
        "helper_points": ("h2", (other, other)),
        "s_point": ("h3", other),
        "w_point": ("zz", other),
        "w_prime_point": ("kappa", other),
        "rho": ("r", 77),
        "zeta": ("r", 77),
        "openings": ("r", (77, 77, 77, 77)),
        "pin": ("r", 77),
        "a": ("kappa", other),
        "b": ("kappa", twist),
        "c": ("kappa", other),
    }


ORDER = ("h1", "h2", "h3", "r", "bb", "zz", "kappa")


def test_every_part_of_a_proof_changes_the_digests_from_its_own_on():
    s = fixtures.mixed()
    proof = SealedBody.decode(s.key, s.committed, s.body)
    values = decode_public(s.key, s.public)
    before = derive_challenges(s.key, s.context, s.public, values, proof)
    changes = _changes()
    # t0 is the one part that is hashed nowhere: zeta determines it.
    assert proof.t0 == inverse(proof.zeta * (proof.zeta**2 - 1))
    assert {field.name for field in fields(SealedBody)} == {*changes, "t0"}
    for name, (first, value) in changes.items():
        after = derive_challenges(
            s.key, s.context, s.public, values, replace(proof, **{name: value})
        )
        start = ORDER.index(first)
        for position, digest in enumerate(ORDER):
            same = getattr(before, digest) == getattr(after, digest)
            assert same == (position < start), (name, digest)


@pytest.mark.parametrize("index", range(4))
def test_every_opened_value_changes_r(index):
    s = fixtures.mixed()
    proof = SealedBody.decode(s.key, s.committed, s.body)
    values = decode_public(s.key, s.public)
    a1, a2, s1, s2 = (77 if i == index else value for i, value in enumerate(proof.openings))
    changed = replace(proof, openings=(a1, a2, s1, s2))
    before, after = (
        derive_challenges(s.key, s.context, s.public, values, item).r for item in (proof, changed)
    )
    assert before != after


def test_statement_changes_every_digest():
    s = fixtures.mixed()
    proof = SealedBody.decode(s.key, s.committed, s.body)
    values = decode_public(s.key, s.public)
    before = derive_challenges(s.key, s.context, s.public, values, proof)
    other_key = replace(s.key, digest=s.key.digest ^ 1)
    other_public = s.public[:-1] + bytes([s.public[-1] ^ 1])
    for after in (
        derive_challenges(other_key, s.context, s.public, values, proof),
        derive_challenges(s.key, bytes(32), s.public, values, proof),
        derive_challenges(s.key, s.context, other_public, values, proof),
    ):
        assert all(getattr(before, name) != getattr(after, name) for name in ORDER)

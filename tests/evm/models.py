"""A sealed key of the small relation system, and proofs for it from trapdoors."""

from __future__ import annotations

import random
from dataclasses import replace

from modulus.evm.model import ContractModel
from modulus.reference.key import SealPart, VerifyingKey
from modulus.reference.sealed_key import EVIDENCE_LENGTH
from modulus.reference.sealed_proof import write_file
from modulus.relations.codec import encode_system
from modulus.relations.coordinate import block_bits, local_point
from modulus.relations.form import tensor_form
from modulus.relations.system import CommittedPort, Lookup, RelationSystem, Role, Table
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from tests.evm.simulator import CONTEXT, Statement, Trapdoors, make_key, point, simulate
from tests.support.small_system import small_system

ROW_BITS = 8


def sealed_key(
    system: RelationSystem | None = None, seed: int = 1
) -> tuple[VerifyingKey, Trapdoors]:
    """A key whose setup has forgotten nothing."""
    system = small_system() if system is None else system
    schedule = build_schedule(system, ROW_BITS)
    fixed = schedule.rows_of(Role.TABLE) + schedule.rows_of(Role.WEIGHT)
    view, secrets = make_key(random.Random(seed), fixed=fixed)
    key = VerifyingKey.build(
        encode_system(system),
        encode_schedule(schedule),
        view.tau,
        tuple(map(point, secrets.fixed)),
        seal=SealPart(bytes(31) + b"\x01", view.groth16, bytes(EVIDENCE_LENGTH), b""),
    )
    return key, secrets


def simulated_proof(
    key: VerifyingKey, secrets: Trapdoors, seed: int = 2, context: bytes = CONTEXT
) -> tuple[Statement, bytes]:
    """A proof for the key: as the contract takes it, and as a file."""
    view = key.sealed_view()
    s = simulate(random.Random(seed), view, secrets, context=context)
    return s, write_file(view, s.public, s.committed, s.body)


def renamed(system: RelationSystem, names: tuple[str, ...]) -> RelationSystem:
    """The system with other names of public tensors."""
    system.public[:] = [
        replace(item, name=name) for item, name in zip(system.public, names, strict=True)
    ]
    return system


def committed_system() -> RelationSystem:
    """The small system with a committed input; its range is looked up, nobody else checks it."""
    system = small_system()
    x, y = system.public
    tensor = replace(system.tensors[x.tensor], role=Role.PORT)
    system.tensors[x.tensor] = tensor
    system.public[:] = [y]
    system.committed.append(CommittedPort(x.tensor, x.name, is_output=False, scale=x.scale))
    bits = block_bits(tensor.shape)
    form = tensor_form(x.tensor, local_point(bits))
    table = Table("range", (tensor.high - tensor.low + 1,), (tensor.low,), ())
    system.lookups.append(Lookup("x", tensor.shape, len(system.tables), (form,)))
    system.tables.append(table)
    return system


def small_model() -> ContractModel:
    """The contract's view of the small system."""
    return ContractModel.decode(sealed_key()[0].encode())

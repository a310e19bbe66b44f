"""Every kind of relation that an operator declares is attacked, with proofs.

The prover does not check what it proves. Each lie changes one entry of a true trace so that the
relation does not hold, which a dense evaluation confirms. The verifier of the model rejects it, and
so does a verifier that checks nothing but this relation, for the reason of its kind.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from modulus import _native, srs
from modulus.errors import ProofRejected, RejectionReason
from modulus.ops import Operator, operators
from modulus.relations.codec import encode_system
from modulus.relations.system import RelationSystem, Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import encode_schedule
from modulus.verifier import VerifyingKey
from tests.conformance.proving import LARGEST_ROW_BITS
from tests.conformance.tampering.alone import alone
from tests.conformance.tampering.false_prover import FalseProver
from tests.conformance.tampering.graphs import small_graphs
from tests.conformance.tampering.lies import Arrays, Kind, Lie, kind_of, lie_about, relations
from tests.fuzz.budget import THOROUGH
from tools.operator_costs import EVALUATED

OPERATORS = [op for op in operators().values() if op.onnx_name not in EVALUATED]
R = RejectionReason
REASONS: Mapping[Kind, RejectionReason] = {
    Kind.POINTWISE: R.ZERO_CHECK_FAILED,
    Kind.RANGE: R.REDUCTION_FAILED,
    Kind.LOOKUP: R.REDUCTION_FAILED,
    Kind.GATHER: R.REDUCTION_FAILED,
    Kind.CONTRACTION: R.STEP_FAILED,
    Kind.REWIRE: R.STEP_FAILED,
}
"""The sum over lookups is a linear claim, which the reduction settles."""
POWERS = srs.for_compiling(LARGEST_ROW_BITS)
CONTEXT = bytes(32)
ROW_COST = 100
"""In slots: short rows, for a thousand proofs that nobody keeps."""

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(900)]
"""`make fuzz` attacks every relation. The first test builds the prover if nothing did before."""


@pytest.fixture(scope="module")
def prover(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FalseProver]:
    folder = tmp_path_factory.mktemp("false_prover")
    path = folder / "powers"
    POWERS.save(path)
    with FalseProver(path, folder) as process:
        yield process


class Model:
    """A system with a key of its own."""

    def __init__(self, system: RelationSystem, fixed: Arrays, prover: FalseProver) -> None:
        self.schedule = build_schedule(system, row_cost=ROW_COST)
        self._prover = prover
        encoded = encode_schedule(self.schedule)
        held = {
            number: np.ascontiguousarray(fixed[number]).reshape(-1)
            for number, tensor in enumerate(self.schedule.tensors)
            if tensor.role in (Role.TABLE, Role.WEIGHT)
        }
        self._key = VerifyingKey(
            declared_development=True,
            file_hash=POWERS.file_hash,
            system_bytes=encode_system(system),
            schedule_bytes=encoded,
            tau_g2=POWERS.tau_g2,
            points=tuple(_native.commit_fixed(encoded, POWERS, held, b"")),
        ).encode()

    def verdict(self, arrays: Arrays) -> RejectionReason | None:
        """Why a proof of these arrays is rejected; None if it is not."""
        added = {Role.MULTIPLICITY, Role.HELPER}
        told = {
            number: arrays[number]
            for number, tensor in enumerate(self.schedule.tensors)
            if tensor.role not in added
        }
        proof = self._prover.prove(self._key, told)
        try:
            _native.verify(self._key, proof, CONTEXT)
        except ProofRejected as rejected:
            return RejectionReason(rejected.reason)
        return None


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda entry: entry.onnx_name)
def test_every_kind_of_relation_is_enforced(operator: type[Operator], prover: FalseProver) -> None:
    attacked: set[Kind] = set()
    for graph, trace in small_graphs(operator):
        system = graph.relations()
        model: Model | None = None
        for relation in relations(system):
            kind = kind_of(system, relation)
            if kind in attacked and not THOROUGH:
                continue
            attacked.add(kind)
            lie = lie_about(system, relation, trace.arrays)
            check_alone(system, lie, prover)
            model = model or Model(system, graph.constants, prover)
            check_in_model(model, lie)
    assert attacked, "there are no relations"


def check_alone(system: RelationSystem, lie: Lie, prover: FalseProver) -> None:
    """A verifier that checks this relation alone accepts the truth and rejects the lie."""
    only, true, false = alone(system, lie)
    model = Model(only, true, prover)
    assert model.verdict(true) is None, lie.relation
    assert model.verdict(false) is REASONS[lie.kind], lie.relation


def check_in_model(model: Model, lie: Lie) -> None:
    """The model's verifier rejects the lie, whatever it notices first."""
    # Nothing is said of a value that nothing reads, such as an output that nobody sees.
    if any(claim.tensor in lie.tensors for claim in model.schedule.claims):
        assert model.verdict(lie.false) in REASONS.values(), lie.relation

"""Native prover and verifier against the plain prover and the reference: equal to the byte."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modulus.errors import ProofRejected
from modulus.reference import verify
from modulus.relations.system import RelationSystem
from tests.fuzz.budget import THOROUGH
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key, reference_string
from tests.support.small_system import small_arrays, small_system

native: Any = pytest.importorskip("modulus._native")

ROW_BITS = 8
CONTEXT = bytes(range(32))

Arrays = Mapping[int, list[int]]
SYSTEMS: dict[str, tuple[Callable[[], RelationSystem], Callable[[], Arrays]]] = {
    "small": (small_system, small_arrays),
    "rich": (rich_system, rich_arrays),
}


@pytest.fixture(scope="module")
def srs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path: Path = tmp_path_factory.mktemp("srs") / "known.srs"
    path.write_bytes(reference_string(ROW_BITS))
    return native.Srs.load(path)


@pytest.fixture(scope="module", params=SYSTEMS)
def case(request: pytest.FixtureRequest) -> tuple[bytes, bytes, Arrays]:
    """Key, plain proof and arrays."""
    system, arrays = SYSTEMS[request.param]
    key = make_key(system(), arrays(), ROW_BITS)
    proof = SlowProver(key, arrays(), context=CONTEXT).prove()
    return key.encode(), proof.encode(key.schedule), arrays()


def test_the_native_prover_makes_the_same_bytes(
    case: tuple[bytes, bytes, Arrays], srs: Any
) -> None:
    key, proof, arrays = case
    tensors = {number: np.array(values, dtype=np.int64) for number, values in arrays.items()}
    assert native.prove(key, srs, tensors, CONTEXT) == proof


def reason_of(check: Callable[[], object]) -> str:
    try:
        check()
    except ProofRejected as rejected:
        return rejected.reason
    return "accepted"


@pytest.mark.fuzz
def test_both_verifiers_reject_for_the_same_reason(case: tuple[bytes, bytes, Arrays]) -> None:
    key, proof, _ = case
    native.verify(key, proof, CONTEXT)
    verify(key, proof, CONTEXT)
    for position in range(0, len(proof), 7 if THOROUGH else 499):
        changed = bytearray(proof)
        changed[position] ^= 1
        data = bytes(changed)
        found = reason_of(lambda data=data: native.verify(key, data, CONTEXT))  # type: ignore[misc]
        assert found == reason_of(lambda data=data: verify(key, data, CONTEXT))  # type: ignore[misc]
        assert found != "accepted"

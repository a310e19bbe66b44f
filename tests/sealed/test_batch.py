"""One sealed proof for many inputs: the batch dimension of a model."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pytest

import modulus
from modulus.evm.model import ContractModel
from modulus.reference.sealed_proof import read_file, write_file
from modulus.verifier import padded_context
from tests.evm.machine import Machine
from tests.evm.simulator import Statement
from tests.support import compiled as support

BATCH = 5


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


@cache
def compiled() -> modulus.CompiledModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        samples = support.samples(4 * BATCH)
        options = {"activation_bits": 8, "dimensions": {"batch": BATCH}}
        return modulus.compile(support.MODEL, samples, **options)  # type: ignore[arg-type]


@cache
def proven() -> modulus.Proof:
    return compiled().prove(support.samples(BATCH, seed=3), context=support.CONTEXT)


@pytest.mark.filterwarnings("ignore::modulus.DevelopmentWarning")
def test_one_proof_holds_for_every_row_of_the_batch() -> None:
    batch = support.samples(BATCH, seed=3)
    outputs = modulus.verify(proven(), compiled().verifying_key, context=support.CONTEXT)
    (name,) = outputs
    assert outputs[name].shape == (BATCH, 2)
    np.testing.assert_array_equal(outputs[name], compiled().run(batch)[name])
    # Each row is what the model says of that input, whatever its neighbours are.
    turned = compiled().run(batch[::-1])[name]
    np.testing.assert_array_equal(outputs[name], turned[::-1])
    assert len(np.unique(outputs[name])) > BATCH


def test_the_contract_takes_the_batch_in_its_order() -> None:
    model = ContractModel.decode(compiled().verifying_key.encode())
    public, committed, body = read_file(model.key, proven().data)
    context = padded_context(support.CONTEXT)
    honest = Statement(model.key, context, public, committed, body)
    output = next(tensor for tensor in model.tensors if tensor.is_output)
    row = output.count // BATCH * output.width
    start = output.offset
    swapped = public[start + row : start + 2 * row] + public[start : start + row]
    mixed = public[:start] + swapped + public[start + 2 * row :]
    machine = Machine()
    address = machine.deploy(model.key)
    assert machine.verify(address, honest).error is None
    lie = Statement(model.key, context, mixed, committed, body)
    assert machine.verify(address, lie).error == "PairingFailed"
    with pytest.raises(modulus.ProofRejected, match="pairing_failed"):
        modulus.verify(
            write_file(model.key, mixed, committed, body),
            compiled().verifying_key,
            context=support.CONTEXT,
        )

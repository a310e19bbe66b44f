"""Gas against the committed snapshot, the goals, and the estimate that needs no node."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from modulus.evm.artifact import deployment_code, load_artifact
from modulus.evm.gas import (
    cost_in_money,
    estimate_deployment,
    estimate_verification,
    schedule_gas,
)
from modulus.evm.model import ContractModel
from modulus.ir.graph import Visibility
from tests.evm import fixtures
from tests.evm.machine import Machine
from tests.sealed.zoo import schedule_of
from tests.support import compiled

SNAPSHOT = Path(__file__).parents[2] / "contracts" / "gas.json"

GOALS = {
    "mlp": 350_000,
    "lenet": 450_000,
    "lenet_private": 370_000,
    "lenet_committed": 370_000,
}
DEPLOYMENT_GOAL = 3_000_000
LARGEST_CODE = 24_576


def measure(name: str) -> dict[str, int]:
    s = fixtures.ALL[name]()
    machine = Machine()
    address, deployment = machine.create(deployment_code(s.key))
    verification = machine.verify(address, s)
    assert verification.error is None
    return {"deploy": deployment.gas, "verify": verification.gas}


@pytest.mark.parametrize("name", fixtures.ALL)
def test_gas_is_the_snapshot(name):
    """Run this file as a script to accept a change."""
    assert measure(name) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))[name]


def test_goals():
    snapshot = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    for name, goal in GOALS.items():
        assert snapshot[name]["verify"] <= goal
    assert max(entry["deploy"] for entry in snapshot.values()) <= DEPLOYMENT_GOAL
    assert len(load_artifact().runtime_code) < LARGEST_CODE // 2


@pytest.mark.parametrize("name", fixtures.ALL)
def test_estimate_is_within_one_per_cent(name):
    s = fixtures.ALL[name]()
    measured = json.loads(SNAPSHOT.read_text(encoding="utf-8"))[name]
    verification = estimate_verification(s.key, s.public)
    assert verification.total == pytest.approx(measured["verify"], rel=0.01)
    assert estimate_verification(s.key).total >= verification.total
    assert estimate_deployment(s.key) == pytest.approx(measured["deploy"], rel=0.01)


def test_a_schedule_tells_as_much_as_its_key():
    key = compiled.compiled(weights="private").verifying_key
    view = ContractModel.decode(key.encode()).key
    assert schedule_gas(key.schedule) == estimate_verification(view)


@pytest.mark.parametrize(
    "ports",
    [
        (Visibility.PRIVATE, Visibility.PUBLIC),
        (Visibility.COMMITTED, Visibility.PUBLIC),
        (Visibility.COMMITTED, Visibility.COMMITTED),
    ],
)
def test_lenet_with_a_hidden_input_is_within_the_goal(ports):
    """The bundled model as it compiles today; the fixtures above have more rows."""
    schedule = schedule_of("lenet5", ports)
    assert schedule_gas(schedule).total <= GOALS["lenet_committed"]


def test_money():
    assert cost_in_money(350_000, 2 * 10**9) == "0.0007 ether at 2 gwei"
    text = cost_in_money(350_000, 2 * 10**9, Decimal(3000))
    assert text == "0.0007 ether at 2 gwei, 2.10 in money"


if __name__ == "__main__":
    content = {name: measure(name) for name in fixtures.ALL}
    SNAPSHOT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

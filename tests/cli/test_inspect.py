"""What `modulus inspect` shows of a verifying key."""

from __future__ import annotations

import re
from dataclasses import replace
from math import prod
from pathlib import Path

import pytest

from modulus._native import Circuit
from modulus.evm.gas import schedule_gas
from modulus.relations.contents import ListedTable
from modulus.relations.system import Role
from modulus.schedule.cost import schedule_costs, seal_costs
from tests.cli.conftest import Run
from tests.soundness.corpus import built
from tests.support import compiled as support
from tests.support.slow_setup import make_key

Capture = pytest.CaptureFixture[str]


def number_after(name: str, output: str) -> int:
    found = re.search(rf"^ *{re.escape(name)} +([\d,]+)", output, re.MULTILINE)
    assert found is not None, name
    return int(found[1].replace(",", ""))


def test_the_seal_is_broken_down_and_priced(run: Run, keys: Path, capsys: Capture) -> None:
    assert run("inspect", keys) == 0
    output = capsys.readouterr().out
    key = support.compiled().verifying_key
    circuit = Circuit(key.schedule_bytes)
    parts = circuit.breakdown()
    assert sum(parts.values()) == circuit.constraints
    for name, count in (*parts.items(), ("together", circuit.constraints)):
        assert number_after(name, output) == count
    gas = schedule_gas(key.schedule)
    assert number_after("expected gas of one verification", output) == gas.total
    assert number_after("pairing", output) == gas.pairing
    costs, sealing = schedule_costs(key.schedule), seal_costs(circuit.constraints)
    seconds = costs.prove_seconds_one_core + sealing.seconds_one_core
    assert re.search(rf"expected sealed proving time, one core +{seconds:.1f} s", output)
    assert "expected sealed proving memory" in output


def test_costs_are_attributed_to_nodes(run: Run, keys: Path, capsys: Capture) -> None:
    assert run("inspect", keys) == 0
    output = capsys.readouterr().out
    key = support.compiled().verifying_key
    listed = {
        line.split()[0]: [int(word.replace(",", "")) for word in line.split()[1:]]
        for line in output.partition("cost of")[2].partition("\n\n")[0].splitlines()[1:]
    }
    assert set(listed) == {"features", "/1/Relu", "/3/Relu", "output"}
    committed = sum(costs[0] for costs in listed.values())
    assert committed == sum(
        prod(tensor.shape)
        for tensor in key.system.tensors
        if tensor.role in (Role.TRACE, Role.PORT)
    )


@pytest.mark.parametrize("is_listed", [False, True])
def test_function_tables_say_what_they_hold(
    run: Run, tmp_path: Path, capsys: Capture, is_listed: bool
) -> None:
    graph, trace = built("function")
    system = graph.relations()
    arrays = {number: array.reshape(-1).tolist() for number, array in trace.arrays.items()}
    for number, tensor in enumerate(system.tensors):
        if is_listed and tensor.role is Role.TABLE:
            contents = ListedTable(tuple(arrays[number]))
            system.tensors[number] = replace(tensor, contents=contents)
    (tmp_path / "verifying.key").write_bytes(make_key(system, arrays, 10).encode())
    assert run("inspect", tmp_path / "verifying.key") == 0
    output = capsys.readouterr().out
    assert ("256 integers, SHA-256" if is_listed else "exp(") in output
    assert "weights        none" in output

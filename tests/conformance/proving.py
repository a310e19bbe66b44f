"""The one place where the conformance suites meet the prover."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from numpy.typing import NDArray

from modulus.ir.graph import Graph
from modulus.relations.system import Role
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule

LARGEST_ROW_BITS = 17
"""Range tables of 16 bits and one spare bit: every case of the suites fits."""


def prove_and_verify(graph: Graph, inputs: Mapping[str, NDArray[Any]]) -> None:
    """Plan the proof of a graph; with the native module, also prove these inputs and verify.

    The verified outputs are the executed ones, integer by integer.
    """
    schedule = build_schedule(graph.relations())
    encoded = encode_schedule(schedule)
    assert encode_schedule(decode_schedule(encoded)) == encoded
    trace = graph.execute(inputs)
    for number, tensor in enumerate(graph.tensors):
        if tensor.role is not Role.VIRTUAL:
            low, high = int(trace.arrays[number].min()), int(trace.arrays[number].max())
            assert tensor.low <= low
            assert high <= tensor.high
    if find_spec("modulus._native") is None:
        return
    for name, integers in _proven(graph, inputs).items():
        port = next(p for p in (*graph.inputs, *graph.outputs) if p.name == name)
        assert integers == tuple(trace.value(port.value).reshape(-1).tolist())


def _proven(graph: Graph, inputs: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, ...]]:
    from modulus import verifier
    from modulus.keys import make_verifying_key, plan
    from modulus.prover import CompiledModel

    system_bytes, schedule = plan(graph)
    powers = _powers(max(schedule.row_bits, LARGEST_ROW_BITS))
    key = make_verifying_key(graph, system_bytes, schedule, powers)
    reals = {port.name: port.numbers(inputs[port.name]) for port in graph.inputs}
    proof = CompiledModel(graph, key).prove(reals, transparent=True)
    return {tensor.name: tensor.integers for tensor in verifier.verify(key, proof.data)}


@cache
def _powers(power: int) -> Any:
    from modulus import srs

    return srs.for_compiling(power)

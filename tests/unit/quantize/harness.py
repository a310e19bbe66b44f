"""A builder with inputs, and a run of what it built against its own relations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from modulus.ir.graph import Graph, Port, Trace, Visibility
from modulus.ir.steps import Input
from modulus.ir.value import Value, plain_axes
from modulus.quantize.assembly import tensor_of
from modulus.quantize.builder import Builder
from modulus.quantize.operand import Operand
from modulus.quantize.settings import Settings
from modulus.relations.system import Role
from modulus.schedule.checks import check_system
from tests.unit.ir.dense import check

NARROW = Settings(activation_bits=8, weight_bits=8)

Reals = NDArray[np.float64]


class Harness:
    """Builds on inputs of chosen shapes, runs them and checks every relation densely."""

    def __init__(self, settings: Settings = NARROW) -> None:
        self.build = Builder(settings)

    @property
    def graph(self) -> Graph:
        return self.build.assembly.graph

    def input(self, name: str, shape: tuple[int, ...], reach: float = 1.0) -> Value:
        to = self.build.assembly
        limit = 1 << (to.settings.activation_bits - 1)
        bounds = (-limit, limit - 1)
        scale = reach / (limit - 1)
        held = to.stored(name, plain_axes(shape), bounds, scale, Role.TRACE)
        bits = to.settings.activation_bits
        to.graph.steps.append(
            Input(name, tensor_of(held), held.physical, bits, scale, public=False)
        )
        value = replace(held, name=name)
        to.graph.inputs.append(Port(name, value, Visibility.PRIVATE))
        return value

    def run(self, inputs: Mapping[str, Reals]) -> Trace:
        trace = self.graph.execute(self.graph.quantize_inputs(inputs))
        system = self.graph.relations()
        check_system(system)
        check(system, trace.arrays)
        return trace

    def real(self, trace: Trace, value: Value) -> Reals:
        return trace.value(value).astype(np.float64) * value.scale

    def result(self, operand: Operand, inputs: Mapping[str, Reals]) -> tuple[Reals, Value]:
        """Settle an operand, run, check, and return its real numbers."""
        value = self.build.value(operand)
        return self.real(self.run(inputs), value), value


def uniform(shape: tuple[int, ...], seed: int = 0, reach: float = 1.0) -> Reals:
    return np.random.default_rng(seed).uniform(-reach, reach, shape)


def rounded(array: Reals, value: Value) -> Reals:
    """What the integers of an input stand for."""
    return np.floor(array / value.scale + 0.5) * value.scale

"""An operator that a user's module registers for a domain of its own: read, compared, proven."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from onnx import helper

from modulus.errors import ModelError, UnsupportedOperatorError
from modulus.frontend import calibrate, load_onnx
from modulus.ops import Bound, register
from modulus.ops._expansion import Expanded, Expansion
from modulus.quantize import quantize
from tests.conformance.proving import prove_and_verify
from tests.support.registry import own_registry
from tests.unit.frontend.models import model, random, tensor


@dataclass(frozen=True)
class Parabola(Expanded):
    """x * x + x."""

    onnx_name: ClassVar[str] = "Parabola"
    domain: ClassVar[str] = "com.example"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        (x,) = inputs
        return (to.add("Add", to.add("Mul", x, x), x),)


SOURCE = model(
    [helper.make_node("Parabola", ["x"], ["y"], domain="com.example")],
    [tensor("x", [3, 4])],
    ["y"],
    domains=["com.example"],
)


@pytest.fixture
def registered() -> Iterator[None]:
    with own_registry():
        register(Parabola)
        yield


def test_without_it_the_model_is_refused() -> None:
    with pytest.raises(UnsupportedOperatorError, match="Parabola"):
        load_onnx(SOURCE)


@pytest.mark.usefixtures("registered")
def test_a_registered_operator_is_proven() -> None:
    graph, samples = load_onnx(SOURCE), random((4, 3, 4))
    built = quantize(graph, calibrate(graph, {"x": samples}))
    x = samples[0].astype(np.float64)
    assert np.abs(built.run({"x": samples[0]})["y"] - (x * x + x)).max() < 1e-3
    prove_and_verify(built, built.quantize_inputs({"x": samples[0]}))


@pytest.mark.usefixtures("registered")
def test_a_name_is_registered_once() -> None:
    with pytest.raises(ModelError, match="already"):
        register(Parabola)

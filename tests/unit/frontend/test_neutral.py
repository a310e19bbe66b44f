from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from modulus.errors import ModelError
from modulus.frontend import load_onnx
from tests.unit.frontend.models import model, tensor


def bounded(operator: str, bound: object, shape: tuple[int, ...] = ()):
    nodes = [
        helper.make_node("Relu", ["x"], ["h"], name="rectify"),
        helper.make_node(operator, ["bound", "h"], ["y"], name="bound"),
    ]
    constant = np.full(shape, bound, np.float32)
    return load_onnx(model(nodes, [tensor("x", [2, 3])], ["y"], {"bound": constant}))


@pytest.mark.parametrize(
    ("operator", "bound"),
    [("Max", -np.inf), ("Min", np.inf), ("Max", -3.4028235e38), ("Min", 3.4028235e38)],
)
def test_a_bound_that_never_decides_disappears(operator: str, bound: float):
    assert [type(node.operator).__name__ for node in bounded(operator, bound).nodes] == ["Relu"]


def test_a_bound_that_decides_stays():
    assert len(bounded("Max", -1.0).nodes) == 2


def test_a_bound_that_changes_the_shape_stays_and_is_refused():
    with pytest.raises(ModelError, match="not finite"):
        bounded("Max", -np.inf, (4, 1, 1))


@pytest.mark.parametrize(("operator", "bound"), [("Max", np.inf), ("Min", -np.inf)])
def test_a_bound_that_always_decides_is_refused(operator: str, bound: float):
    with pytest.raises(ModelError, match="not finite"):
        bounded(operator, bound)

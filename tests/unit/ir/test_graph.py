from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from modulus.errors import ArtifactError, InternalError, QuantizationError, WitnessError
from modulus.ir import store
from modulus.ir.graph import Graph, Port, Visibility
from modulus.ir.step import View, whole
from modulus.ir.steps import Contraction, Copy, Input
from modulus.ir.value import Value, plain_axes
from modulus.relations.system import Role, Tensor


def small() -> Graph:
    """y = x @ w, copied so that it can be public."""
    graph = Graph()
    x = graph.add_tensor(Tensor("x", (2, 3), -128, 127, Role.TRACE))
    weight = np.arange(6, dtype=np.int64).reshape(3, 2)
    w = graph.add_constant(Tensor("w", (3, 2), -8, 7, Role.WEIGHT), weight)
    sums = graph.add_tensor(Tensor("sums", (2, 2), -4096, 4096, Role.VIRTUAL))
    y = graph.add_tensor(Tensor("y", (2, 2), -4096, 4096, Role.TRACE))
    views = [View(whole(x, (2, 3)), (2, 3)), View(whole(w, (3, 2)), (3, 2))]
    graph.steps.append(Input("x", x, (2, 3), 8, 0.5, public=True))
    graph.steps.append(Contraction("sums", views[0], (0, 1), views[1], (1, 2), sums, (0, 2)))
    graph.steps.append(Copy("y", View(whole(sums, (2, 2)), (2, 2)), y))
    value = Value("x", (2, 3), plain_axes((2, 3)), -128, 127, 0.5, whole(x, (2, 3)))
    graph.inputs.append(Port("x", value, Visibility.PUBLIC))
    value = Value("y", (2, 2), plain_axes((2, 2)), -4096, 4096, 0.25, whole(y, (2, 2)))
    graph.outputs.append(Port("y", value, Visibility.PUBLIC))
    return graph


X = np.arange(6, dtype=np.int64).reshape(2, 3) - 3


def test_execution_is_the_einsum() -> None:
    graph = small()
    trace = graph.execute({"x": X})
    expected = X @ np.arange(6).reshape(3, 2)
    assert np.array_equal(trace.value(graph.outputs[0].value), expected)
    assert np.array_equal(graph.run({"x": X * 0.5})["y"], expected * 0.25)
    assert sorted(trace.arrays) == list(range(len(graph.tensors)))


def test_public_tensors_carry_width_scale_and_order() -> None:
    first, second = small().relations().public
    assert (first.name, first.width, first.is_output, first.scale) == ("x", 1, False, 0.5)
    assert (second.name, second.width, second.is_output, second.shape) == ("y", 2, True, (2, 2))


def test_relations_name_no_weight() -> None:
    graph, other = small(), small()
    other.constants[1] = -other.constants[1]
    assert graph.relations() == other.relations()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "missing: x"),
        ({"x": X, "z": X}, "unknown inputs: z"),
        ({"x": X[:1]}, "shape"),
        ({"x": X.astype(np.float64)}, "float64"),
        ({"x": X + 1000}, r"input x: the value 997"),
    ],
)
def test_integers_that_do_not_fit_are_refused(inputs: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(WitnessError, match=message):
        small().execute(inputs)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((2, 3), np.nan), "not finite"),
        (np.full((2, 3), 64.0), r"x\[0, 0\] = 64 and 5 more outside the range \[-"),
        (np.zeros((3, 2)), "shape"),
    ],
)
def test_reals_that_do_not_fit_are_refused(array: np.ndarray, message: str) -> None:
    with pytest.raises(WitnessError, match=message):
        small().quantize_inputs({"x": array})


def test_a_private_input_out_of_range_is_refused_without_its_value() -> None:
    graph = small()
    graph.inputs[0] = replace(graph.inputs[0], visibility=Visibility.PRIVATE)
    array = np.zeros((2, 3))
    array[1, 2] = 64.4375
    with pytest.raises(WitnessError, match=r"x\[1, 2\] outside the range") as caught:
        graph.quantize_inputs({"x": array})
    assert "64.4" not in str(caught.value)


def test_constants_outside_their_range_are_refused() -> None:
    tensor = Tensor("w", (2,), -8, 7, Role.WEIGHT)
    with pytest.raises(QuantizationError, match="do not fit"):
        Graph().add_constant(tensor, np.array([1, 8]))
    with pytest.raises(InternalError):
        Graph().add_constant(tensor, np.array([[1, 2]]))


def test_tensors_without_entries_are_refused() -> None:
    with pytest.raises(QuantizationError, match="no entries"):
        Graph().add_tensor(Tensor("x", (2, 0), 0, 1, Role.TRACE))


def test_tensors_beyond_62_bits_are_refused() -> None:
    with pytest.raises(QuantizationError, match="62 bits"):
        Graph().add_tensor(Tensor("x", (2,), 0, 1 << 62, Role.TRACE))


def test_a_graph_survives_storage_byte_for_byte() -> None:
    data = store.dump(small())
    graph = store.load(data)
    assert store.dump(graph) == data
    assert store.dump(small()) == data
    assert graph.relations() == small().relations()
    assert np.array_equal(graph.execute({"x": X}).arrays[3], small().execute({"x": X}).arrays[3])


def rewritten(change: dict[str, object], entry: str | None = None, data: bytes = b"") -> bytes:
    """A stored graph with parts of its header, or an entry, replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(store.dump(small()))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        for name in old.namelist():
            held = old.read(name)
            if name == "graph.json":
                held = json.dumps(json.loads(held) | change).encode()
            if name != entry:
                new.writestr(name, held)
        if entry is not None:
            new.writestr(entry, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip at all",
        store.dump(small())[:-30],
        rewritten({"format": "other"}),
        rewritten({"version": 1}),
        rewritten({"steps": [["Nothing", 1]]}),
        rewritten({"steps": [["Copy", "y", ["View", ["Form", []], []]]]}),
        rewritten({"steps": 7}),
        rewritten({"tensors": [["Tensor", "x", [2], 3, 1, 3]]}),
        rewritten({"tensors": [["Tensor", "x", [2], True, 1, 3]]}),
        rewritten({"tensors": [["Tensor", "x", [2], 0, 1, 33]]}),
        rewritten({}, "tensors/1.npy", b"junk"),
        rewritten({}, "tensors/99.npy", b"junk"),
        rewritten({}, "evil.py", b"junk"),
    ],
)
def test_damaged_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ArtifactError):
        store.load(data)

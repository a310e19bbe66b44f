"""Models that somebody made to do harm: each ends in a typed error, soon and in little memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]
HUGE = 1 << 40

node = helper.make_node


def tensor(name: str, shape: list[int] | None, kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def model(
    *nodes: onnx.NodeProto,
    shape: list[int] | None = None,
    constants: dict[str, Array] | None = None,
    opset: int = 17,
    output: str = "y",
) -> onnx.ModelProto:
    """A model of one input x and one output."""
    graph = helper.make_graph(
        nodes,
        "hostile",
        [tensor("x", [4] if shape is None else shape)],
        [tensor(output, None)],
        initializer=[numpy_helper.from_array(v, k) for k, v in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def whole(*numbers: int) -> Array:
    return np.array(numbers, np.int64)


def constant_of_shape(*shape: int) -> onnx.ModelProto:
    return model(
        node("ConstantOfShape", ["s"], ["c"]),
        node("ReduceSum", ["c"], ["r"], keepdims=0),
        node("Add", ["x", "r"], ["y"]),
        constants={"s": whole(*shape)},
    )


def doubling(steps: int, operator: str) -> onnx.ModelProto:
    """A tensor that is twice as long after each of a few nodes."""
    nodes = []
    for step in range(steps):
        source, target = (f"t{step}" if step else "x"), f"t{step + 1}"
        if operator == "Concat":
            nodes.append(node("Concat", [source, source], [target], axis=0))
        else:
            nodes.append(node("Tile", [source, "two"], [target]))
    last = node("ReduceMax", [f"t{steps}"], ["y"], keepdims=0)
    return model(*nodes, last, constants={"two": whole(2)})


def constant_doubling(steps: int) -> onnx.ModelProto:
    nodes = [node("Concat", [f"c{i}", f"c{i}"], [f"c{i + 1}"], axis=0) for i in range(steps)]
    tail = [node("ReduceSum", [f"c{steps}"], ["r"], keepdims=0), node("Add", ["x", "r"], ["y"])]
    return model(*nodes, *tail, constants={"c0": np.ones(64, np.float32)})


def loop(count: int, *, depth: int = 1) -> onnx.ModelProto:
    """Loops inside loops, each with as many iterations."""

    def body(level: int) -> onnx.GraphProto:
        inner = (
            [node("Loop", ["trips", "", f"v{level}"], [f"w{level}"], body=body(level + 1))]
            if level + 1 < depth
            else [node("Relu", [f"v{level}"], [f"w{level}"])]
        )
        return helper.make_graph(
            [*inner, node("Identity", [f"c{level}"], [f"d{level}"])],
            f"body{level}",
            [
                tensor(f"i{level}", [], TensorProto.INT64),
                tensor(f"c{level}", [], TensorProto.BOOL),
                tensor(f"v{level}", [4]),
            ],
            [tensor(f"d{level}", [], TensorProto.BOOL), tensor(f"w{level}", [4])],
        )

    outer = node("Loop", ["trips", "", "x"], ["y"], body=body(0))
    return model(outer, constants={"trips": np.array(count, np.int64)})


def nested_if(depth: int) -> onnx.ModelProto:
    branch = helper.make_graph([node("Relu", ["x"], ["b0"])], "leaf", [], [tensor("b0", [4])])
    for level in range(1, depth):
        inner = node("If", ["yes"], [f"b{level}"], then_branch=branch, else_branch=branch)
        branch = helper.make_graph([inner], f"branch{level}", [], [tensor(f"b{level}", [4])])
    outer = node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
    return model(outer, constants={"yes": np.array(True)})


def functions(*bodies: tuple[str, list[str]]) -> onnx.ModelProto:
    """Functions by name, each a chain of calls."""
    source = model(node(bodies[0][0], ["x"], ["y"], domain="own"))
    source.opset_import.append(helper.make_opsetid("own", 1))
    for name, calls in bodies:
        nodes = [
            node(
                call,
                [f"t{i}" if i else "a"],
                [f"t{i + 1}" if i + 1 < len(calls) else "b"],
                domain="" if call == "Relu" else "own",
            )
            for i, call in enumerate(calls)
        ]
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
        source.functions.append(helper.make_function("own", name, ["a"], ["b"], nodes, opsets))
    return source


def opset(version: int) -> onnx.ModelProto:
    source = model(node("Relu", ["x"], ["y"]))
    source.opset_import[0].version = version
    return source


def edited(change: Callable[[onnx.ModelProto], object]) -> onnx.ModelProto:
    """A sound model of one product, after a change."""
    source = model(
        node("MatMul", ["x", "w"], ["y"], name="product"),
        shape=[2, 4],
        constants={"w": np.ones((4, 3), np.float32)},
    )
    change(source)
    return source


def two_opsets(source: onnx.ModelProto) -> None:
    source.opset_import.append(helper.make_opsetid("", 13))


def sparse(source: onnx.ModelProto) -> None:
    values = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    indices = helper.make_tensor("i", TensorProto.INT64, [1], [HUGE - 1])
    del source.graph.initializer[:]
    source.graph.sparse_initializer.append(
        helper.make_sparse_tensor(values, indices, [1 << 20, 1 << 20])
    )


def text_weights(source: onnx.ModelProto) -> None:
    del source.graph.initializer[:]
    source.graph.initializer.append(
        numpy_helper.from_array(np.full((4, 3), b"one", dtype=object), "w")
    )


def sequence_input(source: onnx.ModelProto) -> None:
    source.graph.input[0].CopyFrom(
        helper.make_tensor_sequence_value_info("x", TensorProto.FLOAT, [2, 4])
    )


def set_extent(extent: int) -> Callable[[onnx.ModelProto], None]:
    def change(source: onnx.ModelProto) -> None:
        source.graph.input[0].type.tensor_type.shape.dim[1].dim_value = extent

    return change


def set_dims(*dims: int) -> Callable[[onnx.ModelProto], None]:
    def change(source: onnx.ModelProto) -> None:
        source.graph.initializer[0].dims[:] = dims

    return change


def set_type(kind: int) -> Callable[[onnx.ModelProto], None]:
    def change(source: onnx.ModelProto) -> None:
        source.graph.initializer[0].data_type = kind

    return change


def rename(source: onnx.ModelProto, old: str, new: str) -> None:
    for entry in source.graph.node:
        entry.output[:] = [new if name == old else name for name in entry.output]


def sparse_constant() -> onnx.ModelProto:
    values = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])
    indices = helper.make_tensor("i", TensorProto.INT64, [1], [3])
    held = helper.make_sparse_tensor(values, indices, [1 << 20, 1 << 20])
    return model(node("Constant", [], ["c"], sparse_value=held), node("Add", ["x", "c"], ["y"]))


HOSTILE: dict[str, Callable[[], onnx.ModelProto]] = {
    "reads itself": lambda: model(node("Add", ["x", "y"], ["y"])),
    "cycle of two": lambda: model(node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["b"])),
    "no nodes": model,
    "no graph": onnx.ModelProto,
    "empty graph": lambda: edited(lambda m: m.graph.Clear()),
    "no output": lambda: edited(lambda m: m.graph.output.pop()),
    "output that nobody makes": lambda: edited(lambda m: rename(m, "y", "z")),
    "tensor without a name": lambda: edited(lambda m: rename(m, "y", "")),
    "missing initialiser": lambda: edited(lambda m: m.graph.initializer.pop()),
    "initialiser twice": lambda: edited(
        lambda m: m.graph.initializer.append(m.graph.initializer[0])
    ),
    "input twice": lambda: edited(lambda m: m.graph.input.append(m.graph.input[0])),
    "node twice": lambda: edited(lambda m: m.graph.node.append(m.graph.node[0])),
    "initialiser that is an output": lambda: edited(lambda m: rename(m, "y", "w")),
    "huge input": lambda: edited(set_extent(HUGE)),
    "input of 2^63 - 1": lambda: edited(set_extent((1 << 63) - 1)),
    "negative extent": lambda: edited(set_extent(-4)),
    "extent of zero": lambda: edited(set_extent(0)),
    "initialiser larger than its data": lambda: edited(set_dims(1 << 31, 1 << 31)),
    "initialiser of negative extents": lambda: edited(set_dims(-4, -3)),
    "initialiser of no entries": lambda: edited(set_dims(0, 3)),
    "initialiser of another type": lambda: edited(set_type(TensorProto.DOUBLE)),
    "initialiser of no type": lambda: edited(set_type(0)),
    "initialiser of type 999": lambda: edited(set_type(999)),
    "weights of text": lambda: edited(text_weights),
    "sparse initialiser": lambda: edited(sparse),
    "sparse constant": sparse_constant,
    "input that is a sequence": lambda: edited(sequence_input),
    "opset 0": lambda: opset(0),
    "opset -1": lambda: opset(-1),
    "opset 2^31 - 1": lambda: opset((1 << 31) - 1),
    "two opsets": lambda: edited(two_opsets),
    "unknown operator": lambda: model(node("Frobnicate", ["x"], ["y"])),
    "unknown domain": lambda: model(node("Relu", ["x"], ["y"], domain="evil")),
    "recursive function": lambda: functions(("f", ["f"])),
    "functions that call each other": lambda: functions(("f", ["g"]), ("g", ["f"])),
    "functions that double": lambda: functions(
        *((f"f{i}", [f"f{i + 1}"] * 2) for i in range(40)), ("f40", ["Relu"])
    ),
    "loop of 2^62": lambda: loop(1 << 62),
    "loop of -1": lambda: loop(-(1 << 62)),
    "loops of 2^10 in loops": lambda: loop(1 << 10, depth=3),
    "loops in loops in loops": lambda: loop(2, depth=24),
    "branches of depth 15": lambda: nested_if(15),
    "constant of 2^40": lambda: constant_of_shape(HUGE),
    "constant of 2^80": lambda: constant_of_shape(HUGE, HUGE),
    "constant of negative shape": lambda: constant_of_shape(-5),
    "constants that double": lambda: constant_doubling(30),
    "activations that double": lambda: doubling(40, "Concat"),
    "tiles of tiles": lambda: doubling(40, "Tile"),
    "tile by 2^40": lambda: model(node("Tile", ["x", "r"], ["y"]), constants={"r": whole(HUGE)}),
    "expand to 2^40": lambda: model(
        node("Expand", ["x", "s"], ["y"]), constants={"s": whole(HUGE, 4)}
    ),
    "pad by 2^40": lambda: model(
        node("Pad", ["x", "p"], ["y"]), constants={"p": whole(HUGE, HUGE)}
    ),
    "range of 2^40": lambda: model(
        node("Range", ["a", "b", "c"], ["r"]),
        node("ReduceMax", ["r"], ["m"], keepdims=0),
        node("Cast", ["m"], ["f"], to=1),
        node("Add", ["x", "f"], ["y"]),
        constants={"a": np.array(0), "b": np.array(HUGE), "c": np.array(1)},
    ),
    "one-hot of 2^40": lambda: model(
        node("Cast", ["x"], ["i"], to=7),
        node("OneHot", ["i", "d", "v"], ["y"]),
        constants={"d": whole(HUGE), "v": np.array([0, 1], np.float32)},
    ),
    "identity matrix of 2^20": lambda: model(
        node("ConstantOfShape", ["s"], ["c"]),
        node("EyeLike", ["c"], ["e"]),
        node("ReduceSum", ["e"], ["r"], keepdims=0),
        node("Add", ["x", "r"], ["y"]),
        constants={"s": whole(1 << 20, 1 << 20)},
    ),
    "resize by 2^30": lambda: model(
        node("Resize", ["x", "", "s"], ["y"]),
        shape=[1, 1, 4, 4],
        constants={"s": np.array([1, 1, 2**30, 2**30], np.float32)},
    ),
    "split into 2^40": lambda: model(node("Split", ["x"], ["y", "z"], num_outputs=HUGE), opset=18),
    "window of 2^31": lambda: model(
        node("MaxPool", ["x"], ["y"], kernel_shape=[(1 << 31) - 1], pads=[1 << 30, 1 << 30]),
        shape=[1, 1, 8],
    ),
    "stride of zero": lambda: model(
        node("MaxPool", ["x"], ["y"], kernel_shape=[2], strides=[0]), shape=[1, 1, 8]
    ),
    "groups of zero": lambda: model(
        node("Conv", ["x", "w"], ["y"], group=0),
        shape=[1, 2, 8],
        constants={"w": np.ones((2, 2, 3), np.float32)},
    ),
    "channels of 2^20": lambda: model(node("LRN", ["x"], ["y"], size=3), shape=[1, 1 << 20, 1]),
    "weights that are no numbers": lambda: model(
        node("Mul", ["x", "w"], ["y"]), constants={"w": np.full(4, np.nan, np.float32)}
    ),
    "infinite weights": lambda: model(
        node("Mul", ["x", "w"], ["y"]), constants={"w": np.full(4, np.inf, np.float32)}
    ),
    "infinite folded weights": lambda: model(
        node("Mul", ["w", "w"], ["v"]),
        node("Mul", ["x", "v"], ["y"]),
        constants={"w": np.full(4, 3e38, np.float32)},
    ),
    "division by a constant zero": lambda: model(
        node("Div", ["w", "z"], ["v"]),
        node("Mul", ["x", "v"], ["y"]),
        constants={"w": np.ones(4, np.int64), "z": np.zeros(4, np.int64)},
    ),
}
"""Models by what is wrong with them."""


def deep_bytes(depth: int) -> bytes:
    """Graphs inside graphs, written without building them: a field within a field."""
    payload = b""
    for _ in range(depth):
        # A graph as attribute (field 6) in the attributes (5) of a node (1) of the next graph.
        for tag in (0x32, 0x2A, 0x0A):
            payload = bytes([tag]) + _varint(len(payload)) + payload
    return b"\x3a" + _varint(len(payload)) + payload


def _varint(number: int) -> bytes:
    encoded = b""
    while number >= 0x80:
        encoded += bytes([number & 0x7F | 0x80])
        number >>= 7
    return encoded + bytes([number])

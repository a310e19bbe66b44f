"""Families of networks, small: integers beside ONNX Runtime, and a proof of one inference."""

from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from modulus.frontend import calibrate, load_onnx
from modulus.quantize import Settings, quantize_for
from tests.conformance.proving import prove_and_verify
from tests.conformance.suite import original

Array = NDArray[Any]


class Network:
    """Nodes under construction; every method returns the name of a tensor."""

    def __init__(self, seed: int = 0) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}
        self.random = np.random.default_rng(seed)

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def hold(self, array: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(array)
        return name

    def weight(self, *shape: int, fan: int = 0) -> str:
        """Random, so that a product keeps the size of what it multiplies."""
        fan = fan or shape[0]
        return self.hold((self.random.standard_normal(shape) / np.sqrt(fan)).astype(np.float32))

    def linear(self, x: str, inputs: int, outputs: int) -> str:
        product = self.add("MatMul", x, self.weight(inputs, outputs))
        return self.add("Add", product, self.weight(outputs))

    def conv(self, x: str, inputs: int, outputs: int, size: int = 3, **attributes: Any) -> str:
        shape = (outputs, inputs // attributes.get("group", 1), size, size)
        weight = self.weight(*shape, fan=shape[1] * size * size)
        pads = [size // 2] * 4
        return self.add("Conv", x, weight, **{"pads": pads} | attributes)

    def reshape(self, x: str, *shape: int) -> str:
        return self.add("Reshape", x, self.hold(np.array(shape, np.int64)))

    def layer_norm(self, x: str, size: int) -> str:
        scale = self.hold(np.ones(size, np.float32))
        return self.add("LayerNormalization", x, scale, self.weight(size), axis=-1)

    def attention(self, x: str, places: int, size: int, heads: int, *, causal: bool) -> str:
        parts = []
        for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]):
            rows = self.reshape(self.linear(x, size, size), 1, places, heads, size // heads)
            parts.append(self.add("Transpose", rows, perm=order))
        scores = self.add("MatMul", parts[0], parts[1])
        scores = self.add("Mul", scores, self.hold(np.float32((size // heads) ** -0.5)))
        if causal:
            mask = np.triu(np.full((places, places), -30, np.float32), 1)
            scores = self.add("Add", scores, self.hold(mask))
        mixed = self.add("MatMul", self.add("Softmax", scores, axis=-1), parts[2])
        joined = self.add("Transpose", mixed, perm=[0, 2, 1, 3])
        return self.linear(self.reshape(joined, 1, places, size), size, size)

    def block(self, x: str, places: int, size: int, heads: int, *, causal: bool) -> str:
        near = self.attention(self.layer_norm(x, size), places, size, heads, causal=causal)
        x = self.add("Add", x, near)
        wide = self.add("Gelu", self.linear(self.layer_norm(x, size), size, 2 * size))
        return self.add("Add", x, self.linear(wide, 2 * size, size))

    def model(
        self, shape: list[int], output: str, kind: int = TensorProto.FLOAT
    ) -> onnx.ModelProto:
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("x", kind, shape)],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
            [numpy_helper.from_array(array, name) for name, array in self.constants.items()],
        )
        opsets = [helper.make_opsetid("", 20)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def gpt() -> onnx.ModelProto:
    net, places, size = Network(), 6, 16
    x = net.add("Gather", net.weight(32, size, fan=1), "x")
    x = net.add("Add", x, net.weight(places, size, fan=4))
    x = net.block(x, places, size, 2, causal=True)
    x = net.layer_norm(x, size)
    return net.model([1, places], net.linear(x, size, 32), TensorProto.INT64)


def bert() -> onnx.ModelProto:
    net, places, size = Network(1), 5, 16
    x = net.block("x", places, size, 4, causal=False)
    first = net.add("Gather", x, net.hold(np.array(0)), axis=1)
    return net.model([1, places, size], net.linear(net.add("Tanh", first), size, 2))


def vision_transformer() -> onnx.ModelProto:
    net, size = Network(2), 8
    x = net.conv("x", 3, size, 4, strides=[4, 4], pads=[0] * 4)
    x = net.add("Transpose", net.reshape(x, 1, size, 4), perm=[0, 2, 1])
    x = net.block(x, 4, size, 2, causal=False)
    pooled = net.add("ReduceMean", x, net.hold([1]), keepdims=0)
    return net.model([1, 3, 8, 8], net.linear(pooled, size, 3))


def unet() -> onnx.ModelProto:
    net = Network(3)
    top = net.add("Relu", net.conv("x", 1, 4))
    low = net.add("MaxPool", top, kernel_shape=[2, 2], strides=[2, 2])
    low = net.add("Relu", net.conv(low, 4, 8))
    up = net.add("ConvTranspose", low, net.weight(8, 4, 2, 2, fan=8), strides=[2, 2])
    both = net.add("Concat", up, top, axis=1)
    scales = net.hold(np.array([1, 1, 2, 2], np.float32))
    wide = net.add("Resize", net.conv(low, 8, 1), "", scales, mode="linear")
    return net.model([1, 1, 8, 8], net.add("Add", net.conv(both, 8, 1), wide))


def squeeze_excite() -> onnx.ModelProto:
    net = Network(4)
    x = net.add("HardSwish", net.conv("x", 3, 8))
    x = net.conv(x, 8, 8, group=8)
    pooled = net.add("GlobalAveragePool", x)
    gate = net.add("Relu", net.conv(pooled, 8, 4, 1, pads=[0] * 4))
    gate = net.add("HardSigmoid", net.conv(gate, 4, 8, 1, pads=[0] * 4))
    x = net.add("Mul", x, gate)
    return net.model([1, 3, 6, 6], net.conv(x, 8, 2))


def generator() -> onnx.ModelProto:
    net = Network(5)
    x = net.reshape(net.add("Relu", net.linear("x", 8, 32)), 1, 8, 2, 2)
    for inputs, outputs in ((8, 4), (4, 1)):
        weight = net.weight(inputs, outputs, 4, 4, fan=4 * inputs)
        x = net.add("ConvTranspose", x, weight, strides=[2, 2], pads=[1] * 4)
        x = net.add("LeakyRelu", x, alpha=0.25) if outputs > 1 else net.add("Tanh", x)
    return net.model([1, 8], x)


def recurrent(operator: str) -> onnx.ModelProto:
    net, gates, hidden = Network(6), {"LSTM": 4, "GRU": 3, "RNN": 1}[operator], 6
    wide = gates * hidden
    parameters = [
        net.weight(1, wide, 3, fan=3),
        net.weight(1, wide, hidden, fan=hidden),
        net.weight(1, 2 * wide, fan=8),
    ]
    x = net.add(operator, "x", *parameters, hidden_size=hidden)
    last = net.add("Gather", x, net.hold(np.array(-1)), axis=0)
    return net.model([5, 1, 3], net.linear(net.reshape(last, 1, hidden), hidden, 1))


NETWORKS = {
    "gpt": gpt,
    "bert": bert,
    "vision transformer": vision_transformer,
    "u-net": unet,
    "squeeze-excite": squeeze_excite,
    "generator": generator,
    "lstm": lambda: recurrent("LSTM"),
    "gru": lambda: recurrent("GRU"),
    "rnn": lambda: recurrent("RNN"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_network(name: str):
    model = NETWORKS[name]()
    graph = load_onnx(model)
    (info,) = graph.inputs
    random = np.random.default_rng(9)
    count = 24
    if info.dtype.kind == "i":
        samples = random.integers(0, 32, (count, *info.shape))
    else:
        samples = random.standard_normal((count, *info.shape)).astype(np.float32)
    # Half for calibration, half held out.
    runs = [{info.name: entry} for entry in samples]
    ranges = calibrate(graph, samples[: count // 2])
    integers, _ = quantize_for(graph, ranges, runs, Settings())
    reference = original(model)
    (port,) = integers.outputs
    worst = 0.0
    for run in runs[count // 2 :]:
        trace = integers.execute(integers.quantize_inputs(run))
        found = trace.value(port.value) * port.value.scale
        expected = reference(run)[port.name]
        worst = max(worst, float(np.abs(found - expected).max() / np.abs(expected).max()))
    assert worst < 1.5e-3
    prove_and_verify(integers, integers.quantize_inputs(runs[0]))

"""Models of a few operators in a row, put together from cases of the conformance suites."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np
import onnx
from onnx import TensorProto, helper

from modulus.ops import Operator
from tests.conformance.suite import Case, Indices, Operand, one_node_model
from tests.fuzz.agreement import Array

OPSET = 17
FRESH = 0.3
"""How often an operator reads an input of the model instead of an earlier result."""


@dataclass(frozen=True)
class Link:
    """One operator of a chain."""

    operator: type[Operator]
    case: Case
    alone: onnx.ModelProto
    """The operator as a model of its own."""
    sources: Mapping[str, tuple[str, tuple[int, ...]]]
    """The chain's tensor behind each input of that model, and the shape it is brought to."""
    result: str

    def inputs(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """What the operator reads, from the numbers of the chain's tensors."""
        kinds = {
            value.name: helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
            for value in self.alone.graph.input
        }
        return {
            name: np.resize(tensors[source], shape).astype(kinds[name])
            for name, (source, shape) in self.sources.items()
        }


@dataclass
class Chain:
    """A model under construction."""

    chosen: random.Random
    links: list[Link] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    """Below what inputs of integers lie."""
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Of the tensors that an operator may read."""
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    ports: list[onnx.ValueInfoProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    domains: set[str] = field(default_factory=set)

    def append(self, operator: type[Operator], case: Case) -> None:
        """Add an operator that reads earlier results, inputs of the model, and its constants."""
        number = len(self.links)
        alone = one_node_model(operator, case)
        (node,) = alone.graph.node
        names: dict[str, str] = {"": ""}
        sources: dict[str, tuple[str, tuple[int, ...]]] = {}
        for position, operand in enumerate(case.operands):
            name = f"x{position}"
            names[name] = f"{name}.{number}"
            if isinstance(operand, tuple | Indices):
                sources[name] = self._source(operand, names[name])
        for constant in alone.graph.initializer:
            copy = onnx.TensorProto()
            copy.CopyFrom(constant)
            copy.name = names[constant.name]
            self.constants.append(copy)
        placed = onnx.NodeProto()
        placed.CopyFrom(node)
        placed.name = f"node.{number}"
        placed.input[:] = [names[name] for name in node.input]
        placed.output[:] = [name and f"{name}.{number}" for name in node.output]
        self.nodes.append(placed)
        self.domains.add(operator.domain)
        self.links.append(Link(operator, case, alone, sources, placed.output[0]))

    def _source(self, operand: Operand, name: str) -> tuple[str, tuple[int, ...]]:
        """Bring an earlier result to an operand's shape under a name, or make a new input."""
        if isinstance(operand, Indices):
            self.limits[name] = operand.below
            self.ports.append(helper.make_tensor_value_info(name, operand.kind, operand.shape))
            return name, operand.shape
        assert isinstance(operand, tuple)
        if not self.shapes or self.chosen.random() < FRESH:
            self.ports.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, operand))
            return name, operand
        source = self.chosen.choice(list(self.shapes))
        self._resize(source, operand, name)
        return source, operand

    def _resize(self, source: str, shape: tuple[int, ...], name: str) -> None:
        """As NumPy resizes: the entries in order, from the start again where there are too few."""
        held, asked = prod(self.shapes[source]), prod(shape)
        repeats = -(-asked // held)
        for suffix, numbers in {
            "flat": [-1],
            "repeats": [repeats],
            "start": [0],
            "end": [asked],
            "shape": shape,
        }.items():
            self.constants.append(
                onnx.numpy_helper.from_array(np.array(numbers, np.int64), f"{name}.{suffix}")
            )
        self.nodes += [
            helper.make_node("Reshape", [source, f"{name}.flat"], [f"{name}.1"]),
            helper.make_node("Tile", [f"{name}.1", f"{name}.repeats"], [f"{name}.2"]),
            helper.make_node("Slice", [f"{name}.2", f"{name}.start", f"{name}.end"], [f"{name}.3"]),
            helper.make_node("Reshape", [f"{name}.3", f"{name}.shape"], [name]),
        ]

    def model(self) -> onnx.ModelProto:
        """All operators, the result of each of which is an output."""
        graph = helper.make_graph(
            self.nodes,
            "chain",
            self.ports,
            [
                helper.make_tensor_value_info(link.result, link.case.outputs[0], None)
                for link in self.links
            ],
            initializer=self.constants,
        )
        versions = {domain: 3 if domain == "ai.onnx.ml" else 1 for domain in self.domains}
        opsets = [helper.make_opsetid(*pair) for pair in sorted({**versions, "": OPSET}.items())]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def shape_of_result(model: onnx.ModelProto, name: str) -> tuple[int, ...] | None:
    """The static shape that ONNX infers for a tensor, None where it does not know it."""
    inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    for value in [*inferred.graph.value_info, *inferred.graph.output]:
        if value.name == name and value.type.tensor_type.HasField("shape"):
            extents = value.type.tensor_type.shape.dim
            if all(extent.HasField("dim_value") for extent in extents):
                return tuple(extent.dim_value for extent in extents)
    return None


def chain(
    cases: Sequence[tuple[type[Operator], Case]], length: int, chosen: random.Random
) -> Chain:
    """Put operators together; each result may be read by all that follow."""
    made = Chain(chosen)
    for _ in range(length):
        made.append(*chosen.choice(cases))
        result = made.links[-1].result
        shape = shape_of_result(made.model(), result)
        if shape and prod(shape):
            made.shapes[result] = shape
    return made

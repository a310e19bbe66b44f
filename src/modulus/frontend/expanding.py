"""Replacing operators by the operators they are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import onnx

from modulus.errors import ModelError, ModulusError, ShapeError
from modulus.frontend.structure import MAX_NODES, label
from modulus.frontend.support import operator_of
from modulus.frontend.workspace import Array, Workspace
from modulus.ops._expansion import Expanded, Typed


@dataclass(slots=True)
class Expander:
    """The nodes that take the place of one node; implements `modulus.ops._expansion.Expansion`."""

    workspace: Workspace
    base: str
    """Prefix of new names."""
    outputs: int
    """How many outputs the node has."""
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    _alike: list[list[str]] = field(default_factory=list)
    """The groups of tensors that `repeats` gave to the workspace."""

    @property
    def opset(self) -> int:
        """Version of the default operator set."""
        return self.workspace.opset

    def shape(self, name: str) -> tuple[int, ...]:
        """Static shape of a tensor of the model.

        Raises:
            ShapeError: It depends on the model's input.
        """
        found = self.workspace.shapes.get(name)
        if found is None:
            raise ShapeError(f"the shape of {name!r} is not static")
        return found

    def dtype(self, name: str) -> np.dtype[np.generic]:
        """Element type of a tensor of the model."""
        found = onnx.helper.tensor_dtype_to_np_dtype(self.workspace.types[name])
        return np.dtype(found)

    def known(self, name: str) -> Array | None:
        """The array of a tensor that is constant."""
        return self.workspace.constants.get(name)

    def hold(self, array: Array) -> str:
        """Add a constant."""
        name = self._new("constant")
        self.workspace.constants[name] = np.asarray(array)
        self.workspace.shapes[name] = np.shape(array)
        self.workspace.types[name] = onnx.helper.np_dtype_to_tensor_dtype(np.asarray(array).dtype)
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output.

        Raises:
            ModelError: The model grows beyond all measure.
        """
        if len(self.nodes) >= MAX_NODES:
            raise ModelError(f"{self.base} is made of more than {MAX_NODES} nodes")
        output = self._new(operator)
        kept = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(
            onnx.helper.make_node(operator, list(inputs), [output], name=output, **kept)
        )
        return output

    @property
    def size(self) -> int:
        """How many nodes there are so far."""
        return len(self.nodes)

    def repeats(self, starts: Sequence[int]) -> None:
        """Say which nodes repeat each other: those from one size to the next are one round."""
        rounds = [self.nodes[start:end] for start, end in pairwise(starts)]
        outputs = [[name for node in nodes for name in node.output if name] for nodes in rounds]
        # Rounds differ where a node of one was not needed in another.
        if len({len(names) for names in outputs}) == 1:
            groups = [list(names) for names in zip(*outputs, strict=True)]
            self._alike += groups
            self.workspace.alike += groups

    def deliver(self, results: Mapping[str, str]) -> None:
        """Give results (by the name they are to have) their names; others need an Identity."""
        made = {output for node in self.nodes for output in node.output}
        renamed: dict[str, str] = {}
        for name, result in results.items():
            if result in made and result not in renamed:
                renamed[result] = name
            else:
                source = renamed.get(result, result)
                self.nodes.append(onnx.helper.make_node("Identity", [source], [name]))
        for node in self.nodes:
            rename_reads(node, renamed)
            for position, old in enumerate(node.output):
                node.output[position] = renamed.get(old, old)
        for group in self._alike:
            group[:] = [renamed.get(old, old) for old in group]

    def _new(self, suffix: str) -> str:
        return self.workspace.fresh(f"{self.base}/{suffix}")


def expand(workspace: Workspace) -> bool:
    """Replace every node that is made of others and whose input shapes are known.

    Nodes that state their own types do so here. Returns whether anything changed.

    Raises:
        ModelError: The model grows beyond all measure.
        ShapeError: The inputs do not fit an operator.
        UnsupportedOperatorError: An input that must be constant is not.
    """
    typed = False

    def replacement(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        nonlocal typed
        if any(name and name not in workspace.shapes for name in node.input):
            return None
        operator = operator_of(node, workspace.opset_of(node.domain))
        if not isinstance(operator, Expanded | Typed):
            return None
        base = node.name or next(filter(None, node.output), node.op_type)
        to = Expander(workspace, base, len(node.output))
        try:
            if isinstance(operator, Typed):
                typed |= _state(workspace, node, operator.types(to, list(node.input)))
                return None
            results = operator.expand(to, list(node.input))
        except ModulusError as error:
            raise type(error)(f"{label(node)}: {error.message}", hint=error.hint) from error
        pairs = zip(node.output, results, strict=False)
        to.deliver({name: result for name, result in pairs if name})
        for value in workspace.outputs:
            if value.name in node.output:
                # ONNX infers a wrong shape for some, which the nodes would contradict.
                value.type.tensor_type.ClearField("shape")
        return to.nodes

    return replace_nodes(workspace, replacement) or typed


def replace_nodes(
    workspace: Workspace, replacement: Callable[[onnx.NodeProto], list[onnx.NodeProto] | None]
) -> bool:
    """Replace nodes by others; whether any was.

    Raises:
        ModelError: The model grows beyond all measure.
    """
    nodes: list[onnx.NodeProto] = []
    changed = False
    for node in workspace.nodes:
        made = replacement(node)
        changed = changed or made is not None
        nodes.extend([node] if made is None else made)
        if len(nodes) > MAX_NODES:
            raise ModelError(
                f"the model has more than {MAX_NODES} nodes when {label(node)} is written out"
            )
    workspace.nodes = nodes
    return changed


def rename_reads(node: onnx.NodeProto, renamed: Mapping[str, str]) -> None:
    """Rename what a node and its subgraphs read from outside."""
    for position, name in enumerate(node.input):
        node.input[position] = renamed.get(name, name)
    for attribute in node.attribute:
        graphs = [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]
        for graph in graphs:
            own = {value.name for value in graph.input}
            own.update(tensor.name for tensor in graph.initializer)
            own.update(name for inner in graph.node for name in inner.output)
            outside = {old: new for old, new in renamed.items() if old not in own}
            for inner in graph.node:
                rename_reads(inner, outside)
            for value in graph.output:
                value.name = outside.get(value.name, value.name)


def _state(
    workspace: Workspace, node: onnx.NodeProto, types: Sequence[tuple[type, tuple[int, ...]]]
) -> bool:
    """Note the types that a node states; whether one was not known."""
    new = False
    for name, (kind, shape) in zip(node.output, types, strict=False):
        if name and name not in workspace.stated:
            number = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind))
            workspace.stated[name] = onnx.helper.make_tensor_value_info(name, number, shape)
            new = True
    return new

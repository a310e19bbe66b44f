"""Which nodes are supported: everything that is wrong is found first and reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import onnx
from onnx import numpy_helper

from modulus.errors import ModelError, UnsupportedOperatorError
from modulus.frontend.structure import label, reads
from modulus.ops import Operator, operators
from modulus.ops.operator import Attribute

_PARTIAL_READERS = {"Shape": 0, "Size": 0, "CastLike": 1}
"""How many inputs' values count; the others matter for their static shape or type only."""

CONTROL_FLOW = frozenset({"If", "Loop", "Scan"})
"""Operators that hold subgraphs; they are written out when the model is read."""


def check_supported(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[str],
    outputs: Sequence[str],
    opsets: Mapping[str, int],
) -> None:
    """Refuse the model if a node that depends on an input cannot be proven.

    Nodes that depend on constants and shapes only are evaluated when the model is read, so they may
    be anything the ONNX reference evaluator knows.

    Raises:
        UnsupportedOperatorError: Lists every unsupported node with the reason.
    """
    dynamic = set(inputs)
    used = {name for node in nodes for name in reads(node)} | set(outputs)
    problems = []
    for node in nodes:
        if dynamic.isdisjoint(_values_read(node)):
            continue
        dynamic.update(name for name in node.output if name)
        if node.op_type in CONTROL_FLOW and node.domain in {"", "ai.onnx"}:
            # Whether it can be written out shows only when constants are known.
            continue
        if has_function(node, opsets.get(node.domain, 1)):
            # So it does here.
            continue
        problem = _problem(node, dynamic, used, opsets.get(node.domain, 1))
        if problem is not None:
            problems.append(f"  {label(node)}: {problem}")
    if problems:
        supported = ", ".join(sorted(name for _, name in operators()))
        raise UnsupportedOperatorError(
            f"{len(problems)} of {len(nodes)} nodes are not supported:\n" + "\n".join(problems),
            hint=f"supported operators are {supported}",
        )


def operator_of(node: onnx.NodeProto, opset: int) -> Operator:
    """The operator of a node with its attributes.

    Raises:
        UnsupportedOperatorError: The operator or one of its attributes is not supported.
    """
    domain = "" if node.domain == "ai.onnx" else node.domain
    found = operators().get((domain, node.op_type))
    if found is None:
        where = f"domain {domain!r}" if domain else f"opset {opset}"
        raise UnsupportedOperatorError(f"operator {node.op_type} of {where} is not supported")
    if opset < found.since_opset:
        raise UnsupportedOperatorError(
            f"{node.op_type} is supported from opset {found.since_opset} on, the model uses {opset}"
        )
    return found.from_onnx(attributes_of(node))


def has_function(node: onnx.NodeProto, opset: int) -> bool:
    """Whether ONNX defines a node's operator by a function, and no operator here takes its place.

    Args:
        node: The node.
        opset: Version of the node's operator set.
    """
    domain = "" if node.domain == "ai.onnx" else node.domain
    if (domain, node.op_type) in operators():
        return False
    try:
        schema: Any = onnx.defs.get_schema(node.op_type, opset, domain)
    except onnx.defs.SchemaError:
        return False
    return bool(schema.has_function or schema.has_context_dependent_function)


def attributes_of(node: onnx.NodeProto) -> Mapping[str, Attribute]:
    """Attribute values of a node by name, in Python types.

    Raises:
        ModelError: An attribute is malformed.
        UnsupportedOperatorError: An attribute holds a graph or a sparse tensor.
    """
    values: dict[str, Attribute] = {}
    for attribute in node.attribute:
        if attribute.ref_attr_name:
            raise UnsupportedOperatorError(f"attribute {attribute.name} refers to a function")
        try:
            value = onnx.helper.get_attribute_value(attribute)
            if isinstance(value, onnx.TensorProto):
                value = numpy_helper.to_array(value)
            elif isinstance(value, bytes):
                value = value.decode("utf-8")
        except (ValueError, TypeError) as error:
            raise ModelError(
                f"{label(node)}: malformed attribute {attribute.name!r} ({error})"
            ) from error
        if isinstance(value, list | tuple) and all(isinstance(v, int | float) for v in value):
            values[attribute.name] = tuple(value)
        elif isinstance(value, list | tuple) and all(isinstance(v, bytes) for v in value):
            values[attribute.name] = tuple(v.decode("utf-8", "replace") for v in value)
        elif isinstance(value, int | float | str | np.ndarray):
            values[attribute.name] = cast("Attribute", value)
        else:
            raise UnsupportedOperatorError(
                f"attribute {attribute.name} of this kind is not supported"
            )
    return values


def _values_read(node: onnx.NodeProto) -> Iterable[str]:
    """The inputs whose values, and not just shapes or types, a node depends on."""
    if node.domain not in {"", "ai.onnx"} or node.op_type not in _PARTIAL_READERS:
        return reads(node)
    return list(node.input)[: _PARTIAL_READERS[node.op_type]]


def _problem(node: onnx.NodeProto, dynamic: set[str], used: set[str], opset: int) -> str | None:
    try:
        operator = operator_of(node, opset)
    except UnsupportedOperatorError as error:
        return error.message
    for position, name in operator.static_inputs.items():
        if position < len(node.input) and node.input[position] in dynamic:
            return f"input {name} depends on the model's input; it must be a constant"
    for position, output in enumerate(node.output):
        if position >= operator.num_outputs and output and output in used:
            return f"output {position + 1} ({output!r}) is used, but only the first is supported"
    return None

"""Operators that ONNX defines by a function of others: written out where none of our own exists."""

from __future__ import annotations

from typing import Any

import onnx
import onnx.inliner

from modulus.errors import UnsupportedOperatorError
from modulus.frontend.expanding import Expander, rename_reads, replace_nodes
from modulus.frontend.structure import label
from modulus.frontend.support import has_function
from modulus.frontend.workspace import Workspace


def write_functions(workspace: Workspace) -> bool:
    """Replace every node that ONNX defines by a function; whether there was one.

    Nodes wait until the types of their inputs are known: functions may depend on them.

    Raises:
        UnsupportedOperatorError: ONNX has no function for these types or this opset.
    """

    def replacement(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if not has_function(node, workspace.opset_of(node.domain)):
            return None
        if any(name and name not in workspace.shapes for name in node.input):
            return None
        return _written(workspace, node)

    return replace_nodes(workspace, replacement)


def _written(workspace: Workspace, node: onnx.NodeProto) -> list[onnx.NodeProto]:
    """Return the nodes of a call, with names of their own."""
    call = onnx.NodeProto()
    call.CopyFrom(node)
    function = _function(workspace, call)
    function.name = call.op_type
    function.domain, call.domain = _CALLED, _CALLED
    inputs = [
        onnx.helper.make_tensor_value_info(name, workspace.types[name], workspace.shapes[name])
        for name in dict.fromkeys(filter(None, node.input))
    ]
    outputs = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.UNDEFINED, None)
        for name in filter(None, node.output)
    ]
    graph = onnx.helper.make_graph([call], "call", inputs, outputs)
    opsets = [onnx.helper.make_opsetid("", workspace.opset), onnx.helper.make_opsetid(_CALLED, 1)]
    alone = onnx.helper.make_model(graph, opset_imports=opsets, functions=[function])
    try:
        nodes = onnx.inliner.inline_local_functions(alone).graph.node
    except (RuntimeError, ValueError) as error:
        raise UnsupportedOperatorError(f"{label(node)} cannot be written out: {error}") from error
    to = Expander(workspace, node.name or node.op_type, len(node.output))
    kept = set(filter(None, [*node.input, *node.output]))
    renamed: dict[str, str] = {}
    for inner in nodes:
        rename_reads(inner, renamed)
        for position, name in enumerate(inner.output):
            if name and name not in kept:
                renamed[name] = inner.output[position] = workspace.fresh(f"{to.base}/{name}")
        inner.name = workspace.fresh(f"{to.base}/{inner.op_type}")
        to.nodes.append(inner)
    return to.nodes


_CALLED = "modulus.function"
"""A domain of its own: the inliner leaves operators of the default one alone."""


def _function(workspace: Workspace, call: onnx.NodeProto) -> onnx.FunctionProto:
    """Return ONNX's function for a call, and give the call the attributes it leaves to default."""
    domain = "" if call.domain == "ai.onnx" else call.domain
    # The stubs of onnx leave out half of a schema.
    schema: Any = onnx.defs.get_schema(call.op_type, workspace.opset_of(domain), domain)
    # A function may be written in operators of an older set than the model's, not of a newer one.
    versions = [*schema.function_opset_versions, *schema.context_dependent_function_opset_versions]
    fitting = [version for version in versions if version <= workspace.opset]
    if schema.has_context_dependent_function:
        types = [_type(workspace, name).SerializeToString() for name in call.input]
        written = b""
        if fitting:
            written = schema.get_context_dependent_function_with_opset_version(
                max(fitting), call.SerializeToString(), types
            )
    else:
        written = schema.get_function_with_opset_version(max(fitting)) if fitting else b""
    if not written:
        raise UnsupportedOperatorError(
            f"{label(call)}: ONNX has no function for opset {workspace.opset} and these inputs"
        )
    function = onnx.FunctionProto()
    function.ParseFromString(written)
    for entry in function.opset_import:
        # The inliner wants one version. No operator of a function changed its meaning since.
        if entry.domain == "":
            entry.version = workspace.opset
    own = {attribute.name for attribute in call.attribute}
    call.attribute.extend(
        attribute.default_value
        for name, attribute in schema.attributes.items()
        if name not in own and attribute.default_value.name
    )
    return function


def _type(workspace: Workspace, name: str) -> onnx.TypeProto:
    if not name:
        return onnx.TypeProto()
    return onnx.helper.make_tensor_type_proto(workspace.types[name], workspace.shapes[name])

"""Branches and loops whose course is known when the model is read, written out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx

from modulus.errors import ModelError, UnsupportedOperatorError
from modulus.frontend.expanding import Expander, rename_reads, replace_nodes
from modulus.frontend.folding import constant_value
from modulus.frontend.structure import MAX_UNROLLED, label
from modulus.frontend.support import CONTROL_FLOW
from modulus.frontend.workspace import Array, Workspace, decode_tensor
from modulus.ops._expansion import cut, reshape


def unroll(workspace: Workspace) -> bool:
    """Write out every If, Loop and Scan that can be; whether there was one.

    Raises:
        ModelError: A subgraph is malformed, or the result is too large.
        UnsupportedOperatorError: The course depends on the model's input.
    """

    def replacement(node: onnx.NodeProto) -> list[onnx.NodeProto] | None:
        if node.op_type not in CONTROL_FLOW or node.domain not in {"", "ai.onnx"}:
            return None
        to = Expander(workspace, node.name or node.op_type, len(node.output))
        results = {"If": _branch, "Loop": _loop, "Scan": _scan}[node.op_type](to, node)
        pairs = zip(node.output, results, strict=False)
        to.deliver({name: result for name, result in pairs if name})
        return to.nodes

    return replace_nodes(workspace, replacement)


def _branch(to: Expander, node: onnx.NodeProto) -> list[str]:
    condition = _known(to, node, 0, "condition")
    taken = "then_branch" if bool(np.all(condition)) else "else_branch"
    return _inline(to, node, _body(node, taken), {})


def _loop(to: Expander, node: onnx.NodeProto) -> list[str]:
    body = _body(node, "body")
    if len(node.input) > 1 and node.input[1] and not np.all(_known(to, node, 1, "condition")):
        count = 0
    else:
        if not node.input[0]:
            raise UnsupportedOperatorError(f"{label(node)} has no trip count")
        count = int(_known(to, node, 0, "trip count").reshape(-1)[0])
    carried = list(node.input[2:])
    if len(body.input) != len(carried) + 2 or len(body.output) < len(carried) + 1:
        raise ModelError(f"{label(node)}: its body does not fit its inputs")
    if not _always_true(body):
        raise UnsupportedOperatorError(f"{label(node)}: whether it goes on must not be computed")
    _check_count(node, count, len(body.node))
    scanned: list[list[str]] = [[] for _ in body.output[1 + len(carried) :]]
    starts = [to.size]
    for iteration in range(count):
        number = to.hold(np.array(iteration, np.int64))
        going = to.hold(np.array(True))
        names = [number, going, *carried]
        arguments = dict(zip((value.name for value in body.input), names, strict=True))
        results = _inline(to, node, body, arguments)
        for entries, result in zip(scanned, results[1 + len(carried) :], strict=True):
            entries.append(_lifted(to, result, 0))
        carried = results[1 : 1 + len(carried)]
        starts.append(to.size)
    to.repeats(starts)
    if scanned and not count:
        raise UnsupportedOperatorError(f"{label(node)} never runs and has empty outputs")
    return carried + [to.add("Concat", *entries, axis=0) for entries in scanned]


def _scan(to: Expander, node: onnx.NodeProto) -> list[str]:
    body, attributes = _body(node, "body"), _numbers(node)
    inputs = attributes.get("num_scan_inputs", (0,))[0]
    states = len(node.input) - inputs
    outputs = len(body.output) - states
    if inputs < 1 or states < 0 or outputs < 0 or len(body.input) != len(node.input):
        raise ModelError(f"{label(node)}: its body does not fit its inputs")
    axes = attributes.get("scan_input_axes", (0,) * inputs)
    backward = attributes.get("scan_input_directions", (0,) * inputs)
    out_axes = attributes.get("scan_output_axes", (0,) * outputs)
    out_backward = attributes.get("scan_output_directions", (0,) * outputs)
    sources = list(node.input[states:])
    count = to.shape(sources[0])[axes[0]]
    _check_count(node, count, len(body.node))
    carried = list(node.input[:states])
    scanned: list[list[str]] = [[] for _ in range(outputs)]
    starts = [to.size]
    for step in range(count):
        slices = []
        for source, axis, reverse in zip(sources, axes, backward, strict=True):
            shape = to.shape(source)
            place = axis % len(shape)
            index = count - 1 - step if reverse else step
            piece = cut(to, source, place, index, index + 1)
            slices.append(reshape(to, piece, shape[:place] + shape[place + 1 :]))
        names = [*carried, *slices]
        arguments = dict(zip((value.name for value in body.input), names, strict=True))
        results = _inline(to, node, body, arguments)
        carried = results[:states]
        for entries, result, axis in zip(scanned, results[states:], out_axes, strict=True):
            entries.append(_lifted(to, result, axis))
        starts.append(to.size)
    to.repeats(starts)
    return carried + [
        to.add("Concat", *(reversed(entries) if reverse else entries), axis=axis)
        for entries, axis, reverse in zip(scanned, out_axes, out_backward, strict=True)
    ]


def _inline(
    to: Expander, node: onnx.NodeProto, body: onnx.GraphProto, arguments: Mapping[str, str]
) -> list[str]:
    """Copy a subgraph with new names; names it does not define are those around it."""
    renamed = dict(arguments)
    for tensor in body.initializer:
        renamed[tensor.name] = to.hold(decode_tensor(tensor))
    for inner in body.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(inner)
        rename_reads(copy, renamed)
        for position, name in enumerate(copy.output):
            if name:
                renamed[name] = to.workspace.fresh(f"{to.base}/{name}")
                copy.output[position] = renamed[name]
        copy.name = to.workspace.fresh(f"{to.base}/{inner.name or inner.op_type}")
        to.nodes.append(copy)
        to.workspace.unrolled += 1
        # Attack: loops in loops multiply their trip counts, each of which is small.
        if to.workspace.unrolled > MAX_UNROLLED:
            raise ModelError(
                f"{label(node)}: loops and branches make more than {MAX_UNROLLED} nodes in all"
            )
    return [renamed.get(value.name, value.name) for value in body.output]


def _lifted(to: Expander, name: str, axis: int) -> str:
    if to.opset >= 13:
        return to.add("Unsqueeze", name, to.hold(np.array([axis], np.int64)))
    return to.add("Unsqueeze", name, axes=[axis])


def _always_true(body: onnx.GraphProto) -> bool:
    """Whether the body hands on its own condition, or a constant that is true."""
    constants = {tensor.name: tensor for tensor in body.initializer}
    makers = {name: inner for inner in body.node for name in inner.output}
    name = body.output[0].name
    for _ in range(len(body.node) + 1):
        # An iteration that runs was let in by a condition that is true.
        if name == body.input[1].name:
            return True
        if name in constants:
            return bool(np.all(decode_tensor(constants[name])))
        maker = makers.get(name)
        if maker is not None and maker.op_type == "Constant":
            return bool(np.all(constant_value(maker)))
        if maker is None or maker.op_type not in {"Identity", "Cast"}:
            return False
        name = maker.input[0]
    return False


def _check_count(node: onnx.NodeProto, count: int, size: int) -> None:
    # Attack: a trip count of 2^62 would be unrolled.
    if count * max(1, size) > MAX_UNROLLED:
        raise ModelError(
            f"{label(node)} runs {count} times; at most {MAX_UNROLLED} nodes are written out"
        )


def _known(to: Expander, node: onnx.NodeProto, position: int, what: str) -> Array:
    found = to.known(node.input[position])
    if found is None or not found.size:
        raise UnsupportedOperatorError(
            f"{label(node)}: its {what} depends on the model's input",
            hint="compute both branches and choose with Where, or fix the number of iterations",
        )
    return found


def _body(node: onnx.NodeProto, name: str) -> onnx.GraphProto:
    for attribute in node.attribute:
        if attribute.name == name and attribute.HasField("g"):
            graph: onnx.GraphProto = attribute.g
            return graph
    raise ModelError(f"{label(node)} lacks its {name}")


def _numbers(node: onnx.NodeProto) -> dict[str, tuple[int, ...]]:
    """The attributes of a Scan that are integers."""
    return {
        attribute.name: tuple(attribute.ints) or (attribute.i,)
        for attribute in node.attribute
        if attribute.type in {onnx.AttributeProto.INT, onnx.AttributeProto.INTS}
    }

"""Masks that are computed: what is added to leave entries alone or to take them out.

Attention adds zero to the scores that count and minus infinity, or a number like -3e38, to those
that do not. No scale holds such a sum, so where a mask depends on the input its truth values are
followed instead, and each sum becomes a choice between the score and minus infinity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx

from modulus.frontend.expanding import Expander
from modulus.frontend.workspace import Array, Workspace

LEAST_MASK = -1e4
"""A number from here down takes an entry out; scores are far smaller."""

_VIEWS = frozenset({"Expand", "Flatten", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"})
"""Operators that only move entries of their first input."""


@dataclass(frozen=True)
class _Mask:
    """A tensor that is zero where it keeps, and `low` elsewhere."""

    keeps: str
    """Truth values that broadcast to its shape."""
    low: Array
    """A number."""


def choose_by_masks(workspace: Workspace) -> None:
    """Replace sums with computed masks by choices."""
    masks: dict[str, _Mask] = {}
    nodes: list[onnx.NodeProto] = []
    makers: dict[str, onnx.NodeProto] = {}
    changed = False
    for node in workspace.nodes:
        makers.update((name, node) for name in node.output)
        to = Expander(workspace, node.name or node.op_type, 1)
        mask = _mask_of(to, node, masks, makers)
        if mask is not None:
            masks[node.output[0]] = mask
        result = _chosen(to, node, masks)
        nodes += to.nodes
        if result is None:
            nodes.append(node)
        else:
            nodes.append(onnx.helper.make_node("Where", result, [node.output[0]], name=node.name))
            changed = True
    if changed:
        workspace.nodes = nodes
        workspace.drop_dead()
        workspace.infer()


def _chosen(to: Expander, node: onnx.NodeProto, masks: dict[str, _Mask]) -> list[str] | None:
    """The inputs of the choice that takes the place of a sum with a mask."""
    if node.op_type not in {"Add", "Cast"}:
        return None
    made = masks.get(node.output[0])
    if made is not None:
        # Of its own type, in which a sum of two, or a number of a wider type, may be infinite.
        return [made.keeps, to.hold(np.zeros_like(made.low)), to.hold(made.low)]
    if node.op_type == "Cast":
        return None
    for name, other in (tuple(node.input), tuple(reversed(node.input))):
        if name in masks:
            return [masks[name].keeps, other, to.hold(masks[name].low)]
    return None


def _mask_of(
    to: Expander,
    node: onnx.NodeProto,
    masks: dict[str, _Mask],
    makers: dict[str, onnx.NodeProto],
) -> _Mask | None:
    if node.domain not in {"", "ai.onnx"}:
        return None
    if node.op_type == "Where":
        return _of_choice(to, node, makers)
    if node.op_type == "Mul":
        return _of_product(to, node, makers)
    if node.op_type == "Add":
        return _of_sum(to, node, masks)
    mask = masks.get(node.input[0]) if node.input else None
    return None if mask is None else _moved(to, node, mask)


def _moved(to: Expander, node: onnx.NodeProto, mask: _Mask) -> _Mask | None:
    """A mask seen through a node that moves its entries, or gives them another type."""
    if node.op_type in _VIEWS:
        return _Mask(_again(to, node, mask.keeps), mask.low)
    if node.op_type == "Cast":
        with np.errstate(over="ignore"):
            low = mask.low.astype(to.dtype(node.output[0]))
        return _Mask(mask.keeps, low) if low.dtype.kind == "f" else None
    if node.op_type == "Pad" and len(node.input) > 2 and _is_low(to.known(node.input[2])):
        # What is added is taken out: truth values are false where nothing is said.
        return _Mask(_again(to, node, mask.keeps, left_out=2), mask.low)
    return None


def _of_choice(
    to: Expander, node: onnx.NodeProto, makers: dict[str, onnx.NodeProto]
) -> _Mask | None:
    condition, chosen, otherwise = node.input
    for kept, taken, inverted in ((chosen, otherwise, False), (otherwise, chosen, True)):
        low = to.known(taken)
        if low is None or not _is_low(low):
            continue
        zero = to.known(kept)
        # Or a number that the condition says is zero.
        maker = makers.get(condition)
        is_zero = zero is not None and not np.any(zero)
        if maker is not None and maker.op_type == "Cast" and inverted:
            is_zero = is_zero or maker.input[0] == kept
        if is_zero:
            return _Mask(to.add("Not", condition) if inverted else condition, low.reshape(-1)[0])
    return None


def _of_product(
    to: Expander, node: onnx.NodeProto, makers: dict[str, onnx.NodeProto]
) -> _Mask | None:
    """A huge number times one minus a truth value, or a truth value itself."""
    for factor, low in (tuple(node.input), tuple(reversed(node.input))):
        held = to.known(low)
        if held is not None and held.size == 1 and _is_low(held):
            takes = _truth(to, factor, makers)
            return None if takes is None else _Mask(to.add("Not", takes), held.reshape(-1)[0])
    return None


def _truth(to: Expander, name: str, makers: dict[str, onnx.NodeProto]) -> str | None:
    """The truth value of a number that is zero or one."""
    maker = makers.get(name)
    if maker is None:
        return None
    if maker.op_type == "Sub":
        one = to.known(maker.input[0])
        inner = _truth(to, maker.input[1], makers) if one is not None and np.all(one == 1) else None
        return None if inner is None else to.add("Not", inner)
    if maker.op_type == "Cast" and to.dtype(maker.input[0]).kind in "biu":
        # Masks that are inputs are integers: zero or one, by the meaning of the model.
        return to.add("Cast", maker.input[0], to=onnx.TensorProto.BOOL)
    return None


def _of_sum(to: Expander, node: onnx.NodeProto, masks: dict[str, _Mask]) -> _Mask | None:
    found = [masks.get(name) or _constant_mask(to, name) for name in node.input]
    if None in found or masks.keys().isdisjoint(node.input):
        return None
    first, second = (mask for mask in found if mask is not None)
    return _Mask(to.add("And", first.keeps, second.keeps), min(first.low, second.low))


def _constant_mask(to: Expander, name: str) -> _Mask | None:
    held = to.known(name)
    if held is None or held.dtype.kind != "f" or not np.all((held == 0) | (held <= LEAST_MASK)):
        return None
    return _Mask(to.hold(held == 0), np.min(held))


def _again(to: Expander, node: onnx.NodeProto, source: str, left_out: int | None = None) -> str:
    """Add a node like one that is there, with another first input."""
    rest = ["" if k == left_out else name for k, name in enumerate(node.input)][1:]
    attributes: dict[str, Any] = {
        entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute
    }
    return to.add(node.op_type, source, *rest, **attributes)


def _is_low(held: Array | None) -> bool:
    return held is not None and held.dtype.kind == "f" and bool(np.all(held <= LEAST_MASK))

"""From an ONNX model to the float graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx

from modulus.errors import ModelError, ShapeError
from modulus.frontend.dimensions import fix_dimensions
from modulus.frontend.early_rounding import round_early
from modulus.frontend.expanding import expand
from modulus.frontend.fixing import FixedInputs, fix_inputs
from modulus.frontend.folding import MAX_FOLDED_ELEMENTS, fold_constants, require_shapes
from modulus.frontend.functions import write_functions
from modulus.frontend.inlining import drop_zip_maps, inline_functions, number_labels
from modulus.frontend.masks import choose_by_masks
from modulus.frontend.neutral import drop_neutral_operands
from modulus.frontend.normalization import fold_normalizations
from modulus.frontend.old_softmax import flatten_old_softmax
from modulus.frontend.recognition import recognise_functions
from modulus.frontend.source import read_model
from modulus.frontend.structure import check_structure, label, live_nodes, opset_of
from modulus.frontend.support import check_supported, operator_of
from modulus.frontend.unrolling import unroll
from modulus.frontend.workspace import Workspace, refuse_not_finite, replace_infinities
from modulus.ops import FloatGraph, Node, TensorInfo

_NUMBERS: Mapping[int, np.dtype[np.generic]] = {
    onnx.TensorProto.FLOAT: np.dtype(np.float32),
    onnx.TensorProto.DOUBLE: np.dtype(np.float64),
    onnx.TensorProto.FLOAT16: np.dtype(np.float16),
    onnx.TensorProto.INT64: np.dtype(np.int64),
    onnx.TensorProto.INT32: np.dtype(np.int32),
    onnx.TensorProto.INT16: np.dtype(np.int16),
    onnx.TensorProto.INT8: np.dtype(np.int8),
    onnx.TensorProto.UINT64: np.dtype(np.uint64),
    onnx.TensorProto.UINT32: np.dtype(np.uint32),
    onnx.TensorProto.UINT16: np.dtype(np.uint16),
    onnx.TensorProto.UINT8: np.dtype(np.uint8),
    onnx.TensorProto.BOOL: np.dtype(np.bool_),
}
"""Element types that a tensor may have; integers and truth values are proven at scale one."""

DEFAULT_OPSET = 17
"""The default operator set of models that do not say."""


def load_onnx(
    source: str | Path | bytes | onnx.ModelProto,
    dimensions: Mapping[str, int] | None = None,
    fixed_inputs: FixedInputs | None = None,
) -> FloatGraph:
    """Read, check and simplify an ONNX model.

    Shapes become static, constants are folded, functions, branches and loops are written out,
    operators that are made of others are replaced by these, batch normalisation is folded where it
    follows a convolution or matrix product, and nodes that change nothing or contribute to nothing
    disappear.
    Names of the remaining tensors and nodes are those of the model.

    Args:
        source: Path, serialised model, or model; the latter is not changed.
        dimensions: Extents of symbolic dimensions by symbol.
        fixed_inputs: Numbers or arrays that inputs are fixed to, by name.

    Raises:
        UnsupportedOperatorError: Lists every node that is not supported.
        ModelError: The model is malformed, or its weights are not finite.
        ShapeError: A shape is open or inconsistent.
    """
    model = read_model(source)
    inline_functions(model)
    drop_zip_maps(model)
    notes = number_labels(model)
    _import_default(model)
    opset = opset_of(model)
    check_structure(model.graph)
    live = live_nodes(model.graph.node, [value.name for value in model.graph.output])
    initialised = {tensor.name for tensor in model.graph.initializer}
    inputs = [value.name for value in model.graph.input if value.name not in initialised]
    opsets = {entry.domain: entry.version for entry in model.opset_import} | {"": opset}
    check_supported(live, inputs, [value.name for value in model.graph.output], opsets)
    del model.graph.node[:]
    model.graph.node.extend(live)
    _check_rules(model)
    notes += fix_dimensions(model, dimensions or {})
    fix_inputs(model, fixed_inputs or {})
    workspace = Workspace.of(model, opset)
    workspace.drop_dead()
    for value in workspace.inputs:
        _check_number(value.type.tensor_type.elem_type, f"input {value.name!r}")
    _simplify(workspace)
    _check_types(workspace)
    drop_neutral_operands(workspace)
    _remove_identities(workspace)
    choose_by_masks(workspace)
    fold_normalizations(workspace)
    round_early(workspace)
    return recognise_functions(_float_graph(workspace, notes))


def _import_default(model: onnx.ModelProto) -> None:
    """Import the default operator set into a model without any node of it: others expand to it."""
    domains = {entry.domain for entry in model.opset_import}
    domains.update(node.domain for node in model.graph.node)
    if domains.isdisjoint({"", "ai.onnx"}):
        model.opset_import.append(onnx.helper.make_opsetid("", DEFAULT_OPSET))


def _simplify(workspace: Workspace) -> None:
    """Fold and expand in turn: what one makes, the other may need."""
    budget = MAX_FOLDED_ELEMENTS
    while True:
        budget = fold_constants(workspace, budget)
        written = unroll(workspace) or flatten_old_softmax(workspace)
        if not (written or write_functions(workspace) or expand(workspace)):
            break
        workspace.drop_dead()
    require_shapes(workspace)


def _check_rules(model: onnx.ModelProto) -> None:
    for value in model.graph.output:
        # The checker insists on a shape, even an empty one; inference finds the true one.
        if not value.type.tensor_type.HasField("shape"):
            value.type.tensor_type.shape.SetInParent()
    try:
        onnx.checker.check_model(model)
    except (onnx.checker.ValidationError, ValueError) as error:
        raise ModelError(f"the model breaks a rule of ONNX: {str(error).strip()}") from error


def _check_types(workspace: Workspace) -> None:
    produced = {name: node for node in workspace.nodes for name in node.output if name}
    for name in workspace.output_names():
        if name not in produced:
            raise ModelError(f"output {name!r} is not computed from the model's inputs")
    for name, node in produced.items():
        found = workspace.types.get(name, onnx.TensorProto.UNDEFINED)
        _check_number(found, f"{name!r}, output of {label(node)},")


def _check_number(found: int, what: str) -> None:
    if found not in _NUMBERS:
        names = {number: name.lower() for name, number in onnx.TensorProto.DataType.items()}
        kind = names.get(found, f"number {found}")
        raise ModelError(f"{what} has type {kind}; only floats, integers and truth values work")


def _remove_identities(workspace: Workspace) -> None:
    """Remove Identity, Dropout of an inference, extremes of one, and casts to the same type."""
    outputs = set(workspace.output_names())
    producers = {name: node for node in workspace.nodes for name in node.output}
    renamed: dict[str, str] = {}
    kept = []
    for node in workspace.nodes:
        for position, name in enumerate(node.input):
            node.input[position] = renamed.get(name, name)
        if not _changes_nothing(workspace, node):
            kept.append(node)
            continue
        source, target = node.input[0], node.output[0]
        if target not in outputs:
            renamed[target] = source
        elif source in producers and source not in outputs:
            _rename_output(producers[source], source, target)
            producers[target] = producers[source]
            outputs.add(target)
            # Nodes already kept may read the old name; later ones are renamed above.
            for earlier in kept:
                for position, name in enumerate(earlier.input):
                    if name == source:
                        earlier.input[position] = target
            renamed = {old: target if new == source else new for old, new in renamed.items()}
            renamed[source] = target
        else:
            kept.append(node)
    workspace.nodes = kept
    workspace.drop_dead()


def _rename_output(node: onnx.NodeProto, source: str, target: str) -> None:
    for position, name in enumerate(node.output):
        if name == source:
            node.output[position] = target


def _changes_nothing(workspace: Workspace, node: onnx.NodeProto) -> bool:
    if node.op_type in {"Identity", "Dropout"}:
        return True
    if node.op_type in {"Max", "Min"} and len(node.input) == 1:
        return True
    return (
        node.op_type == "Cast" and workspace.types[node.input[0]] == workspace.types[node.output[0]]
    )


def _float_graph(workspace: Workspace, notes: list[str]) -> FloatGraph:
    nodes = []
    taken: set[str] = set()
    infinite: set[str] = set()
    masks: set[str] = set()
    for index, proto in enumerate(workspace.nodes):
        operator = operator_of(proto, workspace.opset_of(proto.domain))
        if operator.allows_infinity:
            infinite.update(proto.input)
        if operator.masks:
            masks.update(proto.input)
        # Nodes without a name, or with one that is taken, are named by operator and position.
        name = proto.name or f"{proto.op_type}_{index}"
        while name in taken:
            name = f"{name}_{index}"
        taken.add(name)
        proto.name = name
        nodes.append(Node(name, operator, tuple(proto.input), tuple(proto.output)))
    replace_infinities(workspace, masks)
    refuse_not_finite(workspace, infinite)
    for constant in workspace.constants.values():
        constant.flags.writeable = False
    return FloatGraph(
        nodes=tuple(nodes),
        constants=MappingProxyType(workspace.constants),
        inputs=tuple(_info(workspace, value) for value in workspace.inputs),
        outputs=tuple(_info(workspace, value) for value in workspace.outputs),
        shapes=MappingProxyType(workspace.shapes),
        model=_serialise(workspace),
        notes=tuple(notes),
        reals=_of_kinds(workspace, "f"),
        integers=_of_kinds(workspace, "iu"),
        alike=tuple(map(tuple, workspace.alike)),
    )


def _of_kinds(workspace: Workspace, kinds: str) -> frozenset[str]:
    types = workspace.types.items()
    return frozenset(n for n, kind in types if kind in _NUMBERS and _NUMBERS[kind].kind in kinds)


def _serialise(workspace: Workspace) -> bytes:
    try:
        serialised: bytes = workspace.model().SerializeToString()
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"the simplified model is too large: {error}") from error
    return serialised


def _info(workspace: Workspace, value: onnx.ValueInfoProto) -> TensorInfo:
    shape = workspace.shapes.get(value.name)
    if shape is None:
        raise ShapeError(f"the shape of {value.name!r} is not static")
    return TensorInfo(value.name, shape, _NUMBERS[workspace.types[value.name]])

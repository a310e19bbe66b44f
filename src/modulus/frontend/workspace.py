"""A model while it is being simplified: nodes, constants, and the types that inference found."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from modulus.errors import ModelError, ShapeError
from modulus.frontend.dimensions import MAX_ELEMENTS, MAX_RANK
from modulus.frontend.structure import label, live_nodes, reads

Array = NDArray[Any]

MAX_SHAPE_ENTRIES = 1 << 12
"""Constants of more entries are no shapes, axes or pads."""
MAX_VECTOR = 1 << 16
"""Longest vector through which data are propagated to find shapes."""


@dataclass(slots=True)
class Workspace:
    """The mutable state of the passes."""

    inputs: list[onnx.ValueInfoProto]
    outputs: list[onnx.ValueInfoProto]
    nodes: list[onnx.NodeProto]
    constants: dict[str, Array]
    opset: int
    ir_version: int
    domains: dict[str, int] = field(default_factory=dict)
    """Versions of the other operator sets that the model imports."""
    types: dict[str, int] = field(default_factory=dict)
    """ONNX element type by tensor name."""
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Static shape by tensor name; tensors whose shape is not known yet are absent."""
    stated: dict[str, onnx.ValueInfoProto] = field(default_factory=dict)
    """Types that operators state because ONNX does not infer them."""
    alike: list[list[str]] = field(default_factory=list)
    """Groups of tensors that are to have one calibrated range."""
    unrolled: int = 0
    """Nodes that loops and branches were written out to so far."""
    _taken: set[str] = field(default_factory=set)
    _counts: dict[str, int] = field(default_factory=dict)
    """How often a name was asked for, so that the next one is found at once."""

    @classmethod
    def of(cls, model: onnx.ModelProto, opset: int) -> Workspace:
        """Take a model apart.

        Raises:
            ModelError: An initialiser's data do not fit its shape or type.
        """
        constants = {tensor.name: decode_tensor(tensor) for tensor in model.graph.initializer}
        return cls(
            inputs=[value for value in model.graph.input if value.name not in constants],
            outputs=list(model.graph.output),
            nodes=list(model.graph.node),
            constants=constants,
            opset=opset,
            ir_version=model.ir_version,
            domains={
                entry.domain: entry.version
                for entry in model.opset_import
                if entry.domain not in {"", "ai.onnx"}
            },
        )

    def opset_of(self, domain: str) -> int:
        """Version of an operator set that the model imports; 1 where it does not say."""
        return self.opset if domain in {"", "ai.onnx"} else self.domains.get(domain, 1)

    def fresh(self, name: str) -> str:
        """A name that no tensor has; taken from now on."""
        if not self._taken:
            self._taken.update(self.constants, (value.name for value in self.inputs))
            self._taken.update(name for node in self.nodes for name in node.output)
        candidate, count = name, self._counts.get(name, 1)
        while candidate in self._taken:
            count += 1
            candidate = f"{name}.{count}"
        self._taken.add(candidate)
        self._counts[name] = count
        return candidate

    def output_names(self) -> list[str]:
        """Names of the model's outputs."""
        return [value.name for value in self.outputs]

    def drop_dead(self) -> None:
        """Remove nodes and constants that contribute to no output."""
        self.nodes = live_nodes(self.nodes, self.output_names())
        used = {name for node in self.nodes for name in reads(node)} | set(self.output_names())
        self.constants = {name: value for name, value in self.constants.items() if name in used}

    def rename_uses(self, renamed: dict[str, str]) -> None:
        """Let every node read other tensors; no chain of names may remain in `renamed`."""
        for node in self.nodes:
            for position, name in enumerate(node.input):
                if name in renamed:
                    node.input[position] = renamed[name]

    def model(
        self, value_info: Iterable[onnx.ValueInfoProto] = (), largest: int | None = None
    ) -> onnx.ModelProto:
        """The present state as an ONNX model; constants of more entries become inputs."""
        held = {
            name: value
            for name, value in self.constants.items()
            if largest is None or value.size <= largest
        }
        stated = [
            onnx.helper.make_tensor_value_info(
                name, onnx.helper.np_dtype_to_tensor_dtype(value.dtype), value.shape
            )
            for name, value in self.constants.items()
            if name not in held
        ]
        graph = onnx.helper.make_graph(
            self.nodes,
            "modulus",
            [*self.inputs, *stated],
            self.outputs,
            initializer=[numpy_helper.from_array(value, name) for name, value in held.items()],
            value_info=list(value_info),
        )
        return onnx.helper.make_model(
            graph,
            opset_imports=[
                onnx.helper.make_opsetid("", self.opset),
                *(
                    onnx.helper.make_opsetid(domain, version)
                    for domain, version in sorted(self.domains.items())
                    if any(node.domain == domain for node in self.nodes)
                ),
            ],
            ir_version=max(self.ir_version, 4),
            producer_name="modulus",
        )

    def infer(self) -> None:
        """Infer element types and shapes of all tensors.

        Raises:
            ShapeError: Shapes do not fit together, or a tensor is far too large.
        """
        for output in self.outputs:
            if output.name in self.stated:
                output.CopyFrom(self.stated[output.name])
        made = {name for node in self.nodes for name in node.output if name}
        self.stated = {name: info for name, info in self.stated.items() if name in made}
        # Only small constants say something about shapes; copies of the others fill the memory.
        model = self.model(self.stated.values(), largest=MAX_SHAPE_ENTRIES)
        self._take(_inferred(model, propagate=False))
        known = [self.shapes[name] for name in made if name in self.shapes]
        # Attack: propagating data costs a symbol for each entry of a vector.
        longest = max((shape[0] for shape in known if len(shape) == 1), default=0)
        if len(known) < len(made) and longest <= MAX_VECTOR:
            propagated = None
            # Propagating the values of shapes, ONNX confuses ranks in some correct models.
            with suppress(ShapeError):
                propagated = _inferred(model, propagate=True)
            if propagated is not None:
                self._take(propagated)

    def _take(self, inferred: onnx.ModelProto) -> None:
        self.types, self.shapes = {}, {}
        for name, value in self.constants.items():
            self.types[name] = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
            self.shapes[name] = value.shape
        graph = inferred.graph
        for info in [*graph.input, *graph.value_info, *graph.output]:
            self._note(info)
        for value, found in zip(self.outputs, graph.output, strict=True):
            value.CopyFrom(found)

    def _note(self, info: onnx.ValueInfoProto) -> None:
        if info.type.WhichOneof("value") != "tensor_type":
            return
        tensor = info.type.tensor_type
        self.types[info.name] = tensor.elem_type
        if not tensor.HasField("shape"):
            return
        if not all(dimension.HasField("dim_value") for dimension in tensor.shape.dim):
            return
        shape = tuple(dimension.dim_value for dimension in tensor.shape.dim)
        if len(shape) > MAX_RANK:
            raise ShapeError(
                f"tensor {info.name!r} has {len(shape)} axes; at most {MAX_RANK} are supported"
            )
        if math.prod(shape) > MAX_ELEMENTS:
            raise ShapeError(
                f"tensor {info.name!r} of shape {shape} has more than {MAX_ELEMENTS} elements"
            )
        self.shapes[info.name] = shape


def _inferred(model: onnx.ModelProto, *, propagate: bool) -> onnx.ModelProto:
    """Return a model with the types of its tensors.

    Raises:
        ShapeError: Shapes do not fit together.
    """
    try:
        return onnx.shape_inference.infer_shapes(
            model, check_type=True, strict_mode=True, data_prop=propagate
        )
    except (
        onnx.shape_inference.InferenceError,
        IndexError,
        ValueError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise ShapeError(f"shapes do not fit together: {str(error).strip()}") from error


def decode_tensor(tensor: onnx.TensorProto) -> Array:
    """The array of an initialiser or tensor attribute.

    Raises:
        ModelError: Data and shape disagree, or the type is not numeric.
    """
    where = f"tensor {tensor.name!r}"
    if any(extent < 0 for extent in tensor.dims):
        raise ModelError(f"{where} has a negative extent: {list(tensor.dims)}")
    if len(tensor.dims) > MAX_RANK:
        raise ModelError(f"{where} has {len(tensor.dims)} axes; at most {MAX_RANK} are supported")
    # Attack: a few bytes may declare a shape of 2^60 elements; compare before allocating.
    if math.prod(tensor.dims) > MAX_ELEMENTS:
        raise ModelError(
            f"{where} of shape {list(tensor.dims)} has more than {MAX_ELEMENTS} elements"
        )
    try:
        array = numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError, NotImplementedError) as error:
        raise ModelError(f"{where} is malformed: {error}") from error
    if array.dtype.kind not in "biuf":
        raise ModelError(f"{where} holds {array.dtype}, not numbers")
    return np.array(array)


LARGEST = 2.0**100
"""Stands for infinity in a mask: beyond every number of a model, and sums of it stay finite."""


def replace_infinities(workspace: Workspace, masks: set[str]) -> None:
    """Let huge numbers stand for the infinities of masks: a softmax cannot tell them apart."""
    for name in masks & set(workspace.constants):
        value = workspace.constants[name]
        if value.dtype.kind != "f" or not np.isinf(value).any():
            continue
        largest = min(LARGEST, float(np.finfo(value.dtype).max) / 4)
        finite = np.where(np.isinf(value), np.copysign(largest, value), value)
        workspace.constants[name] = finite.astype(value.dtype)


def refuse_not_finite(workspace: Workspace, allowed_infinite: set[str]) -> None:
    """Refuse weights that are not numbers.

    Raises:
        ModelError: A constant holds NaN, or an infinity that is not in `allowed_infinite`.
    """
    readers = {name: node for node in workspace.nodes for name in node.input}
    for name, value in workspace.constants.items():
        if value.dtype.kind != "f":
            continue
        bad = np.isnan(value) if name in allowed_infinite else ~np.isfinite(value)
        count = int(np.count_nonzero(bad))
        if count:
            reader = label(readers[name]) if name in readers else "an output"
            first = np.unravel_index(int(np.argmax(bad)), value.shape)
            position = tuple(int(index) for index in first)
            raise ModelError(
                f"constant {name!r} of {reader} has {count} values that are not finite, "
                f"the first at {position}: {value[position]}"
            )

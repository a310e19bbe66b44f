"""Reading a model from a path, bytes or a ModelProto, external data included, sizes bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import onnx
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from onnx.external_data_helper import load_external_data_for_model

from modulus.errors import ModelError

MAX_MODEL_BYTES = 2**31 - 1
"""Protobuf reads no larger message; external data is held to the same limit in total."""


def read_model(source: str | Path | bytes | onnx.ModelProto) -> onnx.ModelProto:
    """The model as one message that owns its weights; the argument is never changed.

    Raises:
        ModelError: The source is missing, too large, no ONNX model, or its external data is
            missing or outside the model's folder.
    """
    if isinstance(source, onnx.ModelProto):
        model = onnx.ModelProto()
        model.CopyFrom(source)
        _refuse_external_data(model, "a ModelProto")
    elif isinstance(source, bytes):
        model = _parse(source, "the given bytes")
        _refuse_external_data(model, "bytes")
    else:
        path = Path(source)
        model = _parse(_read_file(path), str(path))
        _load_external_data(model, path.parent)
    if not model.HasField("graph"):
        raise ModelError("the model has no graph", hint="is this file an ONNX model?")
    _check_text(model)
    return model


def _check_text(message: Message) -> None:
    """Refuse names that are not UTF-8: protobuf hands them out as bytes, which nothing expects."""
    for field, value in message.ListFields():
        if field.type not in {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_MESSAGE}:
            continue
        entries = [value] if isinstance(value, str | bytes | Message) else value
        for entry in entries:
            if isinstance(entry, bytes):
                raise ModelError(
                    f"the model is damaged: a {field.name} is not UTF-8 ({entry[:40]!r})"
                )
            if isinstance(entry, Message):
                _check_text(entry)


def _read_file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ModelError(f"{path} is not a file")
        if size > MAX_MODEL_BYTES:
            raise ModelError(
                f"{path} has {size} bytes, an ONNX file at most {MAX_MODEL_BYTES}",
                hint="store the weights as external data beside the model",
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"cannot read the model {path}: {error.strerror or error}") from error


def _parse(data: bytes, origin: str) -> onnx.ModelProto:
    if not data:
        raise ModelError(f"{origin}: empty, not an ONNX model")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, ValueError) as error:
        raise ModelError(f"{origin}: not an ONNX model ({error})") from error
    return model


def _refuse_external_data(model: onnx.ModelProto, kind: str) -> None:
    for tensor in _tensors(model):
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise ModelError(
                f"tensor {tensor.name!r} lies in an external file, which {kind} cannot refer to",
                hint="pass the path of the model instead",
            )


def _load_external_data(model: onnx.ModelProto, folder: Path) -> None:
    total = 0
    for tensor in _tensors(model):
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            total += _external_bytes(tensor, folder)
    if total == 0:
        return
    if total > MAX_MODEL_BYTES:
        raise ModelError(f"external data of {total} bytes; at most {MAX_MODEL_BYTES} are supported")
    try:
        load_external_data_for_model(model, str(folder))
    except (OSError, ValueError, RuntimeError, onnx.checker.ValidationError) as error:
        raise ModelError(f"cannot load the model's external data: {error}") from error


def _external_bytes(tensor: onnx.TensorProto, folder: Path) -> int:
    """Check where a tensor lies; return its length in bytes."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    location = entries.get("location", "")
    root = folder.resolve()
    try:
        path = (root / location).resolve()
        # Attack: a location such as ../../etc/passwd, or a link, would read foreign files.
        if not location or Path(location).is_absolute() or not path.is_relative_to(root):
            raise ModelError(
                f"tensor {tensor.name!r}: external data at {location!r}, outside the model's folder"
            )
        if not path.is_file():
            raise ModelError(f"tensor {tensor.name!r}: external data file {location!r} is missing")
        size = path.stat().st_size
        offset = int(entries.get("offset", "0"))
        length = int(entries.get("length", str(size - offset)))
    except (OSError, ValueError) as error:
        raise ModelError(f"tensor {tensor.name!r}: bad external data entry ({error})") from error
    if offset < 0 or length < 0 or offset + length > size:
        raise ModelError(
            f"tensor {tensor.name!r}: external data [{offset}, {offset + length}) lies outside "
            f"{location!r}, which has {size} bytes"
        )
    return length


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Every tensor stored in a model, those of attributes, subgraphs and functions included."""
    yield from _tensors_of_graph(model.graph)
    for function in model.functions:
        yield from _tensors_of_nodes(function.node)


def _tensors_of_graph(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield sparse.values
        yield sparse.indices
    yield from _tensors_of_nodes(graph.node)


def _tensors_of_nodes(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.TensorProto]:
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            for sparse in [*attribute.sparse_tensors, attribute.sparse_tensor]:
                yield sparse.values
                yield sparse.indices
            for subgraph in [*attribute.graphs, attribute.g]:
                yield from _tensors_of_graph(subgraph)

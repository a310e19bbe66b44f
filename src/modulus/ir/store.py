"""Graphs as bytes: one uncompressed zip archive of `graph.json` and one `.npy` per constant.

The bytes are a function of the graph: fixed order, fixed time stamps.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from modulus.errors import ArtifactError, InternalError, ModulusError
from modulus.files import DAMAGED_ARRAYS, parse_json
from modulus.ir.codec import Codec
from modulus.ir.evaluate import Integers
from modulus.ir.graph import Graph, Port, Tap
from modulus.ir.step import View
from modulus.ir.steps import STEPS, Bounded, Digits, Equation, Piece, RequantizeTerm
from modulus.ir.value import Value
from modulus.relations.contents import FunctionTable, ListedTable
from modulus.relations.form import (
    Counter,
    Form,
    Kernel,
    KernelPart,
    One,
    Selector,
    TensorAtom,
    Term,
)
from modulus.relations.function import Instruction
from modulus.relations.system import Tensor

FORMAT = "modulus.graph"
VERSION = 2
_GRAPH = "graph.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PARTS = (Counter, Form, Kernel, KernelPart, One, Selector, TensorAtom, Term)
_NODES = (Bounded, Digits, Equation, Piece, Port, RequantizeTerm, Tap, Tensor, Value, View)
_CONTENTS = (FunctionTable, Instruction, ListedTable)
_CODEC = Codec((*STEPS, *_PARTS, *_NODES, *_CONTENTS))
_STEP: Any = reduce(or_, STEPS)
_FIELDS: dict[str, Any] = {
    "tensors": list[Tensor],
    "steps": list[_STEP],
    "inputs": list[Port],
    "outputs": list[Port],
    "taps": list[Tap],
}


def dump(graph: Graph) -> bytes:
    """Serialise a graph with its constants."""
    header: dict[str, object] = {"format": FORMAT, "version": VERSION}
    for name in _FIELDS:
        header[name] = _CODEC.encode(getattr(graph, name))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(header, separators=(",", ":"), allow_nan=False)
        archive.writestr(zipfile.ZipInfo(_GRAPH, _EPOCH), text)
        for number in sorted(graph.constants):
            data = io.BytesIO()
            np.lib.format.write_array(data, graph.constants[number], allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(_entry(number), _EPOCH), data.getvalue())
    return buffer.getvalue()


def load(data: bytes) -> Graph:
    """Read a graph.

    Raises:
        ArtifactError: The bytes are not a graph, are damaged, or of another version.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, len(data))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise ArtifactError(f"not an integer graph: {error}") from error
    except InternalError as error:
        raise ArtifactError(f"the integer graph is damaged: {error.message}") from error
    except (ValueError, LookupError, TypeError, RuntimeError, OverflowError) as error:
        raise ArtifactError(f"the integer graph is damaged: {error!r}") from error


def _read(archive: zipfile.ZipFile, size: int) -> Graph:
    if sum(info.file_size for info in archive.infolist()) > size:
        raise ArtifactError("the integer graph is compressed, which Modulus never does")
    header = parse_json(archive.read(_GRAPH))
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ArtifactError("not an integer graph")
    if header.get("version") != VERSION:
        raise ArtifactError(
            f"integer graph of version {header.get('version')}; this Modulus reads {VERSION}",
            hint="compile the model again",
        )
    graph = Graph(**{name: _CODEC.decode(header.get(name), hint) for name, hint in _FIELDS.items()})
    entries = set(archive.namelist()) - {_GRAPH}
    tensors, graph.tensors = graph.tensors, []
    for number, tensor in enumerate(tensors):
        try:
            if _entry(number) in entries:
                entries.discard(_entry(number))
                graph.add_constant(tensor, _array(archive.read(_entry(number)), tensor.name))
            else:
                graph.add_tensor(tensor)
        except ModulusError as error:
            raise ArtifactError(f"the integer graph is damaged: {error.message}") from error
    if entries:
        raise ArtifactError(f"the integer graph holds unknown entries: {sorted(entries)}")
    return graph


def _entry(number: int) -> str:
    return f"tensors/{number}.npy"


def _array(data: bytes, name: str) -> Integers:
    stream = io.BytesIO(data)
    try:
        array = np.load(stream, allow_pickle=False)
    except DAMAGED_ARRAYS as error:
        raise ArtifactError(f"{name}: not a readable array: {error}") from error
    if not isinstance(array, np.ndarray) or array.dtype != np.int64 or stream.read(1):
        raise ArtifactError(f"{name}: not an array of 64-bit integers")
    return array

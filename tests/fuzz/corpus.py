"""Honest files of every kind, which the fuzz tests damage."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

from modulus import _native
from modulus.artifacts import PROVING_KEY, REPORT
from tests.support import compiled
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key, reference_string

VECTORS = Path(__file__).parents[2] / "vectors"
ROW_BITS = 6


@cache
def rich_pair() -> tuple[bytes, bytes]:
    """Key and proof of the system that uses every construct of a schedule."""
    key = make_key(rich_system(), rich_arrays(), ROW_BITS)
    return key.encode(), SlowProver(key, rich_arrays()).prove().encode(key.schedule)


@cache
def saved_model() -> dict[str, bytes]:
    """What `CompiledModel.save` writes, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        compiled.compiled().save(folder)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def keys() -> list[bytes]:
    return [compiled.compiled().verifying_key.encode(), rich_pair()[0]]


def systems() -> list[bytes]:
    return [make_key(rich_system(), rich_arrays(), ROW_BITS).system_bytes]


def schedules() -> list[bytes]:
    return [make_key(rich_system(), rich_arrays(), ROW_BITS).schedule_bytes]


def proofs() -> list[bytes]:
    return [rich_pair()[1]]


def sealed_key() -> bytes:
    return compiled.compiled(weights="private").verifying_key.encode()


def sealed_proofs() -> list[bytes]:
    """One with its public values as they are, one with packed ones."""
    return [compiled.sealed_proof().data, compiled.packed_proof().data]


def proving_keys() -> list[bytes]:
    return [saved_model()[PROVING_KEY]]


def graphs() -> list[bytes]:
    return [compiled.compiled().proving_key["graph"]]


def _entries() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(graphs()[0])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def graph_headers() -> list[bytes]:
    return [_entries()["graph.json"]]


def graph_tensors() -> list[bytes]:
    entries = _entries()
    return [entries[sorted(entries)[1]]]


def graph_with(name: str | None, content: bytes) -> bytes:
    """The graph with another content of one entry, by default of its first tensor."""
    entries = _entries()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry, held in entries.items():
            archive.writestr(entry, content if entry == (name or sorted(entries)[1]) else held)
    return buffer.getvalue()


def reports() -> list[bytes]:
    return [saved_model()[REPORT]]


@cache
def reference_strings() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "native.srs"
        _native.Srs.generate_development(3).save(path)
        return [path.read_bytes(), reference_string(3)]


def ceremonies() -> list[bytes]:
    return [(VECTORS / "srs" / "power_6.ptau").read_bytes()]


def models() -> list[bytes]:
    return [compiled.MODEL.read_bytes()]


def json_inputs() -> list[bytes]:
    return [json.dumps({"x": [[0.5, -1], [2, 1e9]]}).encode(), b"[[1, 2.5]]"]


def npy_inputs() -> list[bytes]:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(12, dtype=np.float32).reshape(3, 4))
    return [buffer.getvalue()]


def npz_inputs() -> list[bytes]:
    plain, packed = io.BytesIO(), io.BytesIO()
    np.savez(plain, x=np.arange(12.0), mask=np.ones((2, 3), dtype=np.int8))
    np.savez_compressed(packed, x=np.zeros((40, 40)))
    return [plain.getvalue(), packed.getvalue()]


def npz_samples() -> list[bytes]:
    return npz_inputs()[1:]

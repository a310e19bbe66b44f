"""Every decoder of bytes that may come from someone else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from modulus import _native, verifier
from modulus.artifacts import read_proof, read_proving_key, read_report, read_verifying_key
from modulus.cli.inputs import read_inputs
from modulus.frontend import load_onnx, load_samples
from modulus.ir import store
from modulus.ops import TensorInfo
from modulus.reference.key import VerifyingKey
from modulus.reference.proof import decode_proof
from modulus.reference.sealed_key import SealedKey
from modulus.reference.sealed_proof import SealedBody, decode_public, read_file
from modulus.relations.codec import decode_system, encode_system
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.validate import validate_schedule
from modulus.verifier import padded_context
from tests.fuzz import corpus
from tests.support import compiled

Decoder = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """A decoder, honest bytes for it, and what it says no with."""

    seeds: Callable[[], list[bytes]]
    decode: Decoder
    encode: Callable[[Any], bytes] | None = None
    """The inverse, where an object has one encoding."""
    examples: int = 30
    """In the ordinary run."""
    stride: int = 23
    """Of the sweep over all positions in the ordinary run."""


def from_file(read: Callable[[Path], object], suffix: str = "") -> Decoder:
    """A decoder of paths as one of bytes."""

    def decode(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(data)
            return read(path)

    return decode


@cache
def rich_key() -> VerifyingKey:
    return VerifyingKey.decode(corpus.rich_pair()[0])


def reference_proof(data: bytes) -> object:
    return decode_proof(data, rich_key().schedule, rich_key().digest)


def native_proof(data: bytes) -> object:
    return _native.verify(corpus.rich_pair()[0], data, bytes(32))


@cache
def sealed_view() -> SealedKey:
    return VerifyingKey.decode(corpus.sealed_key()).sealed_view()


def reference_sealed_proof(data: bytes) -> object:
    """Everything before the pairing, which takes long and decodes nothing."""
    public, committed, body = read_file(sealed_view(), data)
    decode_public(sealed_view(), public)
    return SealedBody.decode(sealed_view(), committed, body)


def native_sealed_proof(data: bytes) -> object:
    return _native.verify(corpus.sealed_key(), data, padded_context(compiled.CONTEXT))


def schedule(data: bytes) -> object:
    decoded = decode_schedule(data)
    validate_schedule(decoded)
    return decoded


def native_key(data: bytes) -> object:
    return verifier.VerifyingKey.decode(data).digest


def graph_header(data: bytes) -> object:
    """Damage below the checksums of the archive, as a forger would leave it."""
    return store.load(corpus.graph_with("graph.json", data))


def graph_tensor(data: bytes) -> object:
    return store.load(corpus.graph_with(None, data))


def samples(suffix: str, width: int) -> Decoder:
    """Calibration samples of an input named x."""
    inputs = [TensorInfo("x", (1, width), np.dtype(np.float32))]
    return from_file(lambda path: load_samples(path, inputs), suffix)


def native_ceremony(path: Path) -> object:
    return _native.Srs.import_ptau(path, 2)


TARGETS: dict[str, Target] = {
    "relation system": Target(corpus.systems, decode_system, encode_system),
    "schedule": Target(corpus.schedules, schedule, encode_schedule),
    "verifying key, reference": Target(
        corpus.keys, VerifyingKey.decode, VerifyingKey.encode, stride=61
    ),
    "verifying key, native": Target(corpus.keys, native_key, stride=61),
    "verifying key, native alone": Target(corpus.keys, _native.verifying_key_digest),
    "verifying key, file": Target(
        corpus.keys, from_file(read_verifying_key), verifier.VerifyingKey.encode, stride=61
    ),
    "proof, reference": Target(corpus.proofs, reference_proof, stride=61),
    "proof, native": Target(corpus.proofs, native_proof),
    "sealed proof, reference": Target(corpus.sealed_proofs, reference_sealed_proof, examples=60),
    "sealed proof, native": Target(corpus.sealed_proofs, native_sealed_proof, examples=60),
    "proof, header": Target(corpus.proofs, verifier.read_header),
    "proof, file": Target(corpus.proofs, from_file(read_proof)),
    "powers of tau": Target(corpus.reference_strings, from_file(_native.Srs.load)),
    "ceremony": Target(corpus.ceremonies, from_file(native_ceremony), examples=20, stride=997),
    "proving key": Target(corpus.proving_keys, from_file(read_proving_key), stride=61),
    "integer graph": Target(corpus.graphs, store.load, stride=61),
    "integer graph, header": Target(corpus.graph_headers, graph_header, stride=61),
    "integer graph, tensor": Target(corpus.graph_tensors, graph_tensor, stride=1),
    "report": Target(corpus.reports, from_file(read_report), stride=61),
    "inputs, json": Target(corpus.json_inputs, from_file(read_inputs, ".json"), stride=1),
    "inputs, npy": Target(corpus.npy_inputs, from_file(read_inputs, ".npy"), stride=1),
    "inputs, npz": Target(corpus.npz_inputs, from_file(read_inputs, ".npz"), stride=3),
    "samples, json": Target(corpus.json_inputs, samples(".json", 2), stride=1),
    "samples, npy": Target(corpus.npy_inputs, samples(".npy", 4), stride=1),
    "samples, npz": Target(corpus.npz_samples, samples(".npz", 40), stride=3),
    "ONNX model": Target(corpus.models, load_onnx, stride=397),
}

NAMES = list(TARGETS)
"""Parameters of tests that damage files."""

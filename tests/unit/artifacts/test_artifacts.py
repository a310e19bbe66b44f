from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import modulus
from modulus import CompiledModel, artifacts
from modulus.errors import ArtifactError, ProofRejected
from modulus.verifier import VerifyingKey
from tests.support import compiled as support

VERSION_AT = 16
ORIGIN = range(18, 51)
"""Bytes of a verifying key that say where its powers of tau come from."""


READERS: dict[str, Callable[[Path], object]] = {
    "proving.key": lambda path: CompiledModel.load(path.parent),
    "verifying.key": artifacts.read_verifying_key,
}


@pytest.fixture
def folder(tmp_path: Path):
    support.compiled().save(tmp_path)
    return tmp_path


def test_a_proving_key_is_read_as_it_was_written(tmp_path: Path):
    path = tmp_path / "proving.key"
    sections = {"one": b"\x00\x01", "two": b"", "three": bytes(1000)}
    artifacts.write_proving_key(path, sections)
    assert artifacts.read_proving_key(path) == sections


@given(position=st.integers(0, 2000), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_no_changed_bit_of_a_proving_key_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, position: int, bit: int
):
    path = tmp_path_factory.mktemp("key") / "proving.key"
    artifacts.write_proving_key(path, {"one": bytes(range(200)), "two": b"x" * 1700})
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1 << bit
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match=r"proving\.key"):
        artifacts.read_proving_key(path)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("keep", [0, 3, 17, 40, 0.5, -1])
def test_truncated_keys_are_refused_by_name(folder: Path, name: str, keep: float):
    path = folder / name
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep) if 0 < keep < 1 else int(keep)])
    with pytest.raises(ArtifactError, match=name):
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
def test_trailing_bytes_are_refused(folder: Path, name: str):
    path = folder / name
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ArtifactError, match=name):
        READERS[name](path)


@pytest.mark.parametrize("name", READERS)
def test_other_versions_are_refused_with_both_numbers(folder: Path, name: str):
    path = folder / name
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, VERSION_AT, 9)
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match=r"version 9\b.* [12]\b"):
        READERS[name](path)


def test_foreign_files_are_called_what_they_are(folder: Path):
    support.proof().save(folder / "proof")
    with pytest.raises(ArtifactError, match="is a verifying key, expected a proving key"):
        artifacts.read_proving_key(folder / "verifying.key")
    with pytest.raises(ArtifactError, match="is a proof, expected a verifying key"):
        artifacts.read_verifying_key(folder / "proof")
    with pytest.raises(ArtifactError, match="is a proving key, expected a proof"):
        artifacts.read_proof(folder / "proving.key")
    (folder / "text").write_text("hello")
    with pytest.raises(ArtifactError, match="no file of Modulus"):
        artifacts.read_verifying_key(folder / "text")


def test_a_graph_beside_the_key_of_another_model_is_refused(folder: Path):
    sections = dict(support.compiled().proving_key)
    sections["verifying key"] = support.compiled("private").verifying_key.encode()
    artifacts.write_proving_key(folder / "proving.key", sections)
    with pytest.raises(ArtifactError, match="different models"):
        CompiledModel.load(folder)


def test_a_missing_section_is_named(folder: Path):
    artifacts.write_proving_key(folder / "proving.key", {"graph": b""})
    with pytest.raises(ArtifactError, match="'verifying key'"):
        CompiledModel.load(folder)


def test_a_verifying_key_is_canonical():
    key = support.compiled().verifying_key
    assert VerifyingKey.decode(key.encode()) == key
    assert len(key.digest) == 32


def test_a_schedule_that_is_not_of_its_relations_is_refused():
    key = support.compiled().verifying_key
    other = support.compiled("private").verifying_key
    forged = VerifyingKey(
        key.declared_development,
        key.file_hash,
        key.system_bytes,
        other.schedule_bytes,
        key.tau_g2,
        key.points,
        key.seal,
    )
    with pytest.raises(ProofRejected, match="malformed_key.*schedule"):
        VerifyingKey.decode(forged.encode())


@given(position=st.integers(0, 1 << 20), bit=st.integers(0, 7))
@settings(max_examples=100, deadline=None)
def test_no_changed_bit_of_a_verifying_key_accepts_or_crashes(position: int, bit: int):
    data = bytearray(support.compiled().verifying_key.encode())
    position = ORIGIN.stop + position % (len(data) - ORIGIN.stop)
    data[position] ^= 1 << bit
    with pytest.raises((ArtifactError, ProofRejected)):
        modulus.verify(support.proof(), bytes(data), context=support.CONTEXT)


def test_a_key_cannot_talk_itself_out_of_development():
    data = bytearray(support.compiled().verifying_key.encode())
    data[ORIGIN.start] = 0
    data[ORIGIN.start + 1] = 1
    relabelled = VerifyingKey.decode(bytes(data))
    assert relabelled.development
    assert "no list of known ceremonies" in (relabelled.setup_doubt or "")
    with pytest.raises(ProofRejected):
        modulus.verify(support.proof(), relabelled, context=support.CONTEXT)


@pytest.mark.parametrize("position", ORIGIN[1:])
def test_development_powers_of_tau_have_no_ceremony_file(position: int):
    data = bytearray(support.compiled().verifying_key.encode())
    data[position] ^= 1
    with pytest.raises(ProofRejected):
        modulus.verify(support.proof(), bytes(data), context=support.CONTEXT)


def test_reports_are_json_objects(tmp_path: Path):
    path = tmp_path / "report.json"
    artifacts.write_report(path, {"a": [1, 2.5]})
    assert artifacts.read_report(path) == {"a": [1, 2.5]}
    for text in ("[1]", "{", ""):
        path.write_text(text)
        with pytest.raises(ArtifactError, match=r"report\.json"):
            artifacts.read_report(path)

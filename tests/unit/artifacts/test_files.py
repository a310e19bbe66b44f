from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modulus.errors import ArtifactError
from modulus.files import DEEPEST_JSON, parse_json, read_file, write_atomically


def names(folder: Path):
    return [path.name for path in folder.iterdir()]


def test_a_file_appears_whole(tmp_path: Path):
    path = tmp_path / "file"
    write_atomically(path, (b"one", memoryview(b"two")), private=False)
    assert path.read_bytes() == b"onetwo"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_only_the_owner_reads_private_files(tmp_path: Path, private: bool, mode: int):
    path = tmp_path / "file"
    write_atomically(path, (b"",), private=private)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_failed_write_changes_nothing(tmp_path: Path, error: type[BaseException]):
    path = tmp_path / "file"
    path.write_bytes(b"before")

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise error

    with pytest.raises((KeyboardInterrupt, ArtifactError)):
        write_atomically(path, parts(), private=False)
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(ArtifactError, match="nowhere"):
        write_atomically(tmp_path / "nowhere" / "file", (b"",), private=False)


def test_files_that_are_too_large_are_not_read(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(bytes(11))
    with pytest.raises(ArtifactError, match="11 bytes"):
        read_file(path, "proof", limit=10)


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(ArtifactError, match="cannot read"):
        read_file(tmp_path, "proof", limit=1 << 20)


@pytest.fixture
def unbounded_recursion():
    """What importing py_ecc does to a process."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1 << 24)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("unbounded_recursion")
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'["\\"", {"[[":', b'["\\\\",'])
def test_endless_nesting_is_refused_whatever_the_recursion_limit(opening: bytes):
    with pytest.raises(ValueError, match="levels"):
        parse_json(opening * 1_000_000)


def test_depth_is_counted_outside_strings():
    deepest = "[" * DEEPEST_JSON + "]" * DEEPEST_JSON
    assert parse_json(deepest.encode()) == json.loads(deepest)
    with pytest.raises(ValueError, match="levels"):
        parse_json(f"[{deepest}]".encode())
    flat = ["[" * 200, '"{' * 200, "\\", {"}" * 200: []}]
    assert parse_json(json.dumps(flat).encode()) == flat


@pytest.mark.parametrize("text", [b'"', b'"\\', b"", b"]" * 300, "[]".encode("utf-16"), b"\xff"])
def test_what_is_not_json_is_a_value_error(text: bytes):
    with pytest.raises(ValueError, match="Expecting|Unterminated|decode"):
        parse_json(text)

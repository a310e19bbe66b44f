from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from modulus.errors import ArtifactError
from modulus.files import read_file, write_atomically


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

from __future__ import annotations

import io
from pathlib import Path

import pytest

from modulus import progress, resources
from modulus.cli.console import facts, size, table
from modulus.errors import ResourceError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_every_stage_is_one_line():
    stream = io.StringIO()
    with progress.shown("proving", stream) as report:
        for stage, fraction in (("commit", 0.0), ("commit", 0.5), ("opening", 1.0)):
            report(stage, fraction)
    assert stream.getvalue() == "proving: commit\nproving: opening\n"


def test_short_work_draws_no_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with progress.shown("proving", stream) as report:
        report("commit", 0.5)
    assert "commit" not in stream.getvalue()


def test_long_work_draws_a_bar(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "_BAR_DELAY", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    with progress.shown("proving", stream) as report:
        report("commit", 0.5)
    assert "50 %" in stream.getvalue()
    assert "\x1b[3" not in stream.getvalue(), "NO_COLOR is respected"


def test_tables_align():
    assert table([("a", "1"), ("long", "200")]) == "a       1\nlong  200"
    assert table([]) == ""
    assert facts([("a", "x"), ("long", "y")]) == "a     x\nlong  y"


@pytest.mark.parametrize(
    ("count", "text"), [(9_483, "9483 bytes"), (12_300, "12.3 kB"), (12_300_000, "12.3 MB")]
)
def test_sizes_are_readable(count: int, text: str):
    assert size(count) == text


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resources, "_CGROUP", tmp_path)
    for name, content in {
        "memory.max": "1000000\n",
        "memory.current": "900000\n",
        "memory.stat": "anon 1\ninactive_file 50000\n",
    }.items():
        (tmp_path / name).write_text(content)
    assert resources.available_memory() == 150_000
    with pytest.raises(ResourceError, match="2 MiB"):
        resources.check_memory(2 << 20, "proving")
    (tmp_path / "memory.max").write_text("max\n")
    assert resources.available_memory() > 150_000

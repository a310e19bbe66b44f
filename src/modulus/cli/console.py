"""How the command line writes: JSON on stdout, prose on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modulus.verifier import VerifyingKey


def say(text: str) -> None:
    """Write prose."""
    print(text, file=sys.stderr)


def emit(value: object) -> None:
    """Write data as JSON."""
    print(json.dumps(value, indent=2, allow_nan=False))


def say_setup(key: VerifyingKey, what: str) -> None:
    """Say whose honesty a key rests on: nobody's, or that of a ceremony only this user trusts."""
    if key.setup_doubt is not None:
        say(f"warning: {what} {key.setup_doubt}")
        return
    origin = key.powers_of_tau
    if origin is not None and origin.trusted_by is not None:
        say(f"note: {what} {origin.name}, which {origin.trusted_by} trusts")


def table(rows: Iterable[Sequence[str]]) -> str:
    """Align columns: the first to the left, the others to the right."""
    listed = [list(row) for row in rows]
    if not listed:
        return ""
    widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]))]
    lines = []
    for row in listed:
        first = row[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join((first, *rest)).rstrip())
    return "\n".join(lines)


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Align names and their texts, both to the left."""
    listed = list(rows)
    width = max((len(name) for name, _ in listed), default=0)
    return "\n".join(f"{name.ljust(width)}  {text}" for name, text in listed)


def size(count: int) -> str:
    """Format a number of bytes."""
    if count < 10_000:
        return f"{count} bytes"
    if count < 10_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def refuse_folder(path: Path) -> None:
    """Fail early, before minutes of work, if the destination's folder does not exist.

    Raises:
        FileNotFoundError: It does not exist.
    """
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError(2, "no such folder", str(path.absolute().parent))

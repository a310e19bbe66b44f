"""Progress of long work: a bar on a terminal, one line per stage elsewhere, always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

ProgressCallback = Callable[[str, float], None]
"""Called with the name of a stage and the fraction of it that is done, in [0, 1]."""

_BAR_DELAY = 0.4
"""Work that is over sooner shows no bar."""


def silent(_stage: str, _fraction: float) -> None:
    """Show nothing."""


@contextmanager
def shown(title: str, stream: TextIO | None = None) -> Iterator[ProgressCallback]:
    """Show progress for as long as the context lasts.

    Args:
        title: What is being done.
        stream: Where to; stderr by default.
    """
    target = sys.stderr if stream is None else stream
    if not target.isatty():
        yield _Lines(title, target)
        return
    # Drawing needs rich; whoever pipes the output does not pay for its import.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=target), transient=True) as bar:
        yield _Bar(title, bar.add_task(title, total=1.0, visible=False), bar.update)


@contextmanager
def on_terminal(title: str) -> Iterator[ProgressCallback]:
    """Show a bar if stderr is a terminal and nothing otherwise: what a library may do unasked."""
    if sys.stderr is not None and sys.stderr.isatty():
        with shown(title) as callback:
            yield callback
    else:
        yield silent


class _Lines:
    """Writes one line whenever a new stage begins."""

    def __init__(self, title: str, stream: TextIO) -> None:
        self._title, self._stream, self._stage = title, stream, ""

    def __call__(self, stage: str, _fraction: float) -> None:
        if stage != self._stage:
            self._stage = stage
            print(f"{self._title}: {stage}", file=self._stream, flush=True)


class _Bar:
    """Moves a bar of rich."""

    def __init__(self, title: str, task: int, update: Callable[..., None]) -> None:
        self._title, self._task, self._update = title, task, update
        self._start = time.monotonic()

    def __call__(self, stage: str, fraction: float) -> None:
        visible = time.monotonic() - self._start > _BAR_DELAY
        description = f"{self._title}: {stage}"
        self._update(self._task, description=description, completed=fraction, visible=visible)

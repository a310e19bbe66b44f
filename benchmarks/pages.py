"""Results as JSON, and the tables in the documentation that show them."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.processes import ROOT


def record(name: str, results: dict[str, Any]) -> None:
    """Write benchmarks/results/NAME.json."""
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def renew(page: str, mark: str, text: str) -> None:
    """Replace what is between the marks `<!-- MARK -->` and `<!-- /MARK -->` of docs/PAGE.

    Raises:
        ValueError: The page lacks a mark.
    """
    path = ROOT / "docs" / page
    held = path.read_text(encoding="utf-8")
    opening = f"<!-- {mark} -->\n"
    start, end = held.index(opening) + len(opening), held.index(f"<!-- /{mark} -->")
    path.write_text(held[:start] + text + held[end:], encoding="utf-8")


def conditions(about: dict[str, Any]) -> str:
    """One sentence on a machine, as `processes.machine` describes it."""
    memory = about["memory_bytes"] / 2**30
    return (
        f"{about['cores']} cores of {about['processor']}, {memory:.0f} GiB; "
        f"load before the run {about['load_before']:.1f}.\n"
    )

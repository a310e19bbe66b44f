"""The pages on security name tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security" / "attacks.md"
REVIEW = PAGE.with_name("soundness-review.md")


@pytest.mark.parametrize(("page", "count"), [(PAGE, 40), (REVIEW, 10)])
def test_every_named_test_exists(page: Path, count: int) -> None:
    named = re.findall(r"`([\w/.]+): (\w+)`", page.read_text(encoding="utf-8"))
    assert len(named) >= count
    for path, name in named:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"\b(def|fn|function) {name}\(", text), f"{path}: {name}"


def test_every_attack_names_a_test() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if cells[0] in {"attack", "---"}:
            continue
        assert len(cells) == 3, row
        assert re.fullmatch(r"`[\w/.]+: \w+`|same", cells[2]), row

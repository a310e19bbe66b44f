"""The listings of docs/models.md and docs/third-party.md, taken out of the pages and run."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LISTING = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LISTINGS = [
    pytest.param(text, id=f"{page}-{number}")
    for page in ("models.md", "third-party.md")
    for number, text in enumerate(LISTING.findall((DOCS / page).read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.filterwarnings("ignore")
def test_a_listing_runs(listing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "import torch" in listing:
        pytest.importorskip("torch")
    assert "modulus.verify(" in listing
    monkeypatch.chdir(DOCS.parent)
    exec(compile(listing, "listing", "exec"), {"__name__": "listing"})

"""Tests of tools/operator_pages.py; that the committed pages are current is for `make check`."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from modulus.ops import Operator, operators
from modulus.ops.conv import Conv
from modulus.ops.max_pool import MaxPool
from modulus.ops.transpose import Transpose
from modulus.ops.tree_ensemble_classifier import TreeEnsembleClassifier
from tools import operator_pages
from tools.operator_costs import costs

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the tool on two operators and another folder."""
    held = {(entry.domain, entry.onnx_name): entry for entry in (Conv, Transpose)}
    monkeypatch.setattr(operator_pages, "operators", lambda: held)
    monkeypatch.setattr(operator_pages, "ROOT", tmp_path)
    monkeypatch.setattr(operator_pages, "FOLDER", tmp_path / "operators")

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["operator_pages.py", *arguments])
        return operator_pages.main()

    return run


def test_stale_pages_are_found_and_mended(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "operators"
    assert run("--check") == 1
    assert run() == 0
    assert run("--check") == 0
    index = (folder / "README.md").read_text()
    assert "[Conv](reference/conv.md)" in index
    changed, gone = folder / "reference" / "conv.md", folder / "reference" / "gone.md"
    whole = changed.read_text()
    changed.write_text(whole.replace("`W`", "`V`"))
    gone.write_text("# Gone")
    capsys.readouterr()
    assert run("--check") == 1
    assert capsys.readouterr().out.count("is stale") == 2
    assert run() == 0
    assert changed.read_text() == whole
    assert not gone.exists()


def test_guides_are_listed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "operators").mkdir()
    (tmp_path / "operators" / "adding.md").write_text("# Adding things\n")
    assert run() == 0
    assert "[Adding things](adding.md)" in (tmp_path / "operators" / "README.md").read_text()


def test_a_view_costs_nothing_and_a_convolution_one_rounding_per_output() -> None:
    assert {entry.committed + entry.lookups for entry in costs(Transpose)} == {0}
    for entry in costs(Conv):
        # Quotient and remainder are committed to and looked up.
        assert entry.committed == entry.lookups == 2 * entry.entries
        assert entry.steps[-1] == "Requantize"


def test_what_the_newest_definition_has_and_is_refused_is_named() -> None:
    page = operator_pages.page(MaxPool)
    assert "Outputs that must be unused: `Indices`." in page
    assert "refused attributes" not in page
    assert operator_pages.refused_attributes(TreeEnsembleClassifier) == ["classlabels_strings"]
    assert operator_pages.opsets(MaxPool).startswith("from 9; defined anew in 10, 11, 12")


@pytest.mark.parametrize("operator", operators().values(), ids=lambda entry: entry.onnx_name)
def test_every_operator_says_what_its_page_needs(operator: type[Operator]) -> None:
    summary, sections = operator_pages.described(operator)
    assert summary.endswith(".")
    assert all(sections.values())

"""The worked example of docs/operators/adding.md, taken out of the page and run."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from modulus import ops
from modulus.errors import UnsupportedOperatorError
from modulus.frontend import load_onnx
from modulus.ops import Operator, operators
from tests.conformance.suite import SUITES, Case, check, one_node_model
from tools.operator_costs import measure
from tools.operator_pages import page

PAGE = Path(__file__).parents[2] / "docs" / "operators" / "adding.md"
LISTING = re.compile(r"^`([\w/.]+\.py)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def listings() -> dict[str, str]:
    """Python files of the page by path."""
    return dict(LISTING.findall(PAGE.read_text(encoding="utf-8")))


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The page's test, imported while the page's operator lies in the folder of operators."""
    (operator_path, operator), (test_path, test) = listings().items()
    assert Path(operator_path).parent == Path("src/modulus/ops")
    assert Path(test_path).parent == Path("tests/conformance/ops")
    (tmp_path / Path(operator_path).name).write_text(operator, encoding="utf-8")
    module = ModuleType(Path(test_path).stem)
    monkeypatch.setattr(ops, "__path__", [*ops.__path__, str(tmp_path)])
    operators.cache_clear()
    importlib.invalidate_caches()
    try:
        exec(compile(test, test_path, "exec"), vars(module))
        yield module
    finally:
        SUITES.pop(module.Shrink)
        del sys.modules[module.Shrink.__module__]
        operators.cache_clear()


def cases(module: ModuleType) -> tuple[type[Operator], list[Case]]:
    operator: type[Operator] = module.Shrink
    return operator, SUITES[operator]


def test_the_page_touches_one_file_and_one_test() -> None:
    assert list(listings()) == ["src/modulus/ops/shrink.py", "tests/conformance/ops/test_shrink.py"]
    for path in listings():
        assert not (PAGE.parents[2] / path).exists(), "the example needs another operator"


def test_every_case_of_the_page_holds(example: ModuleType) -> None:
    operator, held = cases(example)
    assert len(held) >= 2
    for entry in held:
        check(operator, entry)


def test_a_wrong_curve_would_be_noticed(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, held = cases(example)
    monkeypatch.setattr(operator, "_curve", lambda self, x: x)
    with pytest.raises(AssertionError, match="exceeds"):
        check(operator, held[0])


def test_the_file_is_all_that_a_model_needs(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, held = cases(example)
    model = one_node_model(operator, held[0])
    (node,) = load_onnx(model).nodes
    assert type(node.operator) is operator
    assert "# Shrink" in page(operator)
    assert measure("with the file", model).steps == ("Function",)
    monkeypatch.delattr(sys.modules[operator.__module__], "Shrink")
    operators.cache_clear()
    with pytest.raises(UnsupportedOperatorError, match="Shrink"):
        load_onnx(model)

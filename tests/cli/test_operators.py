"""`--operators FILE.py`: operators of one's own on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from tests.cli.conftest import Run
from tests.support import compiled as support
from tests.support.registry import own_registry
from tests.unit.frontend.models import model, tensor

FILE = '''
from dataclasses import dataclass
from typing import ClassVar

from modulus.ops import Bound, register
from modulus.ops._expansion import Expanded


@register
@dataclass(frozen=True)
class Twice(Expanded):
    """x + x."""

    onnx_name: ClassVar[str] = "Twice"
    domain: ClassVar[str] = "com.example"
    since_opset: ClassVar[int] = 1
    bound: ClassVar[Bound] = Bound(units=1)

    def expand(self, to, inputs):
        (x,) = inputs
        return (to.add("Add", x, x),)
'''
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_registry() -> Iterator[None]:
    with own_registry():
        yield


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a model, samples, an input, and the file that the model needs."""
    node = helper.make_node("Twice", ["x"], ["y"], domain="com.example")
    net = model([node], [tensor("x", [1, 4])], ["y"], domains=["com.example"])
    (tmp_path / "net.onnx").write_bytes(net.SerializeToString())
    samples = np.random.default_rng(0).uniform(-1, 1, (8, 4)).astype(np.float32)
    np.save(tmp_path / "samples.npy", samples)
    np.savez(tmp_path / "input.npz", x=samples[:1])
    (tmp_path / "mine.py").write_text(FILE)
    return tmp_path


def test_a_model_with_an_operator_of_one_s_own_is_proven(
    run: Run, files: Path, capsys: Capture
) -> None:
    arguments = ("compile", files / "net.onnx", "--calibration", files / "samples.npy",
                 "--weights", "public", "--transparent-only", "-o", files / "net")  # fmt: skip
    own = ("--operators", files / "mine.py")
    with support.use_cache(support.cache_folder()):
        assert run(*arguments) == 2
        assert "Twice" in capsys.readouterr().err
        assert run(*arguments, *own) == 0
        assert run(*arguments, *own) == 0, "a file is run once"
        proof = ("--input", files / "input.npz", "--transparent", "-o", files / "proof")
        assert run("prove", files / "net", *proof) == 0
    verify = ("verify", files / "net" / "verifying.key", files / "proof")
    assert run(*verify, "--model", files / "net.onnx", *own) == 0
    assert run("inspect", files / "net.onnx", *own) == 0
    assert "operator" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "registers no operator"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def", "SyntaxError"),
        ("\0", "could not be run"),
        (FILE.replace("com.example", "").replace("Twice", "Relu"), "Relu is defined in"),
    ],
)
def test_what_registers_nothing_is_refused(
    run: Run, files: Path, capsys: Capture, text: str, message: str
) -> None:
    (files / "mine.py").write_text(text)
    assert run("inspect", files / "net.onnx", "--operators", files / "mine.py") == 2
    assert message in capsys.readouterr().err


def test_a_missing_file_is_named(run: Run, files: Path, capsys: Capture) -> None:
    assert run("inspect", files / "net.onnx", "--operators", files / "other.py") == 3
    assert "other.py: no such file" in capsys.readouterr().err

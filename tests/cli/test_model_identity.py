"""With public weights anybody can tell whether a key is the one of a model."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import modulus
from modulus.artifacts import RECIPE
from modulus.errors import ArtifactError, ModelError, ModulusError, VisibilityError
from modulus.recipe import Recipe, check_model
from tests.cli.conftest import Run
from tests.support import compiled

MODELS = Path(__file__).parents[2] / "examples" / "models"
CONTEXT = "0x" + compiled.CONTEXT.hex()


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def held() -> dict[str, Any]:
    """The content of the recipe of the small model."""
    text = compiled.compiled().recipe
    assert text is not None
    content: dict[str, Any] = json.loads(text)
    return content


def loaded(folder: Path, content: object) -> Recipe:
    (folder / RECIPE).write_text(json.dumps(content))
    return Recipe.load(folder / RECIPE)


def retrained(path: Path) -> bytes:
    """The model with one weight changed a little."""
    model = onnx.load(path)
    weight = model.graph.initializer[0]
    array = numpy_helper.to_array(weight).copy()
    array.flat[0] *= 0.9
    weight.CopyFrom(numpy_helper.from_array(array, weight.name))
    return bytes(model.SerializeToString())


def test_the_model_of_a_key_is_recognised(
    run: Run, keys: Path, proof: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["verify", keys / "verifying.key", proof, "--context", CONTEXT, "--model"]
    assert run(*command, compiled.MODEL) == 0
    printed = capsys.readouterr()
    assert "tiny.onnx: activations of 8 bits, weights of 14 bits, batch = 1" in printed.err
    assert json.loads(printed.out)["outputs"]
    proven = modulus.verify(
        proof, keys / "verifying.key", context=compiled.CONTEXT, model=compiled.MODEL
    )
    assert len(proven) == 1


def test_a_retrained_model_is_another(run: Run, keys: Path, proof: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.onnx"
    other.write_bytes(retrained(compiled.MODEL))
    command = ["verify", keys / "verifying.key", proof, "--context", CONTEXT, "--model"]
    assert run(*command, other) == 2
    with pytest.raises(ModelError, match="the commitments are not to what they must hold"):
        modulus.verify(proof, keys / "verifying.key", context=compiled.CONTEXT, model=other)


def test_another_architecture_is_another_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        check_model(
            compiled.compiled().verifying_key, MODELS / "credit.onnx", loaded(tmp_path, held())
        )


def test_the_opening_of_other_rows_shows_nothing(tmp_path: Path) -> None:
    key = compiled.compiled().verifying_key
    other = replace(key, weight_opening=bytes(31) + b"\x01" + bytes(31) + b"\x02")
    with pytest.raises(ModelError, match="not the one of this model"):
        check_model(other, compiled.MODEL, loaded(tmp_path, held()))


def test_other_ranges_make_another_key(tmp_path: Path) -> None:
    content = held()
    name = next(iter(content["calibration"]["ranges"]))
    content["calibration"]["ranges"][name][1] *= 3
    with pytest.raises(ModelError):
        check_model(compiled.compiled().verifying_key, compiled.MODEL, loaded(tmp_path, content))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "modulus.settings"),
        ("version", 2),
        ("input_visibility", "everybody"),
        ("input_visibility", 5),
        ("output_visibility", {"label": 5}),
        ("input_scales", 5),
        ("input_scales", {"features": 0.5}),
        ("input_scales", {"features": [1, None]}),
        ("input_scales", {"features": [1.0, "8"]}),
        ("calibration", {}),
        ("calibration", None),
        ("more", 1),
        ("calibration", held()["calibration"] | {"dimensions": {"a\nnote: b": 1}}),
    ],
)
def test_a_recipe_from_anybody_is_read_with_care(tmp_path: Path, field: str, value: object) -> None:
    with pytest.raises(ModulusError):
        loaded(tmp_path, held() | {field: value})


@pytest.mark.parametrize("content", ["", "[]", "5", "{", '{"format": "modulus.recipe"}'])
def test_other_files_are_no_recipes(tmp_path: Path, content: str) -> None:
    (tmp_path / RECIPE).write_text(content)
    with pytest.raises(ArtifactError, match="no recipe"):
        Recipe.load(tmp_path / RECIPE)


def test_a_key_without_a_path_needs_a_recipe() -> None:
    with pytest.raises(ArtifactError, match="recipe"):
        modulus.verify(compiled.proof(), compiled.compiled().verifying_key, model=compiled.MODEL)


def test_private_weights_leave_no_recipe(keys: Path, tmp_path: Path) -> None:
    """Not even the one of a model that was saved in the same folder before."""
    model = compiled.compiled(weights="private")
    assert model.recipe is None
    assert (keys / RECIPE).exists()
    model.save(keys)
    assert not (keys / RECIPE).exists()
    with pytest.raises(VisibilityError, match="private"):
        check_model(model.verifying_key, compiled.MODEL, loaded(tmp_path, held()))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lenet5", {}),
        ("mlp", {"activation_bits": 10}),
        ("depthwise", {}),
        ("credit", {"weight_bits": 10, "input_visibility": "private"}),
    ],
)
def test_bundled_models_are_recognised(tmp_path: Path, name: str, options: dict[str, Any]) -> None:
    path = MODELS / f"{name}.onnx"
    (declared,) = onnx.load(path).graph.input
    extents = [size.dim_value or 1 for size in declared.type.tensor_type.shape.dim][1:]
    samples = np.random.default_rng(0).uniform(0, 1, (4, *extents)).astype(np.float32)
    model = modulus.compile(
        path,
        samples,
        weights="public",
        transparent_only=True,
        dimensions={"batch": 1},
        **options,
    )
    assert model.recipe is not None
    (tmp_path / RECIPE).write_text(model.recipe)
    check_model(model.verifying_key, path, Recipe.load(tmp_path / RECIPE))

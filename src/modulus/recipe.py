"""How a model with public weights was compiled, so that everybody can compile it again.

The recipe lies beside the verifying key. It needs no trust to be used: by another one the model
compiles to other relations, or to other weights than those that the key commits to. But it decides
how wide the integers are and which inputs are constants, so whoever relies on the model reads it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from modulus._native import check_fixed
from modulus.errors import ArtifactError, ModelError, ModulusError, ProofRejected, VisibilityError
from modulus.files import parse_json, read_file
from modulus.keycheck import check_key
from modulus.keys import fixed_tensors
from modulus.options import Options
from modulus.progress import ProgressCallback, silent
from modulus.reading import read_model
from modulus.relations.codec import encode_system
from modulus.relations.system import Role

if TYPE_CHECKING:
    from modulus.quantize import Calibration
    from modulus.verifier import VerifyingKey

MAX_BYTES = 1 << 26

_FORMAT, _VERSION = "modulus.recipe", 1
_PORTS = ("input_visibility", "output_visibility", "input_scales")


@dataclass(frozen=True)
class Recipe:
    """Everything besides the model that decides its integers.

    The ranges in it tell of weights and calibration samples: it is made for public weights only.
    """

    calibration: Calibration
    options: Options
    """What was asked of inputs and outputs; nothing else of them counts."""

    def to_json(self) -> str:
        """Return the recipe as JSON; numbers survive to the last bit."""
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            **{name: getattr(self.options, name) for name in _PORTS},
            "calibration": {
                **json.loads(self.calibration.to_json()),
                # A calibration that was given to compile leaves these to its options.
                "dimensions": self.options.dimensions or {},
                "fixed_inputs": self.options.fixed_inputs,
            },
        }
        return json.dumps(content, indent=1, allow_nan=False) + "\n"

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a recipe, which may come from anybody.

        Raises:
            FileNotFoundError: There is no such file.
            ArtifactError: It is no recipe, or of another version.
            ModulusError: What it asks for is impossible.
        """
        from modulus.quantize import Calibration

        try:
            held = parse_json(read_file(Path(path), "recipe", limit=MAX_BYTES))
        except ValueError as error:
            raise ArtifactError(f"{path} is no recipe: {error}") from error
        known = {"format", "version", "calibration", *_PORTS}
        if not isinstance(held, dict) or held.keys() != known or held["format"] != _FORMAT:
            raise ArtifactError(
                f"{path} is no recipe", hint="pass the recipe.json that `modulus compile` wrote"
            )
        if held["version"] != _VERSION:
            raise ArtifactError(
                f"{path} has version {held['version']!r}, this Modulus reads version {_VERSION}"
            )
        calibration = Calibration.from_json(json.dumps(held["calibration"]))
        options = Options(
            input_visibility=_visibilities(held["input_visibility"]),
            output_visibility=_visibilities(held["output_visibility"]),
            input_scales=_scales(held["input_scales"]),
            weights="public",
            dimensions=calibration.dimensions or None,
            fixed_inputs=calibration.fixed_inputs,
        )
        options.ports()
        for name in (*calibration.dimensions, *calibration.fixed_inputs):
            # Attack: `described` is printed, and a line break in it would begin a line of its own.
            if not name.isprintable():
                raise ArtifactError(f"{path}: the name {name!a} has unprintable characters")
        return cls(calibration, options)

    def described(self) -> str:
        """Say what it decides that a reader of the model does not see in the model."""
        settings = self.calibration.settings
        parts = [
            f"activations of {settings.activation_bits} bits",
            f"weights of {settings.weight_bits} bits",
            *(f"{name} = {size}" for name, size in self.calibration.dimensions.items()),
            *(f"the constant input {name}" for name in self.calibration.fixed_inputs),
        ]
        return ", ".join(parts)


def check_model(
    key: VerifyingKey,
    model: Any,
    recipe: Recipe,
    progress: ProgressCallback = silent,
) -> None:
    """Check that a key is the one of a float model: the model is compiled again and compared.

    It shows that the key's relations and every integer that it commits to, weights and tables,
    are what this Modulus makes of the model by this recipe.

    Args:
        key: A key with public weights.
        model: Path, bytes or `onnx.ModelProto` of an ONNX model.
        recipe: How the key was compiled.
        progress: Called with stage and fraction.

    Raises:
        VisibilityError: The key's weights are private.
        ProofRejected: The key is malformed.
        ModelError: The key is not the one of this model.
    """
    from modulus.accuracy import Choice

    check_key(key)
    if key.weight_opening is None and key.schedule.rows_of(Role.WEIGHT):
        raise VisibilityError(
            "the weights of this key are private: nobody but their owner can compare them",
            hint="compile with weights='public' (--weights public)",
        )
    progress("reading the model", 0.0)
    graph = read_model(model, None, recipe.options)
    progress("quantising", 0.0)
    choice = Choice(calibration=recipe.calibration)
    try:
        built = choice.apply(graph, None, recipe.options, progress).graph
    except ModulusError as error:
        raise ModelError(f"the model does not compile by this recipe: {error.message}") from error
    if encode_system(built.relations()) != key.system_bytes:
        raise ModelError(
            "the key is not the one of this model: its relations, ranges or scales differ",
            hint="use the model, the recipe and the version of Modulus that the key was made with",
        )
    try:
        check_fixed(key.encode(), fixed_tensors(built, key.schedule), "weights")
    except ProofRejected as error:
        raise ModelError(f"the key is not the one of this model: {error.detail}") from error


def _visibilities(held: Any) -> str | dict[str, str]:
    if isinstance(held, str):
        return held
    if isinstance(held, dict) and all(isinstance(text, str) for text in held.values()):
        return held
    raise ArtifactError(f"the recipe's visibility is {held!r}, expected names")


def _scales(held: Any) -> dict[str, tuple[float, int | None]] | None:
    if held is None:
        return None
    scales = {}
    for name, pair in held.items() if isinstance(held, dict) else [("", held)]:
        match pair:
            case [float(scale), int() | None as bits] if not isinstance(bits, bool):
                scales[name] = (scale, bits)
            case _:
                raise ArtifactError(f"the recipe's scale of input {name} is {pair!r}")
    return scales

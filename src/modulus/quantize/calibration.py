"""A calibration: what besides the model decides its integer graph, as a file to compile from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from modulus.errors import ArtifactError
from modulus.files import parse_json, read_file, write_atomically
from modulus.quantize.settings import Settings

FORMAT = "modulus.settings"
VERSION = 2
MAX_BYTES = 1 << 26
LARGEST = 1e300
"""Ends of ranges are smaller: neither infinite nor beyond float64."""

_HINT = "pass the file that `modulus calibrate -o` wrote, or calibrate again"


@dataclass(frozen=True)
class Calibration:
    """Settings with the ranges they were found to fit: the same model gives the same graph.

    The ranges of inner tensors depend on weights and samples, so the file is as private as they.
    """

    settings: Settings
    ranges: Mapping[str, tuple[float, float]] = field(repr=False)
    """Smallest and largest real value by tensor name, before the margin."""
    dimensions: Mapping[str, int] = field(default_factory=dict)
    """Sizes of the model's symbolic dimensions."""
    fixed_inputs: Mapping[str, Any] = field(default_factory=dict)
    """Inputs that became constants of the model: numbers or nested lists of them."""
    columns: Mapping[str, tuple[float, ...]] = field(default_factory=dict, repr=False)
    """Units per column of the inputs that have them."""

    def to_json(self) -> str:
        """Return the calibration as JSON; numbers survive to the last bit."""
        content = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(content, indent=1, allow_nan=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the calibration to a file that only its owner can read.

        Raises:
            ArtifactError: It cannot be written; an existing file is then unchanged.
        """
        write_atomically(Path(path), (self.to_json().encode(),), private=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a calibration.

        Raises:
            ArtifactError: The text is not the JSON of one, or of another version.
            QuantizationError: A setting is outside its range.
        """
        try:
            held = parse_json(text.encode())
        except ValueError as error:
            raise ArtifactError(f"the settings are not JSON: {error}", hint=_HINT) from error
        if not isinstance(held, dict) or held.get("format") != FORMAT:
            raise ArtifactError("the file holds no settings of Modulus", hint=_HINT)
        if held.get("version") != VERSION:
            raise ArtifactError(
                f"settings of version {held.get('version')!r}, this Modulus reads {VERSION}",
                hint=_HINT,
            )
        known = {"format", "version", "settings", "ranges", "dimensions", "fixed_inputs", "columns"}
        if held.keys() != known:
            raise ArtifactError(
                f"the settings hold {', '.join(sorted(held))}, expected {', '.join(sorted(known))}",
                hint=_HINT,
            )
        return cls(
            Settings.from_stored(held["settings"]),
            {name: _range(name, pair) for name, pair in _entries(held, "ranges").items()},
            {name: _extent(name, size) for name, size in _entries(held, "dimensions").items()},
            {name: _numbers(name, value) for name, value in _entries(held, "fixed_inputs").items()},
            {name: _units(name, units) for name, units in _entries(held, "columns").items()},
        )

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a calibration from a file.

        Raises:
            FileNotFoundError: There is no such file.
            Further errors as `from_json`.
        """
        data = read_file(Path(path), "settings file", limit=MAX_BYTES)
        return cls.from_json(data.decode("utf-8", "replace"))


def _entries(held: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(held[name], dict):
        raise ArtifactError(f"the settings' {name} are no object", hint=_HINT)
    entries: Mapping[str, Any] = held[name]
    return entries


def _range(name: str, pair: object) -> tuple[float, float]:
    ends = pair if isinstance(pair, list) and len(pair) == 2 else []
    if not ends or not all(type(end) in (int, float) and abs(end) < LARGEST for end in ends):
        raise ArtifactError(f"the range of {name} is {pair!r}, expected two numbers", hint=_HINT)
    low, high = map(float, ends)
    if low > high:
        raise ArtifactError(f"the range of {name} is empty: {low} to {high}", hint=_HINT)
    return low, high


def _units(name: str, units: object) -> tuple[float, ...]:
    numbers = units if isinstance(units, list) else []
    if not numbers or not all(type(unit) is float and 0 < unit < LARGEST for unit in numbers):
        raise ArtifactError(f"the units of {name}'s columns are no positive numbers", hint=_HINT)
    return tuple(numbers)


def _numbers(name: str, value: object) -> object:
    try:
        if np.asarray(value).dtype.kind in "biuf":
            return value
    except ValueError:
        # Rows of different lengths are no array either.
        pass
    raise ArtifactError(f"fixed input {name} is no array of numbers", hint=_HINT)


def _extent(name: str, size: object) -> int:
    if type(size) is not int or size < 1:
        raise ArtifactError(f"dimension {name} is {size!r}, expected a size", hint=_HINT)
    return size

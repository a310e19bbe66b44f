"""Dataclasses of a closed set as JSON values, and back with every field checked."""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from modulus.errors import ArtifactError
from modulus.relations.coordinate import HALF, ONE, ZERO, Coordinate, CoordinateKind, local

Json = Any
_LETTERS = {ZERO: "0", ONE: "1", HALF: "h"}
_COORDINATES = {letter: coordinate for coordinate, letter in _LETTERS.items()}


class Codec:
    """Encodes instances of the given classes as `[class name, field, ...]`.

    Coordinates, which are most of a graph, are "0", "1", "h" or the number of a local bit.
    """

    def __init__(self, classes: Iterable[type]) -> None:
        self._classes = {cls.__name__: cls for cls in classes}

    def encode(self, value: object) -> Json:
        """Return the JSON value."""
        if isinstance(value, Coordinate):
            return value.variable if value.kind is CoordinateKind.LOCAL else _LETTERS[value]
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, (tuple, list)):
            return [self.encode(item) for item in value]
        if is_dataclass(value):
            name = type(value).__name__
            return [name, *(self.encode(getattr(value, f.name)) for f in fields(value))]
        return value

    def decode(self, json: Json, hint: Any) -> Any:
        """Return the value of a type.

        Raises:
            ArtifactError: The JSON value does not encode one.
        """
        origin = get_origin(hint)
        if origin in {types.UnionType, Union}:
            return self._union(json, get_args(hint))
        if origin in {tuple, list}:
            return self._sequence(json, origin, get_args(hint))
        if hint is Coordinate:
            return _coordinate(json)
        if hint is float and type(json) in {int, float}:
            return float(json)
        if hint in {int, str, bool, type(None)}:
            if type(json) is (hint):
                return json
        elif isinstance(hint, type) and issubclass(hint, Enum):
            try:
                return hint(json)
            except ValueError:
                pass
        elif isinstance(json, list) and json and json[0] == hint.__name__:
            return self._instance(json, hint)
        raise ArtifactError(f"expected {hint}, found {str(json)[:80]}")

    def _union(self, json: Json, hints: tuple[Any, ...]) -> Any:
        if isinstance(json, list) and json and isinstance(json[0], str):
            cls = self._classes.get(json[0])
            if cls in hints:
                return self._instance(json, cls)
        for hint in hints:
            if hint in {int, str, bool, type(None)} and type(json) is (hint):
                return json
        raise ArtifactError(f"expected one of {hints}, found {str(json)[:80]}")

    def _sequence(self, json: Json, origin: Any, hints: tuple[Any, ...]) -> Any:
        if not isinstance(json, list):
            raise ArtifactError(f"expected a list, found {str(json)[:80]}")
        if origin is list or (len(hints) == 2 and hints[1] is Ellipsis):
            return origin(self.decode(item, hints[0]) for item in json)
        if len(json) != len(hints):
            raise ArtifactError(f"expected {len(hints)} items, found {len(json)}")
        return tuple(self.decode(item, hint) for item, hint in zip(json, hints, strict=True))

    def _instance(self, json: list[Json], cls: Any) -> Any:
        hints = _hints(cls)
        if cls.__name__ not in self._classes or len(json) != len(hints) + 1:
            raise ArtifactError(f"{cls.__name__} does not have {len(json) - 1} fields")
        values = [self.decode(item, hint) for item, hint in zip(json[1:], hints, strict=True)]
        try:
            return cls(*values)
        except ValueError as error:
            raise ArtifactError(f"{cls.__name__}: {error}") from error


@cache
def _hints(cls: Any) -> tuple[Any, ...]:
    hints = get_type_hints(cls)
    return tuple(hints[f.name] for f in fields(cls))


def _coordinate(json: Json) -> Coordinate:
    if type(json) is int and json >= 0:
        return local(json)
    if isinstance(json, str) and json in _COORDINATES:
        return _COORDINATES[json]
    raise ArtifactError(f"expected a coordinate, found {str(json)[:80]}")

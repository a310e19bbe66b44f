"""Whether the attributes of a node are of the types that its operator's fields state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from modulus.errors import UnsupportedOperatorError

FLAGS = frozenset(
    {"align_corners", "allowzero", "ceil_mode", "channels_last", "count_include_pad", "exclusive"}
    | {"exclude_outside", "fmod", "interleaved", "keepdims", "largest", "layout"}
    | {"linear_before_reset", "noop_with_empty_axes", "reverse", "select_last_index", "transA"}
    | {"transB", "upper"}
)
"""Attributes that are truth values, in whatever operator."""


def check_attributes(
    operator: type, values: Mapping[str, Any], *, allows_infinity: bool = False
) -> None:
    """Refuse what no operator means: other types than the fields', flags beside 0 and 1, NaN.

    Args:
        operator: The class whose fields are the attributes.
        values: Attribute values by name, each of which is a field.
        allows_infinity: Whether a number may be infinite or none.

    Raises:
        UnsupportedOperatorError: With the attribute and its value.
    """
    kinds = _kinds(operator)
    for name, value in values.items():
        if not any(_fits(value, kind) for kind in kinds[name]):
            raise UnsupportedOperatorError(f"attribute {name}={value!r} has another type than ONNX")
        if name in FLAGS and value not in {0, 1}:
            raise UnsupportedOperatorError(
                f"attribute {name}={value!r}: only 0 and 1 have a meaning"
            )
        if not (allows_infinity or _is_finite(value)):
            raise UnsupportedOperatorError(f"attribute {name}={value} is not finite")


def _is_finite(value: object) -> bool:
    numbers = value if isinstance(value, tuple) else (value,)
    return all(math.isfinite(number) for number in numbers if isinstance(number, float))


@cache
def _kinds(operator: type) -> Mapping[str, tuple[Any, ...]]:
    """The types that each field admits."""
    hints = get_type_hints(operator)
    return {
        name: get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
        for name, hint in hints.items()
        if get_origin(hint) is not ClassVar
    }


def _fits(value: object, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        # ONNX does not say what the entries of an empty list are.
        return isinstance(value, tuple) and all(type(entry) is get_args(kind)[0] for entry in value)
    if get_origin(kind) is np.ndarray:
        return isinstance(value, np.ndarray)
    return type(value) is kind

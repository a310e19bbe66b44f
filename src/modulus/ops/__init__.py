"""Operators: one file each, found by walking this folder, so that there is no list to edit."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from modulus.errors import InternalError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._graph import FloatGraph, Node, TensorInfo
from modulus.ops.operator import OLDEST_OPSET, Operator

__all__ = [
    "EXACT",
    "OLDEST_OPSET",
    "Bound",
    "FloatGraph",
    "Node",
    "Operator",
    "TensorInfo",
    "operators",
]


@cache
def operators() -> Mapping[tuple[str, str], type[Operator]]:
    """All operators by (domain, ONNX name).

    Raises:
        InternalError: Two files define the same operator.
    """
    found: dict[tuple[str, str], type[Operator]] = {}
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        for _, candidate in inspect.getmembers(module, inspect.isclass):
            defined_here = candidate.__module__ == module.__name__
            if not (defined_here and issubclass(candidate, Operator)):
                continue
            if inspect.isabstract(candidate):
                continue
            key = (candidate.domain, candidate.onnx_name)
            if key in found:
                raise InternalError(
                    f"{candidate.onnx_name} is defined in {found[key].__module__} "
                    f"and in {candidate.__module__}"
                )
            found[key] = candidate
    return MappingProxyType(found)

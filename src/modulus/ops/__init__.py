"""Operators: one file each, found by walking this folder, so that there is no list to edit."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Mapping
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import MappingProxyType

from modulus.errors import InternalError, ModelError, ModulusError
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
    "load",
    "operators",
    "register",
]

_registered: list[type[Operator]] = []
_loaded: set[Path] = set()


def register(operator: type[Operator]) -> type[Operator]:
    """Add an operator of one's own, from a module outside this package; a decorator.

    Import that module before a model is compiled. Verifiers need it not: they know relations.

    Args:
        operator: A subclass that is not abstract, for a domain and name without an operator.

    Raises:
        ModelError: There is an operator of that domain and name.
    """
    present = operators().get((operator.domain, operator.onnx_name))
    if present is not None:
        raise ModelError(
            f"{operator.onnx_name} is defined in {present.__module__} already",
            hint="choose a domain of your own",
        )
    _registered.append(operator)
    operators.cache_clear()
    return operator


def load(path: Path) -> None:
    """Run a Python file that registers operators, once.

    Raises:
        FileNotFoundError: There is no such file.
        ModelError: It is no Python, fails, or registers nothing.
    """
    path = path.resolve()
    if path in _loaded:
        return
    name = f"operators_of_{path.stem}"
    loader = SourceFileLoader(name, str(path))
    spec = ModuleSpec(name, loader, origin=str(path))
    spec.has_location = True
    before = len(_registered)
    # Dataclasses look their module up by its name.
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        loader.exec_module(module)
    except (FileNotFoundError, ModulusError):
        raise
    except Exception as error:
        raise ModelError(
            f"{path} could not be run: {type(error).__name__}: {error}",
            hint="a file of operators is Python that can be imported by itself",
        ) from error
    if len(_registered) == before:
        raise ModelError(
            f"{path} registers no operator", hint="write @modulus.ops.register above the class"
        )
    _loaded.add(path)


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
    found.update({(own.domain, own.onnx_name): own for own in _registered})
    return MappingProxyType(found)

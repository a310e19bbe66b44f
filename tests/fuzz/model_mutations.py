"""Damage to models of one operator: attributes, constants and shapes that nobody meant."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import numpy as np

from tests.conformance.suite import Case, Indices

INTEGERS = [0, -1, 1, 2, 3, -7, 100, (1 << 31) - 1, 1 << 40, -(1 << 62)]
REALS = [0.0, -1.0, 0.5, 3.0, 100.0, float("nan"), float("inf"), float("-inf")]
TEXTS = ["", "NOTSET", "SAME_UPPER", "linear", "ij,jk->ik", "...->...", "\u0000", "x" * 300]
SMALL = 1 << 24
EXTENTS = [0, 1, 2, 3, 5, 17]


def mutated(case: Case, chosen: random.Random) -> Case:
    """One or two changes of a case."""
    for _ in range(chosen.choice([1, 1, 2])):
        attributes = dict(case.attributes)
        operands = list(case.operands)
        place = chosen.randrange(len(attributes) + len(operands) + 1)
        if place < len(attributes):
            name = list(attributes)[place]
            attributes[name] = _value(attributes[name], chosen)
        elif place < len(attributes) + len(operands):
            position = place - len(attributes)
            operands[position] = _operand(operands[position], chosen)
        elif chosen.random() < 0.5 and operands:
            operands[chosen.randrange(len(operands))] = None
        else:
            case = dataclasses.replace(case, opset=chosen.choice([9, 11, 13, 17, 18, 21, 22]))
        case = dataclasses.replace(case, attributes=attributes, operands=tuple(operands))
    return case


def _value(value: Any, chosen: random.Random) -> Any:
    """An attribute's value, mostly of the same type."""
    if chosen.random() < 0.05:
        return chosen.choice([chosen.choice(INTEGERS), chosen.choice(TEXTS), [1.5, 2.5]])
    if isinstance(value, str):
        return chosen.choice(TEXTS)
    if isinstance(value, int):
        return chosen.choice(INTEGERS)
    if isinstance(value, float):
        return chosen.choice(REALS)
    if isinstance(value, list | tuple) and value:
        entries = list(value)
        place = chosen.randrange(len(entries))
        kind = chosen.randrange(4)
        if kind == 0:
            del entries[place]
        elif kind == 1:
            entries.insert(place, entries[place])
        else:
            entries[place] = _value(entries[place], chosen)
        return entries
    return value


def _operand(operand: Any, chosen: random.Random) -> Any:
    """Another shape, or a constant with a strange entry."""
    if operand is None:
        return chosen.choice([(2,), np.zeros((), np.float32), None])
    if isinstance(operand, Indices):
        return dataclasses.replace(operand, shape=_shape(operand.shape, chosen))
    if isinstance(operand, tuple):
        return _shape(operand, chosen)
    if chosen.random() < 0.4 or not operand.size:
        return np.resize(operand, _shape(operand.shape, chosen)).astype(operand.dtype)
    changed = operand.copy()
    if operand.dtype.kind == "f":
        changed.reshape(-1)[chosen.randrange(operand.size)] = chosen.choice(REALS)
    elif operand.dtype.kind in "iu":
        limits = np.iinfo(operand.dtype)
        # ONNX Runtime's sums of 32 bits would wrap around.
        most = min(int(limits.max), SMALL if operand.dtype == np.int32 else int(limits.max))
        integer = min(max(chosen.choice(INTEGERS), int(limits.min), -most - 1), most)
        changed.reshape(-1)[chosen.randrange(operand.size)] = integer
    return changed


def _shape(shape: tuple[int, ...], chosen: random.Random) -> tuple[int, ...]:
    extents = list(shape)
    kind = chosen.randrange(4)
    if kind == 0 and extents:
        del extents[chosen.randrange(len(extents))]
    elif kind == 1:
        extents.insert(chosen.randrange(len(extents) + 1), chosen.choice(EXTENTS))
    elif extents:
        extents[chosen.randrange(len(extents))] = chosen.choice(EXTENTS)
    return tuple(extents)

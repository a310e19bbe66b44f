"""Multilinear extensions by summation over the cube: what a claim on a tensor must mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from modulus.reference.field import SCALAR_MODULUS, inverse
from modulus.reference.multilinear import eq, evaluate
from modulus.relations.coordinate import Coordinate, CoordinateKind, Point
from modulus.relations.form import Counter, Form, Kernel, TensorAtom
from modulus.relations.system import Definition, Summand

P = SCALAR_MODULUS
Tables = Mapping[int, Sequence[int]]
_FIXED = {CoordinateKind.ZERO: 0, CoordinateKind.ONE: 1, CoordinateKind.HALF: inverse(2)}


def coordinates(point: Point, bits: Sequence[int]) -> list[int]:
    """Field elements of a point whose local bits have the given values."""

    def value(coordinate: Coordinate) -> int:
        if coordinate.kind is CoordinateKind.LOCAL:
            return bits[coordinate.variable]
        return _FIXED[coordinate.kind]

    return [value(coordinate) for coordinate in point]


def kernel_value(kernel: Kernel, bits: Sequence[int]) -> int:
    """Sum over all solutions of the kernel's equation."""
    total = 0
    for values in product(*(range(part.extent) for part in kernel.parts)):
        steps = zip(kernel.parts, values, strict=True)
        if kernel.constant + sum(part.coefficient * v for part, v in steps) != 0:
            continue
        weight = 1
        for part, v in zip(kernel.parts, values, strict=True):
            point = coordinates(part.coordinates, bits)
            weight = weight * eq(point, [v >> k & 1 for k in range(len(point))]) % P
        total += weight
    return total % P


def form_value(form: Form, bits: Sequence[int], tables: Tables) -> int:
    """Value of a form over extensions of tensors."""
    total = 0
    for term in form.terms:
        value = term.coefficient
        for item in term.selectors:
            value *= evaluate([1] * item.extent, coordinates(item.coordinates, bits))
        for kernel in term.kernels:
            value *= kernel_value(kernel, bits)
        atom = term.atom
        if isinstance(atom, TensorAtom):
            value *= evaluate(tables[atom.tensor], coordinates(atom.point, bits))
        elif isinstance(atom, Counter):
            point = coordinates(atom.coordinates, bits)
            value *= sum(c << k for k, c in enumerate(point))
        total += value
    return total % P


def definition_value(definition: Definition, point: Sequence[int], tables: Tables) -> int:
    """What the steps of a proof reduce a claim at the point to."""
    total = form_value(definition.offset, point, tables)
    return (total + sum(_summand(item, point, tables) for item in definition.summands)) % P


def _summand(item: Summand, point: Sequence[int], tables: Tables) -> int:
    kept = len(point)
    total = 0
    for choice in product((0, 1), repeat=len(item.variables)):
        bits = [*point, *(0 for v in item.variables if v >= kept)]
        value = 1
        for variable, bit in zip(item.variables, choice, strict=True):
            if variable < kept:
                value = value * eq([point[variable]], [bit]) % P
            bits[variable] = bit
        for kernel in item.kernels:
            value = value * kernel_value(kernel, bits) % P if value else 0
        for factor in item.factors:
            value = value * form_value(factor, bits, tables) % P if value else 0
        total += value
    return total % P

"""Evaluate forms on arrays: a form at every index of a block, in integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from modulus.errors import InternalError
from modulus.relations.coordinate import CoordinateKind, Point, bits_of, block_bits
from modulus.relations.form import Counter, Form, One, TensorAtom, Term

Integers = NDArray[np.int64]
Arrays = Mapping[int, Integers] | Sequence[Integers]


def evaluate(form: Form, physical: tuple[int, ...], arrays: Arrays) -> Integers:
    """Return the form's values at every index of a shape.

    Args:
        form: Its local bits are the index bits of the padded block of `physical`.
        physical: The shape.
        arrays: The tensors that the form refers to, by number, in their physical shapes.
    """
    result: Integers | None = None
    for term in form.terms:
        value = _term(term, physical, arrays)
        result = value if result is None else result + value
    return np.zeros(physical, dtype=np.int64) if result is None else result


def _term(term: Term, physical: tuple[int, ...], arrays: Arrays) -> Integers:
    if term.kernels:
        raise InternalError("a value's form holds a kernel")
    factors: list[_Runs] = []
    if isinstance(term.atom, TensorAtom):
        array = arrays[term.atom.tensor]
        bits = block_bits(physical)
        identity = array.shape == physical and all(
            c.kind is CoordinateKind.LOCAL and c.variable == bit
            for bit, c in enumerate(term.atom.point)
        )
        if identity and len(term.atom.point) == bits and not term.selectors:
            return array if term.coefficient == 1 else array * term.coefficient
        factors.append(_Runs(_padded(array), term.atom.point))
    elif isinstance(term.atom, Counter):
        count = 1 << len(term.atom.coordinates)
        factors.append(_Runs(np.arange(count, dtype=np.int64), term.atom.coordinates))
    elif not isinstance(term.atom, One):
        raise InternalError("a value's form refers to a claim")
    for selector in term.selectors:
        block = np.zeros(1 << len(selector.coordinates), dtype=np.int64)
        block[: selector.extent] = 1
        factors.append(_Runs(block, selector.coordinates))
    return _product(term.coefficient, factors, physical)


def _product(coefficient: int, factors: list[_Runs], physical: tuple[int, ...]) -> Integers:
    halves = sum(factor.halves for factor in factors)
    if coefficient % (1 << halves):
        raise InternalError("a value's form is not an integer")
    bits = block_bits(physical)
    cuts = {0, bits}
    for factor in factors:
        cuts.update(cut for low, high in factor.runs for cut in (low, high))
    borders = sorted(cuts)
    result: Integers = np.array(coefficient >> halves, dtype=np.int64)
    for factor in factors:
        result = result * factor.array.reshape(factor.extents(borders))
    full = tuple(1 << (high - low) for low, high in reversed(list(pairwise(borders))))
    padded = tuple(1 << bits_of(extent) for extent in physical)
    block = np.broadcast_to(result, full).reshape(padded)
    return np.asarray(block[tuple(slice(extent) for extent in physical)], order="C")


def _padded(array: Integers) -> Integers:
    padding = [(0, (1 << bits_of(extent)) - extent) for extent in array.shape]
    return np.pad(array, padding) if any(after for _, after in padding) else array


class _Runs:
    """A block with its constant and averaged bits removed, its free bits grouped into runs."""

    def __init__(self, block: Integers, point: Point) -> None:
        groups = _group(point)
        array = block.reshape([1 << len(group) for group in groups])
        index: list[int | slice] = []
        summed: list[int] = []
        runs: list[tuple[int, int]] = []
        for group in groups:
            kind = group[0].kind
            if kind is CoordinateKind.LOCAL:
                index.append(slice(None))
                runs.append((group[-1].variable, group[0].variable + 1))
            elif kind is CoordinateKind.HALF:
                summed.append(sum(isinstance(i, slice) for i in index))
                index.append(slice(None))
            else:
                index.append(
                    sum((c.kind is CoordinateKind.ONE) << i for i, c in enumerate(reversed(group)))
                )
        array = array[tuple(index)]
        self.halves = sum(c.kind is CoordinateKind.HALF for c in point)
        if summed:
            array = array.sum(axis=tuple(summed))
        order = sorted(range(len(runs)), key=lambda i: -runs[i][0])
        self.array = array.transpose(order)
        self.runs = [runs[i] for i in order]

    def extents(self, borders: list[int]) -> tuple[int, ...]:
        """The shape over the pieces between borders, highest bits first; 1 where it is constant."""
        return tuple(
            1 << (high - low) if any(a <= low and high <= b for a, b in self.runs) else 1
            for low, high in reversed(list(pairwise(borders)))
        )


def _group(point: Point) -> list[Point]:
    """Cut a point, highest bit first, into runs of like coordinates."""
    groups: list[Point] = []
    for coordinate in reversed(point):
        last = groups[-1][-1] if groups else None
        constant = {CoordinateKind.ZERO, CoordinateKind.ONE}
        if last is not None and (
            (last.kind in constant and coordinate.kind in constant)
            or (last.kind is CoordinateKind.HALF and coordinate.kind is CoordinateKind.HALF)
            or (
                last.kind is CoordinateKind.LOCAL
                and coordinate.kind is CoordinateKind.LOCAL
                and coordinate.variable == last.variable - 1
            )
        ):
            groups[-1] += (coordinate,)
        else:
            groups.append((coordinate,))
    return groups

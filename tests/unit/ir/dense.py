"""A dense evaluator of relation systems: on Boolean points a multilinear extension is an index."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from modulus.relations.coordinate import (
    Coordinate,
    CoordinateKind,
    Point,
    axis_offsets,
    bits_of,
    block_bits,
)
from modulus.relations.form import Counter, Form, Kernel, One, TensorAtom, Term
from modulus.relations.system import Definition, Lookup, Pointwise, RelationSystem, Table

Arrays = Mapping[int, NDArray[np.int64]]
Bits = tuple[int, ...]

_HALF = Fraction(1, 2)


class Dense:
    """Evaluates forms entry by entry, with none of the code under test."""

    def __init__(self, arrays: Arrays) -> None:
        self._blocks = {number: _block(array) for number, array in arrays.items()}

    def form(self, form: Form, bits: Bits) -> Fraction:
        return sum((self._term(term, bits) for term in form.terms), Fraction(0))

    def _term(self, term: Term, bits: Bits) -> Fraction:
        value = Fraction(term.coefficient)
        for selector in term.selectors:
            block = np.arange(1 << len(selector.coordinates)) < selector.extent
            value *= _multilinear(block.astype(np.int64), selector.coordinates, bits)
        for kernel in term.kernels:
            value *= dense_kernel(kernel, bits)
        if isinstance(term.atom, TensorAtom):
            value *= _multilinear(self._blocks[term.atom.tensor], term.atom.point, bits)
        elif isinstance(term.atom, Counter):
            count = np.arange(1 << len(term.atom.coordinates))
            value *= _multilinear(count, term.atom.coordinates, bits)
        else:
            assert isinstance(term.atom, One)
        return value

    def definition(self, definition: Definition, kept: Bits) -> Fraction:
        """The value of a defined tensor at an index; shared bits are the index's own."""
        total = self.form(definition.offset, kept)
        for summand in definition.summands:
            bound = [v for v in summand.variables if v >= len(kept)]
            for choice in product((0, 1), repeat=len(bound)):
                bits = list(kept) + [0] * len(bound)
                for variable, bit in zip(bound, choice, strict=True):
                    bits[variable] = bit
                values = [self.form(factor, tuple(bits)) for factor in summand.factors]
                if 0 in values:
                    continue
                total += prod(values) * prod(
                    dense_kernel(kernel, tuple(bits)) for kernel in summand.kernels
                )
        return total


def check(system: RelationSystem, arrays: Arrays) -> None:
    """Assert every relation at every index of its shape, and every definition on its block."""
    dense = Dense(arrays)
    for relation in system.pointwise:
        check_pointwise(dense, relation)
    for lookup in system.lookups:
        check_lookup(dense, system.tables[lookup.table], lookup)
    for definition in system.definitions:
        shape = system.tensors[definition.tensor].shape
        block = _block(arrays[definition.tensor])
        assert arrays[definition.tensor].shape == shape
        for slot in range(1 << block_bits(shape)):
            bits = tuple(slot >> k & 1 for k in range(block_bits(shape)))
            assert dense.definition(definition, bits) == int(block[slot])
    for tensor, array in ((t, arrays[n]) for n, t in enumerate(system.tensors)):
        assert array.shape == tensor.shape, tensor.name
        assert array.dtype == np.int64
        assert tensor.low <= int(array.min()), tensor.name
        assert int(array.max()) <= tensor.high, tensor.name


def check_pointwise(dense: Dense, relation: Pointwise) -> None:
    """Assert a sum of products at every index of its shape."""
    for bits in indices(relation.shape):
        total = sum(
            p.coefficient * prod(dense.form(f, bits) for f in p.factors) for p in relation.products
        )
        assert total == 0, relation.name


def check_lookup(dense: Dense, table: Table, lookup: Lookup) -> None:
    """Assert that the columns are a row of the table at every index of the lookup's shape."""
    for bits in indices(lookup.shape):
        columns = [dense.form(column, bits) for column in lookup.columns]
        at: list[int] = []
        counters = zip(columns, table.offsets, table.shape, strict=False)
        for counter, offset, extent in reversed(list(counters)):
            row = int(counter) - offset
            assert 0 <= row < extent, lookup.name
            at.extend(row >> k & 1 for k in range(bits_of(extent)))
        held = [dense.form(value, tuple(at)) for value in table.values]
        assert columns[len(table.shape) :] == held, lookup.name


def indices(shape: tuple[int, ...]) -> list[Bits]:
    """The bits of every index inside a shape."""
    offsets = axis_offsets(shape)
    result = []
    for index in np.ndindex(*shape):
        slot = sum(int(i) << offset for i, offset in zip(index, offsets, strict=True))
        result.append(tuple(slot >> k & 1 for k in range(block_bits(shape))))
    return result


def dense_kernel(kernel: Kernel, bits: Bits) -> Fraction:
    total = Fraction(0)
    for values in product(*(range(part.extent) for part in kernel.parts)):
        steps = zip(kernel.parts, values, strict=True)
        if kernel.constant + sum(part.coefficient * v for part, v in steps) == 0:
            total += prod(
                (
                    _weight(coordinate, bits, v >> k & 1)
                    for part, v in zip(kernel.parts, values, strict=True)
                    for k, coordinate in enumerate(part.coordinates)
                ),
                start=Fraction(1),
            )
    return total


def _weight(coordinate: Coordinate, bits: Bits, bit: int) -> Fraction:
    kind = coordinate.kind
    if kind is CoordinateKind.HALF:
        return _HALF
    held = bits[coordinate.variable] if kind is CoordinateKind.LOCAL else kind
    return Fraction(int(held == bit))


def _multilinear(block: NDArray[np.int64], point: Point, bits: Bits) -> Fraction:
    halves = [k for k, c in enumerate(point) if c.kind is CoordinateKind.HALF]
    base = sum(
        (bits[c.variable] if c.kind is CoordinateKind.LOCAL else int(c.kind)) << k
        for k, c in enumerate(point)
        if c.kind is not CoordinateKind.HALF
    )
    total = 0
    for choice in product((0, 1), repeat=len(halves)):
        total += int(block[base + sum(bit << k for k, bit in zip(halves, choice, strict=True))])
    return Fraction(total, 1 << len(halves))


def _block(array: NDArray[np.int64]) -> NDArray[np.int64]:
    padding = [(0, (1 << bits_of(extent)) - extent) for extent in array.shape]
    return (np.pad(array, padding) if padding else np.asarray(array)).reshape(-1)

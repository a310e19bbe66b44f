"""Gather: entries of a tensor at places that depend on data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modulus.ir.arithmetic import check_range
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View, whole
from modulus.ir.view import axis_locals, place
from modulus.relations.coordinate import Point
from modulus.relations.form import Counter, Form, Term
from modulus.relations.system import Lookup, Table


@dataclass(frozen=True, slots=True)
class Gather:
    """output[i, j] = table[index[i], j]: a lookup in a table whose value column is a tensor.

    The table's rows are distinct because their counters are, so the output is determined, and
    an index outside the table has no row.
    """

    label: str
    table: int
    table_shape: tuple[int, ...]
    index: View
    output: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The physical shape of the output."""
        return self.index.physical + self.table_shape[1:]

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Gather."""
        index = evaluate(self.index.form, self.index.physical, arrays)
        check_range(index, 0, self.table_shape[0] - 1, f"{self.label}: index", 1.0)
        # The tensor may be laid out with other extents of one and other splits of an axis.
        table = arrays[self.table].reshape(self.table_shape)
        arrays[self.output] = np.asarray(table[index], order="C")

    def declare(self, to: Declaration) -> None:
        """Declare the lookup in the table that all gathers from this tensor share."""
        shape = self.shape
        points = axis_locals(shape)
        rank = len(self.index.physical)
        index = place(self.index.form, points[:rank])
        columns = (index, *(_counter(point) for point in points[rank:]), whole(self.output, shape))
        number = to.sources.get(self.table)
        if number is None:
            number = to.sources[self.table] = len(to.system.tables)
            values = (whole(self.table, self.table_shape),)
            offsets = (0,) * len(self.table_shape)
            to.system.tables.append(
                Table(f"{self.label}.source", self.table_shape, offsets, values)
            )
        to.system.lookups.append(Lookup(f"{self.label}.gather", shape, number, columns))


def _counter(point: Point) -> Form:
    return Form((Term(1, Counter(point)),)) if point else Form(())

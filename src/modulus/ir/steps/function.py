"""Function: a real function of one value, through a committed table."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.ir.arithmetic import check_range
from modulus.ir.evaluate import Integers, evaluate
from modulus.ir.step import Declaration, View, whole


@dataclass(frozen=True, slots=True)
class Function:
    """output = table[source - low]; the lookup bounds both source and output."""

    label: str
    source: View
    output: int
    table: int
    """The table's tensor, of shape (rows,)."""
    low: int
    rows: int
    scale: float

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Look up."""
        source = evaluate(self.source.form, self.source.physical, arrays)
        check_range(source, self.low, self.low + self.rows - 1, self.label, self.scale)
        arrays[self.output] = arrays[self.table][source - self.low]

    def declare(self, to: Declaration) -> None:
        """Declare that (source, output) is a row."""
        shape = self.source.physical
        columns = (self.source.form, whole(self.output, shape))
        to.in_function(self.label, shape, columns, self.table, self.low)

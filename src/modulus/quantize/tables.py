"""Tables of real functions: which rows they have, in which unit, and what says so to everybody."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modulus._native import evaluate_function
from modulus.errors import QuantizationError
from modulus.ir.evaluate import Integers
from modulus.ir.step import View
from modulus.ir.steps import Function
from modulus.ir.value import Value, plain_axes
from modulus.quantize.assembly import Assembly, tensor_of, to_integers
from modulus.relations.contents import Contents, FunctionTable, ListedTable
from modulus.relations.function import Code, Number, Real, code_of, write_code
from modulus.relations.system import Role
from modulus.relations.wire import Writer

MAX_TABLE_BITS = 16

RealFunction = Callable[[Real], Number] | Callable[[float], float]
"""Of `modulus.relations.function`'s numbers, or of floats where it does more than these can."""


def fits_table(to: Assembly, x: Value) -> bool:
    """Whether a value can be looked up as it is."""
    half = 1 << (table_bits(to) - 1)
    return (x.low >= -half and x.high < half) or (x.low >= 0 and x.high < 2 * half)


def table_bits(to: Assembly) -> int:
    """Return the bits of a table's rows."""
    return min(MAX_TABLE_BITS, to.settings.activation_bits)


@dataclass(frozen=True, slots=True)
class TableFunction:
    """A real function, the arguments it is needed for, and the results it is needed for."""

    name: str
    """Functions of one name are equal: their tables are shared."""
    function: RealFunction
    domain: tuple[float, float] | None = None
    """Ends at which the function is not defined do not belong to it."""
    limit: float | None = None
    """The largest absolute value that is needed."""

    @property
    def code(self) -> Code | None:
        """What everybody can evaluate; none if the function is opaque."""
        return code_of(self.function, self.domain)  # type: ignore[arg-type]

    def at(self, reals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the function's values, of arguments moved into the domain; NaN if undefined."""
        if (code := self.code) is not None:
            return evaluate(code, reals)
        if self.domain is not None:
            reals = np.clip(reals, *self.domain)
        return np.array([self._opaque(real) for real in reals.reshape(-1)]).reshape(reals.shape)

    def _opaque(self, real: float) -> float:
        try:
            return float(self.function(real))  # type: ignore[arg-type]
        except (ArithmeticError, ValueError):
            return math.nan


def evaluate(code: Code, reals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of a function."""
    writer = Writer()
    write_code(writer, code)
    flat = np.ascontiguousarray(reals, dtype=np.float64).reshape(-1)
    return np.frombuffer(evaluate_function(writer.finish(), flat)).reshape(reals.shape)


def apply_table(to: Assembly, x: Value, real: TableFunction) -> Value:
    """Look a value up in the table of a real function.

    The table has no rows beyond the domain, whose ends are rounded to units of x, and none at
    either end whose values are larger than needed: they would make the unit of all others coarser.
    """
    low, reals = _rows(to, x, real)
    rows = len(reals)
    key = (real.code or real.name, low, rows, x.scale)
    table = to.tables.get(key)
    if table is None:
        table = to.tables[key] = _table(to, real, reals, low, x.scale)
    out = to.stored("function", x.axes, (table.low, table.high), table.scale, Role.TRACE)
    view = View(x.form, x.physical)
    to.graph.steps.append(
        Function(to.layer, view, tensor_of(out), tensor_of(table), low, rows, x.scale)
    )
    return out


def _rows(to: Assembly, x: Value, real: TableFunction) -> tuple[int, NDArray[np.float64]]:
    """Return the first argument of a table, and the function's values on its rows."""
    rows = 1 << table_bits(to)
    first = 0 if x.high >= rows // 2 else -rows // 2
    last = first + rows - 1
    if real.domain is not None:
        ends = [min(max(end / x.scale, first), last) for end in real.domain]
        first, last = math.floor(ends[0] + 0.5), math.floor(ends[1] + 0.5)
    values = real.at(np.arange(first, last + 1, dtype=np.float64) * x.scale)
    if real.domain is not None or real.limit is not None:
        limit = math.inf if real.limit is None else real.limit
        needed = np.flatnonzero(np.isfinite(values) & (np.abs(values) <= limit))
        if not needed.size:
            raise QuantizationError(
                f"{to.layer}: {real.name} is not defined on the range of its input"
            )
        first, values = first + int(needed[0]), values[needed[0] : needed[-1] + 1]
    return first, values


def _table(
    to: Assembly, real: TableFunction, reals: NDArray[np.float64], low: int, scale: float
) -> Value:
    if not np.isfinite(reals).all():
        ends = low * scale, (low + len(reals) - 1) * scale
        raise QuantizationError(
            f"{to.layer}: {real.name} is not defined, or not finite, on all of "
            f"[{ends[0]:.6g}, {ends[1]:.6g}]"
        )
    reach = float(np.abs(reals).max())
    bits = to.settings.activation_bits
    # A function of one sign has a bit more to spend.
    signed = bool(reals.min() < 0)
    unit = reach / ((1 << (bits - signed)) - 1) if reach else 1.0
    integers = to_integers(reals / unit)
    bounds = (min(0, int(integers.min())), max(0, int(integers.max())))
    contents = _contents(real.code, integers, (low, scale, unit))
    axes = plain_axes((len(reals),))
    return to.fixed(f"table.{real.name}", axes, integers, bounds, unit, contents)


def _contents(code: Code | None, integers: Integers, scales: tuple[int, float, float]) -> Contents:
    if code is None:
        return ListedTable(tuple(integers.tolist()))
    return FunctionTable(code, *scales)

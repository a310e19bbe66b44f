"""Lookups: tuples that are no row, rows counted wrongly, rows that are padding."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from modulus.errors import RejectionReason
from modulus.reference.key import VerifyingKey
from modulus.relations.coordinate import local_point
from modulus.relations.form import tensor_form
from modulus.relations.system import Lookup, Table
from tests.attacks.harness import (
    RICH_ROW_BITS,
    Arrays,
    Lie,
    check_frozen,
    check_rejected,
    key_with_slots,
    multiplicities,
    padding_slots,
    rich_key,
)
from tests.attacks.small import QUOTIENTS, REMAINDERS, REST
from tests.support.rich_system import INDEX, E, G, S, T, X, finished, rich_arrays, rich_system
from tests.support.small_system import small_arrays
from tests.unit.reference.small_proof import small_key

R = RejectionReason
_, ROWS, CUBES, INPUTS = range(4)
"""Tables of the rich system."""
COLUMNS = 3
FIRST_PADDING_ROW = 6


@cache
def key_with_a_private_index() -> VerifyingKey:
    """The rich system with an index that is looked up in three bits and gathers from six rows."""
    system = rich_system()
    system.public = [item for item in system.public if item.tensor != INDEX]
    system.tensors[INDEX] = replace(system.tensors[INDEX], high=7)
    system.tables.append(Table("bits", (8,), (0,), ()))
    index = tensor_form(INDEX, local_point(2))
    system.lookups.append(Lookup("index", (4,), len(system.tables) - 1, (index,)))
    return key_with_slots(system, rich_arrays(), RICH_ROW_BITS, {})


def a_false_square() -> Lie:
    """(x, x^2 + 1): each in its own range, but no row."""
    arrays = rich_arrays()
    arrays[S][4] += 1
    return Lie(R.REDUCTION_FAILED, finished(arrays), key=rich_key())


def a_gathered_row_that_is_another() -> Lie:
    arrays = rich_arrays()
    row = next(n for n in range(6) if n != arrays[INDEX][2])
    arrays[G][6:9] = arrays[E][row * COLUMNS : (row + 1) * COLUMNS]
    return Lie(R.REDUCTION_FAILED, finished(arrays), key=rich_key())


def an_index_beyond_the_table() -> Lie:
    arrays = rich_arrays()
    arrays[INDEX][0] = FIRST_PADDING_ROW
    return Lie(R.REDUCTION_FAILED, arrays, key=key_with_a_private_index())


def a_padding_row() -> Lie:
    """The index of a padding row, the zeros that lie there, and a multiplicity for them.

    Helpers fit the multiplicities, so that the sum over whole blocks is zero: only the shape of
    the table tells its rows from its padding.
    """
    lie = an_index_beyond_the_table()
    arrays: Arrays = {number: list(values) for number, values in lie.arrays.items()}
    arrays[G][:COLUMNS] = [0] * COLUMNS
    counts = multiplicities(lie.key, ROWS)
    row = range(4 * FIRST_PADDING_ROW, 4 * FIRST_PADDING_ROW + COLUMNS)
    assert set(row) <= set(padding_slots(lie.key, counts))
    lie.arrays = finished(arrays)
    lie.slots = {(counts, index): 1 for index in row}
    return lie


def one_multiplicity_too_many() -> Lie:
    return Lie(
        R.REDUCTION_FAILED,
        small_arrays(),
        slots={(multiplicities(small_key(), QUOTIENTS), 3): 9},
    )


def multiplicities_of_another_row() -> Lie:
    """As many as there are lookups, but one of them at a row that is not looked up."""
    key, arrays = small_key(), small_arrays()
    rest = arrays[REST]
    used = rest[0]
    unused = next(row for row in range(16) if row not in rest)
    counts = multiplicities(key, REMAINDERS)
    slots = {(counts, used): rest.count(used) - 1, (counts, unused): 1}
    return Lie(R.REDUCTION_FAILED, arrays, slots=slots)


def no_multiplicities() -> Lie:
    key = rich_key()
    counts = multiplicities(key, INPUTS)
    return Lie(
        R.REDUCTION_FAILED, rich_arrays(), slots={(counts, row): 0 for row in range(16)}, key=key
    )


def multiplicities_of_another_table() -> Lie:
    """The same value in a table of another tag: one is counted there that was looked up here."""
    key, arrays = rich_key(), rich_arrays()
    looked_up = [*arrays[T], *(3 * x for x in arrays[X]), *arrays[S]]
    place = next(v for v in arrays[X] if v in looked_up)
    slots = {
        (multiplicities(key, CUBES), place + 512): looked_up.count(place) - 1,
        (multiplicities(key, INPUTS), place + 8): arrays[X].count(place) + 1,
    }
    return Lie(R.REDUCTION_FAILED, arrays, slots=slots, key=key)


OUTSIDE = [a_false_square, a_gathered_row_that_is_another, an_index_beyond_the_table]
MULTIPLICITIES = [
    one_multiplicity_too_many,
    multiplicities_of_another_row,
    no_multiplicities,
    multiplicities_of_another_table,
]
ALL = [*OUTSIDE, *MULTIPLICITIES, a_padding_row]


@pytest.mark.parametrize("lie", OUTSIDE)
def test_a_lookup_outside_the_table_is_rejected(lie: Callable[[], Lie]) -> None:
    check_rejected(lie())


@pytest.mark.parametrize("lie", MULTIPLICITIES)
def test_wrong_multiplicities_are_rejected(lie: Callable[[], Lie]) -> None:
    check_rejected(lie())


def test_a_lookup_answered_by_a_padding_row_is_rejected() -> None:
    check_rejected(a_padding_row())


@pytest.mark.parametrize("lie", ALL)
def test_a_false_lookup_passes_with_frozen_challenges_only(lie: Callable[[], Lie]) -> None:
    check_frozen(lie())

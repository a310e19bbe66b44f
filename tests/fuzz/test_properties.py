"""Laws: of the fields and groups, of multilinear extensions, of encodings, of the compiler."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modulus.reference.curve import (
    GENERATOR,
    Point,
    add,
    decode_point,
    encode_point,
    multiply,
    negate,
)
from modulus.reference.extension import (
    Quadratic,
    add2,
    inverse2,
    multiply2,
    subtract2,
)
from modulus.reference.field import (
    BASE_MODULUS,
    SCALAR_MODULUS,
    batch_inverse,
    decode,
    encode,
    inverse,
)
from modulus.reference.multilinear import eq, eq_table, evaluate, full_powers, selector
from modulus.reference.twist import (
    TWIST_GENERATOR,
    decode_twist_point,
    encode_twist_point,
    twist_add,
    twist_multiply,
    twist_negate,
)
from modulus.relations.codec import decode_system, encode_system
from modulus.relations.contents import FunctionTable, ListedTable
from modulus.relations.coordinate import HALF, ONE, ZERO, Coordinate, bits_of, local
from modulus.relations.coordinate import Point as Coordinates
from modulus.relations.form import (
    Atom,
    ClaimAtom,
    Counter,
    Form,
    Kernel,
    KernelPart,
    One,
    Selector,
    TensorAtom,
    Term,
)
from modulus.relations.function import VARIABLE, absolute, exp
from modulus.relations.system import (
    Definition,
    DefinitionKind,
    Lookup,
    Pointwise,
    Product,
    Public,
    RelationSystem,
    Role,
    Summand,
    Table,
    Tensor,
)
from modulus.schedule.build import build_schedule
from modulus.schedule.codec import decode_schedule, encode_schedule
from modulus.schedule.pattern import transcript_pattern
from tests.fuzz.budget import examples
from tests.support.rich_system import rich_system
from tests.support.small_system import small_system

pytestmark = pytest.mark.fuzz

P, Q = SCALAR_MODULUS, BASE_MODULUS
SCALARS = st.one_of(st.integers(0, 3), st.integers(P - 3, P - 1), st.integers(0, P - 1))
QUADRATICS = st.tuples(st.integers(0, Q - 1), st.integers(0, Q - 1))
ZERO2, ONE2 = (0, 0), (1, 0)
SMALL = st.integers(0, 1 << 16)


@cache
def power(scalar: int) -> Point:
    return multiply(GENERATOR, scalar)


# Fields


@examples(60)
@given(SCALARS)
def test_every_scalar_but_zero_has_an_inverse(a: int) -> None:
    assert a == 0 or a * inverse(a) % P == 1
    assert decode(encode(a)) == a


@examples(30)
@given(st.lists(SCALARS.filter(bool), max_size=8))
def test_inverses_of_a_batch_are_those_of_its_elements(values: list[int]) -> None:
    assert batch_inverse(values) == [inverse(value) for value in values]


@examples(60)
@given(QUADRATICS, QUADRATICS, QUADRATICS)
def test_the_quadratic_extension_is_a_field(a: Quadratic, b: Quadratic, c: Quadratic) -> None:
    assert multiply2(a, b) == multiply2(b, a)
    assert multiply2(a, multiply2(b, c)) == multiply2(multiply2(a, b), c)
    assert multiply2(a, add2(b, c)) == add2(multiply2(a, b), multiply2(a, c))
    assert subtract2(add2(a, b), b) == a
    assert multiply2(a, ONE2) == a
    assert a == ZERO2 or multiply2(a, inverse2(a)) == ONE2


# Groups


@examples(20)
@given(SMALL, SMALL)
def test_multiples_of_the_generator_add_up(a: int, b: int) -> None:
    assert add(power(a), power(b)) == power(a + b)
    assert add(power(a), negate(power(a))) is None
    assert power(a) is None or decode_point(encode_point(power(a))) == power(a)


@examples(10)
@given(SMALL, SMALL)
def test_multiples_of_the_twist_generator_add_up(a: int, b: int) -> None:
    left, right = twist_multiply(TWIST_GENERATOR, a), twist_multiply(TWIST_GENERATOR, b)
    assert twist_add(left, right) == twist_multiply(TWIST_GENERATOR, a + b)
    assert twist_add(left, twist_negate(left)) is None
    assert left is None or decode_twist_point(encode_twist_point(left)) == left


# Multilinear extensions


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A table and a point of its extension."""
    bits = draw(st.integers(0, 5))
    table = draw(st.lists(SCALARS, min_size=1 << bits, max_size=1 << bits))
    return table, draw(st.lists(SCALARS, min_size=bits, max_size=bits))


@examples(50)
@given(tables())
def test_an_extension_is_the_sum_over_the_cube(case: tuple[list[int], list[int]]) -> None:
    table, point = case
    expected = sum(v * w for v, w in zip(table, eq_table(point), strict=True)) % P
    assert evaluate(table, point) == expected
    assert sum(eq_table(point)) % P == 1


@examples(50)
@given(tables(), SCALARS, st.integers(0, 4))
def test_an_extension_is_a_line_in_every_variable(
    case: tuple[list[int], list[int]], value: int, variable: int
) -> None:
    table, point = case
    if variable < len(point):
        at = [evaluate(table, [*point[:variable], x, *point[variable + 1 :]]) for x in (0, 1)]
        point[variable] = value
        assert evaluate(table, point) == (at[0] + value * (at[1] - at[0])) % P


@examples(50)
@given(st.integers(0, 40), st.lists(SCALARS, min_size=6, max_size=6), SCALARS)
def test_selectors_and_powers_are_extensions(extent: int, point: list[int], base: int) -> None:
    members = [int(index < extent) for index in range(1 << len(point))]
    assert selector(extent, point) == evaluate(members, point)
    powers = [pow(base, index, P) for index in range(1 << len(point))]
    assert full_powers(base, point) == evaluate(powers, point)


@examples(30)
@given(st.lists(st.tuples(SCALARS, SCALARS), max_size=6))
def test_equality_is_symmetric(pairs: list[tuple[int, int]]) -> None:
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    assert eq(left, right) == eq(right, left)


# Encodings

NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1)
NAMES = st.text(max_size=6)
PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")), max_size=6)
"""What verifiers take for names."""
INDICES = st.integers(0, 9)
COORDINATES: st.SearchStrategy[Coordinate] = st.one_of(
    st.sampled_from([ZERO, ONE, HALF]), st.integers(0, 9).map(local)
)
SHAPES = st.lists(st.integers(1, 9), max_size=3).map(tuple)


def lists(items: st.SearchStrategy[object], most: int = 2) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=most).map(tuple)


@st.composite
def axes(draw: st.DrawFn, build: Callable[[int, Coordinates], object]) -> object:
    """Something of one extent and as many coordinates as it has bits."""
    extent = draw(st.integers(1, 9))
    count = bits_of(extent)
    return build(extent, tuple(draw(st.lists(COORDINATES, min_size=count, max_size=count))))


POINTS = lists(COORDINATES, 3)
KERNELS = st.builds(
    Kernel, NUMBERS, lists(axes(lambda extent, point: KernelPart(3, extent, point)))
)
ATOMS: st.SearchStrategy[Atom] = st.one_of(
    st.just(One()),
    st.builds(TensorAtom, INDICES, POINTS),
    st.builds(ClaimAtom, INDICES),
    st.builds(Counter, POINTS),
)
TERMS = st.builds(Term, NUMBERS, ATOMS, lists(axes(Selector)), lists(KERNELS))
FORMS = st.builds(Form, lists(TERMS))
SCALES = (st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
RANGES = st.tuples(NUMBERS, NUMBERS).map(sorted)
FUNCTIONS = st.sampled_from([VARIABLE, exp(-VARIABLE), 1 / (1 + absolute(VARIABLE))])
CONTENTS = st.one_of(
    st.builds(ListedTable, lists(NUMBERS)),
    st.builds(lambda real, *scales: FunctionTable(real.code, *scales), FUNCTIONS, NUMBERS, *SCALES),
)
TENSORS = st.builds(
    lambda name, shape, ends, role, contents: Tensor(
        name, shape, ends[0], ends[1], role, contents if role is Role.TABLE else None
    ),
    NAMES,
    SHAPES,
    RANGES,
    st.sampled_from(Role),
    CONTENTS,
)
SYSTEMS = st.builds(
    RelationSystem,
    st.lists(TENSORS, max_size=3),
    st.lists(
        st.builds(Pointwise, NAMES, SHAPES, lists(st.builds(Product, NUMBERS, lists(FORMS)))),
        max_size=2,
    ),
    st.lists(st.builds(Table, NAMES, SHAPES, lists(NUMBERS), lists(FORMS)), max_size=2),
    st.lists(st.builds(Lookup, NAMES, SHAPES, INDICES, lists(FORMS)), max_size=2),
    st.lists(
        st.builds(
            Definition,
            INDICES,
            st.sampled_from(DefinitionKind),
            FORMS,
            lists(st.builds(Summand, lists(INDICES), lists(KERNELS), lists(FORMS))),
        ),
        max_size=2,
    ),
    st.lists(
        st.builds(
            Public,
            INDICES,
            NAMES,
            st.sampled_from([1, 2, 4, 8]),
            st.booleans(),
            st.floats(allow_nan=False),
            SHAPES,
        ),
        max_size=2,
    ),
)


@examples(80)
@given(SYSTEMS)
def test_any_relation_system_survives_its_encoding(system: RelationSystem) -> None:
    data = encode_system(system)
    assert decode_system(data) == system
    assert encode_system(decode_system(data)) == data


# The compiler


@examples(20)
@given(st.sampled_from([small_system, rich_system]), st.one_of(st.none(), st.integers(5, 20)))
def test_a_schedule_is_a_function_of_the_bytes_of_its_relations(
    build: Callable[[], RelationSystem], row_bits: int | None
) -> None:
    schedule = build_schedule(build(), row_bits)
    data = encode_schedule(schedule)
    again = build_schedule(decode_system(encode_system(build())), row_bits)
    assert encode_schedule(again) == data
    assert decode_schedule(data) == schedule
    assert transcript_pattern(again) == transcript_pattern(schedule)


@examples(8)
@given(st.sampled_from([small_system, rich_system]), st.data())
def test_names_do_not_reach_the_schedule(
    build: Callable[[], RelationSystem], data: st.DataObject
) -> None:
    system, renamed = build(), build()
    for tensor in renamed.tensors:
        object.__setattr__(tensor, "name", data.draw(PRINTABLE))
    assert encode_schedule(build_schedule(renamed)) == encode_schedule(build_schedule(system))

"""Systems whose declared ranges nothing enforces: the compiler must refuse them.

Every system here lets a committed tensor take values outside its declared range. A verifying key
may carry such a system, and an operator could declare one by mistake.
"""

from collections.abc import Callable

import pytest

from modulus.errors import ModulusError
from modulus.relations.coordinate import HALF, Coordinate, block_bits, local_point
from modulus.relations.form import (
    Counter,
    Form,
    Kernel,
    KernelPart,
    One,
    Term,
    constant,
    tensor_form,
)
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
from modulus.schedule.checks import check_system

SHAPE = (2,)
X, Y, Z = range(3)


def _whole(number: int, shape: tuple[int, ...] = SHAPE) -> Form:
    return tensor_form(number, local_point(block_bits(shape)))


def _trace(*names: str, high: int = 3) -> RelationSystem:
    return RelationSystem([Tensor(name, SHAPE, 0, high, Role.TRACE) for name in names])


def _zero(*forms: Form, coefficient: int = 1) -> Pointwise:
    return Pointwise("zero", SHAPE, (Product(coefficient, forms),))


def _range(system: RelationSystem, form: Form, rows: int, shape: tuple[int, ...] = SHAPE) -> None:
    system.tables.append(Table("range", (rows,), (0,), ()))
    system.lookups.append(Lookup("range", shape, len(system.tables) - 1, (form,)))


def uncovered() -> RelationSystem:
    return _trace("x")


def scaled_column() -> RelationSystem:
    """0 <= 2x < 4 allows x = 1/2."""
    system = _trace("x")
    _range(system, _whole(X).scaled(2), 4)
    return system


def doubled_column() -> RelationSystem:
    """The same, with two terms."""
    system = _trace("x")
    _range(system, Form(_whole(X).terms * 2), 4)
    return system


def shifted_column() -> RelationSystem:
    system = _trace("x")
    _range(system, _whole(X).plus(constant(1)), 4)
    return system


def sum_column() -> RelationSystem:
    """0 <= x + y < 4 bounds neither."""
    system = _trace("x", "y")
    _range(system, _whole(X).plus(_whole(Y)), 4)
    return system


def wide_table() -> RelationSystem:
    system = _trace("x")
    _range(system, _whole(X), 5)
    return system


def part_of_a_tensor() -> RelationSystem:
    """One entry is looked up twice, the other never."""
    system = _trace("x")
    _range(system, tensor_form(X, (HALF,)), 4)
    return system


def other_shape() -> RelationSystem:
    """The same index bits, but one entry fewer."""
    system = RelationSystem([Tensor("x", (4,), 0, 3, Role.TRACE)])
    _range(system, _whole(X, (3,)), 4, (3,))
    return system


def no_such_choice() -> RelationSystem:
    """x(y - x) = 0 says nothing about y where x = 0."""
    system = _trace("x", "y")
    _range(system, _whole(X), 4)
    system.pointwise.append(_zero(_whole(X), _whole(Y).minus(_whole(X))))
    return system


def half_of_an_entry() -> RelationSystem:
    """2y = x has the solution 1/2 in the field."""
    system = _trace("x", "y")
    _range(system, _whole(X), 4)
    system.pointwise.append(_zero(_whole(Y).scaled(2).minus(_whole(X))))
    return system


def circular_copies() -> RelationSystem:
    """Each is a copy of the other, so both are free."""
    system = _trace("x", "y")
    system.pointwise.append(_zero(_whole(X).minus(_whole(Y))))
    system.pointwise.append(_zero(_whole(Y).minus(_whole(X))))
    return system


def vacuous_relation() -> RelationSystem:
    system = _trace("x")
    system.pointwise.append(_zero(_whole(X), coefficient=0))
    return system


def copy_of_itself() -> RelationSystem:
    """x + x = 1 has the solution 1/2."""
    system = _trace("x", high=1)
    system.pointwise.append(_zero(Form((*_whole(X).terms * 2, *constant(-1).terms))))
    return system


def gathered_from_itself() -> RelationSystem:
    """The value column of a table is the tensor that is looked up in it."""
    system = _trace("x")
    system.tables.append(Table("gather", SHAPE, (0,), (_whole(X),)))
    index = Form((Term(1, Counter(local_point(1))),))
    system.lookups.append(Lookup("gather", SHAPE, 0, (index, _whole(X))))
    return system


def copy_of_an_average() -> RelationSystem:
    """The average of 0 and 1 is 1/2, a large field element."""
    system = _trace("x", "y")
    _range(system, _whole(X), 4)
    system.pointwise.append(_zero(_whole(Y).minus(tensor_form(X, (HALF,)))))
    return system


def copy_of_an_understated_sum() -> RelationSystem:
    """v = x * x is declared in [0, 3], y = v inherits it; x reaches 2^62."""
    system = RelationSystem(
        [
            Tensor("x", SHAPE, 0, 1 << 62, Role.TRACE),
            Tensor("v", SHAPE, 0, 3, Role.VIRTUAL),
            Tensor("y", SHAPE, 0, 3, Role.TRACE),
        ]
    )
    system.public.append(Public(X, "x", 8, is_output=False, scale=1.0, shape=SHAPE))
    square = Summand((0,), (), (_whole(X), _whole(X)))
    system.definitions.append(Definition(Y, DefinitionKind.CONTRACTION, Form(()), (square,)))
    system.pointwise.append(_zero(_whole(Z).minus(_whole(Y))))
    return system


def copied(*summands: Summand, offset: Form | None = None) -> RelationSystem:
    """y = v, declared in [0, 3] as x is; v calls itself a rewire of x."""
    system = RelationSystem(
        [
            Tensor("x", SHAPE, 0, 3, Role.TRACE),
            Tensor("v", SHAPE, 0, 3, Role.VIRTUAL),
            Tensor("y", SHAPE, 0, 3, Role.TRACE),
        ]
    )
    _range(system, _whole(X), 4)
    held = Form(()) if offset is None else offset
    system.definitions.append(Definition(Y, DefinitionKind.REWIRE, held, summands))
    system.pointwise.append(_zero(_whole(Z).minus(_whole(Y))))
    return system


KEPT, BOUND, SECOND = local_point(3)


def _part(coefficient: int, *coordinates: Coordinate) -> KernelPart:
    return KernelPart(coefficient, 1 << len(coordinates), coordinates)


def _entry(*parts: KernelPart, shift: int = 0, bits: int = 1) -> Summand:
    """x[i'] where the parts, the index i - i' among them, add up to zero."""
    kernel = Kernel(shift, (_part(1, KEPT), _part(-1, BOUND), *parts))
    return Summand(tuple(range(1, 1 + bits)), (kernel,), (tensor_form(X, (BOUND,)),))


def selected() -> RelationSystem:
    """v = x, by a kernel."""
    return copied(_entry())


def shifted_and_filled() -> RelationSystem:
    """v[0] = x[1], v[1] = 3."""
    kernel = Kernel(1, (_part(1, KEPT), _part(-1, HALF)))
    offset = Form((*constant(3).terms, Term(-6, One(), kernels=(kernel,))))
    return copied(_entry(shift=1), offset=offset)


def sum_as_a_rewire() -> RelationSystem:
    """Every entry of v is x[0] + x[1]."""
    return copied(Summand((1,), (), (tensor_form(X, (BOUND,)),)))


def product_as_a_rewire() -> RelationSystem:
    return copied(Summand((0,), (), (_whole(X), _whole(X))))


def two_digits_of_one_stride() -> RelationSystem:
    """v[1] adds x[0] and x[1], with the other digit one and zero."""
    return copied(_entry(_part(-1, SECOND), bits=2))


def overlapping_pieces() -> RelationSystem:
    return copied(_entry(), _entry())


def overlapping_copies() -> RelationSystem:
    return copied(*(Summand((), (), (_whole(X),)) for _ in range(2)))


def fill_that_stays() -> RelationSystem:
    """v = x + 1."""
    return copied(_entry(), offset=constant(1))


def fill_that_is_taken_elsewhere() -> RelationSystem:
    """v[0] = x[0] + 3, v[1] = x[1]: the fill is taken back where no entry of x is."""
    kernel = Kernel(-1, (_part(1, KEPT), _part(-1, HALF)))
    offset = Form((*constant(3).terms, Term(-6, One(), kernels=(kernel,))))
    return copied(_entry(), offset=offset)


def two_fills() -> RelationSystem:
    return copied(offset=Form((*constant(3).terms, *constant(3).terms)))


def averaging_kernel() -> RelationSystem:
    """v[0] is half of x[0]."""
    kernel = Kernel(0, (_part(1, KEPT), _part(-1, BOUND), _part(4, HALF)))
    return copied(Summand((1,), (kernel,), (tensor_form(X, (BOUND,)),)))


REFUSED = [
    uncovered, scaled_column, doubled_column, shifted_column, sum_column, wide_table,
    part_of_a_tensor, other_shape, no_such_choice, half_of_an_entry, circular_copies,
    vacuous_relation, copy_of_itself, gathered_from_itself, copy_of_an_average,
    copy_of_an_understated_sum, sum_as_a_rewire, product_as_a_rewire, two_digits_of_one_stride,
    overlapping_pieces, overlapping_copies, fill_that_stays, fill_that_is_taken_elsewhere,
    two_fills, averaging_kernel,
]  # fmt: skip


@pytest.mark.parametrize("system", REFUSED, ids=lambda f: f.__name__)
def test_a_range_that_nothing_implies_is_refused(system: Callable[[], RelationSystem]) -> None:
    with pytest.raises(ModulusError):
        check_system(system())


@pytest.mark.parametrize("system", [selected, shifted_and_filled])
def test_a_selection_has_the_range_of_its_source(system: Callable[[], RelationSystem]) -> None:
    check_system(system())


def product_of_kept_bits() -> RelationSystem:
    """v[i] = x[i] * x[i] as a plain product: of degree two in i, so no extension of a tensor."""
    system = RelationSystem(
        [Tensor("x", SHAPE, 0, 3, Role.TRACE), Tensor("v", SHAPE, 0, 9, Role.VIRTUAL)]
    )
    _range(system, _whole(X), 4)
    square = Summand((), (), (_whole(X), _whole(X)))
    system.definitions.append(Definition(Y, DefinitionKind.CONTRACTION, Form(()), (square,)))
    return system


def value_outside_the_shape() -> RelationSystem:
    """v is one at the padded index too: a sum over it counts four entries of three."""
    system = RelationSystem([Tensor("v", (3,), 0, 1, Role.VIRTUAL)])
    system.definitions.append(Definition(X, DefinitionKind.REWIRE, constant(1), ()))
    return system


@pytest.mark.parametrize("system", [product_of_kept_bits, value_outside_the_shape])
def test_a_definition_that_is_no_extension_of_its_tensor_is_refused(
    system: Callable[[], RelationSystem],
) -> None:
    with pytest.raises(ModulusError):
        check_system(system())

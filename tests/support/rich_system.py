"""A relation system without a meaning that uses whatever the small one does not.

Fixed tables, a gather, two groups of lookups, selectors, halves, counters, a shared and kept index,
a constant outside a view, a concatenation, and virtual tensors four deep.

    x (3, 5), i (4,) public -> s = x^2 by table, g = E[i], t = x^3 but for column 3
    m = s B per row -> v = row sums of m between 7s -> c = v ++ g[2] -> d = c W -> y = d
"""

from __future__ import annotations

import random

from modulus.relations.contents import FunctionTable
from modulus.relations.coordinate import HALF, ONE, ZERO, Point, local_point
from modulus.relations.form import (
    Counter,
    Form,
    Kernel,
    KernelPart,
    One,
    Selector,
    TensorAtom,
    Term,
    tensor_form,
)
from modulus.relations.function import VARIABLE
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

OUTSIDE = 7
SQUARE = (VARIABLE * VARIABLE).code
LIMIT = 1 << 40
SQUARES, X, INDEX, S, E, G, B, M, V, C, W, D, Y, T = range(14)


def rich_system() -> RelationSystem:
    """Return the relations; tensor numbers are the constants of this module."""
    system = RelationSystem()
    for tensor in (
        Tensor("squares", (16,), 0, 64, Role.TABLE, FunctionTable(SQUARE, -8, 1.0, 1.0)),
        Tensor("x", (3, 5), -8, 7, Role.TRACE),
        Tensor("i", (4,), 0, 5, Role.TRACE),
        Tensor("s", (3, 5), 0, 64, Role.TRACE),
        Tensor("e", (6, 3), -50, 50, Role.WEIGHT),
        Tensor("g", (4, 3), -50, 50, Role.TRACE),
        Tensor("b", (3, 5, 2), -9, 9, Role.WEIGHT),
        Tensor("m", (3, 2), -LIMIT, LIMIT, Role.VIRTUAL),
        Tensor("v", (5,), -LIMIT, LIMIT, Role.VIRTUAL),
        Tensor("c", (8,), -LIMIT, LIMIT, Role.VIRTUAL),
        Tensor("w", (8, 2), -9, 9, Role.WEIGHT),
        Tensor("d", (2,), -LIMIT, LIMIT, Role.VIRTUAL),
        Tensor("y", (2,), -LIMIT, LIMIT, Role.TRACE),
        Tensor("t", (3, 5), -512, 511, Role.TRACE),
    ):
        system.add_tensor(tensor)
    _add_lookups(system)
    _add_definitions(system)
    x, left = tensor_form(X, local_point(5)), Selector(3, local_point(2))
    system.pointwise += [
        Pointwise(
            "cube",
            (3, 5),
            (
                Product(1, (Form((Term(1, One(), (left,)),)), x, x, x)),
                Product(-1, (tensor_form(T, local_point(5)),)),
            ),
        ),
        Pointwise(
            "output",
            (2,),
            (Product(2, (tensor_form(Y, local_point(1)).minus(tensor_form(D, local_point(1))),)),),
        ),
    ]
    system.public += [
        Public(X, "x", 1, False, 0.125, (15,)),
        Public(INDEX, "i", 1, False, 1.0, (2, 2)),
        Public(Y, "y", 8, True, 1e-3, (1, 2)),
        Public(T, "t", 2, True, 1.0, (3, 5)),
    ]
    return system


def _add_lookups(system: RelationSystem) -> None:
    whole = local_point(5)
    x = tensor_form(X, whole)
    index = tensor_form(INDEX, local_point(2, 2))
    column = Form((Term(1, Counter(local_point(2))),))
    system.tables += [
        Table("squares", (16,), (-8,), (tensor_form(SQUARES, local_point(4)),)),
        Table("rows", (6, 3), (0, 0), (tensor_form(E, local_point(5)),)),
        Table("cubes", (1024,), (-512,), ()),
        Table("inputs", (16,), (-8,), ()),
    ]
    system.lookups += [
        Lookup("square", (3, 5), 0, (x, tensor_form(S, whole))),
        Lookup("cube", (3, 5), 2, (tensor_form(T, whole),)),
        Lookup("x", (3, 5), 3, (x,)),
        Lookup("gather", (4, 3), 1, (index, column, tensor_form(G, local_point(4)))),
        Lookup("x shifted", (3, 5), 2, (x.scaled(3),)),
        Lookup("s", (3, 5), 2, (tensor_form(S, whole),)),
    ]


def _add_definitions(system: RelationSystem) -> None:
    inner, batch = local_point(3, 3), local_point(2, 1)
    product = Summand(
        (3, 4, 5, 1, 2),
        (),
        (
            tensor_form(S, (*inner, *batch)),
            tensor_form(B, (*local_point(1), *inner, *batch)),
        ),
    )
    place = KernelPart(1, 5, local_point(3))
    # A sum over two entries is twice the value at the half between them.
    row_sums = Form((Term(2, TensorAtom(M, (HALF, *local_point(2, 3)))),))
    shown = Kernel(-1, (place, KernelPart(-1, 3, (HALF, HALF))))
    outside = Form(
        (
            Term(OUTSIDE, One(), (Selector(5, local_point(3)),)),
            Term(-4 * OUTSIDE, One(), (), (shown,)),
        )
    )
    view = Summand(
        (3, 4), (Kernel(-1, (place, KernelPart(-1, 3, local_point(2, 3)))),), (row_sums,)
    )

    def piece(tensor: int, extent: int, bits: int, start: int, rest: Point) -> Summand:
        bound = local_point(bits, 3)
        parts = (KernelPart(1, 8, local_point(3)), KernelPart(-1, extent, bound))
        variables = tuple(range(3, 3 + bits))
        return Summand(variables, (Kernel(-start, parts),), (tensor_form(tensor, (*bound, *rest)),))

    joined = (piece(V, 5, 3, 0, ()), piece(G, 3, 2, 5, (ZERO, ONE)))
    dense = Summand(
        (1, 2, 3),
        (),
        (tensor_form(C, local_point(3, 1)), tensor_form(W, local_point(4))),
    )
    system.definitions += [
        Definition(M, DefinitionKind.CONTRACTION, Form(()), (product,)),
        Definition(V, DefinitionKind.REWIRE, outside, (view,)),
        Definition(C, DefinitionKind.REWIRE, Form(()), joined),
        Definition(D, DefinitionKind.CONTRACTION, Form(()), (dense,)),
    ]


def rich_arrays(seed: int = 1) -> dict[int, list[int]]:
    """Return one execution: unpadded C-order values of every tensor of the system."""
    rng = random.Random(seed)

    def draw(count: int, limit: int) -> list[int]:
        return [rng.randint(-limit, limit) for _ in range(count)]

    x = [rng.randint(-8, 7) for _ in range(15)]
    index = [rng.randint(0, 5) for _ in range(4)]
    e, b, w = draw(18, 50), draw(30, 9), draw(16, 9)
    arrays = {
        SQUARES: [value * value for value in range(-8, 8)],
        X: x,
        INDEX: index,
        S: [value * value for value in x],
        E: e,
        G: [e[row * 3 + column] for row in index for column in range(3)],
        B: b,
        W: w,
        T: [value**3 if place % 5 != 3 else 0 for place, value in enumerate(x)],
    }
    return finished(arrays)


def finished(arrays: dict[int, list[int]]) -> dict[int, list[int]]:
    """Compute from squares, gathered rows and weights what follows from them."""
    s, g, b, w = (arrays[number] for number in (S, G, B, W))
    m = [
        sum(s[r * 5 + j] * b[(r * 5 + j) * 2 + k] for j in range(5))
        for r in range(3)
        for k in range(2)
    ]
    v = [OUTSIDE, *(m[2 * r] + m[2 * r + 1] for r in range(3)), OUTSIDE]
    c = v + g[6:9]
    d = [sum(c[j] * w[2 * j + k] for j in range(8)) for k in range(2)]
    return dict(sorted((arrays | {M: m, V: v, C: c, D: d, Y: list(d)}).items()))

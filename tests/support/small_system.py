"""A relation system small enough to check by hand: a 1-d convolution, ReLU and a dense layer.

x (2, 6) public -> window (2, 3, 6), kernel 3, pad 1 -> acc (3, 6) -> p - n -> y = W2 p (3,)
"""

from __future__ import annotations

import random

from modulus.relations.coordinate import local, local_point
from modulus.relations.form import Form, Kernel, KernelPart, constant, tensor_form
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

SHIFT = 4
QUOTIENT_BITS = 7
VALUE_BITS = 4
HALF_RANGE = 1 << (VALUE_BITS - 1)


def small_system() -> RelationSystem:
    """Return the relations; tensor numbers are in declaration order."""
    system = RelationSystem()
    add = system.add_tensor
    x = add(Tensor("x", (2, 6), -HALF_RANGE, HALF_RANGE - 1, Role.TRACE))
    w1 = add(Tensor("w1", (3, 2, 3), -7, 7, Role.WEIGHT))
    m1 = add(Tensor("m1", (3, 1), 1, 3, Role.WEIGHT))
    b1 = add(Tensor("b1", (3, 1), -100, 100, Role.WEIGHT))
    window = add(Tensor("window", (2, 3, 6), -HALF_RANGE, HALF_RANGE - 1, Role.VIRTUAL))
    acc = add(Tensor("acc", (3, 6), -400, 400, Role.VIRTUAL))
    high = (1 << QUOTIENT_BITS) - 1
    p = add(Tensor("p", (3, 6), 0, high, Role.TRACE))
    n = add(Tensor("n", (3, 6), 0, high, Role.TRACE))
    r = add(Tensor("r", (3, 6), 0, (1 << SHIFT) - 1, Role.TRACE))
    w2 = add(Tensor("w2", (3, 3, 6), -3, 3, Role.WEIGHT))
    logits = add(Tensor("logits", (3,), -1 << 20, 1 << 20, Role.VIRTUAL))
    y = add(Tensor("y", (3,), -1 << 20, 1 << 20, Role.TRACE))

    # Bits of x: position 0-2, channel 3. Of the window: position 0-2, tap 3-4, channel 5.
    kernel = Kernel(
        -1,
        (
            KernelPart(1, 6, local_point(3)),
            KernelPart(1, 3, local_point(2, 3)),
            KernelPart(-1, 6, local_point(3, 6)),
        ),
    )
    system.definitions.append(
        Definition(
            window,
            DefinitionKind.REWIRE,
            Form(()),
            (Summand((6, 7, 8), (kernel,), (tensor_form(x, (*local_point(3, 6), local(5))),)),),
        )
    )
    # Bits of acc: position 0-2, out channel 3-4; bound: tap 5-6, channel 7.
    inner = (*local_point(2, 5), local(7))
    system.definitions.append(
        Definition(
            acc,
            DefinitionKind.CONTRACTION,
            Form(()),
            (
                Summand(
                    (5, 6, 7),
                    (),
                    (
                        tensor_form(w1, (*inner, *local_point(2, 3))),
                        tensor_form(window, (*local_point(3), *inner)),
                    ),
                ),
            ),
        )
    )
    # Bits of logits: class 0-1; bound: position 2-4, channel 5-6.
    system.definitions.append(
        Definition(
            logits,
            DefinitionKind.CONTRACTION,
            Form(()),
            (
                Summand(
                    (2, 3, 4, 5, 6),
                    (),
                    (
                        tensor_form(w2, (*local_point(5, 2), *local_point(2))),
                        tensor_form(p, local_point(5, 2)),
                    ),
                ),
            ),
        )
    )
    per_channel = local_point(2, 3)
    whole = local_point(5)
    quotient = tensor_form(p, whole).minus(tensor_form(n, whole))
    rest = (
        tensor_form(b1, per_channel).minus(quotient.scaled(1 << SHIFT)).minus(tensor_form(r, whole))
    )
    system.pointwise += [
        Pointwise(
            "conv",
            (3, 6),
            (
                Product(1, (tensor_form(m1, per_channel), tensor_form(acc, whole))),
                Product(1, (rest,)),
            ),
        ),
        Pointwise("relu", (3, 6), (Product(1, (tensor_form(p, whole), tensor_form(n, whole))),)),
        Pointwise(
            "output",
            (3,),
            (
                Product(
                    1, (tensor_form(y, local_point(2)).minus(tensor_form(logits, local_point(2))),)
                ),
            ),
        ),
    ]
    system.tables += [
        Table("quotients", (1 << QUOTIENT_BITS,), (0,), ()),
        Table("remainders", (1 << SHIFT,), (0,), ()),
    ]
    system.lookups += [
        Lookup("p", (3, 6), 0, (tensor_form(p, whole),)),
        Lookup("n", (3, 6), 0, (tensor_form(n, whole).plus(constant(0)),)),
        Lookup("r", (3, 6), 1, (tensor_form(r, whole),)),
    ]
    system.public += [
        Public(x, "x", 2, False, 1.0, (2, 6)),
        Public(y, "y", 4, True, 0.5, (3,)),
    ]
    return system


def small_arrays(seed: int = 1) -> dict[int, list[int]]:
    """Return one execution: unpadded C-order values of every tensor of the system."""
    rng = random.Random(seed)
    x = [[rng.randint(-HALF_RANGE, HALF_RANGE - 1) for _ in range(6)] for _ in range(2)]
    w1 = [[[rng.randint(-7, 7) for _ in range(3)] for _ in range(2)] for _ in range(3)]
    m1 = [rng.randint(1, 3) for _ in range(3)]
    b1 = [rng.randint(-100, 100) for _ in range(3)]
    w2 = [[[rng.randint(-3, 3) for _ in range(6)] for _ in range(3)] for _ in range(3)]
    window = [
        [[x[c][h + k - 1] if 0 <= h + k - 1 < 6 else 0 for h in range(6)] for k in range(3)]
        for c in range(2)
    ]
    acc = [
        [sum(w1[o][c][k] * window[c][k][h] for c in range(2) for k in range(3)) for h in range(6)]
        for o in range(3)
    ]
    total = [[m1[o] * acc[o][h] + b1[o] for h in range(6)] for o in range(3)]
    q = [[value >> SHIFT for value in row] for row in total]
    r = [[value & ((1 << SHIFT) - 1) for value in row] for row in total]
    p = [[max(value, 0) for value in row] for row in q]
    n = [[max(-value, 0) for value in row] for row in q]
    logits = [sum(w2[k][o][h] * p[o][h] for o in range(3) for h in range(6)) for k in range(3)]

    def flat(nested: object) -> list[int]:
        if isinstance(nested, list):
            return [value for item in nested for value in flat(item)]
        assert isinstance(nested, int)
        return [nested]

    values = [x, w1, m1, b1, window, acc, p, n, r, w2, logits, logits]
    return {number: flat(value) for number, value in enumerate(values)}

"""Small graphs that together reach every primitive step, view and kind of kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from modulus.ir.graph import Graph, Trace
from modulus.ops.tanh import tanh
from modulus.quantize.builder import Builder
from modulus.quantize.operand import Operand
from tests.unit.quantize.harness import Harness, uniform

Build = Callable[[Builder, Harness], Operand]


def _weights(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return uniform(shape, seed=7)


def _convolution(build: Builder, at: Harness) -> Operand:
    windows = build.window(at.input("x", (1, 3, 5)), [2], [3], [2], [1], [(1, 1)])
    y = build.contract("ncyi,oci->noy", windows, _weights(3, 3, 3), "o")
    return build.relu(build.add(y, build.constant(_weights(3, 1))))


def _dilated(build: Builder, at: Harness) -> Operand:
    windows = build.window(at.input("x", (1, 7)), [1], [2], [1], [3], [(2, 1)])
    return build.sum(windows, [2], keepdims=False)


def _window_view(build: Builder, at: Harness) -> Operand:
    windows = build.window(at.input("x", (3, 6)), [1], [2], [2], [1], [(0, 0)])
    return build.sum(windows, [2], keepdims=False)


def _pad_and_sum(build: Builder, at: Harness) -> Operand:
    padded = build.pad(at.input("x", (3, 3)), (1, 0), (0, 2), 0.5)
    return build.sum(padded, [0], keepdims=True)


def _crop(build: Builder, at: Harness) -> Operand:
    return build.pad(at.input("x", (7,)), (-1,), (-2,), 0.0)


def _flip(build: Builder, at: Harness) -> Operand:
    return build.slice(at.input("x", (5,)), [4], [-1], [4])


def _tail_view(build: Builder, at: Harness) -> Operand:
    # The last entries of an axis are a view whose own padding is the source's.
    tail = build.slice(at.input("x", (7,)), [4], [1], [3])
    return build.sum(tail, [0], keepdims=False)


def _strided_view(build: Builder, at: Harness) -> Operand:
    taken = build.slice(at.input("x", (6, 3)), [1, 0], [2, 1], [3, 3])
    return build.sum(taken, [0], keepdims=False)


def _concat(build: Builder, at: Harness) -> Operand:
    x, y = at.input("x", (2, 3)), at.input("y", (2, 2))
    return build.transpose(build.concat([x, y, x], 1), [1, 0])


def _reshape(build: Builder, at: Harness) -> Operand:
    return build.reshape(at.input("x", (2, 3, 5)), (5, 6))


def _regroup(build: Builder, at: Harness) -> Operand:
    flat = build.reshape(at.input("x", (3, 5)), (15,))
    return build.contract("a,ba->b", flat, _weights(3, 15), "b")


def _batched(build: Builder, at: Harness) -> Operand:
    a, b = at.input("a", (3, 2, 3)), at.input("b", (3, 3, 2))
    return build.contract_values("bnk,bko->bno", a, b)


def _broadcast(build: Builder, at: Harness) -> Operand:
    wide = build.broadcast(at.input("x", (3, 1)), (3, 5))
    return build.sum(wide, [0, 1], keepdims=False)


def _bound_sum(build: Builder, at: Harness) -> Operand:
    # The bound is a constant with selectors: a sum must not count the padding.
    raised = build.clip(at.input("x", (3, 3)), 0.25, 0.75)
    return build.sum(raised, [1], keepdims=False)


def _shifted_contraction(build: Builder, at: Harness) -> Operand:
    raised = build.add(at.input("x", (3,)), build.constant(np.array(0.5)))
    return build.contract("a,ba->b", raised, _weights(2, 3), "b")


def _depthwise(build: Builder, at: Harness) -> Operand:
    windows = build.window(at.input("x", (1, 3, 4)), [2], [2], [1], [1], [(0, 0)])
    return build.contract("ncyi,ci->ncy", windows, _weights(3, 2), "c")


def _maximum(build: Builder, at: Harness) -> Operand:
    x = build.pad(at.input("x", (5,)), (1,), (1,), None)
    return build.maximum([build.slice(x, [k], [1], [5]) for k in range(3)])


def _leaky(build: Builder, at: Harness) -> Operand:
    return build.leaky_relu(at.input("x", (5,)), 0.3)


def _function(build: Builder, at: Harness) -> Operand:
    return build.function(at.input("x", (3,)), "tanh", tanh)


def _product(build: Builder, at: Harness) -> Operand:
    return build.multiply(at.input("x", (3, 1)), at.input("y", (5,)))


CORPUS: Mapping[str, Build] = {
    build.__name__.strip("_"): build
    for build in (
        _convolution, _dilated, _window_view, _pad_and_sum, _crop, _flip, _tail_view, _strided_view,
        _concat, _reshape, _regroup, _batched, _broadcast, _bound_sum, _shifted_contraction,
        _depthwise, _maximum, _leaky, _function, _product,
    )
}  # fmt: skip


@cache
def built(name: str) -> tuple[Graph, Trace]:
    """The graph of a case, and its trace on one input; every relation has been checked densely."""
    at = Harness()
    result = CORPUS[name](at.build, at)
    at.build.value(result)
    ports = at.graph.inputs
    inputs = {p.name: uniform(p.value.shape, seed=i) for i, p in enumerate(ports)}
    return at.graph, at.run(inputs)

"""Kernel of an affine index map, evaluated by an automaton over the bits of its indices.

A rewire ties an output index to a source index by one linear equation per axis: windows,
slices, pads, concatenation pieces, flips and reshapes are all of this form. The equation is
checked bit by bit like a sum on paper, so its multilinear extension costs one pass over the bits
instead of one over all index pairs.

Source:
    Modulus protocol section 5; vectors/multilinear/kernels.json.
"""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

from modulus.reference.field import SCALAR_MODULUS


class Term(NamedTuple):
    """One index variable of the equation: ``coefficient * v`` with ``0 <= v < extent``."""

    coefficient: int
    """Any integer, negative and zero included."""
    extent: int
    """Number of values of v; at most 2^len(coordinates)."""
    coordinates: Sequence[int]
    """Point that v is extended to, low bit first."""


_State: TypeAlias = tuple[int, tuple[bool, ...]]
"""Carry so far, and per term whether its low bits are below those of its extent."""


def affine_kernel(terms: Sequence[Term], constant: int) -> int:
    """Sum of prod_k eq(coordinates_k, v_k) over all index tuples v with sum a_k v_k + c = 0.

    Only indices with ``0 <= v_k < extent_k`` count, so padding of the output and of the source is
    outside the kernel.

    Args:
        terms: One entry per index variable.
        constant: The integer c of the equation.

    Raises:
        ValueError: If an extent is negative or does not fit the coordinates of its term.
    """
    for position, term in enumerate(terms):
        if not 0 <= term.extent <= 1 << len(term.coordinates):
            raise ValueError(
                f"extent {term.extent} of kernel term {position} does not fit "
                f"{len(term.coordinates)} coordinates"
            )
    # A dimension that fills its power of two needs no bound: its flag starts, and stays, true.
    flags = tuple(term.extent == 1 << len(term.coordinates) for term in terms)
    states: dict[_State, int] = {(constant, flags): 1}
    for position in range(max((len(term.coordinates) for term in terms), default=0)):
        states = _advance(states, terms, position)
    return states.get((0, (True,) * len(terms)), 0)


def _advance(states: dict[_State, int], terms: Sequence[Term], position: int) -> dict[_State, int]:
    """Consume one bit of every variable."""
    lowest, highest = _decidable_carries(terms, position + 1)
    successors: dict[_State, int] = {}
    for bits, weight in _bit_choices(terms, position):
        step = sum(term.coefficient for term, bit in zip(terms, bits, strict=True) if bit)
        for (carry, flags), value in states.items():
            total = carry + step
            # An odd sum can never be cancelled by higher bits.
            if total & 1 or not lowest <= total >> 1 <= highest:
                continue
            state = (total >> 1, _compare(terms, position, bits, flags))
            successors[state] = (successors.get(state, 0) + value * weight) % SCALAR_MODULUS
    return successors


def _bit_choices(terms: Sequence[Term], position: int) -> list[tuple[tuple[int, ...], int]]:
    """Every assignment of bit `position` to the variables, with its eq weight."""
    weights = [
        (1 - term.coordinates[position], term.coordinates[position])
        if position < len(term.coordinates)
        else (1,)
        for term in terms
    ]
    choices = []
    for bits in product(*(range(len(weight)) for weight in weights)):
        total = 1
        for weight, bit in zip(weights, bits, strict=True):
            total = total * weight[bit] % SCALAR_MODULUS
        choices.append((bits, total))
    return choices


def _compare(
    terms: Sequence[Term], position: int, bits: Sequence[int], flags: Sequence[bool]
) -> tuple[bool, ...]:
    """Flags after one more bit: the highest bit that differs from the extent decides."""
    updated = []
    for term, bit, flag in zip(terms, bits, flags, strict=True):
        is_bounded = term.extent != 1 << len(term.coordinates)
        bound = term.extent >> position & 1
        updated.append(bit < bound if is_bounded and bit != bound else flag)
    return tuple(updated)


def _decidable_carries(terms: Sequence[Term], position: int) -> tuple[int, int]:
    """Range of carries that the bits from `position` up can still cancel."""
    lowest = 0
    highest = 0
    for term in terms:
        remaining = term.coefficient * (max(term.extent - 1, 0) >> position)
        lowest -= max(remaining, 0)
        highest -= min(remaining, 0)
    return lowest, highest

"""The size of kernels' automata: what evaluating them costs every verifier.

The native core counts alike (crates/protocol/src/schedule/automaton.rs).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from modulus.errors import ArtifactError
from modulus.relations.form import Kernel, KernelPart

MAX_KERNEL_PARTS = 8
"""The automaton branches on one bit of every part at once."""

MAX_KERNEL_COEFFICIENTS = 1 << 20
"""Bound on the sum of the coefficients' magnitudes."""

MAX_KERNEL_STATES = 1 << 15
"""States at one bit position; a reshape needs about as many as its inner width."""

MAX_UNHALVED_STATES = 16 * MAX_KERNEL_STATES
"""Attack: eight parts multiply the states of a position by 256 before half of the carries end.

More than four parts alone get here, which no compiler makes; the native core only takes longer.
"""

MAX_SCHEDULE_STATES = 1 << 18
"""States of all kernels of a schedule together."""


def check_work(kernels: Iterable[Kernel]) -> None:
    """Bound the work that a schedule's kernels are for a verifier.

    Attack: many kernels, each just within its limit, would keep a verifier busy for hours.

    Raises:
        ArtifactError: They need too many states, one of them or all together.
    """
    total = 0
    for kernel in kernels:
        needed = states(kernel)
        total += needed
        if needed > MAX_KERNEL_STATES or total > MAX_SCHEDULE_STATES:
            raise ArtifactError(
                "the index maps are too irregular to be evaluated by a verifier",
                hint="reshape in smaller steps, or through axes that are powers of two",
            )


def fits(kernel: Kernel) -> bool:
    """Whether the automaton stays within the limits that all verifiers share."""
    return states(kernel) <= MAX_KERNEL_STATES


@lru_cache(maxsize=1024)
def states(kernel: Kernel) -> int:
    """Count states at one bit position: a bound if it is small enough, else the largest layer."""
    carries = sum(abs(part.coefficient) for part in kernel.parts)
    if len(kernel.parts) > MAX_KERNEL_PARTS or carries > MAX_KERNEL_COEFFICIENTS:
        return MAX_KERNEL_STATES + 1
    flags = sum(1 for part in kernel.parts if _is_bounded(part))
    bound = (carries + 1) << flags
    if bound <= MAX_KERNEL_STATES or not kernel.parts:
        return bound
    return _largest_layer(kernel)


def _is_bounded(part: KernelPart) -> bool:
    return part.extent != 1 << len(part.coordinates)


def _largest_layer(kernel: Kernel) -> int:
    """Count reachable states position by position; stops early beyond the limit.

    A state is an integer: the carry above one flag per part, whether the low bits so far are below
    those of its extent.
    """
    flags = len(kernel.parts)
    states = {kernel.constant << flags}
    largest = 1
    for position in range(max(len(part.coordinates) for part in kernel.parts)):
        for number, part in enumerate(kernel.parts):
            states = _with_bit(states, part, position, 1 << number, flags)
            if len(states) > MAX_UNHALVED_STATES:
                return MAX_KERNEL_STATES + 1
        low, high = _cancellable(kernel, position + 1)
        mask = (1 << flags) - 1
        states = {
            (state >> flags >> 1 << flags) | (state & mask)
            for state in states
            if not state >> flags & 1 and low <= state >> flags >> 1 <= high
        }
        if len(states) > MAX_KERNEL_STATES:
            return len(states)
        largest = max(largest, len(states))
    return largest


def _with_bit(states: set[int], part: KernelPart, position: int, flag: int, flags: int) -> set[int]:
    """Return the states after either bit of a part at a position; bits beyond its own are zero."""
    following: set[int] = set()
    for bit in (0, 1) if position < len(part.coordinates) else (0,):
        added = part.coefficient * bit << flags
        bound = part.extent >> position & 1
        if not _is_bounded(part) or bit == bound:
            following.update(state + added for state in states)
        elif bit < bound:
            following.update((state | flag) + added for state in states)
        else:
            following.update((state & ~flag) + added for state in states)
    return following


def _cancellable(kernel: Kernel, position: int) -> tuple[int, int]:
    """Carries that the bits from `position` up can still bring to zero."""
    reach = [part.coefficient * ((part.extent - 1) >> position) for part in kernel.parts]
    return -sum(max(r, 0) for r in reach), -sum(min(r, 0) for r in reach)

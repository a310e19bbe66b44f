"""The size of kernels' automata: what evaluating them costs every verifier.

The native core counts alike (crates/protocol/src/schedule/automaton.rs).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from modulus.errors import ArtifactError
from modulus.relations.form import Kernel, KernelPart

MAX_KERNEL_PARTS = 8
"""The automaton branches on one bit of every part at once."""

MAX_KERNEL_COEFFICIENTS = 1 << 20
"""Bound on the sum of the coefficients' magnitudes."""

MAX_KERNEL_STATES = 1 << 15
"""States at one bit position; a reshape needs about as many as its inner width."""

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
    """Count reachable states position by position; stops early beyond the limit."""
    states = {(kernel.constant, tuple(False for _ in kernel.parts))}
    largest = 1
    for position in range(max(len(part.coordinates) for part in kernel.parts)):
        choices = [(0, 1) if position < len(p.coordinates) else (0,) for p in kernel.parts]
        low, high = _cancellable(kernel, position + 1)
        following: set[tuple[int, tuple[bool, ...]]] = set()
        for carry, flags in states:
            for bits in product(*choices):
                total = carry + sum(
                    part.coefficient * bit for part, bit in zip(kernel.parts, bits, strict=True)
                )
                if total & 1 or not low <= total >> 1 <= high:
                    continue
                following.add((total >> 1, _flags(kernel, flags, bits, position)))
            if len(following) > MAX_KERNEL_STATES:
                return len(following)
        states = following
        largest = max(largest, len(states))
    return largest


def _flags(
    kernel: Kernel, flags: tuple[bool, ...], bits: tuple[int, ...], position: int
) -> tuple[bool, ...]:
    """Whether the low bits so far are below those of the extent, per bounded part."""
    updated = []
    for part, flag, bit in zip(kernel.parts, flags, bits, strict=True):
        bound = part.extent >> position & 1
        updated.append((bit < bound if bit != bound else flag) if _is_bounded(part) else False)
    return tuple(updated)


def _cancellable(kernel: Kernel, position: int) -> tuple[int, int]:
    """Carries that the bits from `position` up can still bring to zero."""
    reach = [part.coefficient * ((part.extent - 1) >> position) for part in kernel.parts]
    return -sum(max(r, 0) for r in reach), -sum(min(r, 0) for r in reach)

"""The small system's executions, changed in one place and consistent in all that follows."""

from __future__ import annotations

from tests.attacks.harness import Arrays
from tests.support.small_system import SHIFT, small_arrays

X, W1, M1, B1, WINDOW, ACC, P_, N_, REST, W2, LOGITS, Y = range(12)
QUOTIENTS, REMAINDERS = range(2)
"""Tables."""
POSITIONS, CHANNELS, CLASSES = 6, 3, 3


def with_changes(**changes: int) -> Arrays:
    """The execution with amounts added to the first value of some tensors."""
    arrays = small_arrays()
    numbers = {"x": X, "window": WINDOW, "acc": ACC, "n": N_, "r": REST, "y": Y}
    for name, amount in changes.items():
        arrays[numbers[name]][0] += amount
    return arrays


def finished(arrays: Arrays) -> Arrays:
    """Recompute the outputs from changed activations."""
    size = len(arrays[P_])
    arrays[LOGITS] = [
        sum(w * p for w, p in zip(arrays[W2][k : k + size], arrays[P_], strict=True))
        for k in range(0, CLASSES * size, size)
    ]
    arrays[Y] = list(arrays[LOGITS])
    return arrays


def requantised(arrays: Arrays, place: int) -> None:
    """Recompute quotient and remainder of one accumulator."""
    channel = place // POSITIONS
    total = arrays[M1][channel] * arrays[ACC][place] + arrays[B1][channel]
    quotient, arrays[REST][place] = total >> SHIFT, total & ((1 << SHIFT) - 1)
    arrays[P_][place], arrays[N_][place] = max(quotient, 0), max(-quotient, 0)

"""The size of kernels' automata, which decides what a verifier is asked to evaluate."""

import random
from itertools import product

from modulus.relations.coordinate import bits_of, local_point
from modulus.relations.form import Kernel, KernelPart
from modulus.schedule import automaton
from modulus.schedule.automaton import fits, states


def kernel(constant: int, parts: list[tuple[int, int]]) -> Kernel:
    """A kernel of (coefficient, extent) parts."""
    made = (KernelPart(a, n, local_point(bits_of(n))) for a, n in parts)
    return Kernel(constant, tuple(made))


def largest_layer(held: Kernel) -> int:
    """The definition: carries that can still end at zero, with a flag per bounded part."""
    layer = {(held.constant, (False,) * len(held.parts))}
    largest = 1
    for position in range(max(len(part.coordinates) for part in held.parts)):
        higher = [part.coefficient * ((part.extent - 1) >> position + 1) for part in held.parts]
        low, high = -sum(max(r, 0) for r in higher), -sum(min(r, 0) for r in higher)
        following = set()
        choices = [(0, 1) if position < len(p.coordinates) else (0,) for p in held.parts]
        for (carry, flags), bits in product(layer, product(*choices)):
            total = carry + sum(p.coefficient * b for p, b in zip(held.parts, bits, strict=True))
            if total % 2 == 0 and low <= total // 2 <= high:
                below = [
                    part.extent != 1 << len(part.coordinates)
                    and (flag if bit == part.extent >> position & 1 else not bit)
                    for part, flag, bit in zip(held.parts, flags, bits, strict=True)
                ]
                following.add((total // 2, tuple(map(bool, below))))
        layer = following
        largest = max(largest, len(layer))
    return largest


def test_layers_are_counted_as_defined() -> None:
    choose = random.Random(0)
    for _ in range(300):
        coefficients = choose.choices([1, -1, 2, -3, 5, 28, -100], k=choose.randint(1, 4))
        extents = choose.choices([1, 2, 3, 5, 8, 13, 100], k=len(coefficients))
        held = kernel(choose.randint(-50, 50), list(zip(coefficients, extents, strict=True)))
        assert automaton._largest_layer(held) == largest_layer(held)


def test_an_irregular_kernel_of_eight_parts_is_refused() -> None:
    extent = (1 << 32) - 3
    primes = (99991, -99989, 65537, -65539, 4099, -4093, 257, -251)
    assert not fits(kernel(0, [(prime, extent) for prime in primes]))
    assert states(kernel(0, [(1, 3), (-1, 3)])) == 12

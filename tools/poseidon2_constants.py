"""Generates the Poseidon2 parameters over the BN254 scalar field, width 4.

Writes the language-neutral vectors and the Rust constants, so that no implementation
carries constants typed by hand.
The permutation and the sponge below are deliberately plain: they are the second opinion
that the Rust implementation is tested against.

Usage:
    python tools/poseidon2_constants.py            # rewrite the generated files
    python tools/poseidon2_constants.py --check    # exit 1 if a generated file is stale

Source:
    Grassi, Khovratovich and Schofnegger, Poseidon2 (ePrint 2023/323), and the parameter
    script published with it (github.com/HorizenLabs/poseidon2, poseidon2_rust_params.sage).
    The Grain LFSR is the one of Poseidon (ePrint 2019/458), appendix E.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617
"""Order of the BN254 scalar field."""

FIELD_BITS = 254
WIDTH = 4
RATE = 3
FULL_ROUNDS = 8
PARTIAL_ROUNDS = 56
ALPHA = 5

EXTERNAL_MATRIX = ((5, 7, 1, 3), (4, 6, 1, 1), (1, 3, 5, 7), (1, 1, 4, 6))
"""M4 of the paper: the whole external layer at width 4."""

PUBLISHED_PERMUTATION = (
    0x01BD538C2EE014ED5141B29E9AE240BF8DB3FE5B9A38629A9647CF8D76C01737,
    0x239B62E7DB98AA3A2A8F6A0D2FA1709E7A35959AA6C7034814D9DAA90CBAC662,
    0x04CBB44C61D928ED06808456BF758CBF0C18D1E15A7B6DBC8245FA7515D5E3CB,
    0x2E11C5CFF2A22C64D01304B778D78F6998EFF1AB73163A35603F54794C30847A,
)
"""Image of (0, 1, 2, 3) as published by the authors and by Barretenberg."""

ROOT = Path(__file__).resolve().parent.parent

Matrix = list[list[int]]
Polynomial = list[int]


def grain_bits() -> Iterator[int]:
    """Yields the output of the Grain LFSR seeded with these parameters."""
    seed = (
        f"{1:02b}"  # prime field
        f"{0:04b}"  # S-box x^alpha
        f"{FIELD_BITS:012b}{WIDTH:012b}{FULL_ROUNDS:010b}{PARTIAL_ROUNDS:010b}" + "1" * 30
    )
    state = int(seed[::-1], 2)

    def step() -> int:
        nonlocal state
        bit = (state >> 62 ^ state >> 51 ^ state >> 38 ^ state >> 23 ^ state >> 13 ^ state) & 1
        state = (state >> 1) | (bit << 79)
        return bit

    for _ in range(160):
        step()
    while True:
        # Self-shrinking: a zero discards its successor.
        while step() == 0:
            step()
        yield step()


def draw(bits: Iterator[int]) -> int:
    """Takes one integer of FIELD_BITS bits, most significant bit first."""
    value = 0
    for _ in range(FIELD_BITS):
        value = 2 * value + next(bits)
    return value


def draw_below_modulus(bits: Iterator[int]) -> int:
    """Takes one field element by rejection."""
    value = draw(bits)
    while value >= MODULUS:
        value = draw(bits)
    return value


def matrix_product(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> Matrix:
    """Product of two WIDTH x WIDTH matrices over the field."""
    span = range(WIDTH)
    return [[sum(left[i][k] * right[k][j] for k in span) % MODULUS for j in span] for i in span]


def characteristic_polynomial(matrix: Matrix) -> Polynomial:
    """Monic characteristic polynomial, constant term first (Faddeev-LeVerrier)."""
    coefficients = [0] * WIDTH + [1]
    power: Matrix = [[0] * WIDTH for _ in range(WIDTH)]
    for step in range(1, WIDTH + 1):
        for i in range(WIDTH):
            power[i][i] = (power[i][i] + coefficients[WIDTH - step + 1]) % MODULUS
        power = matrix_product(matrix, power)
        trace = sum(power[i][i] for i in range(WIDTH))
        coefficients[WIDTH - step] = -trace * pow(step, -1, MODULUS) % MODULUS
    return coefficients


def remainder(dividend: Polynomial, divisor: Polynomial) -> Polynomial:
    """Remainder of a polynomial division, without leading zeros."""
    rest = [value % MODULUS for value in dividend]
    lead_inverse = pow(divisor[-1], -1, MODULUS)
    while len(rest) >= len(divisor):
        factor = rest[-1] * lead_inverse % MODULUS
        offset = len(rest) - len(divisor)
        for index, value in enumerate(divisor):
            rest[offset + index] = (rest[offset + index] - factor * value) % MODULUS
        rest.pop()
    while rest and rest[-1] == 0:
        rest.pop()
    return rest


def product_modulo(left: Polynomial, right: Polynomial, modulus: Polynomial) -> Polynomial:
    """Product of two polynomials modulo a third."""
    out = [0] * max(len(left) + len(right) - 1, 0)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            out[i + j] += a * b
    return remainder(out, modulus)


def frobenius(base: Polynomial, modulus: Polynomial) -> Polynomial:
    """The p-th power of a polynomial modulo another."""
    out: Polynomial = [1]
    for bit in f"{MODULUS:b}":
        out = product_modulo(out, out, modulus)
        if bit == "1":
            out = product_modulo(out, base, modulus)
    return out


def is_irreducible(polynomial: Polynomial) -> bool:
    """Rabin's test for degree WIDTH = 4, whose only prime divisor is 2."""
    x = [0, 1]
    squared = frobenius(frobenius(x, polynomial), polynomial)
    if frobenius(frobenius(squared, polynomial), polynomial) != x:
        return False
    padded = squared + [0] * (2 - len(squared))
    padded[1] -= 1
    a, b = polynomial, remainder(padded, polynomial)
    while b:
        a, b = b, remainder(a, b)
    return len(a) == 1


def is_secure_internal(matrix: Matrix) -> bool:
    """The published condition: no invariant subspace trail of period up to 2 * WIDTH."""
    power = matrix
    for _ in range(2 * WIDTH):
        if not is_irreducible(characteristic_polynomial(power)):
            return False
        power = matrix_product(matrix, power)
    return True


def internal_matrix(diagonal_minus_one: Sequence[int]) -> Matrix:
    """All-ones matrix plus the given diagonal."""
    return [
        [1 + (diagonal_minus_one[i] if i == j else 0) for j in range(WIDTH)] for i in range(WIDTH)
    ]


def generate() -> tuple[list[int], list[int]]:
    """Returns the round constants in order of use and the internal diagonal minus one."""
    bits = grain_bits()
    count = FULL_ROUNDS * WIDTH + PARTIAL_ROUNDS
    constants = [draw_below_modulus(bits) for _ in range(count)]
    while True:
        diagonal = [(draw(bits) - 1) % MODULUS for _ in range(WIDTH)]
        if is_secure_internal(internal_matrix(diagonal)):
            return constants, diagonal


def permute(state: Sequence[int], constants: Sequence[int], diagonal: Sequence[int]) -> list[int]:
    """Poseidon2 by definition: matrices applied entry by entry."""
    supply = iter(constants)
    internal = internal_matrix(diagonal)

    def apply(matrix: Sequence[Sequence[int]], vector: Sequence[int]) -> list[int]:
        return [sum(a * b for a, b in zip(row, vector, strict=True)) % MODULUS for row in matrix]

    def full_round(vector: list[int]) -> list[int]:
        return apply(EXTERNAL_MATRIX, [pow(v + next(supply), ALPHA, MODULUS) for v in vector])

    out = apply(EXTERNAL_MATRIX, state)
    for _ in range(FULL_ROUNDS // 2):
        out = full_round(out)
    for _ in range(PARTIAL_ROUNDS):
        out[0] = pow(out[0] + next(supply), ALPHA, MODULUS)
        out = apply(internal, out)
    for _ in range(FULL_ROUNDS // 2):
        out = full_round(out)
    return out


def run_sponge(
    initial_capacity: int,
    script: Sequence[tuple[str, int]],
    constants: Sequence[int],
    diagonal: Sequence[int],
) -> list[int]:
    """Runs ("absorb", value) and ("squeeze", 0) steps; returns the squeezed values."""
    state = [0, 0, 0, initial_capacity]
    absorbed, squeezed, pending = 0, RATE, False
    outputs: list[int] = []
    for action, value in script:
        if action == "absorb":
            if absorbed == RATE:
                state, absorbed = permute(state, constants, diagonal), 0
            state[absorbed] = (state[absorbed] + value) % MODULUS
            absorbed, pending = absorbed + 1, True
        else:
            if pending or squeezed == RATE:
                state, squeezed, pending = permute(state, constants, diagonal), 0, False
            outputs.append(state[squeezed])
            squeezed, absorbed = squeezed + 1, 0
    return outputs


def word(value: int) -> str:
    """Canonical encoding: 32 bytes, big-endian, as hexadecimal."""
    return f"0x{value:064x}"


def permutation_document(constants: Sequence[int], diagonal: Sequence[int]) -> str:
    """The content of vectors/poseidon2/bn254_t4.json."""
    half = FULL_ROUNDS // 2 * WIDTH
    full = list(constants[:half]) + list(constants[half + PARTIAL_ROUNDS :])
    inputs = (
        [0, 1, 2, 3],
        [0, 0, 0, 0],
        [MODULUS - 1] * 4,
        [MODULUS - 1, 2**128, 2**248 - 1, 7],
    )
    document = {
        "origin": "Poseidon2 (ePrint 2023/323), parameters of github.com/HorizenLabs/poseidon2; "
        "written by tools/poseidon2_constants.py. The image of (0, 1, 2, 3) is published there "
        "and in Barretenberg; the other vectors are computed by the generator.",
        "field_modulus": word(MODULUS),
        "width": WIDTH,
        "alpha": ALPHA,
        "full_rounds": FULL_ROUNDS,
        "partial_rounds": PARTIAL_ROUNDS,
        "external_matrix": [list(row) for row in EXTERNAL_MATRIX],
        "internal_diagonal_minus_one": [word(value) for value in diagonal],
        "full_round_constants": [
            [word(value) for value in full[index : index + WIDTH]]
            for index in range(0, len(full), WIDTH)
        ],
        "partial_round_constants": [
            word(value) for value in constants[half : half + PARTIAL_ROUNDS]
        ],
        "permutation": [
            {
                "input": [word(value) for value in state],
                "output": [word(value) for value in permute(state, constants, diagonal)],
            }
            for state in inputs
        ],
    }
    return json.dumps(document, indent=2) + "\n"


SPONGE_SCRIPTS: tuple[tuple[str, int, str], ...] = (
    ("squeeze with nothing absorbed", 5, "s"),
    ("one absorb, one squeeze", 0, "as"),
    ("exactly one rate", 1, "aaas"),
    ("one more than the rate", 1, "aaaas"),
    ("squeezes walk the rate and permute after it", 2**248 - 1, "aassss"),
    ("absorb after a squeeze starts at position 0", 3, "aasas"),
    ("two squeezes, then an absorb", 3, "assas"),
    ("a round message and a challenge, repeated", MODULUS - 1, "aaas" * 4),
    ("seven squeezes", 9, "aaaaaasssssss"),
)
"""Name, initial capacity, and steps: a absorbs the next input, s squeezes."""


def sponge_document(constants: Sequence[int], diagonal: Sequence[int]) -> str:
    """The content of vectors/poseidon2/sponge.json."""
    cases = []
    for name, initial_capacity, steps in SPONGE_SCRIPTS:
        supply = (pow(3, 40 * k, MODULUS) for k in range(1, len(steps) + 1))
        script = [("absorb", next(supply)) if s == "a" else ("squeeze", 0) for s in steps]
        outputs = iter(run_sponge(initial_capacity, script, constants, diagonal))
        cases.append(
            {
                "name": name,
                "initial_capacity": word(initial_capacity),
                "steps": [
                    {action: word(value if action == "absorb" else next(outputs))}
                    for action, value in script
                ],
            }
        )
    document = {
        "origin": "additive duplex sponge over vectors/poseidon2/bn254_t4.json, rate 3, capacity "
        "last; written by tools/poseidon2_constants.py",
        "cases": cases,
    }
    return json.dumps(document, indent=2) + "\n"


def rust_document(constants: Sequence[int], diagonal: Sequence[int]) -> str:
    """The content of the Rust constants module."""
    half = FULL_ROUNDS // 2 * WIDTH
    full = list(constants[:half]) + list(constants[half + PARTIAL_ROUNDS :])
    lines = [
        "//! Poseidon2 parameters over the BN254 scalar field, width 4.",
        "//!",
        "//! Generated by `tools/poseidon2_constants.py`; do not edit.",
        "",
        "use ark_bn254::Fr;",
        "use ark_ff::MontFp;",
        "",
        "/// State width.",
        f"pub const WIDTH: usize = {WIDTH};",
        "/// Rounds with an S-box on every element, half before and half after the partial ones.",
        f"pub const FULL_ROUNDS: usize = {FULL_ROUNDS};",
        "/// Rounds with an S-box on the first element only.",
        f"pub const PARTIAL_ROUNDS: usize = {PARTIAL_ROUNDS};",
        "",
        "/// Diagonal of the internal matrix, minus one.",
        "pub const INTERNAL_DIAGONAL: [Fr; WIDTH] = [",
        *(f'    MontFp!("{value}"),' for value in diagonal),
        "];",
        "",
        "/// Constants of the full rounds, in order of use.",
        "pub const FULL_ROUND_CONSTANTS: [[Fr; WIDTH]; FULL_ROUNDS] = [",
    ]
    for index in range(0, len(full), WIDTH):
        entries = (f'        MontFp!("{value}"),' for value in full[index : index + WIDTH])
        lines += ["    [", *entries, "    ],"]
    lines += [
        "];",
        "",
        "/// Constants of the partial rounds, in order of use.",
        "pub const PARTIAL_ROUND_CONSTANTS: [Fr; PARTIAL_ROUNDS] = [",
        *(f'    MontFp!("{value}"),' for value in constants[half : half + PARTIAL_ROUNDS]),
        "];",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the generated files, or checks them."""
    parser = argparse.ArgumentParser(description="Poseidon2 parameters for BN254, width 4.")
    parser.add_argument("--check", action="store_true", help="fail if a generated file is stale")
    check = parser.parse_args().check

    constants, diagonal = generate()
    if tuple(permute(range(WIDTH), constants, diagonal)) != PUBLISHED_PERMUTATION:
        print("the generated parameters miss the published test vector", file=sys.stderr)
        return 1
    documents = {
        "vectors/poseidon2/bn254_t4.json": permutation_document(constants, diagonal),
        "vectors/poseidon2/sponge.json": sponge_document(constants, diagonal),
        "crates/transcript/src/constants.rs": rust_document(constants, diagonal),
    }
    stale = []
    for name, content in documents.items():
        path = ROOT / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != content:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    for name in stale:
        print(f"{name} is stale; run tools/poseidon2_constants.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

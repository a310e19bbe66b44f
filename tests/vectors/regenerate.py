"""Write, or with --check compare, everything generated from the Python reference.

Usage: python tests/vectors/regenerate.py [--check]
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.keccak import digest, keccak256, truncated, word
from modulus.reference.kernel import Term, affine_kernel
from modulus.reference.multilinear import eq, full_powers, selector, truncated_powers
from modulus.reference.proof import PROOF_VERSION

ROOT = Path(__file__).resolve().parents[2]
# The plain prover lies with the tests, which are no installed package.
sys.path.insert(0, str(ROOT))

from tests.vectors.proof_cases import rendered_proofs  # noqa: E402

PROOFS = ROOT / "vectors" / "proofs"
POSEIDON2_PARAMETERS = ROOT / "vectors" / "poseidon2" / "bn254_t4.json"
POSEIDON2_CONSTANTS = ROOT / "src" / "modulus" / "reference" / "poseidon2_constants.py"
ORIGIN = "Python reference (src/modulus/reference), written by tests/vectors/regenerate.py."
Case = Mapping[str, object]


def encoded(value: int) -> str:
    """Field element as a 0x-prefixed word."""
    return f"0x{value:064x}"


def scalar(label: str) -> int:
    """Reproducible field element that looks uniform."""
    return int.from_bytes(keccak256(label.encode("ascii")), "big") % SCALAR_MODULUS


def point(label: str, length: int) -> list[int]:
    """Reproducible point, low bit first."""
    return [scalar(f"{label}/{position}") for position in range(length)]


def keccak_cases() -> list[Case]:
    """Plain hashes around the block boundary."""
    messages = [b"", b"abc", *(bytes(range(256))[:length] for length in (135, 136, 137, 256))]
    return [
        {"input": f"0x{message.hex()}", "digest": f"0x{keccak256(message).hex()}"}
        for message in messages
    ]


def digest_cases() -> list[Case]:
    """Tagged digests of words and points."""
    inputs: list[tuple[str, list[bytes]]] = [
        ("modulus.h2", []),
        ("modulus.r", [word(value) for value in range(11)]),
        ("modulus.b", [word(SCALAR_MODULUS - 1)]),
        ("modulus.h1.sealed", [word(7), word(1) + word(2), keccak256(b"public")]),
        ("a-tag-that-fills-the-whole-word.", [word(0)]),
    ]
    return [
        {
            "tag": tag,
            "parts": [f"0x{part.hex()}" for part in parts],
            "digest": f"0x{digest(tag, *parts).hex()}",
            "truncated": encoded(truncated(digest(tag, *parts))),
        }
        for tag, parts in inputs
    ]


def eq_cases() -> list[Case]:
    """Equality at Boolean and at general points."""
    pairs = [([], []), ([1, 0, 1], [1, 0, 1]), ([1, 0, 1], [0, 0, 1])]
    pairs += [(point(f"eq/left/{n}", n), point(f"eq/right/{n}", n)) for n in (1, 2, 5)]
    return [
        {
            "left": [encoded(value) for value in left],
            "right": [encoded(value) for value in right],
            "value": encoded(eq(left, right)),
        }
        for left, right in pairs
    ]


def selector_cases() -> list[Case]:
    """Selectors and power sums for every extent up to three bits, and some larger ones."""
    sizes = [(extent, bits) for bits in range(4) for extent in range((1 << bits) + 1)]
    sizes += [(784, 10), (1000, 10), (1024, 10), (1, 5), (65535, 16), (100_000, 17)]
    cases: list[Case] = []
    for extent, bits in sizes:
        at = point(f"selector/{extent}/{bits}", bits)
        base = scalar(f"base/{extent}/{bits}")
        cases.append(
            {
                "extent": extent,
                "point": [encoded(value) for value in at],
                "base": encoded(base),
                "selector": encoded(selector(extent, at)),
                "truncated_powers": encoded(truncated_powers(extent, base, at)),
                "full_powers": encoded(full_powers(base, at)),
            }
        )
    return cases


def kernel_equations() -> list[tuple[str, list[tuple[int, int]], int]]:
    """Name, (coefficient, extent) per term, constant of every kernel case."""
    equations = [
        (
            f"window stride {stride} dilation {dilation} pad {pad} kernel {kernel} size {size}",
            [(stride, outputs), (dilation, kernel), (-1, size)],
            -pad,
        )
        for stride, dilation, pad, kernel, size in (
            (1, 1, 0, 3, 8),
            (1, 1, 1, 3, 7),
            (2, 1, 1, 3, 16),
            (2, 1, 0, 2, 13),
            (3, 2, 2, 3, 11),
            (1, 3, 2, 5, 16),
            (2, 1, 3, 7, 224),
        )
        for outputs in [(size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1]
    ]
    equations += [
        ("slice start 3 step 2", [(2, 5), (-1, 13)], 3),
        ("slice backwards", [(-3, 4), (-1, 11)], 10),
        ("pad 2 before, 3 after", [(1, 12), (-1, 7)], -2),
        ("concat piece at offset 6", [(1, 11), (-1, 5)], -6),
        ("flip", [(1, 13), (1, 13)], -12),
        ("identity", [(1, 9), (-1, 9)], 0),
        ("reshape (2, 6) to (3, 4)", [(6, 2), (1, 6), (-4, 3), (-1, 4)], 0),
        ("reshape (16, 5, 5) to 400", [(25, 16), (5, 5), (1, 5), (-1, 400)], 0),
        ("no solution", [(2, 4), (-2, 4)], 1),
        ("empty extent", [(1, 0), (-1, 4)], 0),
    ]
    return equations


def kernel_cases() -> list[Case]:
    """Every equation at a general point."""
    cases: list[Case] = []
    for name, sizes, constant in kernel_equations():
        terms = [
            Term(coefficient, extent, point(f"{name}/{index}", max(extent - 1, 0).bit_length()))
            for index, (coefficient, extent) in enumerate(sizes)
        ]
        cases.append(
            {
                "name": name,
                "constant": constant,
                "terms": [
                    {
                        "coefficient": term.coefficient,
                        "extent": term.extent,
                        "point": [encoded(value) for value in term.coordinates],
                    }
                    for term in terms
                ],
                "value": encoded(affine_kernel(terms, constant)),
            }
        )
    return cases


def rendered_vectors(cases: Sequence[Case], note: str) -> str:
    """Vector file: origin, then cases."""
    document = {"origin": f"{ORIGIN} {note}", "cases": cases}
    return json.dumps(document, indent=2) + "\n"


def rendered_constants() -> str:
    """Python module of the Poseidon2 parameters."""
    parameters = json.loads(POSEIDON2_PARAMETERS.read_text(encoding="utf-8"))

    def block(values: Sequence[str], indent: str) -> str:
        return "".join(f"{indent}0x{int(value, 16):064X},\n" for value in values)

    rows = "".join(
        f"    (\n{block(row, ' ' * 8)}    ),\n" for row in parameters["full_round_constants"]
    )
    return (
        '"""Poseidon2 parameters over the BN254 scalar field, width 4.\n'
        "\n"
        "Generated from vectors/poseidon2/bn254_t4.json by tests/vectors/regenerate.py; do not "
        "edit.\n"
        '"""\n'
        "\n"
        "INTERNAL_DIAGONAL_MINUS_ONE = (\n"
        f"{block(parameters['internal_diagonal_minus_one'], '    ')})\n"
        '"""What the internal matrix adds to the all-ones matrix, on its diagonal."""\n'
        "\n"
        f"EXTERNAL_ROUND_CONSTANTS = (\n{rows})\n"
        '"""One row of four per full round: four before the partial rounds, four after."""\n'
        "\n"
        "INTERNAL_ROUND_CONSTANTS = (\n"
        f"{block(parameters['partial_round_constants'], '    ')})\n"
        '"""One constant per partial round, for the first lane."""\n'
    )


def rendered() -> dict[Path, bytes]:
    """Content of every generated file."""
    texts = {path: text.encode() for path, text in rendered_texts().items()}
    return texts | dict(rendered_proofs(PROOFS / f"v{PROOF_VERSION}"))


def rendered_texts() -> dict[Path, str]:
    """Content of the generated files that are text."""
    vectors = ROOT / "vectors"
    low_first = "Points are written low bit first."
    return {
        POSEIDON2_CONSTANTS: rendered_constants(),
        vectors / "keccak" / "keccak256.json": rendered_vectors(
            keccak_cases(), "Keccak-256 with padding 0x01."
        ),
        vectors / "keccak" / "digest.json": rendered_vectors(
            digest_cases(), "Tag zero-padded to 32 bytes, then the parts; truncated is mod 2^248."
        ),
        vectors / "multilinear" / "eq.json": rendered_vectors(eq_cases(), low_first),
        vectors / "multilinear" / "selectors.json": rendered_vectors(selector_cases(), low_first),
        vectors / "multilinear" / "kernels.json": rendered_vectors(
            kernel_cases(),
            f"{low_first} Sum over 0 <= v_k < extent_k with sum coefficient_k v_k + constant = 0.",
        ),
    }


def main() -> int:
    """Write the files, or report the ones that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    check = parser.parse_args().check
    files = rendered()
    stale = [
        path
        for path, content in files.items()
        if not path.is_file() or path.read_bytes() != content
    ]
    for path in stale:
        if check:
            sys.stderr.write(f"out of date: {path.relative_to(ROOT)}\n")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path])
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

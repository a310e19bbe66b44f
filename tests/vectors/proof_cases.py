"""Keys and proofs of vectors/proofs, by a plain prover with a tau that everybody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from modulus.errors import RejectionReason as R
from modulus.reference.curve import GENERATOR, encode_point
from modulus.reference.field import SCALAR_MODULUS
from modulus.reference.key import KEY_VERSION, VerifyingKey
from modulus.reference.proof import PROOF_VERSION
from modulus.reference.twist import TWIST_GENERATOR, encode_twist_point
from tests.soundness.tamper.fields import Field, Kind, key_fields, proof_fields
from tests.support.rich_system import rich_arrays, rich_system
from tests.support.slow_prover import SlowProver
from tests.support.slow_setup import make_key
from tests.support.small_system import small_arrays, small_system

CONTEXT = bytes(range(32))
OTHER_CONTEXT = bytes(32)
SMALL_ROW_BITS = 9
RICH_ROW_BITS = 10
TINY = ("tiny.key", "tiny.proof")
"""Files that are not regenerated: see vectors/proofs/README.md."""


@dataclass(frozen=True)
class Edit:
    """Bytes written over a file; without any, the file ends there."""

    offset: int
    content: bytes

    def __str__(self) -> str:
        return f"{self.offset}={self.content.hex()}"

    @classmethod
    def parse(cls, text: str) -> Edit | None:
        """An edit, or None for a dash."""
        if text == "-":
            return None
        offset, content = text.split("=")
        return cls(int(offset), bytes.fromhex(content))

    def applied(self, data: bytes) -> bytes:
        if not self.content:
            return data[: self.offset]
        return data[: self.offset] + self.content + data[self.offset + len(self.content) :]


class Case(NamedTuple):
    """One line of cases.txt."""

    key: str
    key_edit: Edit | None
    proof: str
    proof_edit: Edit | None
    context: bytes
    verdict: str
    """`accepted:` and the public bytes, or the reason of the rejection."""

    def line(self) -> str:
        edits = ["-" if edit is None else str(edit) for edit in (self.key_edit, self.proof_edit)]
        return " ".join(
            [self.key, edits[0], self.proof, edits[1], self.context.hex(), self.verdict]
        )


def parse(text: str) -> list[Case]:
    """The cases of a cases.txt."""
    cases = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, key_edit, proof, proof_edit, context, verdict = line.split(" ")
            edits = Edit.parse(key_edit), Edit.parse(proof_edit)
            held = bytes.fromhex(context)
            cases.append(Case(key, edits[0], proof, edits[1], held, verdict))
    return cases


def _scalar(field: Field, data: bytes, change: int) -> Edit:
    value = int.from_bytes(field.read(data), "big") + change
    return Edit(field.start, value.to_bytes(field.length, "big"))


def _first(fields: Sequence[Field], name: str) -> Field:
    return next(field for field in fields if field.name == name)


def _proof_edits(key: VerifyingKey, proof: bytes) -> Iterator[tuple[Edit, R]]:
    fields = proof_fields(key.schedule)
    infinity = bytes(64)
    yield Edit(len(proof) - 1, b""), R.MALFORMED_PROOF
    yield Edit(len(proof), b"\0"), R.MALFORMED_PROOF
    yield Edit(16, (PROOF_VERSION + 1).to_bytes(2, "little")), R.MALFORMED_PROOF
    yield Edit(_first(fields, "key digest").start, bytes(32)), R.WRONG_VERIFYING_KEY
    yield _scalar(_first(fields, "s2"), proof, SCALAR_MODULUS), R.NON_CANONICAL_SCALAR
    yield Edit(_first(fields, "W").start, infinity), R.INVALID_POINT
    public = _first(fields, "public input")
    outside = public.high + 1
    if outside < 1 << (8 * public.length - 1):
        content = outside.to_bytes(public.length, "big")
        yield Edit(public.start, content), R.PUBLIC_VALUE_OUT_OF_RANGE
    for name, reason in {
        "zero-check round": R.ZERO_CHECK_FAILED,
        "step claim": R.STEP_FAILED,
        "row value": R.REDUCTION_FAILED,
        "a1": R.OPENING_IDENTITY_FAILED,
    }.items():
        yield _scalar(_first(fields, name), proof, 1), reason
    yield Edit(_first(fields, "W'").start, encode_point(GENERATOR)), R.PAIRING_FAILED


def _key_edits(key: VerifyingKey) -> Iterator[tuple[Edit, R]]:
    fields = key_fields(key)
    point = _first(fields, "weight commitment")
    generator = encode_twist_point(TWIST_GENERATOR)
    yield Edit(len(key.encode()) - 1, b""), R.MALFORMED_KEY
    yield Edit(16, (KEY_VERSION + 1).to_bytes(2, "little")), R.MALFORMED_KEY
    yield Edit(_first(fields, "tau").start, generator), R.MALFORMED_KEY
    yield Edit(point.start, bytes(64)), R.MALFORMED_KEY
    if key.table_opening is None:
        # The opening of tables is for one digest, and this is another; only readers of the
        # relations see that.
        yield Edit(point.start, encode_point(GENERATOR)), R.WRONG_VERIFYING_KEY


def _cases(name: str, key: VerifyingKey, proof: bytes, context: bytes) -> Iterator[Case]:
    files = f"{name}.key", f"{name}.proof"
    fields = proof_fields(key.schedule)
    public = b"".join(field.read(proof) for field in fields if field.kind is Kind.PUBLIC)
    yield Case(files[0], None, files[1], None, context, f"accepted:{public.hex()}")
    yield Case(files[0], None, files[1], None, OTHER_CONTEXT, R.ZERO_CHECK_FAILED)
    for edit, reason in _proof_edits(key, proof):
        yield Case(files[0], None, files[1], edit, context, reason)
    for edit, reason in _key_edits(key):
        yield Case(files[0], edit, files[1], None, context, reason)


def rendered_proofs(folder: Path) -> Mapping[Path, bytes]:
    """Content of every file of vectors/proofs that is generated."""
    files: dict[Path, bytes] = {}
    cases: list[Case] = []
    systems = {
        "small": (small_system(), small_arrays(), SMALL_ROW_BITS),
        "rich": (rich_system(), rich_arrays(), RICH_ROW_BITS),
    }
    for name, (system, arrays, row_bits) in systems.items():
        key = make_key(system, arrays, row_bits)
        proof = SlowProver(key, arrays, context=CONTEXT).prove().encode(key.schedule)
        files[folder / f"{name}.key"] = key.encode()
        files[folder / f"{name}.proof"] = proof
        cases += _cases(name, key, proof, CONTEXT)
    key = make_key(small_system(), small_arrays(), SMALL_ROW_BITS)
    output = small_arrays()
    output[10][0] += 1
    output[11][0] += 1
    public = [small_arrays()[0], [small_arrays()[11][0] + 1, *small_arrays()[11][1:]]]
    forgeries = {
        "small_wrong_output": (SlowProver(key, output, context=CONTEXT), R.STEP_FAILED),
        "small_uncommitted_output": (
            SlowProver(key, small_arrays(), context=CONTEXT, public=public),
            R.REDUCTION_FAILED,
        ),
    }
    for name, (prover, reason) in forgeries.items():
        files[folder / f"{name}.proof"] = prover.prove().encode(key.schedule)
        cases.append(Case("small.key", None, f"{name}.proof", None, CONTEXT, reason))
    held = [folder / name for name in TINY]
    if all(path.is_file() for path in held):
        key = VerifyingKey.decode(held[0].read_bytes())
        cases += _cases("tiny", key, held[1].read_bytes(), CONTEXT)
    header = (
        "# key edit proof edit context verdict; README.md says what these mean.\n"
        "# Written by tests/vectors/regenerate.py.\n"
    )
    lines = "".join(f"{case.line()}\n" for case in cases)
    files[folder / "cases.txt"] = (header + lines).encode()
    return files

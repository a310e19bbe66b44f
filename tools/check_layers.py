"""Check the rules of the repository's structure that no linter knows.

- Rust names no operator: operators are Python files, and everything below them sees relations.
- Of the Rust crates, only crates/python depends on pyo3.
- Files stay short: past the soft limit a note, past twice the limit a failure, unless the file is
  listed here with its reason.

Which Python module may import which is checked by import-linter (pyproject.toml).
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
BINDINGS: Final = "crates/python"

LINE_LIMITS: Final = {".py": 400, ".rs": 600}
FAIL_FACTOR: Final = 2
LONG_FILES: Final[dict[str, str]] = {}
"""Files that may be longer than the limits fail at, by path, each with the reason why."""

_RUST_WORDS: Final = """
    abs add and cast ceil compress constant div equal exp expand floor greater if less log loop max
    maximum mean min minimum mod mul neg not or pow reciprocal resize round scan shape sign size
    sqrt squeeze sub sum tile unique where xor
"""
_PROTOCOL_WORDS: Final = """
    broadcast clamp concat einsum flatten flip gather identity pad range relu reshape slice split
    transpose
"""
_FUNCTION_WORDS: Final = "atan cos erf sin"
_SHARED_FILES: Final = "common operator registry"
SHARED_WORDS: Final = frozenset(
    f"{_RUST_WORDS} {_PROTOCOL_WORDS} {_FUNCTION_WORDS} {_SHARED_FILES}".split()
)
"""File names in ops/ that Rust may use all the same.

They are words of Rust and of arithmetic, words that the protocol itself uses for its relations,
kernels and tables, the elementary functions that function tables are made of, and files that hold
what operators share.
"""

_OPAQUE: Final = re.compile(
    r"""
      //[^\n]* | /\*.*?\*/                  # comments
    | \br(?P<hashes>\#*)".*?"(?P=hashes)     # raw strings
    | "(?P<text>(?:[^"\\]|\\.)*)"          # strings
    | '(?:"|\\.)'                           # the character literals that look like a string's start
    """,
    re.DOTALL | re.VERBOSE,
)
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def main() -> int:
    """Print every finding; return 1 if one of them is a failure."""
    failures = [
        *operator_names_in_rust(operator_names(), rust_files()),
        *crates_with_pyo3(cargo_metadata()),
    ]
    notes, too_long = long_files(tracked_files())
    for note in notes:
        print(f"note: {note}")
    failures += too_long
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    if not failures:
        print("structure: no findings" if not notes else f"structure: {len(notes)} notes")
    return 1 if failures else 0


def operator_names() -> list[str]:
    """Operator names that Rust may not use, in snake case, from the file names of ops/."""
    stems = {path.stem for path in (ROOT / "src/modulus/ops").rglob("*.py")}
    return sorted(stem for stem in stems if not stem.startswith("_") and stem not in SHARED_WORDS)


def rust_files() -> list[Path]:
    """Every Rust source file of the workspace."""
    return sorted(path for path in (ROOT / "crates").rglob("*.rs") if "target" not in path.parts)


def operator_names_in_rust(names: Iterable[str], files: Iterable[Path]) -> Iterator[str]:
    """Yield one finding per line of Rust code that names an operator.

    A name counts wherever its words follow each other inside an identifier, in any case style
    (`softmax`, `SoftmaxLayer`, `prove_arg_max`), or are a whole string literal; comments do not.
    """
    # Words are compared joined and bounded by dots, so that "conv" does not find "convert".
    wanted = {name: _joined(name) for name in names}
    for path in files:
        for number, text in _code_words(path.read_text(encoding="utf-8")):
            for name, words in wanted.items():
                if words in text:
                    yield (
                        f"{_relative(path)}:{number}: names the operator `{name}`; "
                        "state what it needs as a relation in src/modulus/ops instead"
                    )


def crates_with_pyo3(metadata: dict[str, Any]) -> Iterator[str]:
    """Yield one finding per workspace crate outside crates/python that depends on pyo3."""
    for package in metadata["packages"]:
        folder = Path(package["manifest_path"]).parent
        if folder == ROOT / BINDINGS:
            continue
        if any(dependency["name"].startswith("pyo3") for dependency in package["dependencies"]):
            yield f"{_relative(folder)}: depends on pyo3; only {BINDINGS} may"


def long_files(files: Iterable[Path]) -> tuple[list[str], list[str]]:
    """Return notes on files past the soft limit and failures past the hard one."""
    notes, failures = [], []
    for path in files:
        limit = LINE_LIMITS.get(path.suffix)
        name = _relative(path)
        if limit is None or name in LONG_FILES:
            continue
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FAIL_FACTOR * limit:
            failures.append(
                f"{name}: {lines} lines, more than {FAIL_FACTOR * limit}; split it, or list it "
                "with its reason in tools/check_layers.py"
            )
        elif lines > limit:
            notes.append(f"{name}: {lines} lines, more than {limit}")
    return notes, failures


def cargo_metadata() -> dict[str, Any]:
    """Return what cargo says about the workspace's own crates."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    metadata: dict[str, Any] = json.loads(output)
    return metadata


def tracked_files() -> list[Path]:
    """Every file that git tracks or would track."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in sorted(set(output.split("\0"))) if name)
    return [path for path in paths if path.is_file()]


def _code_words(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and joined words of each identifier and each string literal."""
    code = _OPAQUE.sub(_visible, source)
    for number, line in enumerate(code.split("\n"), start=1):
        for match in _IDENTIFIER.finditer(line):
            yield number, _joined(match.group())


def _visible(match: re.Match[str]) -> str:
    """Keep a string literal that is one identifier; of the rest keep only the line breaks."""
    text = match.group("text")
    if text is not None and _IDENTIFIER.fullmatch(text):
        return f" {text} "
    return " " + "\n" * match.group().count("\n")


def _joined(identifier: str) -> str:
    """Split an identifier of any case style into lower-case words: `ArgMax` is ".arg.max."."""
    return "." + "".join(f"{word.lower()}." for word in _WORD.findall(identifier))


def _relative(path: Path) -> str:
    """Path below the repository, for messages."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


if __name__ == "__main__":
    sys.exit(main())

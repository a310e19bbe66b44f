"""Write docs/operators: one page per operator and an index, from what the operators say themselves.

    python tools/operator_pages.py            # write the pages
    python tools/operator_pages.py --check    # exit 1 if a page is stale

Costs are measured by expanding the cases of the conformance suites (tools/operator_costs.py).
"""

import argparse
import dataclasses
import inspect
import re
import sys
from pathlib import Path
from typing import Final

# The cases are the tests', which are no installed package.
ROOT: Final = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from onnx.defs import OpSchema, get_all_schemas_with_history  # noqa: E402

from modulus.ops import OLDEST_OPSET, Operator, operators  # noqa: E402
from tools.operator_costs import EVALUATED, Cost, costs  # noqa: E402

FOLDER: Final = ROOT / "docs" / "operators"
PAGES: Final = "reference"

_SCHEMAS: Final = get_all_schemas_with_history()

SECTION: Final = re.compile(r"^(Shape|Numerics|Source):\n((?:    .*\n?|\n)*)", re.MULTILINE)

INDEX: Final = """\
# Operators

{count} operators, in models of ONNX opset {oldest} and later. Nodes that depend on constants and
shapes only may be anything: they are evaluated when the model is read. Functions of ONNX without
a page are expanded into operators that have one; `If`, `Loop` and `Scan` are written out where
their conditions and trip counts are known.

Errors are in units of the output: one unit is its calibrated range, margin included, over
2^(bits - 1). A step of an input is the same for the input. The bounds are those that the
conformance suites hold every operator to; the pages say what a small case costs.

{guides}

`tools/operator_pages.py` writes this page and all of [{pages}]({pages}) from the operators' own
data; `make check` fails if they are stale.

| operator | domain | result | largest error |
| --- | --- | --- | --- |
"""

PAGE: Final = """\
<!-- Written by tools/operator_pages.py; edit src/modulus/ops/{module}.py instead. -->
# {name}

{summary}

| | |
| --- | --- |
{facts}

## Attributes

{attributes}

## Cost

{cost}
"""

COST_HEAD: Final = """\
Entries, at default settings and without the inputs. Weights are committed to once per model, the
rest once per proof. Nodes share function tables of equal scale, and the range tables of lookups;
[small models](../../design/limbs.md) take more lookups and have smaller range tables.

| case | outputs | committed per output | lookups per output | table rows | weights | steps |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
"""

EVALUATED_COST: Final = (
    "None: the result is known when the model is read, and takes the node's place."
)


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail if a page is stale")
    check = parser.parse_args().check
    pages = {FOLDER / name: text for name, text in all_pages().items()}
    held = set((FOLDER / PAGES).glob("*.md"))
    stale = sorted(path for path, text in pages.items() if _text(path) != text)
    stale += sorted(held - pages.keys())
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT)} is stale: run `make operators`")
        elif path in pages:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path], encoding="utf-8")
        else:
            path.unlink()
    if not check:
        print(f"{len(pages)} pages, {len(stale)} of them changed")
    return int(check and bool(stale))


def all_pages() -> dict[str, str]:
    """Return all pages by path below docs/operators."""
    found = sorted(operators().values(), key=lambda entry: (entry.domain, entry.onnx_name))
    guides = "\n".join(f"- [{_title(path)}]({path.name})" for path in _guides())
    index = INDEX.format(count=len(found), oldest=OLDEST_OPSET, pages=PAGES, guides=guides)
    index += "\n".join(_index_row(operator) for operator in found) + "\n"
    pages = {f"{PAGES}/{_module(operator)}.md": page(operator) for operator in found}
    return {"README.md": index, **pages}


def page(operator: type[Operator]) -> str:
    """Return the page of one operator."""
    summary, sections = described(operator)
    facts = [
        ("domain", f"`{operator.domain or 'ai.onnx'}`"),
        ("opsets", opsets(operator)),
        ("shape", _line(sections["Shape"])),
        ("largest error", f"{stated_error(operator)}."),
        ("numerics", _line(sections["Numerics"])),
        ("inputs and outputs", " ".join(ports(operator))),
        ("attribute values", checks(operator)),
        ("refused attributes", ", ".join(f"`{name}`" for name in refused_attributes(operator))),
        ("source", _line(sections["Source"])),
    ]
    return PAGE.format(
        module=_module(operator),
        name=operator.onnx_name,
        summary=summary,
        facts="\n".join(f"| {name} | {_cell(text)} |" for name, text in facts if text),
        attributes=attributes(operator),
        cost=described_cost(operator),
    )


def described_cost(operator: type[Operator]) -> str:
    """Return what the cases of an operator cost."""
    if operator.onnx_name in EVALUATED:
        return EVALUATED_COST
    measured = costs(operator)
    if not measured:
        return "Not measured: no conformance suite has a case of one node."
    return COST_HEAD + "\n".join(_cost_row(entry) for entry in measured)


def described(operator: type[Operator]) -> tuple[str, dict[str, str]]:
    """Return an operator's summary and the sections of its docstring.

    Raises:
        LookupError: A section is missing.
    """
    text = inspect.cleandoc(operator.__doc__ or "") + "\n"
    sections = {name: inspect.cleandoc(body) for name, body in SECTION.findall(text)}
    missing = {"Shape", "Numerics", "Source"} - sections.keys()
    if missing:
        raise LookupError(f"{operator.onnx_name}: the docstring has no {', '.join(missing)}")
    return SECTION.sub("", text).strip(), sections


def definitions(operator: type[Operator]) -> list[OpSchema]:
    """Return ONNX's definitions of an operator, oldest first; none of another vendor's."""
    name, domain = operator.onnx_name, operator.domain
    held = [entry for entry in _SCHEMAS if (entry.name, entry.domain) == (name, domain)]
    return sorted(held, key=lambda entry: entry.since_version)


def opsets(operator: type[Operator]) -> str:
    """Return the first opset that is read and the ones that changed the operator since."""
    first = operator.since_opset
    later = [entry.since_version for entry in definitions(operator) if entry.since_version > first]
    changes = f"; defined anew in {', '.join(map(str, later))}" if later else ""
    return f"from {first}{changes}"


def ports(operator: type[Operator]) -> list[str]:
    """Return which inputs and outputs are supported, as sentences."""
    sentences = []
    if operator.static_inputs:
        constants = ", ".join(f"`{name}`" for name in operator.static_inputs.values())
        sentences.append(f"Constants of the model: {constants}.")
    names = [f"`{entry.name}`" for held in definitions(operator)[-1:] for entry in held.outputs]
    if left := names[operator.num_outputs :]:
        sentences.append(f"Outputs that must be unused: {', '.join(left)}.")
    return sentences


def refused_attributes(operator: type[Operator]) -> list[str]:
    """Return the attributes of ONNX's newest definition that are not supported."""
    known = {field.name for field in dataclasses.fields(operator)} | operator.ignored_attributes
    return sorted({name for held in definitions(operator)[-1:] for name in held.attributes} - known)


def checks(operator: type[Operator]) -> str:
    """Return what an operator says of the attribute values it checks."""
    if operator.check is Operator.check:
        return ""
    return _line((inspect.getdoc(operator.check) or "").partition("\n\n")[0])


def stated_error(operator: type[Operator]) -> str:
    """Return an operator's bound in words."""
    return re.sub(r"\b1 (unit|step)s\b", r"1 \1", str(operator.bound))


def attributes(operator: type[Operator]) -> str:
    """Return the table of an operator's attributes."""
    fields = dataclasses.fields(operator)
    rows = [f"| `{field.name}` | `{_default(field)}` |" for field in fields]
    rows += [
        f"| `{name}` | any, without influence |" for name in sorted(operator.ignored_attributes)
    ]
    if not rows:
        return "None."
    return "\n".join(["| attribute | default |", "| --- | --- |", *rows])


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return "not given" if field.default is None else repr(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return repr(field.default_factory())
    return "required"


def _cost_row(cost: Cost) -> str:
    cells = [
        f"`{cost.case}`",
        str(cost.entries),
        _ratio(cost.committed, cost.entries),
        _ratio(cost.lookups, cost.entries),
        f"{cost.table_rows:,}",
        f"{cost.weights:,}",
        ", ".join(cost.steps) or "none",
    ]
    return f"| {' | '.join(map(_cell, cells))} |"


def _ratio(count: int, entries: int) -> str:
    return f"{count / entries:.3g}" if entries else "0"


def _index_row(operator: type[Operator]) -> str:
    summary, _ = described(operator)
    link = f"[{operator.onnx_name}]({PAGES}/{_module(operator)}.md)"
    cells = [link, operator.domain or "ai.onnx", _line(summary), stated_error(operator)]
    return f"| {' | '.join(map(_cell, cells))} |"


def _guides() -> list[Path]:
    """Return the pages that are written by hand."""
    return sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _module(operator: type[Operator]) -> str:
    return operator.__module__.rpartition(".")[2]


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())

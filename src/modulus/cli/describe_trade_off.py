"""The trade-off between accuracy and cost as tables for people."""

from __future__ import annotations

from modulus.accuracy import Row, TradeOff
from modulus.cli.console import table
from modulus.cli.describe import describe_layers
from modulus.quantize import Report

_HEADER = (
    "bits", "weights", "range", "error", "agreement", "refused", "worst layer", "entries",
    "seconds", "constraints", "gas",
)  # fmt: skip


def describe_trade_off(found: TradeOff) -> str:
    """Describe all settings, what was found in the chosen one, and why it was chosen."""
    chosen = found.chosen
    rows = [_HEADER, *(_cells(row, starred=row is chosen) for row in found.rows)]
    lines = [table(rows), ""]
    if chosen is None or chosen.measured is None:
        lines.append(f"no setting meets {found.tolerance}")
        lines += [
            f"{row.asked.activation_bits} bits: {row.failure}" for row in found.rows if row.failure
        ]
    else:
        lines.append(f"* the cheapest setting with {found.tolerance}")
        lines += [f"finding: {finding}" for finding in chosen.measured.report.findings]
    return "\n".join(lines)


def describe_layer_costs(found: TradeOff) -> str:
    """Describe what each layer of the chosen setting adds to a proof; free ones are left out."""
    chosen = found.chosen
    if chosen is None or chosen.costs is None:
        return ""
    return describe_layers(chosen.costs.layers)


def describe_errors(found: TradeOff) -> str:
    """Describe the mean error of every layer as a share of its range, one column per setting."""
    measured = [row.measured for row in found.rows if row.measured is not None]
    if not measured:
        return ""
    names = [layer.tensor for layer in measured[0].report.layers]
    errors = [_relative(entry.report) for entry in measured]
    labels = [label(row) for row in found.rows if row.measured is not None]
    rows = [("mean error of", *labels)]
    rows += [(name, *(held.get(name, "") for held in errors)) for name in names]
    return table(rows)


def label(row: Row) -> str:
    """Name a setting: activation bits / weight bits / share of values covered."""
    settings = row.asked
    return f"{settings.activation_bits}/{settings.weight_bits}/{_covered(row)}"


def _covered(row: Row) -> str:
    percentile = row.asked.percentile
    return "max" if percentile is None else f"{percentile:g}"


def _cells(row: Row, *, starred: bool) -> tuple[str, ...]:
    settings = row.asked
    first = f"{settings.activation_bits}{' *' if starred else ''}"
    head = (first, str(settings.weight_bits), _covered(row))
    if row.measured is None or row.costs is None:
        return (*head, "does not fit", *[""] * (len(_HEADER) - len(head) - 1))
    report, costs = row.measured.report, row.costs
    return (
        *head,
        f"{report.output_error:.2e}",
        "" if report.agreement is None else f"{report.agreement:.2%}",
        str(len(report.refused)),
        report.worst or "",
        f"{costs.committed_entries:,}",
        f"{costs.prove_seconds:.2f}",
        f"{costs.constraints:,}",
        f"{costs.gas:,}",
    )


def _relative(report: Report) -> dict[str, str]:
    return {layer.tensor: f"{layer.relative:.1e}" for layer in report.layers}

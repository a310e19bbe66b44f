"""The trade-off between accuracy and proving cost, setting by setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from modulus.accuracy.cost import ProofCosts, price, proof_costs
from modulus.accuracy.search import unmet
from modulus.accuracy.tolerance import Tolerance
from modulus.accuracy.workload import Measured, Workload
from modulus.errors import QuantizationError
from modulus.progress import ProgressCallback, silent
from modulus.quantize import Settings


@dataclass(frozen=True)
class Row:
    """One setting: what it was measured to do, and what its proofs cost."""

    asked: Settings
    measured: Measured | None
    costs: ProofCosts | None
    failure: str | None = None
    """Why the model does not fit the setting, if it does not."""

    def to_dict(self) -> dict[str, Any]:
        """Return the row as what JSON can hold."""
        held: dict[str, Any] = {"settings": asdict(self.asked), "failure": self.failure}
        if self.measured is not None and self.costs is not None:
            report = self.measured.report
            held |= {
                "settings": asdict(self.measured.calibration.settings),
                "error": report.output_error,
                "agreement": report.agreement,
                "accuracy": asdict(report),
                "costs": asdict(self.costs),
            }
        return held


@dataclass(frozen=True)
class TradeOff:
    """All measured settings, and the cheapest of them within a tolerance."""

    rows: tuple[Row, ...]
    tolerance: Tolerance

    @property
    def chosen(self) -> Row | None:
        """The cheapest row that meets the tolerance, if one does."""
        number = self._chosen_number()
        return None if number is None else self.rows[number]

    def choose(self) -> Measured:
        """Return the chosen row's measurement.

        Raises:
            QuantizationError: No row meets the tolerance: names the best one and its worst layer.
        """
        row = self.chosen
        if row is not None and row.measured is not None:
            return row.measured
        measured = [row.measured for row in self.rows if row.measured is not None]
        closest = min(measured, key=lambda entry: entry.report.output_error, default=None)
        raise unmet(self.tolerance, closest)

    def to_dict(self) -> dict[str, Any]:
        """Return the trade-off as what JSON can hold."""
        return {
            "tolerance": asdict(self.tolerance),
            "rows": [row.to_dict() for row in self.rows],
            "chosen": self._chosen_number(),
        }

    def _chosen_number(self) -> int | None:
        priced = [
            (price(row.costs.prove_seconds, row.costs.committed_entries), number)
            for number, row in enumerate(self.rows)
            if row.measured is not None
            and row.costs is not None
            and self.tolerance.met(row.measured.report)
        ]
        return min(priced)[1] if priced else None


def trade_off(
    workload: Workload,
    settings: Sequence[Settings],
    tolerance: Tolerance,
    progress: ProgressCallback = silent,
) -> TradeOff:
    """Measure every setting, and what its proofs cost.

    Settings that a model does not fit stay in the result, with the reason.

    Raises:
        QuantizationError: The tolerance says nothing about this model.
    """
    rows = []
    for number, asked in enumerate(settings):
        name = f"{asked.activation_bits} and {asked.weight_bits} bits"
        progress(f"measuring {name}", number / len(settings))
        try:
            measured = workload.measure(asked)
            costs = proof_costs(measured.graph, workload.options.row_bits)
        except QuantizationError as error:
            rows.append(Row(asked, None, None, error.message))
            continue
        tolerance.check(measured.report)
        rows.append(Row(asked, measured, costs))
    return TradeOff(tuple(rows), tolerance)

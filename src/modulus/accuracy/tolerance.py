"""Tolerance: how far the integers may be from the float model."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.errors import QuantizationError
from modulus.quantize import Report

DEFAULT_ERROR = 1e-3
"""What a tolerance is if nobody says."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What must hold on the calibration samples; no sample may leave its range.

    Raises:
        QuantizationError: A limit is outside its range, or there is none.
    """

    error: float | None = DEFAULT_ERROR
    """The largest error of any entry of a real output, as a share of that output's largest absolute
    value over the samples; the largest share of entries of an output of integers that differ."""
    agreement: float | None = None
    """The least share of samples with the argmax, the sign or the integers of the float model."""

    def __post_init__(self) -> None:
        if self.error is None and self.agreement is None:
            raise QuantizationError("a tolerance needs a largest error or a least agreement")
        if self.error is not None and not 0 < self.error < 1:
            raise QuantizationError(f"the tolerance must be between 0 and 1, got {self.error}")
        if self.agreement is not None and not 0 < self.agreement <= 1:
            raise QuantizationError(f"the agreement must be above 0, at most 1: {self.agreement}")

    @classmethod
    def of(cls, error: float | None, agreement: float | None) -> Tolerance:
        """Return the tolerance that a user means: the default error if neither is given."""
        if error is None and agreement is None:
            return cls()
        return cls(error, agreement)

    def check(self, report: Report) -> None:
        """Refuse a tolerance that says nothing about a model.

        Raises:
            QuantizationError: An agreement is asked for, but no output decides anything.
        """
        if self.agreement is not None and report.agreement is None:
            raise QuantizationError(
                "no output has an argmax, both signs or labels to agree on",
                hint="pass a tolerance instead",
            )

    def met(self, report: Report) -> bool:
        """Whether a report is within the tolerance."""
        if report.refused:
            return False
        if self.error is not None and report.output_error > self.error:
            return False
        return self.agreement is None or (report.agreement or 0.0) >= self.agreement

    def __str__(self) -> str:
        limits = []
        if self.error is not None:
            limits.append(f"error <= {self.error:g}")
        if self.agreement is not None:
            limits.append(f"agreement >= {self.agreement:g}")
        return " and ".join(limits)

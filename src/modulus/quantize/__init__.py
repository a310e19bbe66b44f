"""From a float graph to an integer graph: scales, bit widths, rounding, and the error made."""

from modulus.quantize.builder import Builder
from modulus.quantize.calibration import Calibration
from modulus.quantize.driver import quantize, quantize_for
from modulus.quantize.findings import Finding, LayerError, Refusal
from modulus.quantize.inputs import column_units
from modulus.quantize.operand import Constant, Operand, Pending
from modulus.quantize.report import Report, compare
from modulus.quantize.settings import Settings

__all__ = [
    "Builder",
    "Calibration",
    "Constant",
    "Finding",
    "LayerError",
    "Operand",
    "Pending",
    "Refusal",
    "Report",
    "Settings",
    "column_units",
    "compare",
    "quantize",
    "quantize_for",
]

"""Accuracy against proving cost: measuring settings, searching them, and showing the trade-off."""

from modulus.accuracy.choice import AUTO, Choice, Chosen
from modulus.accuracy.cost import ProofCosts, proof_costs
from modulus.accuracy.search import Search, Trial, search, widths
from modulus.accuracy.tolerance import Tolerance
from modulus.accuracy.trade_off import Row, TradeOff, trade_off
from modulus.accuracy.workload import Measured, Workload

__all__ = [
    "AUTO",
    "Choice",
    "Chosen",
    "Measured",
    "ProofCosts",
    "Row",
    "Search",
    "Tolerance",
    "TradeOff",
    "Trial",
    "Workload",
    "proof_costs",
    "search",
    "trade_off",
    "widths",
]

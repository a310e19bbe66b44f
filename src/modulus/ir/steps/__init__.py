"""The primitive steps, a closed set: operators are made of these."""

from modulus.ir.steps.contraction import Contraction
from modulus.ir.steps.copy import Copy
from modulus.ir.steps.function import Function
from modulus.ir.steps.input import Input
from modulus.ir.steps.maximum import Maximum
from modulus.ir.steps.requantize import Requantize, RequantizeTerm
from modulus.ir.steps.rewire import Equation, Piece, Rewire
from modulus.ir.steps.split import Split

STEPS = (Contraction, Copy, Function, Input, Maximum, Requantize, Rewire, Split)

__all__ = [
    "STEPS",
    "Contraction",
    "Copy",
    "Equation",
    "Function",
    "Input",
    "Maximum",
    "Piece",
    "Requantize",
    "RequantizeTerm",
    "Rewire",
    "Split",
]

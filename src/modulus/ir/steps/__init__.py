"""The primitive steps, a closed set: operators are made of these."""

from modulus.ir.steps.compare import Compare
from modulus.ir.steps.contraction import Contraction
from modulus.ir.steps.copy import Copy
from modulus.ir.steps.digits import Bounded, Digits
from modulus.ir.steps.divide import Divide
from modulus.ir.steps.function import Function
from modulus.ir.steps.gather import Gather
from modulus.ir.steps.input import Input
from modulus.ir.steps.limbs import Limbs
from modulus.ir.steps.maximum import Maximum
from modulus.ir.steps.requantize import Requantize, RequantizeTerm
from modulus.ir.steps.rewire import Equation, Piece, Rewire
from modulus.ir.steps.root import Root
from modulus.ir.steps.select import Select
from modulus.ir.steps.split import Split

STEPS = (
    Compare,
    Contraction,
    Copy,
    Divide,
    Function,
    Gather,
    Input,
    Limbs,
    Maximum,
    Requantize,
    Rewire,
    Root,
    Select,
    Split,
)

__all__ = [
    "STEPS",
    "Bounded",
    "Compare",
    "Contraction",
    "Copy",
    "Digits",
    "Divide",
    "Equation",
    "Function",
    "Gather",
    "Input",
    "Limbs",
    "Maximum",
    "Piece",
    "Requantize",
    "RequantizeTerm",
    "Rewire",
    "Root",
    "Select",
    "Split",
]

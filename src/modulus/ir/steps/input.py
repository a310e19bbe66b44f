"""Input: a tensor that the caller fills."""

from __future__ import annotations

from dataclasses import dataclass

from modulus.errors import WitnessError
from modulus.ir.arithmetic import check_range
from modulus.ir.evaluate import Integers
from modulus.ir.step import Declaration, whole


@dataclass(frozen=True, slots=True)
class Input:
    """An input of signed `bits`-bit integers.

    A public input needs no lookup: whoever verifies checks its range.
    """

    label: str
    tensor: int
    shape: tuple[int, ...]
    bits: int
    scale: float
    public: bool

    def execute(self, arrays: dict[int, Integers]) -> None:
        """Check what the caller put there."""
        array = arrays.get(self.tensor)
        if array is None or array.shape != self.shape:
            held = "missing" if array is None else f"of shape {array.shape}"
            raise WitnessError(f"input {self.label} is {held}, expected shape {self.shape}")
        limit = 1 << (self.bits - 1)
        where = f"input {self.label}"
        check_range(array, -limit, limit - 1, where, self.scale, public=self.public)

    def declare(self, to: Declaration) -> None:
        """Declare the range of a private input."""
        if not self.public:
            form = whole(self.tensor, self.shape)
            to.in_signed_range(f"{self.label}.range", self.shape, form, self.bits)

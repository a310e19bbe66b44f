"""Settings: the widths and headroom a model is quantized with."""

from __future__ import annotations

from dataclasses import dataclass, fields

from modulus.errors import ArtifactError, QuantizationError

MAX_MARGIN = 1e6
"""More would leave an activation of 20 bits no room."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How wide integers are, and how the ranges they cover are found.

    Raises:
        QuantizationError: A setting is outside its range.
    """

    activation_bits: int = 16
    """8 to 20: the width of everything that is rounded."""
    weight_bits: int = 14
    """8 to 16: the width of weights, per output channel."""
    margin: float = 1.5
    """At least 1: how much more than the calibrated range the integers cover."""
    percentile: float | None = None
    """Range of the samples that counts, such as 99.9; None: all of it."""

    def __post_init__(self) -> None:
        for name, low, high in (("activation_bits", 8, 20), ("weight_bits", 8, 16)):
            number = getattr(self, name)
            if not low <= number <= high:
                raise QuantizationError(f"{name} must be {low} to {high}, got {number}")
        if not 1 <= self.margin <= MAX_MARGIN:
            raise QuantizationError(f"margin must be 1 to {MAX_MARGIN:.0e}, got {self.margin}")
        if self.percentile is not None and not 50 < self.percentile <= 100:
            raise QuantizationError(f"percentile must be above 50, got {self.percentile}")

    @property
    def shift(self) -> int:
        """Bits that rounding drops: one limb of a remainder up to 16, else two."""
        return 16 if self.activation_bits <= 16 else 24

    @classmethod
    def from_stored(cls, held: object) -> Settings:
        """Read settings back from what JSON makes of them.

        Raises:
            ArtifactError: They are no settings.
            QuantizationError: A setting is outside its range.
        """
        names = {f.name for f in fields(cls)}
        if not isinstance(held, dict) or not held.keys() <= names:
            raise ArtifactError(
                f"settings hold {sorted(set(held) - names) if isinstance(held, dict) else held}",
                hint=f"known settings: {', '.join(sorted(names))}",
            )
        for name, number in held.items():
            whole = name in {"activation_bits", "weight_bits"}
            kinds = (int,) if whole else (int, float)
            absent = name == "percentile" and number is None
            if not absent and type(number) not in kinds:
                raise ArtifactError(f"setting {name} is {number!r}, expected a number")
        return cls(**held)

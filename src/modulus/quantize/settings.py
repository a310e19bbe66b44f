"""Settings: the widths and headroom a model is quantized with."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields

from modulus.errors import ArtifactError, QuantizationError
from modulus.files import parse_json


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
        if not (math.isfinite(self.margin) and self.margin >= 1):
            raise QuantizationError(f"margin must be at least 1, got {self.margin}")
        if self.percentile is not None and not 50 < self.percentile <= 100:
            raise QuantizationError(f"percentile must be above 50, got {self.percentile}")

    @property
    def shift(self) -> int:
        """Bits that rounding drops: one limb of a remainder up to 16, else two."""
        return 16 if self.activation_bits <= 16 else 24

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """Read settings.

        Raises:
            ArtifactError: The text is not the JSON of settings.
            QuantizationError: A setting is outside its range.
        """
        try:
            held = parse_json(text.encode())
        except ValueError as error:
            raise ArtifactError(f"settings are not JSON: {error}") from error
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

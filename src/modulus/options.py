"""What a model is compiled with besides its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from modulus.errors import VisibilityError
from modulus.ir.graph import Visibility

if TYPE_CHECKING:
    from modulus.quantize import Settings


@dataclass(frozen=True)
class Options:
    """Kept in the report, for updating the model."""

    activation_bits: int = 16
    weight_bits: int = 14
    margin: float = 1.5
    percentile: float | None = None
    input_visibility: str = "public"
    output_visibility: str = "public"
    weights: str = "private"
    dimensions: Mapping[str, int] | None = None
    row_bits: int | None = None
    transparent_only: bool = False
    fixed_inputs: Mapping[str, Any] = field(default_factory=dict)

    def with_settings(self, settings: Settings) -> Self:
        """Return the options with the widths and ranges that were settled on."""
        return replace(self, **asdict(settings))

    def ports(self) -> tuple[Visibility, Visibility]:
        """Return who sees inputs and outputs.

        Raises:
            VisibilityError: A visibility does not exist or cannot be honoured.
        """
        if self.weights not in ("public", "private"):
            raise VisibilityError(f"weights must be public or private, got {self.weights!r}")
        if self.weights == "private" and self.transparent_only:
            raise VisibilityError(
                "transparent proofs would give private weights away",
                hint='pass weights="public" (--weights public), or leave out transparent_only',
            )
        return (
            _visibility("input", self.input_visibility),
            _visibility("output", self.output_visibility),
        )


def _visibility(what: str, text: str) -> Visibility:
    if text not in set(Visibility):
        raise VisibilityError(
            f"{what} visibility must be public, private or committed, got {text!r}"
        )
    if text == Visibility.COMMITTED:
        raise VisibilityError(
            f"committed {what}s are not supported yet",
            hint=f'pass {what}_visibility="public" or "private"',
        )
    return Visibility(text)

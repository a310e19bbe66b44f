"""What a model is compiled with besides its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from modulus.errors import VisibilityError
from modulus.ir.graph import Visibility
from modulus.ir.ports import FixedPoint, Ports, Visibilities

if TYPE_CHECKING:
    from modulus.quantize import Settings


@dataclass(frozen=True)
class Options:
    """Kept in the report, for updating the model."""

    activation_bits: int = 16
    weight_bits: int = 14
    margin: float = 1.5
    percentile: float | None = None
    input_visibility: str | Mapping[str, str] = "public"
    output_visibility: str | Mapping[str, str] = "public"
    weights: str = "private"
    dimensions: Mapping[str, int] | None = None
    row_bits: int | None = None
    transparent_only: bool = False
    fixed_inputs: Mapping[str, Any] = field(default_factory=dict)
    input_scales: Mapping[str, tuple[float, int | None]] | None = None
    """Scale, and bits if they are given, of inputs whose integers come from elsewhere."""

    def with_settings(self, settings: Settings) -> Self:
        """Return the options with the widths and ranges that were settled on."""
        return replace(self, **asdict(settings))

    def ports(self) -> Ports:
        """Return what is asked of inputs and outputs.

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
        inputs = _visibilities("input", self.input_visibility)
        outputs = _visibilities("output", self.output_visibility)
        if self.transparent_only and Visibility.COMMITTED in {*_all(inputs), *_all(outputs)}:
            raise VisibilityError(
                "transparent proofs have no committed inputs or outputs",
                hint="leave out transparent_only (--transparent-only)",
            )
        fixed = {name: FixedPoint(*pair) for name, pair in (self.input_scales or {}).items()}
        return Ports(inputs, outputs, fixed)


def _all(visibilities: Visibilities) -> list[Visibility]:
    if isinstance(visibilities, Visibility):
        return [visibilities]
    return list(visibilities.values())


def _visibilities(what: str, asked: str | Mapping[str, str]) -> Visibilities:
    if isinstance(asked, str):
        return _visibility(what, asked)
    return {name: _visibility(f"{what} {name}", text) for name, text in asked.items()}


def _visibility(what: str, text: str) -> Visibility:
    if text not in set(Visibility):
        raise VisibilityError(
            f"{what} visibility must be public, private or committed, got {text!r}"
        )
    return Visibility(text)

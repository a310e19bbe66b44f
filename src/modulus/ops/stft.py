"""STFT: Fourier transforms of windows of a signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, known, needed, reshape
from modulus.ops.dft import DFT, transformed


@dataclass(frozen=True)
class STFT(Expanded):
    """The discrete Fourier transform of each frame of a signal, weighted by a constant window.

    Shape:
        signal: [b, n, 1 or 2] -> y: [b, frames, frequencies, 2].

    Numerics:
        |error| <= two units of y plus half a unit of the weights per product.

    Source:
        ONNX operator STFT, opset 17.
    """

    onnx_name: ClassVar[str] = "STFT"
    since_opset: ClassVar[int] = 17
    bound: ClassVar[Bound] = Bound(units=2, weights=True)
    static_inputs: ClassVar[Mapping[int, str]] = {
        1: "frame_step",
        2: "window",
        3: "frame_length",
    }

    onesided: int = 1

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Cut into frames, then one product with a matrix."""
        signal, window = needed(self, inputs, 0), known(self, to, inputs, 2)
        shape = to.shape(signal)
        if len(shape) != 3 or shape[2] not in {1, 2}:
            raise ShapeError(f"STFT: a signal of shape {shape}, expected [b, n, 1 or 2]")
        batch, samples, parts = shape
        default = samples if window is None else window.size
        length = self._number(to, inputs, 3, default)
        step = self._number(to, inputs, 1, 0)
        if step < 1 or not 1 <= length <= samples:
            raise ShapeError(f"STFT: frames of {length} every {step} of {samples} samples")
        matrix = DFT(onesided=self.onesided).matrix(length, length, parts)
        if window is not None:
            if window.shape != (length,):
                raise ShapeError(f"STFT: a window of shape {window.shape} for {length} samples")
            matrix = matrix * window[:, None, None, None]
        starts = np.arange((samples - length) // step + 1)[:, None] * step
        frames = to.add("Gather", signal, to.hold(starts + np.arange(length)), axis=1)
        kept = (batch, len(starts))
        flat = reshape(to, frames, (*kept, length * parts))
        return (transformed(to, flat, kept, matrix, signal),)

    def _number(self, to: Expansion, inputs: Sequence[str], position: int, default: int) -> int:
        held = known(self, to, inputs, position)
        return default if held is None or not held.size else int(held.reshape(-1)[0])

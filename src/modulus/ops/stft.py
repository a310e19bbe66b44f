"""STFT: Fourier transforms of windows of a signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._static import constant, integers, required
from modulus.ops.dft import DFT
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class STFT(Operator):
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

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Cut into frames, then one contraction."""
        signal, window = required(self, inputs, 0), constant(self, inputs, 2)
        if len(signal.shape) != 3 or signal.shape[2] not in {1, 2}:
            raise ShapeError(f"STFT: a signal of shape {signal.shape}, expected [b, n, 1 or 2]")
        steps, lengths = integers(self, inputs, 1), integers(self, inputs, 3)
        default = signal.shape[1] if window is None else window.size
        length = lengths[0] if lengths else default
        if not steps or steps[0] < 1 or not 1 <= length <= signal.shape[1]:
            raise ShapeError(f"STFT: frames of {length} every {steps} of {signal.shape[1]} samples")
        matrix = DFT(onesided=self.onesided).matrix(length, length, signal.shape[2])
        if window is not None:
            if window.shape != (length,):
                raise ShapeError(f"STFT: a window of shape {window.shape} for {length} samples")
            matrix = matrix * window[:, None, None, None]
        frames = build.window(signal, [1], [length], steps[:1], [1], [(0, 0)])
        return (build.contract("bfpn,npyz->bfyz", frames, matrix, None),)

"""ReverseSequence: the first entries of every sequence in the opposite order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import EXACT, Bound
from modulus.ops._builder import Builder, Operand
from modulus.ops._places import take_flat
from modulus.ops._static import integers, required
from modulus.ops.operator import Operator


@dataclass(frozen=True)
class ReverseSequence(Operator):
    """Every sequence of a batch reversed up to its constant length.

    Shape:
        x: [t, b, ...] or [b, t, ...], lengths: [b] -> y: shape of x.

    Numerics:
        Exact.

    Source:
        ONNX operator ReverseSequence, opset 10 to 28.
    """

    onnx_name: ClassVar[str] = "ReverseSequence"
    since_opset: ClassVar[int] = 10
    bound: ClassVar[Bound] = EXACT
    static_inputs: ClassVar[Mapping[int, str]] = {1: "sequence_lens"}

    batch_axis: int = 1
    time_axis: int = 0

    def lower(self, build: Builder, inputs: Sequence[Operand | None]) -> tuple[Operand, ...]:
        """Take each entry from where it was."""
        x, lengths = required(self, inputs, 0), integers(self, inputs, 1)
        if len(x.shape) < 2 or {self.batch_axis, self.time_axis} != {0, 1}:
            raise ShapeError(f"ReverseSequence: shape {x.shape} lacks its time or batch")
        batch, time = x.shape[self.batch_axis], x.shape[self.time_axis]
        if (
            lengths is None
            or len(lengths) != batch
            or not 0 <= min(lengths) <= max(lengths) <= time
        ):
            raise ShapeError(f"ReverseSequence: lengths {lengths} of sequences in {x.shape}")
        places = np.arange(int(np.prod(x.shape))).reshape(x.shape)
        # A view: what is written to it is written to the places.
        sequences = np.moveaxis(places, self.batch_axis, 0)
        for sequence, length in zip(sequences, lengths, strict=True):
            sequence[:length] = sequence[:length][::-1].copy()
        return (take_flat(build, x, places),)

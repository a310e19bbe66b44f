"""RotaryEmbedding: positions written into queries and keys by rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modulus.errors import ShapeError
from modulus.ops._bound import Bound
from modulus.ops._expansion import Expanded, Expansion, cut, given, known, needed, reshape


@dataclass(frozen=True)
class RotaryEmbedding(Expanded):
    """Pairs of features rotated by an angle that depends on the position; caches are constant.

    Shape:
        x: [n, heads, s, d] or [n, s, heads * d], cos and sin: [n, s, r / 2], or [positions, r / 2]
        with position_ids: [n, s] -> y: shape of x.

    Numerics:
        |error| <= one unit of y plus max|x| times a unit of the caches.

    Source:
        ONNX operator RotaryEmbedding, opset 23.
    """

    onnx_name: ClassVar[str] = "RotaryEmbedding"
    since_opset: ClassVar[int] = 23
    bound: ClassVar[Bound] = Bound(units=3)

    interleaved: int = 0
    num_heads: int = 0
    rotary_embedding_dim: int = 0

    def expand(self, to: Expansion, inputs: Sequence[str]) -> Sequence[str]:
        """Two products per half, joined again."""
        x = needed(self, inputs, 0)
        shape = to.shape(x)
        # Heads behind the positions: the caches then broadcast over them.
        if len(shape) == 4:
            n, heads, s, d = shape
            rows = to.add("Transpose", x, perm=[0, 2, 1, 3])
        elif len(shape) == 3 and self.num_heads > 0 and shape[2] % self.num_heads == 0:
            n, s, heads = shape[0], shape[1], self.num_heads
            d = shape[2] // heads
            rows = reshape(to, x, (n, s, heads, d))
        else:
            raise ShapeError(f"RotaryEmbedding: shape {shape} with {self.num_heads} heads")
        r = self.rotary_embedding_dim or d
        if r % 2 or r > d:
            raise ShapeError(f"RotaryEmbedding: {r} of {d} features are rotated")
        cos, sin = (self._angles(to, inputs, position, (n, s, 1, r // 2)) for position in (1, 2))
        rotated = cut(to, rows, 3, 0, r) if r < d else rows
        y = self._rotated(to, rotated, (n, s, heads, r // 2), cos, sin)
        if r < d:
            y = to.add("Concat", y, cut(to, rows, 3, r, d), axis=3)
        if len(shape) == 4:
            return (to.add("Transpose", y, perm=[0, 2, 1, 3]),)
        return (reshape(to, y, shape),)

    def _rotated(self, to: Expansion, x: str, half: tuple[int, ...], cos: str, sin: str) -> str:
        n, s, heads, count = half
        # Pairs lie side by side, or half the features apart.
        paired = (n, s, heads, count, 2) if self.interleaved else (n, s, heads, 2, count)
        axis = 4 if self.interleaved else 3
        pairs = reshape(to, x, paired)
        a, b = (reshape(to, cut(to, pairs, axis, i, i + 1), half) for i in range(2))
        real = to.add("Sub", to.add("Mul", a, cos), to.add("Mul", b, sin))
        imaginary = to.add("Add", to.add("Mul", a, sin), to.add("Mul", b, cos))
        thin = [1 if i == axis else extent for i, extent in enumerate(paired)]
        joined = [reshape(to, part, thin) for part in (real, imaginary)]
        return reshape(to, to.add("Concat", *joined, axis=axis), (n, s, heads, 2 * count))

    def _angles(
        self, to: Expansion, inputs: Sequence[str], position: int, shape: tuple[int, ...]
    ) -> str:
        cache = needed(self, inputs, position)
        if not given(inputs, 3):
            return reshape(to, cache, (*to.shape(cache)[:2], 1, shape[3]))
        held, places = known(self, to, inputs, position), known(self, to, inputs, 3)
        if held is None or places is None:
            raise ShapeError("RotaryEmbedding lacks its caches")
        if places.ndim != 2 or held.ndim != 2:
            raise ShapeError(f"RotaryEmbedding: caches {held.shape}, positions {places.shape}")
        try:
            rows = held[places.astype(np.int64)]
        except IndexError as error:
            raise ShapeError(f"RotaryEmbedding: a position is not in the cache: {error}") from error
        return to.hold(rows[:, :, None, :])

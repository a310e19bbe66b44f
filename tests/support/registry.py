"""A registry of operators that a test has for itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from modulus import ops


@contextmanager
def own_registry() -> Iterator[None]:
    """Forget at the end what was registered or loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ops, "_registered", [])
        patch.setattr(ops, "_loaded", set())
        ops.operators.cache_clear()
        yield
    ops.operators.cache_clear()

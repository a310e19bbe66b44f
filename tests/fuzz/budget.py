"""How many examples a fuzz test takes: few in the ordinary run, the profile's in `make fuzz`."""

from hypothesis import settings

_ORDINARY_LIMIT = 100
"""Examples of the default profile."""

THOROUGH = settings().max_examples > _ORDINARY_LIMIT
"""Whether this is `make fuzz`: sweeps then leave nothing out."""


def same_examples(count: int) -> settings:
    """As `examples`, but the ordinary run takes the same ones every time.

    For sweeps whose rare findings are about bounds: `make fuzz` looks for them.
    """
    return settings(examples(count), derandomize=not THOROUGH)


def examples(count: int) -> settings:
    """Settings of a test that takes `count` examples in the ordinary run."""
    return settings(max_examples=settings().max_examples if THOROUGH else count, deadline=None)

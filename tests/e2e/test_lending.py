"""The lending pool of the demo on a real node: a loan that a proven tier makes possible."""

from __future__ import annotations

import pytest

from examples import lending, local_chain
from tests.support.compiled import cache_folder

pytestmark = pytest.mark.skipif(local_chain.binary() is None, reason="needs npm ci")


@pytest.mark.filterwarnings("ignore::modulus.DevelopmentWarning")
def test_a_proven_tier_sets_the_ratio(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(cache_folder()))
    with local_chain.running() as chain:
        lending.show(chain)
    said = capsys.readouterr().out
    for line in (
        "without a proof: tier 0, collateral of 200 % of the debt",
        "borrowing 80 against 100: reverted, Undercollateralised",
        "one bit of the proof flipped: reverted, InvalidPoint",
        "another score claimed: reverted, PairingFailed",
        "with a record that nobody attested: reverted, NotAttested",
        "with the proof: tier 2, collateral of 120 % of the debt",
        "borrowing 80 against 100: done",
        "the same proof once more: reverted, RequestUsed",
    ):
        assert line in said

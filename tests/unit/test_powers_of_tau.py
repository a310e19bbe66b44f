from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from modulus import powers_of_tau
from modulus.errors import ArtifactError
from modulus.powers_of_tau import HERMEZ, KNOWN, PowersOfTau, believed, settings_file, trust
from modulus.reference.curve import decode_point
from modulus.reference.key import VerifyingKey as ReferenceKey
from modulus.reference.twist import TWIST_GENERATOR, decode_twist_point
from modulus.verifier import VerifyingKey
from tests.soundness.test_keys import relabelled
from tests.support import compiled as support


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODULUS_CONFIG", str(tmp_path))


def named(key: VerifyingKey, **changes: str) -> PowersOfTau:
    """A ceremony with the powers of tau of a key."""
    assert key.seal is not None
    alpha, beta = key.seal.groth16[:64].hex(), key.seal.groth16[64:192].hex()
    return replace(PowersOfTau("ours", key.tau_g2.hex(), alpha, beta), **changes)


def sealed_key() -> VerifyingKey:
    """A development key that calls itself a ceremony's."""
    return replace(
        support.compiled().verifying_key, declared_development=False, file_hash=bytes([1]) * 32
    )


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: entry.name.split(",")[0])
def test_known_points_are_in_their_groups(entry: PowersOfTau):
    assert decode_twist_point(bytes.fromhex(entry.tau_g2)) != TWIST_GENERATOR
    assert (entry.alpha_g1 is None) == (entry.beta_g2 is None)
    if entry.alpha_g1 is not None and entry.beta_g2 is not None:
        decode_point(bytes.fromhex(entry.alpha_g1))
        decode_twist_point(bytes.fromhex(entry.beta_g2))


def test_powers_on_the_list_are_not_development():
    key = VerifyingKey.decode(relabelled())
    assert "no list" in (key.doubt(KNOWN) or "")
    assert key.doubt([*KNOWN, PowersOfTau("ours", key.tau_g2.hex())]) is None


def test_a_key_that_calls_itself_development_is_believed():
    key = support.compiled().verifying_key
    assert "development powers" in (key.doubt([named(key)]) or "")


def test_a_seal_without_a_transcript_is_for_development():
    key = sealed_key()
    assert "development setup" in (key.doubt([named(key)]) or "")


def test_a_seal_needs_alpha_and_beta_of_its_powers():
    key = sealed_key()
    assert key.seal is not None
    key = replace(key, seal=replace(key.seal, setup=bytes(353)))
    for entry in (
        PowersOfTau("without", key.tau_g2.hex()),
        named(key, alpha_g1=HERMEZ.alpha_g1 or ""),
        named(key, beta_g2=HERMEZ.beta_g2 or ""),
    ):
        assert "another alpha and beta" in (key.doubt([entry]) or "")


def test_a_transcript_that_does_not_verify_is_no_better_than_none():
    key = sealed_key()
    assert key.seal is not None
    for setup in (b"\0", bytes(353)):
        changed = replace(key, seal=replace(key.seal, setup=setup))
        assert "does not verify" in (changed.doubt([named(key)]) or "")


def test_the_reference_believes_no_seal():
    assert ReferenceKey.decode(sealed_key().encode()).development


def test_trusted_powers_count_and_say_who_trusts_them():
    key = VerifyingKey.decode(relabelled())
    assert believed() == KNOWN
    entry = PowersOfTau("ours", key.tau_g2.hex())
    assert trust(entry) == settings_file()
    trust(replace(entry, name="renamed"))
    (found,) = powers_of_tau.trusted()
    assert (found.name, found.trusted_by) == ("renamed", str(settings_file()))
    assert key.setup_doubt is None
    assert key.powers_of_tau == found


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[]",
        "{}",
        '{"ceremonies": [{}]}',
        '{"ceremonies": [{"name": "x", "tau_g2": "00"}]}',
        '{"ceremonies": [{"name": "x", "tau_g2": "zz"}]}',
        json.dumps({"ceremonies": [{"name": "x", "tau_g2": 3}]}),
    ],
)
def test_damaged_settings_are_named(text: str):
    settings_file().write_text(text)
    with pytest.raises(ArtifactError, match=r"ceremonies\.json"):
        believed()

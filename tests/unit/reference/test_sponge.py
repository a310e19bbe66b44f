"""Poseidon2 and its sponge against published and shared vectors."""

from collections.abc import Callable
from typing import Any

import pytest

from modulus.reference.field import SCALAR_MODULUS, NonCanonicalError
from modulus.reference.poseidon2 import permute
from modulus.reference.sponge import Sponge


def test_published_permutation() -> None:
    assert permute([0, 1, 2, 3]) == [
        0x01BD538C2EE014ED5141B29E9AE240BF8DB3FE5B9A38629A9647CF8D76C01737,
        0x239B62E7DB98AA3A2A8F6A0D2FA1709E7A35959AA6C7034814D9DAA90CBAC662,
        0x04CBB44C61D928ED06808456BF758CBF0C18D1E15A7B6DBC8245FA7515D5E3CB,
        0x2E11C5CFF2A22C64D01304B778D78F6998EFF1AB73163A35603F54794C30847A,
    ]


def test_permutation_vectors(load_vectors: Callable[[str], Any]) -> None:
    for case in load_vectors("poseidon2/bn254_t4.json")["permutation"]:
        assert permute([int(lane, 16) for lane in case["input"]]) == [
            int(lane, 16) for lane in case["output"]
        ]


def test_sponge_vectors(load_vectors: Callable[[str], Any]) -> None:
    for case in load_vectors("poseidon2/sponge.json")["cases"]:
        sponge = Sponge(int(case["initial_capacity"], 16))
        for step in case["steps"]:
            if "absorb" in step:
                sponge.absorb(int(step["absorb"], 16))
            else:
                assert sponge.squeeze() == int(step["squeeze"], 16), case["name"]


def test_the_first_squeeze_permutes_the_initial_state() -> None:
    sponge = Sponge(5)
    assert [sponge.squeeze() for _ in range(3)] == permute([0, 0, 0, 5])[:3]


def test_absorbs_add_into_the_rate_and_restart_after_a_squeeze() -> None:
    sponge = Sponge(5)
    for value in (1, 2, 3, 4):
        sponge.absorb(value)
    first = permute([1, 2, 3, 5])
    second = permute([first[0] + 4, *first[1:]])
    assert sponge.squeeze() == second[0]
    sponge.absorb(9)
    assert sponge.squeeze() == permute([(second[0] + 9) % SCALAR_MODULUS, *second[1:]])[0]


def test_absorbing_zero_still_forces_a_permutation() -> None:
    silent, spoken = Sponge(0), Sponge(0)
    silent.squeeze()
    spoken.squeeze()
    spoken.absorb(0)
    assert silent.squeeze() != spoken.squeeze()


@pytest.mark.parametrize("value", [-1, SCALAR_MODULUS])
def test_unreduced_values_are_refused(value: int) -> None:
    with pytest.raises(NonCanonicalError):
        Sponge(value)
    with pytest.raises(NonCanonicalError):
        Sponge(0).absorb(value)


def test_permutation_takes_four_lanes() -> None:
    with pytest.raises(ValueError, match="got 3"):
        permute([0, 1, 2])

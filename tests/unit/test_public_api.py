from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import modulus
from modulus import errors
from tests.support import compiled as support

FORBIDDEN = ("onnx", "onnxruntime", "torch", "sklearn", "rich")


@pytest.fixture(autouse=True)
def _powers_of_tau(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODULUS_CACHE", str(support.cache_folder()))


def verify(proof: Any, key: Any, **options: Any) -> modulus.Proven:
    with pytest.warns(modulus.DevelopmentWarning):
        return modulus.verify(proof, key, **options)


def test_everything_announced_exists():
    for name in modulus.__all__:
        assert getattr(modulus, name) is not None
    assert set(dir(modulus)) == set(modulus.__all__)


def test_every_error_is_exported():
    for name, value in vars(errors).items():
        if isinstance(value, type) and value.__module__ == "modulus.errors":
            assert getattr(modulus, name) is value


def test_verifying_imports_no_machine_learning_package():
    script = (
        f"import sys, modulus; modulus.verify; modulus.Proof; "
        f"print([name for name in {FORBIDDEN!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "[]"


def test_the_stub_describes_the_native_module():
    result = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "modulus._native"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(modulus.__file__).parents[2],
        check=False,
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("reference", [False, True])
def test_a_proof_proves_what_running_computes(reference: bool):
    model = support.compiled()
    proven = verify(
        support.proof(), model.verifying_key, context=support.CONTEXT, reference=reference
    )
    expected = model.run(support.samples()[:1])
    assert proven.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(proven[name], array)
    (port,) = model.graph.inputs
    np.testing.assert_allclose(
        proven.inputs[port.name], support.samples()[:1], atol=port.value.scale
    )
    assert proven.input_integers[port.name].dtype == np.int64
    assert "development" in (proven.setup_doubt or "")


def test_both_verifiers_reject_another_context():
    for reference in (False, True):
        with pytest.raises(modulus.ProofRejected):
            modulus.verify(
                support.proof(), support.compiled().verifying_key, context=b"x", reference=reference
            )


def test_both_verifiers_reject_changed_bytes_for_the_same_reason():
    honest = support.proof().data
    key = support.compiled().verifying_key
    positions = [0, 16, 18, 19, 51, 55, 60, 200, 600, len(honest) // 2, len(honest) - 1]
    for position in positions:
        changed = bytearray(honest)
        changed[position] ^= 1
        reasons = []
        for reference in (False, True):
            with pytest.raises(modulus.ProofRejected) as caught:
                modulus.verify(bytes(changed), key, context=support.CONTEXT, reference=reference)
            reasons.append(caught.value.reason)
        assert reasons[0] == reasons[1], position


@pytest.mark.parametrize("length", [0, 1, 18, 100, -1])
def test_truncated_proofs_are_rejected(length: int):
    data = support.proof().data[:length]
    with pytest.raises(modulus.ProofRejected) as caught:
        modulus.verify(data, support.compiled().verifying_key, context=support.CONTEXT)
    assert caught.value.reason is modulus.RejectionReason.MALFORMED_PROOF


def test_a_proof_is_refused_by_the_key_of_another_model():
    other = support.compiled("private").verifying_key
    with pytest.raises(modulus.ProofRejected):
        modulus.verify(support.proof(), other, context=support.CONTEXT)


def test_keys_and_proofs_come_as_objects_bytes_or_paths(tmp_path: Path):
    key, proof = support.compiled().verifying_key, support.proof()
    support.compiled().save(tmp_path)
    proof.save(tmp_path / "proof")
    for given_key in (
        key,
        key.encode(),
        tmp_path / "verifying.key",
        str(tmp_path / "verifying.key"),
    ):
        for given in (proof, bytes(proof), tmp_path / "proof"):
            verify(given, given_key, context=support.CONTEXT)


def test_saving_and_loading_keeps_the_model(tmp_path: Path):
    model = support.compiled()
    model.save(tmp_path / "keys")
    loaded = modulus.CompiledModel.load(tmp_path / "keys")
    assert loaded.verifying_key == model.verifying_key
    assert loaded.proving_key == model.proving_key
    again = loaded.prove(support.samples()[:1], context=support.CONTEXT, transparent=True)
    # Transparent proofs have no randomness.
    assert again == support.proof()


@pytest.mark.parametrize("reference", [False, True])
def test_a_sealed_proof_proves_what_running_computes(reference: bool):
    model = support.compiled(weights="private")
    proof = support.sealed_proof()
    assert not proof.transparent
    proven = verify(proof, model.verifying_key, context=support.CONTEXT, reference=reference)
    expected = model.run(support.samples()[:1])
    for name, array in expected.items():
        np.testing.assert_array_equal(proven[name], array)
    assert len(proof) < 2000


def test_transparent_proofs_of_private_weights_are_refused():
    with pytest.raises(modulus.VisibilityError, match="recovered"):
        support.compiled(weights="private").prove(support.samples()[:1], transparent=True)


def test_a_model_without_a_seal_makes_transparent_proofs_only():
    with pytest.warns(modulus.DevelopmentWarning):
        model = modulus.compile(
            support.MODEL,
            support.samples(),
            weights="public",
            activation_bits=8,
            dimensions={"batch": 1},
            transparent_only=True,
        )
    assert model.verifying_key.seal is None
    with pytest.raises(modulus.VisibilityError, match="transparent=True"):
        model.prove(support.samples()[:1])
    verify(model.prove(support.samples()[:1], transparent=True), model.verifying_key)


TRANSPARENT: dict[str, Any] = {"weights": "public", "transparent_only": True}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"transparent_only": True}, "private weights"),
        ({"weights": "secret"}, "public or private"),
        (TRANSPARENT | {"input_visibility": "committed"}, "committed inputs or outputs"),
        (TRANSPARENT | {"output_visibility": {"logits": "committed"}}, "committed inputs or"),
        ({"weights": "public", "input_visibility": "hidden"}, "'hidden'"),
    ],
)
def test_visibilities_that_cannot_be_honoured_are_refused(options: dict[str, Any], words: str):
    with pytest.raises(modulus.VisibilityError, match=words):
        modulus.compile(support.MODEL, support.samples(), **options)


def test_private_inputs_are_not_published_but_warned_about():
    model = support.compiled("private")
    with pytest.warns(modulus.NotZeroKnowledgeWarning):
        proof = model.prove(support.samples()[:1], transparent=True)
    proven = verify(proof, model.verifying_key)
    assert proven.inputs == {}
    assert proven.keys() == model.run(support.samples()[:1]).keys()


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.full((1, 20), 1e6), "range"),
        (np.full((1, 20), np.nan), "finite"),
        (np.zeros((1, 19)), "shape"),
        ({"nothing": np.zeros((1, 20))}, "missing"),
        ([["a"] * 20], "not numbers"),
        ([[1.0], [1.0, 2.0]], "no array"),
    ],
)
def test_inputs_that_cannot_be_proven_are_refused(inputs: Any, words: str):
    with pytest.raises(modulus.WitnessError, match=words):
        support.compiled().prove(inputs, transparent=True)


def test_a_context_longer_than_32_bytes_is_refused():
    with pytest.raises(modulus.ModulusError, match="at most 32"):
        support.compiled().prove(support.samples()[:1], context=bytes(33), transparent=True)


def test_a_missing_reference_string_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("MODULUS_CACHE", str(tmp_path))
    with pytest.raises(modulus.SrsError, match="modulus srs import"):
        support.compiled().prove(support.samples()[:1], transparent=True)


def test_work_beyond_the_free_memory_is_refused_before_it_starts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("modulus.resources.available_memory", lambda: 1 << 20)
    with pytest.raises(modulus.ResourceError, match="1 MiB are free"):
        support.compiled().prove(support.samples()[:1], transparent=True)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_exception_of_the_progress_callback_stops_the_proof(error: type[BaseException]):
    def stop(_stage: str, _fraction: float) -> None:
        raise error

    with pytest.raises(error):
        support.compiled().prove(support.samples()[:1], transparent=True, progress=stop)


def test_progress_names_stages_and_fractions():
    seen = []
    support.compiled().prove(
        support.samples()[:1],
        transparent=True,
        progress=lambda stage, fraction: seen.append((stage, fraction)),
    )
    assert len({stage for stage, _ in seen}) >= 3
    assert all(0 <= fraction <= 1 for _, fraction in seen)


def test_row_sizes_outside_the_supported_ones_are_refused():
    with pytest.raises(modulus.ResourceError, match="row_bits"):
        modulus.compile(
            support.MODEL,
            support.samples(),
            weights="public",
            row_bits=40,
            dimensions={"batch": 1},
        )


@pytest.mark.torch
def test_a_torch_module_is_proven_like_its_export():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    samples = np.random.default_rng(0).uniform(-1, 1, (8, 4)).astype(np.float32)
    with pytest.warns(modulus.DevelopmentWarning):
        model = modulus.compile(
            module, samples, weights="public", activation_bits=8, transparent_only=True
        )
    proven = verify(model.prove(samples[:1], transparent=True), model.verifying_key)
    (output,) = proven.values()
    expected = module(torch.from_numpy(samples[:1])).detach().numpy()
    np.testing.assert_allclose(output, expected, atol=0.02)


@pytest.mark.torch
def test_a_torch_module_needs_an_example():
    torch = pytest.importorskip("torch")
    with pytest.raises(modulus.ModelError, match="calibration"):
        modulus.compile(torch.nn.Linear(2, 2), weights="public")


def test_without_samples_random_ones_stand_in_with_a_warning():
    with pytest.warns(UserWarning, match="no calibration samples"):
        model = modulus.compile(
            support.MODEL,
            weights="public",
            activation_bits=8,
            dimensions={"batch": 1},
            transparent_only=True,
        )
    assert model.run(np.zeros((1, support.FEATURES))).keys() == {"logits"}

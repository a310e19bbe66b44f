"""The committed models are what examples/models/README.md says they are."""

import numpy as np
import onnx
import onnxruntime
import pytest

from examples.models import data, synthetic, train


@pytest.mark.parametrize("name", sorted(train.RECIPES))
def test_the_readme_states_the_measured_accuracy(name: str) -> None:
    readme = (train.HERE / "README.md").read_text(encoding="utf-8")
    assert list(train.report([name]))[-1] in readme.splitlines()


@pytest.mark.parametrize("name", sorted(train.RECIPES))
def test_a_model_has_one_named_input_a_symbolic_batch_and_stays_small(name: str) -> None:
    path = train.HERE / f"{name}.onnx"
    graph = onnx.load(path).graph
    (entry,) = graph.input
    assert entry.name == train.RECIPES[name].input_name
    assert [value.name for value in graph.output] == ["logits"]
    assert entry.type.tensor_type.shape.dim[0].dim_param == "batch"
    assert path.stat().st_size < 500_000


def test_splits_are_disjoint_and_complete() -> None:
    train_images, _ = data.digits("train", 8)
    test_images, test_labels = data.digits("test", 8)
    assert (len(train_images), len(test_images)) == (797, 1000)
    assert len(np.unique(np.concatenate([train_images, test_images]), axis=0)) == 1797
    assert set(test_labels) == set(range(10))


def test_rescaling_keeps_the_originals_at_their_size_and_the_range_at_any() -> None:
    original, _ = data.digits("test", 8)
    assert set(np.unique(original * 16)) == set(range(17))
    enlarged, _ = data.digits("test", 28)
    assert enlarged.shape == (1000, 1, 28, 28)
    assert enlarged.min() >= 0
    assert enlarged.max() <= 1


def test_the_synthetic_perceptron_runs_and_is_reproducible() -> None:
    model = synthetic.dense((8, 16, 3))
    assert model == synthetic.dense((8, 16, 3))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (logits,) = session.run(["logits"], {"image": np.ones((2, 8), np.float32)})
    assert np.asarray(logits).shape == (2, 3)


def test_the_benchmark_perceptron_has_its_stated_size() -> None:
    tensors = synthetic.mlp_1m().graph.initializer
    assert sum(int(np.prod(tensor.dims)) for tensor in tensors) == 1_055_242

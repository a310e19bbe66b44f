import sys
from typing import Any

import numpy as np
import pytest

from modulus.errors import ModelError
from modulus.frontend import FloatReference, from_torch


def test_without_torch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match="not installed") as caught:
        from_torch(object(), np.zeros((1, 4)))
    assert "modulus[torch]" in str(caught.value)


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch")


@pytest.mark.torch
def test_a_module_becomes_the_same_function(torch: Any):
    torch.manual_seed(0)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU6(),
        torch.nn.MaxPool2d(2),
        torch.nn.Dropout(),
        torch.nn.Flatten(),
        torch.nn.Linear(64, 3),
        torch.nn.Sigmoid(),
    )
    module.train()
    graph = from_torch(module, np.zeros((2, 1, 8, 8)))
    assert module.training
    names = [node.operator.onnx_name for node in graph.nodes]
    assert names == ["Conv", "Clip", "MaxPool", "Flatten", "Gemm", "Sigmoid"]
    image = np.random.default_rng(0).standard_normal((2, 1, 8, 8)).astype(np.float32)
    found = FloatReference(graph).run({graph.inputs[0].name: image})
    expected = module.eval()(torch.from_numpy(image)).detach().numpy()
    np.testing.assert_allclose(found[graph.outputs[0].name], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.torch
def test_what_torch_cannot_export_is_a_model_error(torch: Any):
    class Broken(torch.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            raise ValueError("broken on purpose")

    with pytest.raises(ModelError, match="broken on purpose"):
        from_torch(Broken(), np.zeros((1, 4)))


@pytest.mark.torch
def test_only_modules_are_accepted(torch: Any):
    with pytest.raises(ModelError, match="Module"):
        from_torch(np.sin, np.zeros((1, 4)))

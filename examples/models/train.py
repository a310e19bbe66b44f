"""Train and export the model zoo, or report how accurate the committed files are.

    python -m examples.models.train               train and export every model (needs torch)
    python -m examples.models.train mlp tiny      train and export some of them
    python -m examples.models.train --report      the table of README.md, by ONNX Runtime alone

Training is seeded and runs on one thread; another version of torch may still round differently,
which is why the exported files are kept in the repository.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import onnx
import onnxruntime

from examples.models.data import Samples, Split, breast_cancer, credit, digits

if TYPE_CHECKING:
    from torch import Tensor, nn

HERE: Final = Path(__file__).resolve().parent
OPSET: Final = 17
SEED: Final = 7


@dataclass(frozen=True)
class Recipe:
    """How one model is trained: its samples and its hyperparameters."""

    samples: Callable[[Split], Samples]
    epochs: int
    input_name: str = "image"
    batch: int = 32
    rate: float = 4e-3
    weight_decay: float = 2e-2
    noise: float = 0.08
    shift: float = 0.0
    """Largest random translation, as a fraction of the image; 0 for tabular data."""


RECIPES: Final = {
    "tiny": Recipe(breast_cancer, epochs=60, input_name="features", noise=0.2),
    "credit": Recipe(credit, epochs=40, input_name="record", noise=0.02),
    "mlp": Recipe(lambda split: digits(split, 8), epochs=150, shift=0.08),
    "lenet5": Recipe(lambda split: digits(split, 28), epochs=60, rate=2e-3, shift=0.08),
    "resnet": Recipe(lambda split: digits(split, 16), epochs=60, shift=0.08),
    "depthwise": Recipe(lambda split: digits(split, 16), epochs=80, shift=0.08),
}


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="train and export the model zoo")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"some of {', '.join(RECIPES)}")
    parser.add_argument("--report", action="store_true", help="print the table of README.md")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.models) - set(RECIPES))
    if unknown:
        parser.error(f"no model named {', '.join(unknown)}; there are {', '.join(RECIPES)}")
    names = options.models or list(RECIPES)
    if not options.report:
        for name in names:
            export(name, train(name))
    for line in report(names):
        print(line)
    return 0


def train(name: str) -> "nn.Module":
    """Train the network `name` from its fixed seed and return it in evaluation mode."""
    import torch

    from examples.models import architectures

    recipe = RECIPES[name]
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    images, labels = (torch.from_numpy(part) for part in recipe.samples("train"))
    network: nn.Module = getattr(architectures, name)()
    steps = recipe.epochs * -(-len(labels) // recipe.batch)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps)
    # Smoothed labels stop the logits from growing without bound, which keeps the ranges that
    # quantisation has to cover small while every class stays apart from the next.
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in range(recipe.epochs):
        for chosen in torch.randperm(len(labels)).split(recipe.batch):
            optimiser.zero_grad()
            loss(network(_augment(images[chosen], recipe)), labels[chosen]).backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def _augment(samples: "Tensor", recipe: Recipe) -> "Tensor":
    """Move every image by a random fraction of its size and add noise; shape is kept."""
    import torch
    from torch.nn import functional

    if recipe.shift:
        count = len(samples)
        maps = torch.eye(2, 3).repeat(count, 1, 1)
        maps[:, :, 2] = (torch.rand(count, 2) * 2 - 1) * 2 * recipe.shift
        grid = functional.affine_grid(maps, list(samples.shape), align_corners=False)
        samples = functional.grid_sample(samples, grid, align_corners=False)
    return samples + recipe.noise * torch.randn_like(samples)


def export(name: str, network: "nn.Module") -> None:
    """Write `network` to NAME.onnx: symbolic batch, BatchNormalization nodes kept, no metadata."""
    import torch

    recipe = RECIPES[name]
    example = torch.from_numpy(recipe.samples("test")[0][:2])
    path = HERE / f"{name}.onnx"
    torch.onnx.export(
        network,
        (example,),
        path,
        input_names=[recipe.input_name],
        output_names=["logits"],
        opset_version=OPSET,
        dynamic_axes={recipe.input_name: {0: "batch"}, "logits": {0: "batch"}},
        # The default would fold each normalisation into the convolution before it; the zoo keeps
        # them so that our own folding is exercised.
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        dynamo=False,
    )
    model = onnx.load(path)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    # The exporter numbers anonymous tensors by traversal; the intermediate shapes are recomputed
    # by every reader.
    del model.graph.value_info[:]
    model.graph.name = name
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def report(names: list[str]) -> Iterator[str]:
    """Yield the Markdown table of `names`: size, held-out accuracy and separation of logits."""
    yield "| file | input | parameters | bytes | held-out | accuracy | median margin |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for name in names:
        recipe = RECIPES[name]
        path = HERE / f"{name}.onnx"
        samples, labels = recipe.samples("test")
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        logits = np.asarray(session.run(["logits"], {recipe.input_name: samples})[0])
        ranked = np.sort(logits, axis=1)
        accuracy = np.mean(logits.argmax(axis=1) == labels)
        margin = np.median(ranked[:, -1] - ranked[:, -2])
        shape = "x".join(str(extent) for extent in samples.shape[1:])
        yield (
            f"| `{path.name}` | `{recipe.input_name}`, {shape} | {parameters(path):,} "
            f"| {path.stat().st_size:,} | {len(labels):,} | {accuracy:.1%} | {margin:.2f} |"
        )


def parameters(path: Path) -> int:
    """Count the trained parameters of an ONNX file; running statistics are not trained."""
    graph = onnx.load(path).graph
    statistics = {
        name
        for node in graph.node
        if node.op_type == "BatchNormalization"
        for name in node.input[3:5]
    }
    return sum(
        int(np.prod(tensor.dims))
        for tensor in graph.initializer
        if tensor.name not in statistics and tensor.data_type == onnx.TensorProto.FLOAT
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

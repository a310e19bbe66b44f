"""The networks of the model zoo, as torch modules.

Each is small enough to be proven on a laptop and exercises one family of operators; README.md
lists which.
"""

import torch
from torch import Tensor, nn


def tiny() -> nn.Module:
    """Perceptron 20-32-16-2 for tabular features, shape (batch, 20)."""
    return nn.Sequential(
        nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 2)
    )


def credit() -> nn.Module:
    """Perceptron 8-24-12-3 for credit records, shape (batch, 8): one score per tier."""
    return nn.Sequential(
        nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 12), nn.ReLU(), nn.Linear(12, 3)
    )


def mlp() -> nn.Module:
    """Perceptron 64-64-32-10 for images of shape (batch, 1, 8, 8)."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )


def lenet5() -> nn.Module:
    """LeNet-5 with ReLU and average pooling for images of shape (batch, 1, 28, 28).

    Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998; dense
    connections between the two convolutions, 61,706 parameters.
    """
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut; a strided block projects its shortcut by 1x1."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, inputs, height, width) to (batch, outputs, height/stride, width/stride)."""
        shortcut = x if self.shortcut is None else self.shortcut(x)
        return torch.relu(self.body(x) + shortcut)


def resnet() -> nn.Module:
    """Residual network with max pooling for images of shape (batch, 1, 16, 16)."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        ResidualBlock(16, 16),
        ResidualBlock(16, 32, stride=2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


def _separable(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    """Depthwise 3x3 and pointwise 1x1 convolution, each with batch normalisation and ReLU6."""
    return [
        nn.Conv2d(inputs, inputs, 3, stride=stride, padding=1, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU6(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    ]


def depthwise() -> nn.Module:
    """Depthwise-separable network for images of shape (batch, 1, 16, 16).

    Source: the block of MobileNet (Howard et al., 2017) with the ReLU6 of its successors.
    """
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU6(),
        *_separable(16, 32),
        *_separable(32, 64, stride=2),
        *_separable(64, 64),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )

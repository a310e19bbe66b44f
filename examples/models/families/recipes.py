"""How every network of the families is trained: losses, optimiser, seeds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from examples.models.families import networks
from examples.models.families.data import latents
from examples.models.families.registry import NETWORKS

SEED = 7
Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters of one network."""

    epochs: int
    loss: Loss = functional.mse_loss
    batch: int = 32
    rate: float = 4e-3
    weight_decay: float = 1e-2


def _next_token(logits: Tensor, tokens: Tensor) -> Tensor:
    return functional.cross_entropy(logits.flatten(0, 1), tokens.flatten())


RECIPES = {
    "squeeze_excite": Recipe(60, functional.cross_entropy),
    "unet": Recipe(30),
    "autoencoder": Recipe(80),
    "gpt": Recipe(20, _next_token, 64),
    "llama": Recipe(20, _next_token, 64),
    "bert": Recipe(20, functional.cross_entropy, 64),
    "vision_transformer": Recipe(60, functional.cross_entropy),
    "lstm": Recipe(100),
    "gru": Recipe(100),
    "rnn": Recipe(100, rate=2e-3),
    "factors": Recipe(60, batch=128, weight_decay=2e-2),
}


def train(name: str) -> nn.Module:
    """Train one network from its fixed seed, on one thread, and return it in evaluation mode."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    if name == "decoder":
        return _variational().eval()
    if name == "generator":
        return _adversarial().eval()
    recipe, family = RECIPES[name], NETWORKS[name]
    network: nn.Module = getattr(networks, name)()
    x, y = map(torch.from_numpy, family.load("train"))
    steps = recipe.epochs * -(-len(x) // recipe.batch)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps)
    for _ in range(recipe.epochs):
        for chosen in torch.randperm(len(x)).split(recipe.batch):
            _step(optimiser, recipe.loss(network(*arguments(name, x[chosen])), y[chosen]))
            schedule.step()
    return network.eval()


def arguments(name: str, x: Tensor) -> tuple[Tensor, ...]:
    """What the network is called with."""
    return (x,) if len(NETWORKS[name].inputs) == 1 else tuple(x.unbind(dim=1))


def _variational() -> nn.Module:
    """Encoder and decoder for 60 epochs (Kingma and Welling, 2014); the encoder is dropped."""
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ELU(), nn.Linear(64, 16))
    decoder = networks.decoder()
    x = torch.from_numpy(NETWORKS["autoencoder"].load("train")[0])
    optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=2e-3)
    for _ in range(60):
        for chosen in torch.randperm(len(x)).split(32):
            mean, logarithm = encoder(x[chosen]).chunk(2, dim=1)
            latent = mean + torch.randn_like(mean) * (logarithm / 2).exp()
            error = functional.binary_cross_entropy(decoder(latent), x[chosen], reduction="sum")
            prior = 0.5 * (mean**2 + logarithm.exp() - logarithm - 1).sum()
            _step(optimiser, error + prior)
    return decoder


def _adversarial() -> nn.Module:
    """A generator against a critic for 40 epochs: too short for good digits (Goodfellow, 2014)."""
    generator = networks.generator()
    critic = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(128, 1),
    )
    x = 2 * torch.from_numpy(NETWORKS["autoencoder"].load("train")[0]) - 1
    making, judging = (
        torch.optim.AdamW(part.parameters(), lr=1e-3, betas=(0.5, 0.99), weight_decay=0.2)
        for part in (generator, critic)
    )
    judge = functional.binary_cross_entropy_with_logits
    for _ in range(40):
        for chosen in torch.randperm(len(x)).split(32):
            made = generator(torch.randn(len(chosen), networks.LATENT))
            real, false = critic(x[chosen]), critic(made.detach())
            ones, zeros = torch.full_like(real, 0.9), torch.zeros_like(real)
            _step(judging, judge(real, ones) + judge(false, zeros))
            _step(making, judge(critic(made), ones))
    return generator


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def example(name: str) -> Tensor:
    """Two samples to trace a network with."""
    if name in {"decoder", "generator"}:
        return torch.from_numpy(latents(networks.LATENT)("test")[0][:2])
    return torch.from_numpy(np.asarray(NETWORKS[name].load("test")[0][:2]))

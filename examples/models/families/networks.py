"""Small networks of every family, as torch modules; `recipes.py` says how each is trained."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from examples.models.families.data import RANK_USERS, WINDOW, YEARS, alphabet

LATENT = 8
"""Entries of the latent vector of autoencoders and generators."""


class SqueezeExcite(nn.Module):
    """Channels weighted by what is seen in all of them (Hu et al., 2018)."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(channels, reduced, 1),
            nn.ReLU(),
            nn.Conv2d(reduced, channels, 1),
            nn.Hardsigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Scale the channels of x, (batch, channels, height, width)."""
        return x * self.gate(x)


def squeeze_excite() -> nn.Module:
    """Convolutions with squeeze-excite and hard swish: digits to logits."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, stride=2),
        nn.Hardswish(),
        nn.Conv2d(16, 16, 3, padding=1, groups=16),
        SqueezeExcite(16, 8),
        nn.Conv2d(16, 32, 1),
        nn.Hardswish(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


class UNet(nn.Module):
    """Two scales with a skip connection: noisy digits to clean ones (Ronneberger et al., 2015)."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU())
        self.low = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(12, 24, 3, padding=1), nn.ReLU())
        self.up = nn.ConvTranspose2d(24, 12, 2, stride=2)
        self.out = nn.Sequential(nn.Conv2d(24, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Denoise x, (batch, 1, 8, 8)."""
        top = self.down(x)
        return self.out(torch.cat([self.up(self.low(top)), top], dim=1))


def unet() -> nn.Module:
    """A denoiser of digits."""
    return UNet()


def vision_transformer() -> nn.Module:
    """A transformer over patches of digits."""
    return VisionTransformer()


def autoencoder() -> nn.Module:
    """Digits through eight numbers and back."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, LATENT),
        nn.Linear(LATENT, 32),
        nn.ReLU(),
        nn.Linear(32, 64),
        nn.Sigmoid(),
        nn.Unflatten(1, (1, 8, 8)),
    )


def decoder() -> nn.Module:
    """The decoder of a variational autoencoder: latent vectors to digits."""
    return nn.Sequential(
        nn.Linear(LATENT, 64),
        nn.ELU(),
        nn.Linear(64, 64),
        nn.Sigmoid(),
        nn.Unflatten(1, (1, 8, 8)),
    )


def generator() -> nn.Module:
    """The generator of a GAN with transposed convolutions: latent vectors to digits."""
    return nn.Sequential(
        nn.Linear(LATENT, 64),
        nn.Unflatten(1, (16, 2, 2)),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        nn.Tanh(),
    )


class Attention(nn.Module):
    """Multi-head attention, causal and with rotary positions where asked."""

    mask: Tensor | None
    cosine: Tensor | None
    sine: Tensor | None

    def __init__(
        self, size: int, heads: int, *, causal: bool = False, rotary: bool = False
    ) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(size, size) for _ in range(4))
        mask = torch.triu(torch.full((WINDOW, WINDOW), -1e4), 1) if causal else None
        self.register_buffer("mask", mask, persistent=False)
        half = size // heads // 2
        angles = torch.outer(torch.arange(WINDOW), 100.0 ** -(torch.arange(half) / half))
        turn = torch.cat([angles, angles], dim=1) if rotary else None
        self.register_buffer("cosine", None if turn is None else turn.cos(), persistent=False)
        self.register_buffer("sine", None if turn is None else turn.sin(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Mix the places of x, (batch, places, size)."""
        _, places, size = x.shape
        split = (-1, places, self.heads, size // self.heads)
        query, key, value = (
            part(x).reshape(split).transpose(1, 2) for part in (self.query, self.key, self.value)
        )
        if self.cosine is not None and self.sine is not None:
            query, key = (_turned(part, self.cosine, self.sine) for part in (query, key))
        scores = query @ key.transpose(2, 3) * (size // self.heads) ** -0.5
        if self.mask is not None:
            scores = scores + self.mask
        mixed = (scores.softmax(dim=-1) @ value).transpose(1, 2)
        return self.out(mixed.reshape(-1, places, size))


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions (Su et al., 2021)."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat([-second, first], dim=-1) * sine


class RootMeanSquare(nn.Module):
    """Normalisation without a mean (Zhang and Sennrich, 2019)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axis."""
        return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + 1e-5) * self.weight


class Block(nn.Module):
    """Attention and a perceptron, each behind a normalisation and beside a shortcut."""

    def __init__(
        self, size: int, heads: int, *, causal: bool = False, modern: bool = False
    ) -> None:
        super().__init__()
        norm = RootMeanSquare if modern else nn.LayerNorm
        self.first, self.second = norm(size), norm(size)
        self.attention = Attention(size, heads, causal=causal, rotary=modern)
        active = nn.SiLU() if modern else nn.GELU()
        self.wide = nn.Sequential(nn.Linear(size, 2 * size), active, nn.Linear(2 * size, size))

    def forward(self, x: Tensor) -> Tensor:
        """Transform x, (batch, places, size)."""
        x = x + self.attention(self.first(x))
        return x + self.wide(self.second(x))


class Transformer(nn.Module):
    """Tokens (batch, 16) to logits: of every next token, or of one class for all."""

    def __init__(self, outputs: int, *, causal: bool, modern: bool = False) -> None:
        super().__init__()
        size = 32
        self.tokens = nn.Embedding(len(alphabet()), size)
        self.places = None if modern else nn.Parameter(0.1 * torch.randn(WINDOW, size))
        self.block = Block(size, 4, causal=causal, modern=modern)
        self.norm = RootMeanSquare(size) if modern else nn.LayerNorm(size)
        self.head = nn.Linear(size, outputs)
        self.causal = causal

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits, (batch, 16, tokens) if causal, else (batch, classes)."""
        x = self.tokens(tokens)
        x = self.norm(self.block(x if self.places is None else x + self.places))
        return self.head(x if self.causal else x.mean(dim=1))


def gpt() -> nn.Module:
    """GPT-style: causal mask, LayerNorm, GELU, learned positions."""
    return Transformer(len(alphabet()), causal=True)


def llama() -> nn.Module:
    """GPT-style with RMSNorm, rotary positions and SiLU."""
    return Transformer(len(alphabet()), causal=True, modern=True)


def bert() -> nn.Module:
    """BERT-style: attention to both sides, the mean of all places decides."""
    return Transformer(5, causal=False)


class VisionTransformer(nn.Module):
    """Digits as four by four patches (Dosovitskiy et al., 2021)."""

    def __init__(self) -> None:
        super().__init__()
        size = 24
        self.patches = nn.Conv2d(1, size, 2, stride=2)
        self.places = nn.Parameter(0.1 * torch.randn(16, size))
        self.block = Block(size, 3)
        self.head = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 10))

    def forward(self, x: Tensor) -> Tensor:
        """Logits of digits (batch, 1, 8, 8)."""
        rows = self.patches(x).flatten(2).transpose(1, 2) + self.places
        return self.head(self.block(rows).mean(dim=1))


class Forecaster(nn.Module):
    """A recurrent layer over the years, and the next year from its last state."""

    def __init__(self, layer: Callable[..., nn.Module]) -> None:
        super().__init__()
        self.layer = layer(1, 12, batch_first=True)
        self.head = nn.Linear(12, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The next value of series (batch, years, 1)."""
        return self.head(self.layer(x)[0][:, YEARS - 1])


def lstm() -> nn.Module:
    """A forecaster with long short-term memory."""
    return Forecaster(nn.LSTM)


def gru() -> nn.Module:
    """A forecaster with gated recurrent units."""
    return Forecaster(nn.GRU)


def rnn() -> nn.Module:
    """A forecaster with the plain recurrence."""
    return Forecaster(nn.RNN)


class Factors(nn.Module):
    """Matrix factorisation: users and items as vectors, a rating as their product."""

    def __init__(self) -> None:
        super().__init__()
        self.users, self.items = nn.Embedding(RANK_USERS, 12), nn.Embedding(64, 12)
        self.user_bias, self.item_bias = nn.Embedding(RANK_USERS, 1), nn.Embedding(64, 1)
        for table in (self.users, self.items, self.user_bias, self.item_bias):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, user: Tensor, item: Tensor) -> Tensor:
        """Ratings (batch, 1) of pairs (batch,)."""
        product = (self.users(user) * self.items(item)).sum(dim=1, keepdim=True)
        return product + self.user_bias(user) + self.item_bias(item)


def factors() -> nn.Module:
    """Matrix factorisation of digits by pixels."""
    return Factors()

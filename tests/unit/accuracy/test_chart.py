from __future__ import annotations

from html.parser import HTMLParser

from modulus.accuracy.chart import chart
from modulus.quantize import LayerError

LAYERS = [
    LayerError("conv", "conv", 2.0, 2e-3, 3e-5, 0.3),
    LayerError("zero", "relu", 0.0, 0.0, 0.0, 1.0),
    LayerError("a" * 60, "dense", 1.0, 0.5, 0.1, 0.3),
]


class Page(HTMLParser):
    """Checks that tags are balanced and keeps their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attributes)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [held for name, held in self.seen if name == tag]


def test_every_layer_has_a_dot_per_setting_further_right_where_the_error_is_larger() -> None:
    page = Page(chart("errors", {"16": LAYERS, "8": LAYERS}))
    dots = page.all("circle")
    assert len(dots) == 6
    across = [float(dot["cx"] or "nan") for dot in dots[:3]]
    assert across[1] < across[0] < across[2]
    spans = [line for line in page.all("line") if line["class"] == "span"]
    assert float(spans[0]["x2"] or "nan") > float(spans[0]["x1"] or "nan")
    assert len({dot["fill"] for dot in dots}) == 2
    assert len({dot["cy"] for dot in dots}) == 6, "a lane of its own for every setting"


def test_more_settings_than_colours_are_told_apart() -> None:
    page = Page(chart("errors", {str(number): LAYERS[:1] for number in range(9)}))
    looks = {(dot["stroke"], dot["fill"]) for dot in page.all("circle")}
    assert len(looks) == 9


def test_names_cannot_write_the_page() -> None:
    """Attack: whoever made the model chose the names of its tensors."""
    name = '"><script>alert(1)</script>'
    text = chart(name, {name: [LayerError(name, "x", 1.0, 0.1, 0.1, 0.0)]})
    assert "<script" not in text
    assert Page(text).all("script") == []


def test_nothing_to_draw() -> None:
    assert Page(chart("errors", {"16": []})).all("circle") == []

"""A chart of errors by layer: one HTML file with an SVG inside, without scripts or fetches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from modulus.files import write_atomically
from modulus.quantize import LayerError

_LANE_HEIGHT = 7
"""Every setting has a lane of its own in a layer's row, so that no line hides another."""
_ROW_SPACE = 12
_NAMES_WIDTH = 230
_PLOT_WIDTH = 620
_RIGHT = 20
_TOP = 40
_STROKE = 1.5
_DOT = 3
_LONGEST_NAME = 34

_PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
"""Okabe and Ito: told apart with every kind of colour vision."""

_STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 2em; color: #222; background: #fff; }
svg text { font: 12px system-ui, sans-serif; fill: #222; }
svg .grid { stroke: #ddd; } svg .span { stroke-width: 1.5; opacity: .6; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 2em; }
td, th { padding: .15em .8em; text-align: right; border-bottom: 1px solid #eee; }
td:first-child, th:first-child { text-align: left; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin: 0 .4em 0 1em; }
"""

_EXPLANATION = (
    "Error of the integers as a share of the layer&#8217;s range on the samples: a dot at the "
    "mean, a line to the largest."
)

Series = Mapping[str, Sequence[LayerError]]
"""Errors by layer, per setting."""


def write_chart(path: Path, title: str, series: Series) -> None:
    """Write the chart of errors by layer.

    Raises:
        ArtifactError: The file cannot be written.
    """
    write_atomically(path, (chart(title, series).encode(),), private=False)


def chart(title: str, series: Series) -> str:
    """Return an HTML page: per layer a dot at the mean error and a line to the largest.

    Errors are shares of the layer's range, on a logarithmic axis; an error of zero is at its left
    end. Names are escaped: whoever made the model must not write the page.
    """
    names = list(dict.fromkeys(layer.tensor for layers in series.values() for layer in layers))
    head = escape(title)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{head}</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{head}</h1>",
            f"<p>{_EXPLANATION}</p>",
            f"<p>{_legend(series)}</p>",
            _drawing(names, series),
            _table(names, series),
            "</body></html>\n",
        ]
    )


def _drawing(names: Sequence[str], series: Series) -> str:
    low, high = _decades(series)
    width = _NAMES_WIDTH + _PLOT_WIDTH + _RIGHT
    row_height = _LANE_HEIGHT * len(series) + _ROW_SPACE
    bottom = _TOP + row_height * len(names)

    def across(error: float) -> float:
        place = (math.log10(error) - low) / (high - low) if error > 0 else 0.0
        return _NAMES_WIDTH + _PLOT_WIDTH * min(max(place, 0.0), 1.0)

    parts = [f'<svg role="img" viewBox="0 0 {width} {bottom + 10}" width="{width}">']
    for decade in range(low, high + 1):
        x = across(10.0**decade)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP - 10}" text-anchor="middle">1e{decade}</text>')
    for number, name in enumerate(names):
        y = _TOP + row_height * (number + 0.5)
        parts.append(
            f'<text x="{_NAMES_WIDTH - 12}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(_short(name))}<title>{escape(name)}</title></text>"
        )
    places = {name: number for number, name in enumerate(names)}
    for position, (setting, layers) in enumerate(series.items()):
        colour, filling = _colours(position)
        for layer in layers:
            lane = _LANE_HEIGHT * (position - (len(series) - 1) / 2)
            y = _TOP + row_height * (places[layer.tensor] + 0.5) + lane
            mean, largest = across(layer.relative), across(layer.largest_relative)
            told = escape(
                f"{layer.tensor}, {setting}: mean {layer.relative:.2e}, "
                f"largest {layer.largest_relative:.2e}"
            )
            parts.append(
                f'<g><title>{told}</title><line class="span" stroke="{colour}" x1="{mean:.1f}" '
                f'y1="{y:.1f}" x2="{largest:.1f}" y2="{y:.1f}"/>'
                f'<circle fill="{filling}" stroke="{colour}" stroke-width="{_STROKE}" '
                f'cx="{mean:.1f}" cy="{y:.1f}" r="{_DOT}"/></g>'
            )
    return "\n".join([*parts, "</svg>"])


def _decades(series: Series) -> tuple[int, int]:
    """Return the powers of ten that enclose all errors but zero."""
    errors = [
        error
        for layers in series.values()
        for layer in layers
        for error in (layer.relative, layer.largest_relative)
        if error > 0
    ]
    if not errors:
        return -6, 0
    low, high = math.floor(math.log10(min(errors))), math.ceil(math.log10(max(errors)))
    return low, max(high, low + 1)


def _legend(series: Series) -> str:
    keys = []
    for position, setting in enumerate(series):
        colour, filling = _colours(position)
        style = f"background:{filling};border:{_STROKE}px solid {colour}"
        keys.append(f'<span class="key" style="{style}"></span>{escape(setting)}')
    return "".join(keys)


def _colours(position: int) -> tuple[str, str]:
    """Return a setting's colour and the filling of its dots: rings once the colours run out."""
    colour = _PALETTE[position % len(_PALETTE)]
    return colour, colour if position // len(_PALETTE) % 2 == 0 else "#ffffff"


def _table(names: Sequence[str], series: Series) -> str:
    held = [{layer.tensor: layer for layer in layers} for layers in series.values()]
    head = "".join(f"<th>{escape(setting)}: mean</th><th>largest</th>" for setting in series)
    rows = [f"<table><thead><tr><th>tensor</th>{head}</tr></thead><tbody>"]
    for name in names:
        cells = [f"<td>{escape(name)}</td>"]
        for layers in held:
            layer = layers.get(name)
            errors = ("", "")
            if layer is not None:
                errors = (f"{layer.relative:.2e}", f"{layer.largest_relative:.2e}")
            cells += [f"<td>{error}</td>" for error in errors]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*rows, "</tbody></table>"])


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"

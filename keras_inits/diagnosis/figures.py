"""A picture of a `Diagnosis`; what draws it is matplotlib, an extra."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from keras_inits.summaries import plotting

# With more layers than that, only some names stand below the picture.
NAMES = 48
# Okabe and Ito's colours, which the colour-blind tell apart.
SIGNAL, GRADIENT, DEAD, SATURATED, RANK = "#0072B2", "#D55E00", "#444444", "#CC79A7", "#009E73"


def draw(diagnosis: Any) -> Any:
    """Draws the measures of each layer, from the first to the last, in three panels."""
    layers = diagnosis.layers
    width = min(16.0, max(7.0, 0.32 * len(layers) + 3.0))
    figure = plotting.figure_class()(figsize=(width, 8.0), dpi=120, layout="constrained")
    squares, units, ranks = figure.subplots(3, 1, sharex=True, height_ratios=[2.2, 1, 1])
    figure.suptitle(_title(diagnosis, width), fontsize=10, ha="left", x=0.02)
    _draw_squares(squares, layers)
    _draw_shares(units, layers)
    _draw_ranks(ranks, layers)
    step = math.ceil(len(layers) / NAMES) or 1
    shown = range(0, len(layers), step)
    ranks.set_xticks(shown, [_short(layers[i].name) for i in shown], rotation=90, fontsize=7)
    ranks.set_xlim(-0.6, len(layers) - 0.4)
    for panel in (squares, units, ranks):
        panel.grid(True, axis="y", color="#dddddd", linewidth=0.6)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=8)
    return figure


def _title(diagnosis: Any, width: float) -> str:
    return "\n".join([diagnosis.model, *textwrap.wrap(diagnosis.verdict, int(13 * width))])


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"…{name[-29:]}"


def _positive(value: float | None) -> float:
    """Returns a value for a logarithmic axis, a gap for what has no place there."""
    return value if value and math.isfinite(value) else math.nan


def _draw_squares(panel: Any, layers: Sequence[Any]) -> None:
    places = range(len(layers))
    panel.plot(
        places, [_positive(row.mean_square) for row in layers], "o-", color=SIGNAL, label="activations"
    )
    gradients = [_positive(row.gradient_mean_square) for row in layers]
    panel.plot(places, gradients, "s-", color=GRADIENT, label="gradient")
    for line in panel.lines:
        line.set(markersize=3.5, linewidth=1.2)
    panel.set_yscale("log")
    low, high = panel.get_ylim()
    # Less than a factor of a hundred would make a rise out of noise.
    middle = math.sqrt(low * high)
    panel.set_ylim(min(low, middle / 10), max(high, middle * 10))
    panel.axhline(1.0, color="#999999", linewidth=0.8, linestyle=":")
    panel.set_ylabel("mean square", fontsize=9)
    panel.legend(fontsize=8, frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 1.0))


def _draw_shares(panel: Any, layers: Sequence[Any]) -> None:
    places = range(len(layers))
    for name, offset, color in (("dead", -0.2, DEAD), ("saturated", 0.2, SATURATED)):
        shares = [100 * (getattr(row, name) or 0.0) for row in layers]
        panel.bar([place + offset for place in places], shares, 0.4, color=color, label=name)
    panel.set_ylim(0, 100)
    panel.set_ylabel("%", fontsize=9)
    panel.legend(fontsize=8, frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 0.98))


def _draw_ranks(panel: Any, layers: Sequence[Any]) -> None:
    places = range(len(layers))
    panel.bar(places, [row.greatest_rank for row in layers], 0.8, color="#e3e8e4", label="greatest possible")
    ranks = [0.0 if math.isnan(row.effective_rank) else row.effective_rank for row in layers]
    panel.bar(places, ranks, 0.8, color=RANK, label="effective rank")
    panel.set_ylabel("rank", fontsize=9)
    panel.legend(fontsize=8, frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0.0, 0.98))

"""Pictures of what initializers draw, with matplotlib.

matplotlib is imported when a picture is made. No window is opened and no state of `pyplot` is touched.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_inits.keras_compat import installing
from keras_inits.summaries import describing, whole_files
from keras_inits.summaries.describing import Description

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from keras_inits.summaries.stored_weights import WeightRow

# Okabe and Ito's colours, which the colour-blind tell apart.
DRAWN, ASKED = "#56B4E9", "#D55E00"
_NEXT_TO_CONFIG = "#595959"
FORMATS = ("png", "svg")
_STYLE = {
    "axes.edgecolor": _NEXT_TO_CONFIG,
    "axes.labelsize": 10,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "font.size": 10,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "savefig.facecolor": "white",
    # Letters as letters, and the same file for the same picture.
    "svg.fonttype": "none",
    "svg.hashsalt": "keras_inits",
    "xtick.color": _NEXT_TO_CONFIG,
    "xtick.labelcolor": "black",
    "ytick.color": _NEXT_TO_CONFIG,
    "ytick.labelcolor": "black",
}
_LOOK_OF_ASKED = {"marker": "|", "color": ASKED, "s": 90, "linewidth": 2.2}
_LOOK_OF_THERE = {"marker": "o", "color": DRAWN, "s": 26}
_WIDTH, _HEIGHT = 8.0, 3.6  # Inches.
_DOTS_PER_INCH = 150
# What the panels leave for the title, of the height.
_HEAD = 0.16
# Of so many weights the names are legible next to one another.
_MOST_NAMES = 120
# A bar so many times higher than the next one leaves nothing of it to be seen.
_TOWERING = 20


def figure_of(facts: Description) -> Figure:
    """Returns a picture of what an initializer drew: its histogram, and its singular values if any.

    Example:

    >>> import keras_inits
    >>> facts = describing.described(keras_inits.HeNormal(seed=7), (200, 100))
    >>> save(figure_of(facts), "he_normal.png")  # doctest: +SKIP
    """
    matrix, values = facts.matrix, facts.singular_values
    with _style():
        figure = titled_figure(facts.name, describing.details_of(facts), _HEIGHT)
        panels = figure.subplots(1, 1 if values is None else 2, squeeze=False)[0]
        _draw_histogram(panels[0], facts)
        if matrix is not None and values is not None:
            _draw_singular_values(panels[1], matrix, values)
    return figure


def figure_of_weights(rows: Sequence[WeightRow], title: str) -> Figure:
    """Returns a picture of a model's weights: the deviation that each was asked to have, and the one it has.

    Weights of the deviation 0, as biases begin with, are not in it.
    """
    shown = [row for row in rows if row.deviation_asked or row.deviation]
    about = f"in the model's order, {len(shown)} of {len(rows)} weights; a deviation of 0 is left out"
    named = len(shown) <= _MOST_NAMES
    with _style():
        height = 1.5 + 0.2 * len(shown) if named else 10.0
        figure = titled_figure(title, about, height)
        panel = figure.subplots()
        places = np.arange(1, len(shown) + 1)
        asked = panel.scatter(_above_0([row.deviation_asked for row in shown]), places, **_LOOK_OF_ASKED)
        there = panel.scatter(_above_0([row.deviation for row in shown]), places, **_LOOK_OF_THERE)
        figure.legend([asked, there], ["asked for", "in the file"], loc="upper right", ncols=2)
        _set_scale(panel)
        if not shown:
            panel.set_xlim(0.1, 1.0)  # A logarithmic axis has no limits of its own.
        panel.set_ylim(len(shown) + 0.7, 0.3)
        panel.set_ylabel("" if named else "weight")
        if named:
            panel.set_yticks(places, [f"{row.layer}/{row.weight}" for row in shown], fontsize=8)
    return figure


def _above_0(deviations: Sequence[float | None]) -> list[float]:
    """Deviations as they can lie on a logarithmic axis, which has no place for 0."""
    return [deviation if deviation else float("nan") for deviation in deviations]


def _set_scale(panel: Axes) -> None:
    from matplotlib.ticker import LogLocator, NullLocator

    panel.set_xscale("log")
    panel.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_xlabel("standard deviation")
    panel.grid(axis="x", color="#D9D9D9", linewidth=0.6)
    panel.set_axisbelow(True)


def save(figure: Figure, path: str | os.PathLike[str], kind: str | None = None) -> None:
    """Writes a picture, all of it or nothing: a file of that name is replaced when the new one is whole.

    Args:
        figure: The picture.
        path: The file to write.
        kind: `"png"` or `"svg"`; by the ending of `path` if not given.

    Raises:
        ValueError: If it is neither.
        OSError: If the file cannot be written.
    """
    path = os.fsdecode(path)
    kind = os.path.splitext(path)[1][1:].lower() if kind is None else kind
    if kind not in FORMATS:
        raise ValueError(f"A picture is one of {', '.join(FORMATS)}. Received: {path!r}")
    with whole_files.written(path) as place, _style():
        metadata = {"Date": None} if kind == "svg" else {}
        figure.savefig(place, format=kind, dpi=_DOTS_PER_INCH, metadata=metadata)


def figure_class() -> type[Figure]:
    """matplotlib's `Figure`, which a notebook shows as a picture whether pyplot was imported there or not."""

    class Picture(_matplotlib().figure.Figure):  # type: ignore[misc]  # Imported when it is needed.
        def _repr_png_(self) -> bytes:
            picture = io.BytesIO()
            self.savefig(picture, format="png")
            return picture.getvalue()

    return Picture


def titled_figure(title: str, details: str, height: float) -> Figure:
    """Returns an empty picture with a title and a line under it."""
    figure = figure_class()(figsize=(_WIDTH, height), layout="constrained")
    head = _HEAD * _HEIGHT / height
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - head))
    figure.text(0.01, 1 - 0.2 * head, title, fontsize=13, fontweight="bold", va="top")
    figure.text(0.01, 1 - 0.7 * head, details, fontsize=8.5, color=_NEXT_TO_CONFIG, va="top")
    return figure


def _draw_histogram(panel: Axes, facts: Description) -> None:
    """Draws how often values are, as a density, over the one that was asked for."""
    of_count = 1 / (facts.counts.sum() * np.diff(facts.edges))
    drawn = f"drawn: deviation {facts.deviation:.4g}"
    panel.stairs(facts.counts * of_count, facts.edges, fill=True, color=DRAWN, label=drawn)
    if facts.expected is not None:
        asked = f"asked for: deviation {facts.deviation_asked:.4g}"
        line = {"color": ASKED, "linewidth": 1.6, "label": asked}
        panel.stairs(facts.expected * of_count, facts.edges, **line)
    elif facts.deviation_asked is not None:
        panel.plot([], [], " ", label=f"asked for: deviation {facts.deviation_asked:.4g}")
    panel.set_xlabel("real and imaginary parts" if facts.dtype.startswith("complex") else "value")
    panel.locator_params(axis="x", nbins=5)
    panel.set_ylabel("density (per unit of value)")
    _set_heights(panel, facts.counts * of_count)
    panel.legend(loc="upper left")


def _set_heights(panel: Axes, heights: np.ndarray) -> None:
    """Leaves room for the legend, and lets low bars be seen next to one that towers above them all."""
    *_, lower, largest = np.sort([0.0, *heights])
    if 0 < lower * _TOWERING < largest:
        lowest = heights[heights > 0].min()
        panel.set_yscale("log")
        panel.set_ylim(lowest / 3, largest * (largest / lowest) ** 0.4)
    else:
        panel.set_ylim(0, panel.get_ylim()[1] * 1.25)


def _draw_singular_values(panel: Axes, matrix: tuple[int, int], values: np.ndarray) -> None:
    rows, columns = matrix
    panel.plot(np.arange(1, len(values) + 1), values, color=DRAWN, linewidth=2.2)
    panel.set_xlabel(f"rank, the largest first ({rows} by {columns} matrix)")
    panel.set_ylabel("singular value")
    panel.set_ylim(0, float(values[0]) * 1.1 or 1.0)


def _style() -> Any:
    """Returns a block in which matplotlib draws as this package wants it."""
    return _matplotlib().rc_context(_STYLE)


def _matplotlib() -> Any:
    try:
        import matplotlib.figure
    except ImportError as error:
        raise ImportError(f"A picture needs matplotlib: {installing.how_to('matplotlib')}") from error
    return matplotlib

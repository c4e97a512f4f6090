"""What `diagnose` returns, as values, as text and as JSON."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple

from keras_inits.keras_compat.error_text import printable
from keras_inits.summaries import html_pages, text_tables
from keras_inits.summaries.json_values import as_json


class LayerDiagnosis(NamedTuple):
    """A layer of a diagnosed model.

    Attributes:
        name: The layer's name, after those of the models and layers it is in, by slashes.
        kind: Its class.
        output_shape: The shape of its activations, a tuple of integers.
        mean_square: The mean square of its activations.
        gradient_mean_square: The mean square of the gradient with respect to them; `None` where no gradient
            arrives.
        dead: The share of units that are zero for the whole batch, from 0 to 1; `None` where the activation
            function is not zero below zero.
        saturated: The share of values where the activation function is flat, from 0 to 1; `None` where it is
            flat nowhere.
        effective_rank: The effective rank of the activations, samples and positions by units.
        greatest_rank: The greatest that it could be.
        verdict: What that means, in words.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    mean_square: float
    gradient_mean_square: float | None
    dead: float | None
    saturated: float | None
    effective_rank: float
    greatest_rank: int
    verdict: str


class Diagnosis(NamedTuple):
    """How signal and gradient pass through a model.

    As text it is a table.

    Attributes:
        model: The model's name.
        input_mean_square: The mean square of the model's floating point inputs; `None` without one.
        layers: A `LayerDiagnosis` for each call of a layer.
        verdict: What it means for the whole model, in sentences.
    """

    model: str
    input_mean_square: float | None
    layers: tuple[LayerDiagnosis, ...]
    verdict: str

    def __repr__(self) -> str:
        return _table(self)

    def _repr_html_(self) -> str:
        # As a notebook shows it.
        return "\n".join(parts_in_html(self))

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it as dicts, lists, strings and numbers; what is not finite is `None`.

        Returns:
            A dict that `json.dumps` takes.
        """
        return as_json(self)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Any:
        """Draws the measures, layer by layer.

        Args:
            path: Optional file to save the picture in, whose name ends in `.png` or `.svg`.

        Returns:
            A `matplotlib.figure.Figure`.

        Raises:
            ImportError: If matplotlib is not installed.
            ValueError: If the name of the file ends otherwise.
        """
        from keras_inits.diagnosis import figures
        from keras_inits.summaries import plotting

        figure = figures.draw(self)
        if path is not None:
            plotting.save(figure, path)
        return figure


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f} %"


class Column(NamedTuple):
    """A column of the table: what it shows of a layer, and whether that is a number."""

    heading: str
    show: Callable[[LayerDiagnosis], str]
    is_number: bool = False


COLUMNS = (
    Column("layer", lambda layer: layer.name),
    Column("kind", lambda layer: layer.kind),
    Column("output", lambda layer: "x".join(map(str, layer.output_shape))),
    Column("mean square", lambda layer: _number(layer.mean_square), is_number=True),
    Column("gradient mean square", lambda layer: _number(layer.gradient_mean_square), is_number=True),
    Column("dead", lambda layer: _share(layer.dead), is_number=True),
    Column("saturated", lambda layer: _share(layer.saturated), is_number=True),
    Column("rank", lambda layer: f"{layer.effective_rank:.1f}/{layer.greatest_rank}", is_number=True),
    Column("verdict", lambda layer: layer.verdict),
)


_OF_NUMBERS = frozenset(number for number, column in enumerate(COLUMNS) if column.is_number)


def parts_in_html(diagnosis: Diagnosis) -> list[str]:
    """Returns all of a diagnosis as pieces of a page in HTML."""
    rows = [[column.show(layer) for column in COLUMNS] for layer in diagnosis.layers]
    return [
        html_pages.paragraph(head_of(diagnosis)),
        html_pages.table([column.heading for column in COLUMNS], rows, _OF_NUMBERS),
        *(html_pages.paragraph(line, strong=True) for line in diagnosis.verdict.splitlines()),
    ]


def _table(diagnosis: Diagnosis) -> str:
    rows = [[column.heading for column in COLUMNS]]
    rows += [[column.show(layer) for column in COLUMNS] for layer in diagnosis.layers]
    rows.insert(1, ["-" * max(map(len, cells)) for cells in zip(*rows)])
    lines = [head_of(diagnosis), *text_tables.lines_of(rows, _OF_NUMBERS), *diagnosis.verdict.splitlines()]
    return "\n".join(map(printable, lines))


def head_of(diagnosis: Diagnosis) -> str:
    """Returns the line above the table."""
    return f"{diagnosis.model}: mean square of the input {_number(diagnosis.input_mean_square)}"

"""`keras-inits show NAME|CONFIG|FILE`: what an initializer draws, or the weights of a saved model."""

import argparse
import json
import math
import os
import textwrap
from typing import TYPE_CHECKING, Any

from keras_inits.cli import charts, exit_codes, output
from keras_inits.cli.errors import CommandError

if TYPE_CHECKING:
    from keras_inits.describing import Description
    from keras_inits.model_weights import WeightRow

_DEFAULT_SEED = 7
_ENDINGS = (".h5", ".hdf5", ".keras", ".json", ".yaml", ".yml")
_HELP = """\
Shows what an initializer draws at a shape: its fans, its mean and deviation as its formula asks for them
and as they came, its singular values (of the matrix of all axes but the last beside the last), and a
histogram, with a mark where each bar should end.

  keras-inits show he_normal
  keras-inits show HeNormal --shape 3,3,64,128 --seed 7 --png he_normal.png
  keras-inits show '{"class_name": "VarianceScaling", "config": {"scale": 0.1}}' --dtype bfloat16

Of a saved model of any Keras it shows each weight: its initializer, the deviation that this asks for at
the weight's shape, and the deviation of the values in the file, where it holds them.

  keras-inits show model.h5
  keras-inits show model.keras --json

What cannot be shown is an error on stderr, nothing is written, and the exit code is 2.
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` returned.
    """
    parser = commands.add_parser(
        "show",
        help="show what an initializer draws, or the weights of a saved model",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what",
        metavar="NAME|CONFIG|FILE",
        help="an initializer's name, its config in JSON, or a saved model in .h5, .keras, .json or .yaml",
    )
    parser.add_argument(
        "--shape", metavar="N,N...", help="the weight's shape; the first of some usual ones by default"
    )
    parser.add_argument("--dtype", help="the weight's dtype, float32 by default")
    parser.add_argument("--seed", type=int, help=f"the seed; the config's own or {_DEFAULT_SEED} by default")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    parser.add_argument("--png", metavar="FILE", help="write a picture too (needs matplotlib)")
    parser.add_argument("--svg", metavar="FILE", help="the same as SVG")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints what is shown on stdout, and writes the pictures that are asked for.

    Args:
        arguments: `what`, `shape`, `dtype`, `seed`, `json`, `png` and `svg`.

    Returns:
        The exit code.

    Raises:
        CommandError: If it cannot be shown.
    """
    is_file = os.path.exists(arguments.what) or arguments.what.lower().endswith(_ENDINGS)
    facts, lines, draw = (_shown_file if is_file else _shown_initializer)(arguments)
    _write_pictures(draw, {"png": arguments.png, "svg": arguments.svg})
    if arguments.json:
        output.print_json(facts)
    else:
        print(*lines, sep="\n")
    return exit_codes.OK


def _write_pictures(draw: Any, paths: dict[str, str | None]) -> None:
    paths = {kind: path for kind, path in paths.items() if path is not None}
    if not paths:
        return
    from keras_inits import plotting

    try:
        figure = draw()
        for kind, path in paths.items():
            plotting.save(figure, path, kind)
    except plotting.PlotError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error


def _shown_initializer(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str], Any]:
    """An initializer's facts for JSON, as lines, and what draws them."""
    with output.without_start_up_messages():
        from keras_inits import describing, plotting

    shape = None if arguments.shape is None else _parsed_shape(arguments.shape)
    # A config may be a stranger's, and what Keras raises then can be anything.
    try:
        initializer = _initializer(arguments.what, arguments.seed)
        shape = shape or describing.usual_shape(initializer)
        facts = describing.described(initializer, shape, arguments.dtype)
    except Exception as error:
        raise CommandError(_first_line(error)) from error
    lines = _lines(facts, describing.details_of(facts))
    return _finite(facts._asdict()), lines, lambda: plotting.figure_of(facts)


def _shown_file(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str], Any]:
    """A saved model's weights for JSON, as lines, and what draws them."""
    for option in ("shape", "dtype", "seed"):
        if getattr(arguments, option) is not None:
            raise CommandError(f"--{option} is for an initializer, and {arguments.what} is a file")
    with output.without_start_up_messages():
        from keras_inits import model_weights, plotting

    path = arguments.what
    try:
        rows = model_weights.weights_of_file(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise CommandError(f"{path}: {_first_line(error).removeprefix(f'{path}: ')}") from error
    as_json = {"path": path, "weights": [_finite(row._asdict()) for row in rows]}
    title = os.path.basename(path)
    return as_json, _lines_of_weights(path, rows), lambda: plotting.figure_of_weights(rows, title)


def _lines_of_weights(path: str, rows: "list[WeightRow]") -> list[str]:
    letters = charts.letters()
    head = output.one_line(f"{path}: {output.counted(len(rows), 'weight')}")
    if not rows:
        return [head]
    cells = [
        (
            output.one_line(row.layer),
            output.one_line(row.weight),
            "x".join(map(str, row.shape)) or "scalar",
            output.one_line(row.initializer or "-"),
            charts.number(row.deviation_asked),
            charts.number(row.deviation),
        )
        for row in rows
    ]
    columns = ("layer", "weight", "shape", "initializer", "asked for", "in the file")
    lines = charts.table([columns, *cells], frozenset({4, 5}), letters)
    return [head, "deviations asked for by the initializers, and in the file:", "", *lines]


def _parsed_shape(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(length) for length in text.strip("()[] ").rstrip(",").split(","))
    except ValueError:
        raise CommandError(
            f"--shape takes whole numbers with commas between them, such as 3,3,64,128. Received: {text}"
        ) from None


def _initializer(text: str, seed: int | None) -> Any:
    """The initializer of a name or of a config, with a seed if it takes one."""
    from keras_inits import registry

    saved = _parsed_config(text) if text.lstrip().startswith("{") else {"class_name": text, "config": {}}
    initializer = registry.deserialize(saved)
    config = _config(initializer)
    if "seed" not in config:
        if seed is not None:
            raise ValueError(f"{type(initializer).__name__} takes no seed. Received: --seed {seed}")
        return initializer
    if seed is None and config["seed"] is not None:
        return initializer
    return initializer.from_config({**config, "seed": _DEFAULT_SEED if seed is None else seed})


def _parsed_config(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"The config is no JSON: {error}") from None


def _config(initializer: Any) -> dict[str, Any]:
    return initializer.get_config() if hasattr(initializer, "get_config") else {}


def _lines(facts: "Description", details: str) -> list[str]:
    letters = charts.letters()
    number = charts.number
    rows = [
        ("", "asked for", "drawn"),
        ("mean", number(facts.mean_asked), number(facts.mean)),
        ("deviation", number(facts.deviation_asked), number(facts.deviation)),
        ("least", "", number(facts.minimum)),
        ("greatest", "", number(facts.maximum)),
    ]
    return [
        *textwrap.wrap(f"{facts.name}: {details}", charts.WIDTH, subsequent_indent="  "),
        f"fan-in {facts.fan_in}, fan-out {facts.fan_out}",
        "",
        *charts.table(rows, frozenset({1, 2}), letters),
        "",
        *_singular_values(facts),
        *_legend(facts, letters),
        *charts.histogram(facts.edges, facts.counts, facts.expected, letters),
    ]


def _singular_values(facts: "Description") -> list[str]:
    if facts.matrix is None:
        return []
    rows, columns = facts.matrix
    of = f"singular values of the {rows} x {columns} matrix"
    if facts.singular_values is None:
        return [f"{of}: too many to compute", ""]
    largest, smallest = float(facts.singular_values[0]), float(facts.singular_values[-1])
    middle = float(facts.singular_values[len(facts.singular_values) // 2])
    return [
        f"{of}:",
        f"  largest {largest:.4g}, middle {middle:.4g}, smallest {smallest:.4g}",
        "",
    ]


def _legend(facts: "Description", letters: charts.Letters) -> list[str]:
    mark = "" if facts.expected is None else f", {letters.mark} asked for"
    return [f"values  ({letters.full} drawn{mark})"]


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _finite(value: Any) -> Any:
    """A value for JSON, which knows no infinity and nothing that is no number."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value

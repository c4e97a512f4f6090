"""`keras-inits inspect FILE...`: who wrote a saved model, and which initializers are in it."""

import argparse
import functools
import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

import h5py

from keras_inits.cli import exit_codes, output
from keras_inits.legacy import guard, reading

_LAYERS_SHOWN = 4
_ERROR_CHARACTERS_SHOWN = 160  # Keras likes to repeat the whole config.
_HELP = """\
For each file: a line with its path, the Keras and the backend that wrote it, and how many distinct
initializers it holds; then a line for each of these:

  2 weights  saved: CONFIG  here: CLASS(ARGUMENTS)  stock: yes  layers: NAME, NAME

weights  how many weights are drawn with it; 0 if its layers have use_bias, scale or center off
saved    as the file has it
here     what keras_inits makes of it, or "unresolved" and why: a class of your own, for example
stock    whether the installed tf.keras takes it as it was saved, else "no" and why

A file that is not a saved model is a line on stderr, and the exit code is 2.
"""


class Resolution(NamedTuple):
    """What a saved initializer is in this process.

    Attributes:
        class_name: The class it resolves to, `None` if it does not.
        config: That initializer's full config.
        error: Why it does not resolve.
        stock_error: Why stock tf.keras refuses it, `None` if it does not.
    """

    class_name: str | None
    config: dict[str, Any] | None
    error: str | None
    stock_error: str | None


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` returned.
    """
    parser = commands.add_parser(
        "inspect",
        help="list the initializers in saved models",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a model in .h5, .hdf5, .keras, .json or .yaml"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array, an item per file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Reports the initializers of saved models on stdout, and unreadable files on stderr.

    Args:
        arguments: `files`, and `json` for a JSON array in place of lines.

    Returns:
        The exit code.
    """
    reports = []
    failed = False
    for path in arguments.files:
        report = _inspect_file(path)
        if "error" in report:
            failed = True
            output.print_error(f"{report['path']}: {report['error']}")
        elif not arguments.json:
            print(*_lines(report), sep="\n")
        reports.append(report)
    if arguments.json:
        output.print_json(reports)
    return exit_codes.FAILED if failed else exit_codes.OK


def _inspect_file(path: str) -> dict[str, Any]:
    """Reads a file into a report, or into `{"path": ..., "error": ...}`."""
    try:
        if os.path.isfile(path) and h5py.is_hdf5(path):
            guard.check(path, arrays=False)
        model = reading.read(path)
    except (reading.NotAModelError, guard.DamagedFileError) as error:
        return {"path": path, "error": output.one_line(str(error).removeprefix(f"{path}: "))}
    except OSError as error:
        return {"path": path, "error": output.one_line(error.strerror or str(error))}
    return {
        "path": model.path,
        "kind": model.kind,
        "keras_version": model.keras_version,
        "backend": model.backend,
        "initializers": _distinct(reading.initializers_of(model.config)),
    }


def _distinct(uses: Iterable[reading.InitializerUse]) -> list[dict[str, Any]]:
    """Gathers the uses of each distinct saved config, and says what that is here."""
    found: dict[str, dict[str, Any]] = {}
    for use in uses:
        saved = _without_ids(use.saved)
        text = json.dumps(saved, sort_keys=True)
        entry = found.setdefault(text, {"weights": 0, "uses": [], "saved": saved})
        entry["weights"] += use.weights
        entry["uses"].append({"layer": use.layer, "argument": use.argument})
    return [{**entry, **_resolve(text)._asdict()} for text, entry in found.items()]


def _without_ids(saved: Any) -> Any:
    """A saved config without the ids of shared objects, which are no part of what it means."""
    if isinstance(saved, dict):
        return {k: _without_ids(v) for k, v in saved.items() if k != "shared_object_id"}
    return [_without_ids(item) for item in saved] if isinstance(saved, list) else saved


@functools.lru_cache(maxsize=1024)
def _resolve(text: str) -> Resolution:
    """Says what a saved initializer is here.

    Args:
        text: The initializer's config or name, as JSON.
    """
    # Imported here, for they import TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits import generic_utils, registry

    saved = json.loads(text)
    if not isinstance(saved, (str, dict)):
        why = f"neither a name nor a config: {text}"
        return Resolution(None, None, why, why)
    stock_error = generic_utils.stock_accepts(saved)
    # A config may be a stranger's, and what Keras raises then can be anything.
    try:
        found = registry.get(saved) if isinstance(saved, str) else registry.deserialize(saved)
        config = found.get_config() if hasattr(found, "get_config") else {}
    except Exception as exception:
        return Resolution(None, None, _why(exception), stock_error)
    name = getattr(found, "__name__", type(found).__name__)
    return Resolution(name, config, None, stock_error)


def _lines(report: dict[str, Any]) -> list[str]:
    """A file's report as text."""
    version = f"Keras {report['keras_version'] or 'unknown'}"
    backend = f"backend {report['backend'] or 'unknown'}"
    count = output.counted(len(report["initializers"]), "distinct initializer")
    head = output.one_line(f"{report['path']}: {version}, {backend}, {count}")
    return [head, *(_line(entry) for entry in report["initializers"])]


def _line(entry: dict[str, Any]) -> str:
    """A distinct initializer as a line of text."""
    fields = (
        output.counted(entry["weights"], "weight"),
        f"saved: {output.shown(json.dumps(entry['saved'], sort_keys=True, separators=(',', ':')))}",
        f"here: {_here(entry)}",
        f"stock: {_stock(entry)}",
        f"layers: {output.shown(_layers(entry['uses']))}",
    )
    return "  " + "  ".join(fields)


def _here(entry: dict[str, Any]) -> str:
    """What an initializer is here: `HeNormal(seed=None)`, or that it is nothing, and why."""
    if entry["class_name"] is None:
        return f"unresolved, {output.shown(entry['error'], _ERROR_CHARACTERS_SHOWN)}"
    settings = ", ".join(f"{key}={value!r}" for key, value in entry["config"].items())
    return output.shown(f"{entry['class_name']}({settings})")


def _stock(entry: dict[str, Any]) -> str:
    """Whether stock tf.keras takes an initializer, or why not."""
    if entry["stock_error"] is None:
        return "yes"
    return f"no, {output.shown(entry['stock_error'], _ERROR_CHARACTERS_SHOWN)}"


def _layers(uses: list[dict[str, str]]) -> str:
    """The names of some layers, each once, a long list cut."""
    names = list(dict.fromkeys(use["layer"] for use in uses))
    shown = ", ".join(names[:_LAYERS_SHOWN])
    hidden = len(names) - _LAYERS_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def _why(exception: Exception) -> str:
    """The first line of an error, and its type where that is not the one for unknown names."""
    lines = str(exception).strip().splitlines()
    if lines and isinstance(exception, ValueError):
        return lines[0]
    return ": ".join([type(exception).__name__, *lines[:1]])

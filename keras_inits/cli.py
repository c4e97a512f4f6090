"""The `keras-inits` command.

`keras-inits inspect FILE...` says of a saved model who wrote it, which initializers are in it, what
they are here, and whether stock tf.keras would take them. `keras-inits upgrade OLD NEW.keras` rewrites
a saved model as a file that today's Keras loads by itself.
"""

import argparse
import contextlib
import functools
import importlib.metadata
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import h5py

from keras_inits.legacy import guard, reading

if TYPE_CHECKING:
    from keras_inits.legacy.converting import Converted

EXIT_OK = 0
EXIT_NOT_UPGRADED = 1
EXIT_FAILED = 2
EXIT_BROKEN_PIPE = 141  # What a shell says of a program that SIGPIPE ended.

_LAYERS_SHOWN = 4
_CHARACTERS_SHOWN = 1000  # Only a `Constant` with an array in it is longer.
_ERROR_CHARACTERS_SHOWN = 160  # Keras likes to repeat the whole config.
_INSPECT_HELP = """\
For each file: a line with its path, the Keras and the backend that wrote it, and how many distinct
initializers it holds; then a line for each of these:

  2 weights  saved: CONFIG  here: CLASS(ARGUMENTS)  stock: yes  layers: NAME, NAME

weights  how many weights are drawn with it; 0 if its layers have use_bias, scale or center off
saved    as the file has it
here     what keras_inits makes of it, or "unresolved" and why: a class of your own, for example
stock    whether the installed tf.keras takes it as it was saved, else "no" and why

A file that is not a saved model is a line on stderr, and the exit code is 2.
"""
_UPGRADE_HELP = """\
Rewrites saved models of any Keras, from 1.0 to today's, as files that today's Keras loads by itself:

  keras-inits upgrade OLD NEW.keras
  keras-inits upgrade OLD... --to FOLDER

OLD is a model in .h5, .hdf5 or .keras, or an architecture in JSON or YAML. What was changed is said layer
by layer. NEW, which is replaced if it exists, is written only after Keras alone has loaded it and
predicted the same as the upgraded model on a fixed input.

A file that cannot be upgraded is an error on stderr; the others are done, and the exit code is 1.
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


def main(argv: list[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: The arguments, those of the process by default.

    Returns:
        The exit code: 0, 2 if `inspect` could not read a file, 1 if `upgrade` could not upgrade one.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments = _parser().parse_args(argv)
    try:
        exit_code = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more when it ends, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        exit_code = EXIT_BROKEN_PIPE
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keras-inits", description="Saved models of any Keras, and the initializers in them."
    )
    parser.add_argument("--version", action="version", version=f"keras-inits {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_inspect(commands)
    _add_upgrade(commands)
    return parser


def _add_inspect(commands: Any) -> None:
    parser = commands.add_parser(
        "inspect",
        help="list the initializers in saved models",
        description=_INSPECT_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a model in .h5, .hdf5, .keras, .json or .yaml"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON array, an item per file")
    parser.set_defaults(run=inspect)


def _add_upgrade(commands: Any) -> None:
    parser = commands.add_parser(
        "upgrade",
        help="rewrite saved models for today's Keras",
        usage="%(prog)s [-h] [--weights FILE] [--dry-run] (OLD NEW | OLD... --to FOLDER)",
        description=_UPGRADE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="OLD and NEW, or with --to each an OLD")
    parser.add_argument("--to", metavar="FOLDER", help="write NAME.keras for each NAME.* into this folder")
    parser.add_argument("--weights", metavar="FILE", help="the weights of an architecture saved alone")
    parser.add_argument("--dry-run", action="store_true", help="do all but write files; NEW may be left out")
    parser.set_defaults(run=upgrade, parser=parser)


def inspect(arguments: argparse.Namespace) -> int:
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
            print(f"keras-inits: {_one_line(report['path'])}: {report['error']}", file=sys.stderr)
        elif not arguments.json:
            print(*_lines(report), sep="\n")
        reports.append(report)
    if arguments.json:
        print(json.dumps(reports, indent=1, default=_plain))
    return EXIT_FAILED if failed else EXIT_OK


def _inspect_file(path: str) -> dict[str, Any]:
    """Reads a file into a report, or into `{"path": ..., "error": ...}`."""
    try:
        if os.path.isfile(path) and h5py.is_hdf5(path):
            guard.check(path, arrays=False)
        model = reading.read(path)
    except (reading.NotAModelError, guard.DamagedFileError) as error:
        return {"path": path, "error": _one_line(str(error).removeprefix(f"{path}: "))}
    except OSError as error:
        return {"path": path, "error": _one_line(error.strerror or str(error))}
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
    with _no_start_up_messages():
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


@contextlib.contextmanager
def _no_start_up_messages() -> Iterator[None]:
    """Keeps TensorFlow's start-up messages off stderr, which has a line per bad file.

    TensorFlow 2.21 writes some before it looks at `TF_CPP_MIN_LOG_LEVEL`, and it writes past
    Python, so the file descriptor has to go elsewhere. Who sets that variable gets them all.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "3" or sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    stderr = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def upgrade(arguments: argparse.Namespace) -> int:
    """Rewrites saved models for today's Keras; reports on stdout, and failures on stderr.

    Args:
        arguments: `files`, `to`, `weights`, `dry_run`, and the `parser` for wrong usage.

    Returns:
        The exit code.
    """
    pairs = _old_and_new(arguments)
    # Imported here, for it imports TensorFlow, which takes seconds.
    with _no_start_up_messages():
        from keras_inits.legacy import converting

    if arguments.to is not None and not arguments.dry_run:
        try:
            os.makedirs(arguments.to, exist_ok=True)
        except OSError as error:
            arguments.parser.error(f"--to {arguments.to}: {error.strerror or error}")
    done = converting.upgrade_files(pairs, arguments.weights, dry_run=arguments.dry_run)
    failed = 0
    for one in _with_progress(done, len(pairs)):
        if one.error is None:
            print(*_upgraded_lines(one), sep="\n")
        else:
            failed += 1
            first, *more = one.error.removeprefix(f"{one.old}: ").splitlines() or ["failed"]
            print(f"keras-inits: {_shown(f'{one.old}: {first}')}", file=sys.stderr)
            print(*(f"  {_shown(line)}\n" for line in more), sep="", end="", file=sys.stderr)
    if len(pairs) > 1:
        print(f"{_counted(len(pairs), 'file')}: {len(pairs) - failed} upgraded, {failed} failed")
    return EXIT_NOT_UPGRADED if failed else EXIT_OK


def _old_and_new(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """The files to read, each with the one to write; ends the process where these make no sense."""
    files, error = arguments.files, arguments.parser.error
    if arguments.to is None:
        if len(files) == 1 and arguments.dry_run:
            return [(files[0], _new_name(files[0], ""))]
        if len(files) != 2:
            error("give one OLD and one NEW file, or the folder for the new files with --to FOLDER")
        return [(files[0], files[1])]
    if arguments.weights is not None and len(files) > 1:
        error("--weights is for one OLD file")
    pairs = [(old, _new_name(old, arguments.to)) for old in files]
    taken: dict[str, str] = {}
    for old, new in pairs:
        if taken.setdefault(new, old) != old:
            error(f"{taken[new]} and {old} would both be written to {new}")
    return pairs


def _new_name(old: str, folder: str) -> str:
    return os.path.join(folder, f"{os.path.splitext(os.path.basename(old))[0]}.keras")


def _with_progress(done: Iterable["Converted"], total: int) -> Iterator["Converted"]:
    """Shows how far it is where several files are upgraded before somebody's eyes."""
    if total < 2 or not sys.stderr.isatty():
        yield from done
        return
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    # A report that goes into a file must not go through the terminal of the bar.
    with Progress(console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as progress:
        yield from progress.track(done, total=total, description="upgrading")


def _upgraded_lines(one: "Converted") -> list[str]:
    """What became of a file as text: a line for it, and one for each change."""
    what = f" -> {one.new}: upgraded" if one.new else ": can be upgraded"
    head = f"{one.old}{what}, {_counted(len(one.notes), 'change')}, largest difference {one.difference:.2g}"
    return [_one_line(head), *(f"  {_shown(str(note))}" for note in one.notes)]


def _lines(report: dict[str, Any]) -> list[str]:
    """A file's report as text."""
    version = f"Keras {report['keras_version'] or 'unknown'}"
    backend = f"backend {report['backend'] or 'unknown'}"
    count = _counted(len(report["initializers"]), "distinct initializer")
    head = _one_line(f"{report['path']}: {version}, {backend}, {count}")
    return [head, *(_line(entry) for entry in report["initializers"])]


def _line(entry: dict[str, Any]) -> str:
    """A distinct initializer as a line of text."""
    fields = (
        _counted(entry["weights"], "weight"),
        f"saved: {_shown(json.dumps(entry['saved'], sort_keys=True, separators=(',', ':')))}",
        f"here: {_here(entry)}",
        f"stock: {_stock(entry)}",
        f"layers: {_shown(_layers(entry['uses']))}",
    )
    return "  " + "  ".join(fields)


def _here(entry: dict[str, Any]) -> str:
    """What an initializer is here: `HeNormal(seed=None)`, or that it is nothing, and why."""
    if entry["class_name"] is None:
        return f"unresolved, {_shown(entry['error'], _ERROR_CHARACTERS_SHOWN)}"
    settings = ", ".join(f"{key}={value!r}" for key, value in entry["config"].items())
    return _shown(f"{entry['class_name']}({settings})")


def _stock(entry: dict[str, Any]) -> str:
    """Whether stock tf.keras takes an initializer, or why not."""
    if entry["stock_error"] is None:
        return "yes"
    return f"no, {_shown(entry['stock_error'], _ERROR_CHARACTERS_SHOWN)}"


def _layers(uses: list[dict[str, str]]) -> str:
    """The names of some layers, each once, a long list cut."""
    names = list(dict.fromkeys(use["layer"] for use in uses))
    shown = ", ".join(names[:_LAYERS_SHOWN])
    hidden = len(names) - _LAYERS_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shown(text: str, length: int = _CHARACTERS_SHOWN) -> str:
    """A text as it is printed: on one line and not too long."""
    line = _one_line(text)
    return line if len(line) <= length else f"{line[:length]}..."


def _one_line(text: str) -> str:
    """A text safe to print: a stranger's file may name a layer with control characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _why(exception: Exception) -> str:
    """The first line of an error, and its type where that is not the one for unknown names."""
    lines = str(exception).strip().splitlines()
    if lines and isinstance(exception, ValueError):
        return lines[0]
    return ": ".join([type(exception).__name__, *lines[:1]])


def _plain(value: Any) -> Any:
    """What JSON has no word for: an array as lists, anything else as text."""
    return value.tolist() if hasattr(value, "tolist") else repr(value)


def _version() -> str:
    try:
        return importlib.metadata.version("keras-inits")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())

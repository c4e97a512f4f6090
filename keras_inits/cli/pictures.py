"""Pictures that a command writes on request: the options `--png` and `--svg`."""

import argparse
from collections.abc import Callable
from typing import Any

from keras_inits.cli import parsers
from keras_inits.cli.errors import CommandError

_KINDS = ("png", "svg")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options."""
    for kind in _KINDS:
        text = f"write a picture, too, as {kind.upper()} (needs matplotlib)"
        parsers.add_path(parser, f"--{kind}", metavar="FILE", help=text)


def write(draw: Callable[[], Any], arguments: argparse.Namespace) -> None:
    """Draws a picture, and writes it to each file that was asked for."""
    paths = {kind: path for kind in _KINDS if (path := getattr(arguments, kind)) is not None}
    if not paths:
        return
    from keras_inits.summaries import plotting

    try:
        figure = draw()
        for kind, path in paths.items():
            plotting.save(figure, path, kind)
    except ImportError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error

"""What the commands' parsers have in common."""

import argparse
from collections.abc import Callable
from typing import Any


def add_command(
    commands: Any,
    name: str,
    summary: str,
    description: str,
    examples: str,
    run: Callable[[argparse.Namespace], int],
    usage: str | None = None,
) -> argparse.ArgumentParser:
    """Adds a command to the parsers of `keras-inits`.

    Args:
        commands: What `argparse.ArgumentParser.add_subparsers` returned.
        name: The command's name.
        summary: What it does, for the list of commands.
        description: What `--help` says before the arguments.
        examples: What it says after them.
        run: Takes the arguments and returns the exit code.
        usage: The first lines of `--help`, where argparse's own would mislead.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        usage=usage,
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_path(parser: Any, *names: str, complete: str = "file", **options: Any) -> None:
    """Adds an argument that is a path, or several, which a shell completes as one."""
    parser.add_argument(*names, **options).complete = complete  # For shtab.

"""What the commands' parsers have in common: their errors, their help, and the kinds of their arguments."""

import argparse
import itertools
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from keras_inits.cli import exit_codes, output
from keras_inits.keras_compat import nearest

# No option begins with a digit, so what does is the value of the option before it.
_NEGATIVE = re.compile(r"-\d")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others of the command are, and say what is nearest.

    Attributes:
        commands: The parsers of all commands by their names, where it is one of theirs.
    """

    commands: Mapping[str, argparse.ArgumentParser] = {}

    def error(self, message: str) -> NoReturn:
        """Prints what is wrong and where help is, and ends the command."""
        output.print_error(f"{message}{' ' if message.endswith('?') else '; '}see {self.prog} --help")
        self.exit(exit_codes.FAILED)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Ends the command when all that it printed is written."""
        output.flush()  # Here, where a closed pipe is still seen to.
        super().exit(status, message)

    # argparse's own has overloads for a namespace of a class of one's own.
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """Returns what argparse's own does, but sees to unknown options first."""
        words = _with_negative_values(sys.argv[1:] if args is None else args)
        # argparse would first name an argument that is missing, which may be so because of them.
        for word in self._words_before_a_command(words):
            self._check_option(word)
        return super().parse_known_args(words, namespace)

    def _words_before_a_command(self, words: Sequence[str]) -> list[str]:
        """Returns the words that are this parser's own, without those of a command or after `--`."""
        if self._subparsers is not None:
            return list(itertools.takewhile(lambda word: word.startswith("-") and word != "--", words))
        return list(itertools.takewhile(lambda word: word != "--", words))

    def _check_option(self, word: str) -> None:
        """Sees that a word that looks like an option is one; argparse knows shortened ones too."""
        name = word.partition("=")[0]
        if not name.startswith("-") or name == "-" or " " in name or _NEGATIVE.match(name):
            return
        options = self._option_string_actions
        is_known = any(option.startswith(name) for option in options) or (
            not name.startswith("--") and name[:2] in options
        )
        if not is_known:
            self.error(f"there is no option {name}{self._others_with(name) or nearest.hint(name, options)}")

    def _others_with(self, option: str) -> str:
        """Returns a clause that names the other commands with that option, empty where none has it."""
        others = [name for name, parser in self.commands.items() if option in parser._option_string_actions]
        return f" here; {', '.join(others)} {'has' if len(others) == 1 else 'have'} it" if others else ""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Does what argparse does, with the nearest of what is allowed; 3.14 has something of the kind."""
        if action.choices is None or value in action.choices:
            return
        *_, named = [action.metavar or action.dest, *action.option_strings]
        allowed = ", ".join(action.choices)
        hint = nearest.hint(str(value), action.choices)
        self.error(f"{named}: there is no {value!r}, only {allowed}{hint}")


def _with_negative_values(words: Sequence[str]) -> list[str]:
    """Returns words with `--shape=-1,3` for `--shape -1,3`, whose value argparse would take for an option."""
    joined: list[str] = []
    for word in words:
        if _NEGATIVE.match(word) and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


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
    parser.commands = commands.choices
    return parser


def add_path(parser: Any, *names: str, complete: Any = "file", **options: Any) -> None:
    """Adds an argument that is a path, or several, which a shell completes as one; `~` is one's home."""
    options.setdefault("type", os.path.expanduser)
    parser.add_argument(*names, **options).complete = complete  # For shtab.

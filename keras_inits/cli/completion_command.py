"""`keras-inits completion SHELL`: a script that lets a shell complete the command's words."""

import argparse
from typing import Any

from keras_inits.cli import exit_codes, parsers

_SHELLS = ("bash", "zsh", "fish")
_DESCRIPTION = """\
Prints a script for your shell's completion.

With it, the tab key completes commands, options and files. Put it in its place
once, and again after an upgrade of keras_inits.
"""
_EXAMPLES = """\
examples:
  keras-inits completion bash > ~/.keras-inits-completion.bash
  keras-inits completion zsh > ~/.zfunc/_keras-inits
  keras-inits completion fish > ~/.config/fish/completions/keras-inits.fish

bash: have `source ~/.keras-inits-completion.bash` in ~/.bashrc
zsh:  have `fpath+=~/.zfunc` in ~/.zshrc, before `compinit`
fish: looks there by itself
"""


def add_parser(commands: Any) -> None:
    """Adds the command to the parsers of `keras-inits`."""
    summary = "print a script for your shell's completion"
    parser = parsers.add_command(commands, "completion", summary, _DESCRIPTION, _EXAMPLES, run)
    parser.add_argument("shell", choices=_SHELLS, help="the shell that you use")


def run(arguments: argparse.Namespace) -> int:
    """Prints the script."""
    import shtab  # Here, for no other command needs it.

    print(shtab.complete(arguments.root, arguments.shell))
    return exit_codes.OK

"""What a shell completes an argument with, where that is neither one of some words nor a file alone."""

from collections.abc import Sequence

_FUNCTION = "_keras_inits_words_or_file"
_BASH = """
# $1=COMP_WORDS[1]
{function}() {{
  compgen -W "{words}" -- $1
  compgen -f -- $1
}}"""
_ZSH = """
{function}() {{
  _alternative 'words:word:({words})' 'files:file:_files'
}}"""


def words_or_file(words: Sequence[str]) -> dict[str, object]:
    """Returns what shtab takes as an argument's `complete`: any of some words, or a file.

    There is one such argument in the command, so that the function has one name.
    """
    listed = " ".join(words)
    preambles = {"bash": _BASH, "zsh": _ZSH}
    return {
        "bash": _FUNCTION,
        "zsh": _FUNCTION,
        "fish": f"{listed} (__fish_complete_path (commandline -ct))",
        "preamble": {
            shell: preamble.format(function=_FUNCTION, words=listed) for shell, preamble in preambles.items()
        },
    }

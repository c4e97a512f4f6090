"""What is printed of errors and of files: in a few words, and nothing in it that a terminal would obey."""

import unicodedata

# Control characters, marks that turn the direction of a text, line separators, and halves of characters.
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# How TensorFlow's errors in graphs begin, and the lines in them that say where.
_OF_GRAPHS = "Graph execution error:"
_PLACES = (_OF_GRAPHS, "Detected at ", "File ", "[[")


class PrintableError(ValueError):
    """An error whose message may quote a file: what a terminal would obey is escaped in it."""

    def __str__(self) -> str:
        return "\n".join(map(printable, super().__str__().split("\n")))


def printable(text: str) -> str:
    """Returns a text on one line, with escapes for what a terminal would obey rather than show."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_obeyed(text: str) -> bool:
    """Returns whether a text has characters that a terminal would obey rather than show."""
    return not text.isprintable() and any(unicodedata.category(c) in _OBEYED for c in text)


def without_places(text: str) -> str:
    """Returns a message without what TensorFlow says before and after it of where in a graph it is from.

    Example:

    >>> without_places("Graph execution error:\\n\\nDetected at node a\\n\\nwrong\\n\\t [[{{node a}}]]")
    'wrong'
    """
    if not text.startswith(_OF_GRAPHS):
        return text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join(line for line in lines if not line.startswith(_PLACES)) or text


def first_line(error: BaseException) -> str:
    """Returns the first line of an error's message, or its class where it has none."""
    text = without_places(str(error))
    lines = [printable(line.strip()) for line in text.splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def in_a_line(error: BaseException) -> str:
    """Returns the whole of an error's message as one line."""
    return printable(" ".join(str(error).split()))


def reason(error: BaseException) -> str:
    """Returns what is wrong: the system's own words, those of a `ValueError`, else with the error's class."""
    words = getattr(error, "strerror", None) or first_line(error)
    is_told = isinstance(error, (OSError, ValueError)) or words == type(error).__name__
    return words if is_told else f"{type(error).__name__}: {words}"

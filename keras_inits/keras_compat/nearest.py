"""What a misspelled word may have been meant to be."""

import difflib
from collections.abc import Iterable

_MOST = 3


def hint(given: str, known: Iterable[str]) -> str:
    """Returns a clause that names what is nearest to a word, empty where nothing is near.

    Example:

    >>> hint("upgarde", ["inspect", "upgrade"])
    "; did you mean 'upgrade'?"
    >>> hint("flot", ["bool", "float16", "float32"])
    "; did you mean 'float16' or 'float32'?"
    >>> hint("HeNromal", ["HeNormal", "he_normal"])
    "; did you mean 'HeNormal'?"
    >>> hint("xyz", ["inspect", "upgrade"])
    ''
    """
    near = _nearest(given, sorted(set(known)))
    *others, last = map(repr, near or [""])
    return f"; did you mean {' or '.join(filter(None, [', '.join(others), last]))}?" if near else ""


def _nearest(given: str, known: list[str]) -> list[str]:
    """Returns the words that are alike most, but for their case first; all where several are as much."""
    close = difflib.get_close_matches(given.lower(), {word.lower() for word in known}, _MOST)

    def likeness(word: str) -> tuple[float, float]:
        of_lower = difflib.SequenceMatcher(None, word.lower(), given.lower())
        return of_lower.ratio(), difflib.SequenceMatcher(None, word, given).ratio()

    found = {word: likeness(word) for word in known if word.lower() in close}
    return [word for word in found if found[word] == max(found.values())]

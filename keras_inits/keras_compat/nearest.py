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
    """Returns the words that are alike most but for their case, all of them where several are as much."""
    lower = {word: word.lower() for word in known}
    close = difflib.get_close_matches(given.lower(), lower.values(), _MOST)
    matcher = difflib.SequenceMatcher(b=given.lower())

    def likeness(word: str) -> float:
        matcher.set_seq1(word)
        return matcher.ratio()

    best = {word for word in close if likeness(word) == likeness(close[0])}
    return [word for word in known if lower[word] in best]

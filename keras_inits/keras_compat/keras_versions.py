"""A version of Keras, as `keras.__version__` has it, a file says it, or a user asks for it."""

import re
from typing import NamedTuple

# The newest release of each series before 3; those of 2.16 and later are tf_keras'.
NEWEST = {
    **{(1, 0): 8, (1, 1): 2, (1, 2): 2, (2, 0): 9, (2, 1): 6, (2, 2): 5, (2, 3): 1, (2, 4): 3, (2, 13): 1},
    **{(2, minor): 0 for minor in (*range(5, 13), *range(14, 22))},
}
# A release of Keras 3 that comes after all others.
_NEWEST_OF_3 = 999
_WRITTEN = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.([0-9]{1,4}))?")
# The newest series of Keras 3 whose draws were compared with this package's.
NEWEST_COMPARED = "3.15"


class KerasVersion(NamedTuple):
    """A version, which compares with tuples of integers: `version < (2, 4)`."""

    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self))


def as_written(text: str) -> KerasVersion | None:
    """Reads the version that a Keras wrote: its first three numbers, `None` where it does not begin so.

    Example:

    >>> as_written("2.2.4-tf"), as_written("3.5.0.dev1")
    (KerasVersion(major=2, minor=2, patch=4), KerasVersion(major=3, minor=5, patch=0))
    """
    found = _WRITTEN.match(text)
    return KerasVersion(*map(int, found.groups("0"))) if found else None


def named(text: str) -> str:
    """Returns the package of a version and the version: from 2.16 on, Keras 2 is tf_keras.

    Example:

    >>> named("2.15.0"), named("2.21.0"), named("3.15.1")
    ('Keras 2.15.0', 'tf_keras 2.21.0', 'Keras 3.15.1')
    """
    version = as_written(text)
    is_tf_keras = version is not None and (2, 16) <= version < (3,)
    return f"tf_keras {text}" if is_tf_keras else f"Keras {text}"


def released(text: str) -> KerasVersion:
    """Reads the version that a user asks for; a series such as `"2.2"` or `"3"` means its newest release.

    Raises:
        ValueError: If there is no such release of Keras 1, 2 or tf_keras.

    Example:

    >>> str(released("2.2")), str(released("2.2.4"))
    ('2.2.5', '2.2.4')
    """
    version = as_written(text) if isinstance(text, str) and _WRITTEN.match(text) else None
    if version is None or not (_WRITTEN.fullmatch(text) or version.major == 3):
        raise _error_of_version(text)
    if version.major == 3:
        return version if "." in text else KerasVersion(3, _NEWEST_OF_3)
    if "." not in text:
        series = (known for known in NEWEST if known[0] == version.major)
        version = KerasVersion(*max(series, default=version[:2]))
    newest = NEWEST.get(version[:2])
    if newest is None or version.patch > newest:
        raise _error_of_version(text)
    return version if text.count(".") > 1 else version._replace(patch=newest)


def is_beyond_compared(text: str) -> bool:
    """Returns whether a user asks for a release of a newer series than was compared with.

    Example:

    >>> is_beyond_compared("3.99"), is_beyond_compared("3")
    (True, False)
    """
    asked = as_written(text) if "." in text else None
    return asked is not None and asked[:2] > released(NEWEST_COMPARED)[:2]


def _error_of_version(text: object) -> ValueError:
    if not isinstance(text, str):
        return ValueError(f"A version of Keras must be a string such as '2.2.4'. Received: {text!r}")
    if text.endswith("-tf"):
        return ValueError(
            f"{text!r} is the tf.keras inside a TensorFlow: 'tf1' draws as TensorFlow 1's does, '2.4' as "
            "that of TensorFlow 2."
        )
    return ValueError(
        f"There is no Keras {text!r} to draw as. Versions are what `keras.__version__` said: 1.0 to "
        f"1.2, 2.0 to 2.15 (tf_keras to 2.21) and 3, such as '2.2.4'; or 'tf1' for tf.keras in "
        "TensorFlow 1."
    )

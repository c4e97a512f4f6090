"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def written(path: str | os.PathLike[str]) -> Iterator[str]:
    """Opens a block that writes a file: one of that name is replaced when the block ends well.

    Yields:
        The place to write to until then, in a folder of its own next to the file.

    Raises:
        OSError: If the file cannot be written.
    """
    path = os.fsdecode(path)
    folder = os.path.dirname(os.path.abspath(path))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".keras-inits-") as work:
        place = os.path.join(work, "file")
        yield place
        os.replace(place, path)

"""What is in a zip file, unpacked within one bound for the whole file, whatever its directory says of it.

A directory may lie about sizes, and entries may share bytes. So what comes out is counted while
it does, against the bytes that the file has.
"""

import contextlib
import os
import zipfile
from collections.abc import Iterator

from keras_inits.saved_models.files import copies, limits

# Keras archives without compression, other programs with `deflate`; others may ask for any memory.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 2**20


class Entries:
    """The entries of an open zip file.

    Attributes:
        names: Their names, in the file's order; of two of the same name, the last is meant.
    """

    def __init__(self, archive: zipfile.ZipFile, size: int):
        self._archive = archive
        self._left = limits.UNPACKED_RATIO * size + limits.UNPACKED_SPARE
        self.names = tuple(dict.fromkeys(archive.namelist()))

    def read(self, name: str, most: int) -> bytes | None:
        """Reads an entry; `None` where it has more than `most` bytes.

        Raises:
            ValueError: It is compressed in another way than Keras does, or all that was read is too much.
        """
        content = bytearray()
        for piece in self._pieces(name):
            content += piece
            if len(content) > most:
                return None
        return bytes(content)

    def copy(self, name: str, target: copies.Target) -> None:
        """Writes an entry into a file.

        Raises:
            ValueError: As `read`.
        """
        for piece in self._pieces(name):
            target.write(piece)

    def _pieces(self, name: str) -> Iterator[bytes]:
        if self._archive.getinfo(name).compress_type not in _COMPRESSIONS:
            raise ValueError(f"{name!r:.200} is compressed in no way of Keras")
        with self._archive.open(name) as entry:
            while piece := entry.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise ValueError(f"it unpacks to too much, with {name!r:.200}")
                yield piece


@contextlib.contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Entries]:
    """Opens a zip file.

    Raises:
        ValueError: It has too many entries.
    """
    with zipfile.ZipFile(path) as archive:
        if len(archive.filelist) > limits.STORED_NAMES:
            raise ValueError(f"it has more than {limits.STORED_NAMES} entries")
        yield Entries(archive, os.path.getsize(path))

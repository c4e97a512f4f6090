"""The files of a SavedModel, given as a folder, by its `saved_model.pb`, or as a zip file of it.

A folder has `saved_model.pb`, from TensorFlow 2.5 on `keras_metadata.pb`, a checkpoint in `variables/`, and
files of words in `assets/`.
"""

import contextlib
import os
import stat
from collections.abc import Iterator

from keras_inits.saved_models.files import config_trees, copies, guard, zip_entries

MODEL, METADATA = "saved_model.pb", "keras_metadata.pb"
VARIABLES, ASSETS = "variables", "assets"
# The first field of a `saved_model.pb`, the version of its form, and the key of the next one.
_HEAD = b"\x08\x01\x12"
_ZIP = b"PK\x03\x04"


def is_one(head: bytes, path: str) -> bool:
    """Returns whether a path is a SavedModel's: a folder with a `saved_model.pb`, that file, or a zip of it.

    Args:
        head: The file's first bytes, of a folder none.
    """
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, MODEL))
    return head.startswith(_HEAD) or (head.startswith(_ZIP) and _root_in(path) is not None)


def has(folder: str, name: str) -> bool:
    """Returns whether a folder has a file."""
    return os.path.isfile(os.path.join(folder, name))


def content(folder: str, name: str, most: int) -> bytes:
    """Reads a file of a folder.

    Raises:
        ValueError: It is larger than `most`, is no file, or lies elsewhere.
    """
    path = os.path.join(folder, name)
    model = os.path.dirname(os.path.realpath(os.path.join(folder, MODEL)))
    real = os.path.realpath(path)
    # Some stores of models keep the files of a folder in another one, all together.
    if not any(os.path.commonpath([real, one]) == one for one in (os.path.realpath(folder), model)):
        raise ValueError(f"{name!r:.200} is a link to elsewhere, which is not followed")
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError(f"{name!r:.200} is not a regular file")
    config_trees.check_size(os.path.getsize(path), name, most)
    with open(path, "rb") as file:
        return file.read(most)


@contextlib.contextmanager
def folder(path: str) -> Iterator[str]:
    """Yields the folder, which a zip file is unpacked into for the time."""
    if os.path.isdir(path):
        yield path
        return
    with open(path, "rb") as file:
        zipped = file.read(len(_ZIP)) == _ZIP
    if not zipped:
        yield os.path.dirname(path) or "."
    else:
        with copies.folder() as unpacked:
            try:
                _unpack(path, unpacked)
            except copies.CopyError:
                raise
            except guard.DAMAGE as error:
                raise ValueError(f"a zip file, but truncated or damaged: {error}") from error
            with copies.named(unpacked, path):
                yield unpacked


def _root_in(path: str) -> str | None:
    """Finds where in a zip file a SavedModel is; `None` where there is none, or several."""
    try:
        with zip_entries.opened(path) as entries:
            names = entries.names
    except guard.DAMAGE:
        return None
    found = [name for name in names if name.rpartition("/")[2] == MODEL]
    return found[0].removesuffix(MODEL) if len(found) == 1 and "config.json" not in names else None


def _unpack(path: str, folder: str) -> None:
    """Unpacks the files of a SavedModel, of a size that the zip file can honestly hold."""
    root = _root_in(path) or ""
    with zip_entries.opened(path) as entries:
        for entry in entries.names:
            if not entry.startswith(root):
                continue
            # A file in one of the folders that a SavedModel has, or in none.
            inner, _, name = entry.removeprefix(root).rpartition("/")
            if inner not in ("", VARIABLES, ASSETS) or not name or name in (".", "..") or os.sep in name:
                continue
            with copies.writing():
                os.makedirs(os.path.join(folder, inner), exist_ok=True)
            with copies.target(os.path.join(folder, inner, name)) as target:
                entries.copy(entry, target)

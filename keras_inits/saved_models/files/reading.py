"""Reads the saved model of any Keras, from 1.0 to today, without building it.

`read` says what a file holds: who wrote it, and the model's config as it was written. It looks at
the bytes, not at the file's name. A format is a module, and a row of `FORMATS`.

The files may come from anyone: all that is read is bounded in size and in depth.
"""

import dataclasses
import os
import stat
from typing import Any

from keras_inits.keras_compat.error_text import PrintableError
from keras_inits.keras_compat.own import public
from keras_inits.saved_models.files import (
    hdf5,
    json_texts,
    keras_archives,
    saved_model_folders,
    tensorflowjs,
    yaml_texts,
)
from keras_inits.saved_models.files.config_trees import OwnClass, cut, text_or_none

# The formats, in the order in which they are tried: modules with `recognizes(head, path)` and `read(path)`.
FORMATS = {
    "saved_model": saved_model_folders, "keras": keras_archives, "tensorflow.js": tensorflowjs,
    "json": json_texts, "h5": hdf5, "yaml": yaml_texts,
}  # fmt: skip
# Those that hold a model's weights, too.
_WITH_WEIGHTS = ("h5", "keras", "saved_model", "tensorflow.js")
_HEAD_BYTES = 512


@public
class NotAModelError(PrintableError):
    """The file holds no saved model; the message is one line that names the file and says why.

    Attributes:
        own: What the file says of a model whose class it does not hold, `None` otherwise.
    """

    def __init__(self, message: str, own: OwnClass | None = None):
        super().__init__(message)
        self.own = own


@dataclasses.dataclass(frozen=True)
class SavedModel:
    """A saved model as its file has it, nothing built and nothing interpreted.

    Attributes:
        path: The file.
        kind: `"h5"`, `"keras"` (the zip file of Keras 3), `"saved_model"` (a folder of TensorFlow's),
            `"tensorflow.js"`, `"json"` or `"yaml"` (an architecture alone).
        keras_version: The Keras that wrote the file, `None` where the file does not say.
        backend: That Keras' backend, `None` where the file does not say.
        config: The model's `{"class_name": ..., "config": ...}`.
    """

    path: str
    kind: str
    keras_version: str | None
    backend: str | None
    config: dict[str, Any]

    @property
    def has_weights(self) -> bool:
        """Whether a file of this kind holds the model's weights too."""
        return self.kind in _WITH_WEIGHTS


def read(path: str | os.PathLike[str]) -> SavedModel:
    """Reads a saved model: HDF5, a `.keras` file, a SavedModel's folder, or an architecture in JSON or YAML.

    Raises:
        NotAModelError: The file holds no model, or is damaged.
        OSError: The file cannot be read.
    """
    name = os.fsdecode(path)
    try:
        kind = _kind(name)
        version, backend, config = FORMATS[kind].read(name)
    except ValueError as error:
        raise NotAModelError(f"{name}: {error}", getattr(error, "own", None)) from error
    version, backend = (text and cut(text) for text in map(text_or_none, (version, backend)))
    return SavedModel(name, kind, version, backend, config)


def check_path(path: Any, argument: str = "path") -> None:
    """Raises a `TypeError` for what is no path."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(
            f"`{argument}` must be a path, a string or an `os.PathLike`. Received: {argument}={path!r}"
        )


def _kind(path: str) -> str:
    """Returns what kind of file it is, by its content; a ValueError says that it is none of a model."""
    head = _head(path)
    for kind, module in FORMATS.items():
        if module.recognizes(head, path):
            return kind
    if os.path.isdir(path):
        raise ValueError("a folder without a saved_model.pb, which a SavedModel has")
    raise ValueError("not a saved model: neither HDF5, a .keras zip file, a SavedModel, nor JSON or YAML")


def _head(path: str) -> bytes:
    """Reads a file's first bytes, none of a folder; refuses what is not a file with something in it."""
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        return b""
    if not stat.S_ISREG(mode):
        raise ValueError("not a regular file")
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise ValueError("an empty file")
    return head

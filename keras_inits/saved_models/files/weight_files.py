"""Opens the weights in a file of any format; a format is a module, and a row of `FORMATS`."""

import contextlib
import errno
import os
from collections.abc import Iterator

from keras_inits.saved_models.files import (
    checkpoints,
    hdf5_weights,
    saved_model_weights,
    tensorflowjs_weights,
)
from keras_inits.saved_models.files.stored import Stored, StoredWeightsError

# The formats, in the order in which they are tried: modules with `recognizes(path)` and
# `opened(path, checked)`.
FORMATS = {
    "saved_model": saved_model_weights, "checkpoint": checkpoints, "h5": hdf5_weights,
    "tensorflow.js": tensorflowjs_weights,
}  # fmt: skip


@contextlib.contextmanager
def opened(path: str | os.PathLike[str], checked: bool = False) -> Iterator[Stored]:
    """Opens the weights in a file, or in the files of a checkpoint.

    Args:
        path: An `.h5`, `.weights.h5` or `.keras` file; a checkpoint's prefix, `.index` or folder; a
            SavedModel; the `model.json` of TensorFlow.js.
        checked: Whether `guard.check` has seen the file.

    Yields:
        The weights.

    Raises:
        StoredWeightsError: The file holds none, or is damaged.
        OSError: The file cannot be opened.
    """
    name = os.fsdecode(path)
    for module in FORMATS.values():
        if module.recognizes(name):
            with module.opened(name, checked) as found:
                yield found
            return
    if os.path.isdir(name):
        text = "A folder with neither a checkpoint nor a saved_model.pb"
        raise IsADirectoryError(errno.EISDIR, text, name)
    raise StoredWeightsError(
        f"{name}: holds no weights: neither HDF5, nor `.keras`, a checkpoint, a SavedModel, TensorFlow.js"
    )

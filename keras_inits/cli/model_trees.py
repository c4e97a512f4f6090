"""The saved models in a folder and the folders in it."""

import os
from collections.abc import Iterator

from keras_inits.cli import output

# What stands in such a file is a model, or is meant to be one.
_MODELS = (".h5", ".hdf5", ".keras")
_SAVED_MODEL = "saved_model.pb"
# What stands in such a file may be anything.
_TEXTS = (".json", ".yaml", ".yml")


def models_under(folder: str, without: str) -> list[str]:
    """Lists the models in a folder and the folders in it, as paths from there, in order.

    They are told by their endings, SavedModels by their `saved_model.pb`. Texts that hold no architecture are
    left out, as are hidden folders and what links to folders lead to.

    Args:
        folder: The folder.
        without: A folder that is not looked into, such as that of the upgraded models.
    """
    without = os.path.realpath(without)
    return sorted(os.path.relpath(path, folder) for path in _models(folder, without))


def is_model(path: str) -> bool:
    """Returns whether a path is a model's, by its ending and, of a text or a folder, by what it holds."""
    if os.path.isdir(path):
        return os.path.isfile(os.path.join(path, _SAVED_MODEL))
    ending = os.path.splitext(path)[1].lower()
    if ending not in _TEXTS:
        return ending in _MODELS
    # Imported here, for it imports h5py and TensorFlow, which takes seconds.
    with output.without_start_up_messages():
        from keras_inits.saved_models.files import reading

    try:
        reading.read(path)
    except (ValueError, OSError):
        return False
    return True


def _models(folder: str, without: str) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        if is_model(where):
            folders[:], files[:] = [], []
            yield where
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(os.path.join(where, name)) != without
        ]
        yield from filter(is_model, (os.path.join(where, name) for name in files))

"""The weights of a SavedModel: the checkpoint in it, whose graph of objects is that of the model."""

import contextlib
import os
from collections.abc import Iterator

from keras_inits.saved_models.files import checkpoints, saved_model_files, stored
from keras_inits.saved_models.files.saved_model_files import VARIABLES

_HEAD_BYTES = 8


def recognizes(path: str) -> bool:
    """Returns whether a path is a SavedModel's."""
    head = b""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    return saved_model_files.is_one(head, path)


@contextlib.contextmanager
def opened(path: str, checked: bool = False) -> Iterator[stored.Stored]:
    """Opens the checkpoint in a SavedModel.

    Args:
        checked: Means nothing here.

    Yields:
        The weights, and the words in its files.

    Raises:
        StoredWeightsError: It is damaged, or not what it says.
        OSError: A file cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        with stored.reading(path):
            folder = stack.enter_context(saved_model_files.folder(path))
        variables = os.path.join(folder, VARIABLES, VARIABLES)
        if not os.path.isfile(f"{variables}.index"):
            raise stored.StoredWeightsError(
                f"{path}: no {VARIABLES}/{VARIABLES}.index in it, which lists the weights"
            )
        yield stack.enter_context(checkpoints.opened(variables))

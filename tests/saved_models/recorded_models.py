"""The saved models in `tests/data/saved`, each made by a real old Keras, and their predictions."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy

from keras_inits.keras_compat import backend

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "saved"
# Files of models that computed what has no equal, and what is said of them.
REFUSED = {
    "2.2.0-stacked_states.h5": "layer 'rnn_1': the states of StackedRNNCells",
    "2.2.4-dots_of_images.h5": "layer 'dot_1': a Dot of more than three axes",
}
FILES = sorted(
    path for path in FOLDER.iterdir() if path.suffix in (".h5", ".keras") and path.name not in REFUSED
)


def recorded(path):
    """Returns the inputs of a saved model and what the Keras that saved it predicted."""
    arrays = np.load(path.with_suffix(".npz"))
    inputs = [arrays[name] for name in arrays if name.startswith("x")]
    return inputs, [arrays[name] for name in arrays if name.startswith("y")]


def predictions(model, inputs):
    if any(x.dtype.kind in "OSU" for x in inputs) and not backend.is_tensorflow():
        pytest.skip("Keras computes with text on TensorFlow alone")
    # Keras 3 takes no text of NumPy's, and JAX and torch no tensors of TensorFlow's.
    tensors = [tf.constant(x) for x in inputs] if backend.is_tensorflow() else inputs
    outputs = model(tensors if len(tensors) > 1 else tensors[0], training=False)
    arrays = [as_numpy(output) for output in tf.nest.flatten(outputs)]
    return [array.astype(str) if array.dtype == object else array for array in arrays]

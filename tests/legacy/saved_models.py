"""The saved models in `tests/data/saved`, each made by a real old Keras, and their predictions."""

import pathlib

import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "saved"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".h5", ".keras"))


def recorded(path):
    """Returns the inputs of a saved model and what the Keras that saved it predicted."""
    arrays = np.load(path.with_suffix(".npz"))
    inputs = [arrays[name] for name in arrays if name.startswith("x")]
    return inputs, [arrays[name] for name in arrays if name.startswith("y")]


def predictions(model, inputs):
    tensors = [tf.constant(x) for x in inputs]  # Keras 3 takes no text of NumPy's.
    outputs = model(tensors if len(tensors) > 1 else tensors[0], training=False)
    return [np.asarray(output) for output in tf.nest.flatten(outputs)]

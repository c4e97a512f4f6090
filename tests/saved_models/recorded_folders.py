"""The SavedModel folders in `tests/data/saved_models`, each made by a real TensorFlow."""

import pathlib
import zipfile

import numpy as np
import tensorflow as tf

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "saved_models"


class Subclassed(tf.keras.Model):
    """The class of one of them."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = tf.keras.layers.Dense(4, activation="relu"), tf.keras.layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))


def unpacked(name, folder):
    """Unpacks a recorded SavedModel into a folder."""
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder


def recorded(name):
    """Returns the inputs of a SavedModel and what the TensorFlow that saved it predicted."""
    arrays = np.load(FOLDER / f"{name}.npz")
    return [arrays[key] for key in sorted(arrays) if key[0] == "x"], arrays["y0"]

"""The checkpoints in `tests/data/checkpoints`, written by a real TensorFlow 2.15, and their models."""

import pathlib

import numpy as np
import tensorflow as tf
from environments import needs, wraps_models

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "checkpoints"
layers = tf.keras.layers


class Subclassed(tf.keras.Model):
    """As in `record_checkpoints.py`, in the words of any Keras."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4, activation="relu")
        self.rest = [layers.BatchNormalization(), layers.Dense(2)]

    def call(self, x):
        x = self.first(x)
        for layer in self.rest:
            x = layer(x)
        return x


def functional(units=4):
    needs(wraps_models)
    inner = tf.keras.Sequential([layers.Input((3,)), layers.Dense(units), layers.BatchNormalization()])
    i = layers.Input((5, 3))
    x = layers.TimeDistributed(inner)(i)
    x = layers.Bidirectional(layers.LSTM(2))(x)
    return tf.keras.Model(i, layers.Dense(2)(x))


def sequential(units=4):
    return tf.keras.Sequential(
        [layers.Input((3,)), layers.Dense(units), layers.Dropout(0.5), layers.Dense(2)]
    )


def subclassed():
    model = Subclassed()
    model(np.zeros((2, 3), "float32"))
    return model


MODELS = {"functional": functional, "sequential": sequential, "subclassed": subclassed}


def agrees(model, name):
    """Returns whether a model predicts what the recorded one did."""
    arrays = np.load(FOLDER / f"{name}.npz")
    return np.allclose(model(arrays["x"], training=False), arrays["y"], rtol=1e-5, atol=1e-6)

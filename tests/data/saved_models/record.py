"""Saves SavedModel folders with a real TensorFlow, each zipped, with an input and what the model predicted.

    record.py FOLDER [MODEL...]     in an environment with TensorFlow 2.3 to 2.15, or with tf_keras

`VERSION-MODEL.zip` is the folder, `VERSION-MODEL.npz` has the inputs `x0` … and the outputs `y0` ….
"""

import os
import shutil
import sys
import tempfile

import numpy as np
import tensorflow as tf

K, L = tf.keras, tf.keras.layers
VERSION = ".".join(tf.__version__.split(".")[:2])
MINOR = int(VERSION.split(".")[1])
PREPROCESSING = L if MINOR >= 6 else L.experimental.preprocessing
TEXTS = np.array([["a cat sat"], ["the cat ran"], ["a dog"]])
LETTERS = np.array([["x", "q"], ["z", "y"]])


def numbers(*shape):
    return np.random.RandomState(0).normal(size=shape).astype("float32")


def dense():
    model = K.Sequential(
        [
            L.Dense(5, activation="relu", input_shape=(6,), name="first"),
            L.BatchNormalization(),
            L.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(numbers(4, 6), np.array([0, 1, 2, 0]), verbose=0)
    return model, [numbers(4, 6)]


def sequential_text():
    layer = PREPROCESSING.TextVectorization(max_tokens=20, output_mode="int", output_sequence_length=4)
    layer.adapt(TEXTS)
    inputs = K.Input((1,), dtype="string")
    return K.Sequential([inputs, layer, L.Embedding(21, 3), L.Flatten(), L.Dense(2)]), [TEXTS]


def tf_idf():
    layer = PREPROCESSING.TextVectorization(max_tokens=20, output_mode="tf_idf")
    layer.adapt(TEXTS)
    inputs = K.Input((1,), dtype="string")
    return K.Model(inputs, L.Dense(2)(layer(inputs))), [TEXTS]


def lookup_adapted():
    layer = PREPROCESSING.StringLookup()
    layer.adapt(np.array([["x"], ["y"], ["z"], ["x"]]))
    inputs = K.Input((2,), dtype="string")
    return K.Model(inputs, L.Embedding(8, 3)(layer(inputs))), [LETTERS]


def lookup_file():
    path = os.path.join(tempfile.mkdtemp(), "words.txt")
    with open(path, "w") as file:
        file.write("x\ny\nz\n")
    inputs = K.Input((2,), dtype="string")
    found = PREPROCESSING.StringLookup(vocabulary=path)(inputs)
    return K.Model(inputs, L.Embedding(8, 3)(found)), [LETTERS]


def integers():
    layer = PREPROCESSING.IntegerLookup()
    layer.adapt(np.array([[5], [7], [7]]))
    inputs = K.Input((2,), dtype="int64")
    return K.Model(inputs, L.Embedding(8, 3)(layer(inputs))), [np.array([[5, 1], [7, 5]])]


def losses():
    inputs = K.Input((5,))
    inner = L.Dense(3)(inputs)
    model = K.Model(inputs, L.Dense(2)(inner))
    model.add_loss(tf.reduce_mean(inner))
    model.add_metric(tf.reduce_sum(inner), name="sum", aggregation="mean")
    return model, [numbers(2, 5)]


def shared_encoder():
    encoder = K.Sequential([L.Dense(4, input_shape=(3,)), L.Dense(2)])
    one, other = K.Input((3,)), K.Input((3,))
    return K.Model([one, other], L.subtract([encoder(one), encoder(other)])), [numbers(2, 3), 1 - numbers(2, 3)]


class Subclassed(K.Model):
    """A model of a user's own class, without a config."""

    def __init__(self):
        super().__init__()
        self.first, self.second = L.Dense(4, activation="relu"), L.Dense(2)

    def call(self, x):
        return self.second(self.first(x))


def subclassed():
    return Subclassed(), [numbers(3, 5)]


def save_low_level(model, path):
    tf.saved_model.save(model, path)


def save_no_traces(model, path):
    model.save(path, save_traces=False)


def save(model, path):
    model.save(path, save_format="tf")


MODELS = {
    "dense": (dense, save),
    "sequential_text": (sequential_text, save),
    "tf_idf": (tf_idf, save),
    "lookup_adapted": (lookup_adapted, save),
    "lookup_file": (lookup_file, save),
    "integers": (integers, save),
    "losses": (losses, save),
    "shared_encoder-no_traces": (shared_encoder, save_no_traces),
    "shared_encoder-low_level": (shared_encoder, save_low_level),
    "subclassed": (subclassed, save),
}


def main(folder, *names):
    for name in names or MODELS:
        K.backend.clear_session()
        make, write = MODELS[name]
        model, x = make()
        fed = [tf.constant(one) for one in x]
        y = np.asarray(model(fed if len(fed) > 1 else fed[0]))
        with tempfile.TemporaryDirectory() as work:
            write(model, work)
            shutil.make_archive(os.path.join(folder, f"{VERSION}-{name}"), "zip", work)
        arrays = {f"x{n}": one.astype("S") if one.dtype.kind == "U" else one for n, one in enumerate(x)}
        np.savez_compressed(os.path.join(folder, f"{VERSION}-{name}.npz"), y0=y, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Calls of initializers, made by hand."""

import numpy as np
import tensorflow as tf

from keras_inits.drawing import eras, streams
from keras_inits.drawing.calls import Call


def call(shape, dtype=tf.float32, version=None, part=None, seed=7):
    """A call in the installed Keras, or in an older one, with a stream and a generator of that seed."""
    return Call(
        eras.installed() if version is None else eras.era_of(version),
        shape,
        dtype,
        part,
        stream=lambda *_: streams.stateless_stream((seed, 0)),
        numpy=lambda: np.random.RandomState(seed),
    )

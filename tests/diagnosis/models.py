"""Models to diagnose, and the theory of those that are deep."""

import numpy as np
import tensorflow as tf

import keras_inits
from keras_inits.keras_compat import versions

layers = tf.keras.layers
# Keras 2 has no operations of its own, and those of TensorFlow that are used here have the same names.
ops = tf.keras.ops if versions.is_keras_3() else tf


def deep(activation, make_initializer, depth=12, width=300, **settings):
    """Dense layers of one width; `make_initializer(seed)` gives each its own initializer."""
    model = tf.keras.Sequential([layers.Input((width,))])
    for i in range(depth):
        initializer = make_initializer(seed=i)
        model.add(
            layers.Dense(width, activation, kernel_initializer=initializer, name=f"layer_{i}", **settings)
        )
    return model


def normal(scale, width=300):
    """Makes initializers whose values have a variance of `scale / width`."""
    return lambda seed: keras_inits.RandomNormal(stddev=(scale / width) ** 0.5, seed=seed)


POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)


def _expected(function):
    """The mean of a function of standard normal values, by Gauss and Hermite."""
    return np.sum(WEIGHTS * function(POINTS)) / np.sum(WEIGHTS)


def tanh_theory(scale, depth, mean_square=1.0):
    """A wide tanh network's mean squares, and by how much each layer multiplies that of the gradient.

    The recursion is `q = scale * previous mean square`, then `mean square = E[tanh(sqrt(q) z) ** 2]`, and the
    gradient's factor `scale * E[tanh'(sqrt(q) z) ** 2]`.

    Source: Schoenholz et al., "Deep Information Propagation", 2017.
    """
    squares, factors = [], []
    for _ in range(depth):
        deviation = (scale * mean_square) ** 0.5
        mean_square = _expected(lambda z: np.tanh(deviation * z) ** 2)  # noqa: B023
        squares.append(mean_square)
        factors.append(scale * _expected(lambda z: (1 - np.tanh(deviation * z) ** 2) ** 2))  # noqa: B023
    return np.array(squares), np.array(factors)


class Residual(tf.keras.layers.Layer):
    """A layer with a layer in it that adds up itself."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.dense = layers.Dense(16, "tanh", name="dense")

    def build(self, shape):
        self.dense.build(shape)
        self.built = True

    def call(self, inputs):
        return inputs + self.dense(inputs)


class Subclassed(tf.keras.Model):
    """A model whose layers are called in Python, one of them twice."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(16, name="first")
        self.shared = layers.Dense(16, "relu", name="shared")
        self.dropout = layers.Dropout(0.5)

    def call(self, inputs, training=False):
        hidden = self.shared(self.shared(tf.keras.activations.relu(self.first(inputs))))
        return {"shared": self.dropout(hidden, training=training), "shifted": hidden + 1.0}


def subclassed():
    model = Subclassed()
    model(np.zeros((1, 16), "float32"))
    return model


def normalized():
    return tf.keras.Sequential(
        [
            layers.Input((12, 12, 3)),
            layers.Conv2D(8, 3, name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.ReLU(name="relu"),
            layers.Dropout(0.5, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(4, "softmax", name="answer"),
        ]
    )


def text():
    """Embedded words, recurrence, attention, and two inputs and outputs."""
    words = layers.Input((8,), dtype="int32", name="words")
    numbers = layers.Input((5,), name="numbers")
    hidden = layers.Embedding(50, 16, name="embedding")(words)
    hidden = layers.Bidirectional(layers.GRU(8, return_sequences=True, name="gru"), name="both_ways")(hidden)
    hidden = layers.MultiHeadAttention(2, 8, name="attention")(hidden, hidden)
    hidden = layers.GlobalAveragePooling1D(name="pool")(hidden)
    joined = layers.Concatenate(name="join")([hidden, layers.Dense(4, "relu", name="dense")(numbers)])
    answers = [layers.Dense(1, "sigmoid", name="one")(joined), layers.Dense(3, name="other")(joined)]
    return tf.keras.Model({"words": words, "numbers": numbers}, answers)


def nested():
    inner = tf.keras.Sequential([layers.Input((16,)), layers.Dense(16, "relu", name="dense")], name="inner")
    inputs = layers.Input((16,))
    hidden = inner(inputs)
    return tf.keras.Model(inputs, inner(layers.Add(name="add")([hidden, inputs])))


def of_many_kinds():
    """Layers whose gradients each backend takes in its own way; the model inside is called twice."""
    words = layers.Input((6,), dtype="int32", name="words")
    image = layers.Input((8, 8, 2), name="image")
    read = layers.LSTM(8, name="lstm")(layers.Embedding(20, 8, name="embedding")(words))
    seen = layers.BatchNormalization(name="norm")(layers.Conv2D(8, 3, name="conv")(image))
    seen = layers.GlobalAveragePooling2D(name="pool")(layers.ReLU(name="relu")(seen))
    inner = tf.keras.Sequential([layers.Input((8,)), layers.Dense(8, "tanh", name="dense")], name="inner")
    joined = layers.Add(name="add")([inner(inner(read)), layers.Dropout(0.5)(seen)])
    return tf.keras.Model([words, image], layers.Dense(3, "softmax", name="answer")(joined))


def recurrent():
    """A cell that is called at each step, and keeps its states."""
    inputs = layers.Input((6, 3), batch_size=4)
    cell = layers.LSTMCell(5)
    return tf.keras.Model(inputs, layers.RNN(cell, stateful=True, name="rnn")(inputs))


def residual():
    return tf.keras.Sequential(
        [layers.Input((16,)), Residual(name="residual"), layers.Dense(2, name="dense")]
    )

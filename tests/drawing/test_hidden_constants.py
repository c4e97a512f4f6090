"""Constants that a graph's optimizers do not see."""

import numpy as np
import tensorflow as tf

from keras_inits.drawing.hidden_constants import hidden


def test_an_array_keeps_its_values_and_its_dtype():
    value = hidden([1.5, 2.5], tf.float64)
    assert value.dtype == tf.float64 and np.array_equal(value, [1.5, 2.5])


def test_a_graph_divides_by_it_as_eager_mode_does():
    values = tf.constant(np.random.default_rng(7).normal(size=1000), tf.float32)
    in_graph = tf.function(lambda x: x / hidden(0.87962566, tf.float32))(values)
    assert np.array_equal(in_graph, values.numpy() / np.float32(0.87962566))

"""Layers that the installed Keras computes wrongly."""

import types

import pytest
import tensorflow as tf
from environments import keras_2_only, keras_3_only

from keras_inits.saved_models.build import quirks
from keras_inits.saved_models.config.plans import Plan


def planned(size, data_format="channels_first", **config):
    """A plan and a stand-in for a model of one convolution of four filters, whose output has that width."""
    config = {"data_format": data_format, **config}
    output = types.SimpleNamespace(shape=(None, 4, 5, size))
    node = types.SimpleNamespace(output_tensors=[output])
    layer = types.SimpleNamespace(name="conv", bias=tf.zeros(4), _inbound_nodes=[node])
    plan = Plan("model", "Model", "Model", {}, children=[Plan("conv", "Conv2D", "Conv2D", config)])
    return plan, types.SimpleNamespace(layers=[layer])


@keras_3_only
@pytest.mark.parametrize("size", [4, None])
def test_a_bias_as_long_as_the_width_is_found(size):
    assert quirks.wrong_biases(*planned(size)) == {"conv"}


@keras_3_only
@pytest.mark.parametrize(
    "one",
    [planned(5), planned(4, "channels_last"), planned(4, use_bias=False)],
    ids=["width", "last", "no bias"],
)
def test_others_are_right(one):
    assert not quirks.wrong_biases(*one)


@keras_2_only
def test_tf_keras_adds_it_along_the_channels():
    assert not quirks.wrong_biases(*planned(4))


def test_a_dot_of_four_axes_is_found():
    inputs = [tf.keras.Input((2, 3, 4)), tf.keras.Input((2, 3, 4))]
    model = tf.keras.Model(inputs, tf.keras.layers.Dot(axes=3, name="dot")(inputs))
    plan = Plan("model", "Model", "Model", {}, children=[Plan("dot", "Dot", "Dot", {})])
    assert quirks.other_dots(plan, model) == ["dot"]

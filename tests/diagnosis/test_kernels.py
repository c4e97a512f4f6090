"""The kernels of layers."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.diagnosis import kernels, measures
from keras_inits.keras_compat import backend_tensors

layers = tf.keras.layers


@pytest.mark.parametrize(
    ("layer", "shape", "inputs"),
    [
        (lambda: layers.Dense(5), (40,), 40),
        (lambda: layers.Conv2D(5, 3), (9, 9, 4), 36),
        (lambda: layers.Conv2D(6, 3, groups=2), (9, 9, 4), 18),
        (lambda: layers.DepthwiseConv2D(3), (9, 9, 4), 9),
        (lambda: layers.Conv2DTranspose(5, 4, strides=2), (9, 9, 4), 16),
        (lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 5)), (7, 6), 6),
        (lambda: layers.EinsumDense("abde,dec->abc", (None, 5)), (7, 2, 6), 12),
    ],
)
class TestInputs:
    def test_is_how_many_each_output_adds_up(self, layer, shape, inputs):
        layer = layer()
        layer.build((None, *shape))
        assert kernels.of(layer).inputs == inputs

    def test_scale_is_that_of_the_mean_square(self, layer, shape, inputs):
        layer = layer()
        layer.build((None, *shape))
        x = np.random.default_rng(1).standard_normal((64, *shape)).astype("float32")
        y = backend_tensors.as_numpy(layer(x))
        if y.ndim == 4:
            y = y[:, 3:-3, 3:-3] if y.shape[1] > 8 else y
        assert measures.mean_square(y) == pytest.approx(kernels.of(layer).scale, rel=0.25)


@pytest.mark.parametrize("layer", [layers.Embedding(3, 2), layers.LSTM(2), layers.BatchNormalization()])
def test_other_layers_have_none(layer):
    assert kernels.of(layer) is None


def test_bias_mean():
    layer = layers.Dense(2, bias_initializer=tf.keras.initializers.Constant(-10.0))
    layer.build((None, 3))
    assert kernels.bias_mean(layer) == -10.0

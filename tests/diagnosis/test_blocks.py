"""Weighted layers with the activation functions behind them."""

import numpy as np
import pytest
import tensorflow as tf

import keras_inits
from diagnosis import models
from keras_inits.diagnosis import blocks, recording
from keras_inits.keras_compat import backend_tensors

layers = tf.keras.layers


def dense(activation=None, **settings):
    return layers.Dense(16, activation, kernel_initializer=keras_inits.GlorotNormal(seed=1), **settings)


def recorded(*inside, skip=False):
    """The recording of a model of some layers one behind the other; with `skip`, their input is added."""
    inputs = hidden = layers.Input((16,))
    for layer in inside:
        hidden = layer(hidden)
    model = tf.keras.Model(inputs, layers.Add()([hidden, inputs]) if skip else hidden)
    generator = np.random.default_rng(0)
    x = backend_tensors.of_array(generator.standard_normal((64, 16)), "float32")
    return recording.record(model, x, generator, x_is_made=True)


def blocks_in(*inside, **arguments):
    return list(blocks.blocks_of(recorded(*inside, **arguments)).values())


def chain_of(*inside, **arguments):
    one = recorded(*inside, **arguments)
    return blocks.signal_chain(one, blocks.blocks_of(one))


class TestBlocks:
    def test_the_function_is_the_layers_own_or_behind_it(self):
        (own,), (behind,) = blocks_in(dense("relu")), blocks_in(dense(), layers.ReLU())
        assert own == behind

    def test_a_function_behind_dropout(self):
        ((behind,), (own,)) = blocks_in(dense(), layers.Dropout(0.5), layers.ReLU()), blocks_in(dense("relu"))
        assert own == behind

    def test_signal_is_the_ratio_of_mean_squares(self):
        one = recorded(dense("relu"))
        (block,) = blocks.blocks_of(one).values()
        ends = map(recording.as_array, (one.inputs[0], one.outputs[0]))
        squares = [np.mean(np.square(values)) for values in ends]
        assert block.signal == pytest.approx(squares[1] / squares[0], rel=1e-5)

    def test_gradient_is_the_ratio_of_sums_of_squares(self):
        (block,) = blocks_in(layers.Dense(5, kernel_initializer="orthogonal"))
        # Its transposed kernel keeps the length of every vector.
        assert block.gradient == pytest.approx(1.0, rel=1e-4)

    def test_no_gradient_ratio_where_others_take_the_input(self):
        assert blocks_in(dense("relu"), skip=True)[0].gradient is None

    def test_no_gradient_ratio_for_a_last_sigmoid(self):
        first, last = blocks_in(dense("sigmoid"), dense("sigmoid"))
        assert first.gradient is not None and last.gradient is None

    def test_normalized(self):
        first, last = blocks_in(dense(), layers.LayerNormalization(), dense())
        assert (first.is_normalized, last.is_normalized) == (True, False)


class TestSignalChain:
    def test_all_that_stand_behind_one_another(self):
        assert len(chain_of(dense("relu"), layers.Reshape((4, 4)), layers.Flatten(), dense(), dense())) == 3

    def test_through_a_layer_that_others_are_in(self):
        assert len(chain_of(models.Residual(), models.Residual())) == 2

    @pytest.mark.parametrize(
        ("between", "length"),
        # What stands before a normalization is not judged.
        [(layers.BatchNormalization, 2), (layers.Softmax, 3), (lambda: dense("sigmoid"), 3)],
    )
    def test_is_broken_by_what_gives_a_new_scale(self, between, length):
        assert len(chain_of(dense(), dense(), dense("relu"), between(), dense())) == length

    def test_is_not_over_branches(self):
        inputs = layers.Input((16,))
        model = tf.keras.Model(inputs, layers.Add()([dense("relu")(inputs) for _ in range(5)]))
        generator = np.random.default_rng(0)
        x = backend_tensors.of_array(generator.standard_normal((64, 16)), "float32")
        one = recording.record(model, x, generator, x_is_made=True)
        assert len(blocks.signal_chain(one, blocks.blocks_of(one))) == 1


class TestGradientChain:
    @pytest.mark.parametrize(
        ("between", "length"),
        [(layers.BatchNormalization, 2), (layers.Softmax, 4), (lambda: dense("sigmoid"), 5)],
    )
    def test_is_broken_by_a_normalization_alone(self, between, length):
        one = recorded(dense(), dense(), dense("relu"), between(), dense())
        assert len(blocks.gradient_chain(one, blocks.blocks_of(one))) == length

"""Initializers as they are, with other seeds."""

import pytest
import tensorflow as tf
from drawn_values import as_numpy

import keras_inits
from keras_inits.model_weights import reseeding

K, L = tf.keras, tf.keras.layers


class Halved(K.initializers.Initializer):
    """A user's initializer, with one of Keras' in it."""

    def __init__(self, inner):
        self.inner = K.initializers.get(inner)

    def __call__(self, shape, dtype=None):
        return self.inner(shape, dtype=dtype) / 2

    def get_config(self):
        return {"inner": K.initializers.serialize(self.inner)}


def drawn(initializer):
    return as_numpy(tf.convert_to_tensor(initializer((3, 4)))).tolist()


def test_a_seed_is_replaced():
    assert drawn(reseeding.reseeded(K.initializers.HeNormal(3), 7)) == drawn(keras_inits.HeNormal(7))


def test_without_a_seed_one_that_has_its_own_stays_as_it_is():
    initializer = K.initializers.HeNormal(3)
    assert reseeding.reseeded(initializer, None) is initializer


def test_without_a_seed_an_unseeded_one_draws_other_values():
    initializer = K.initializers.HeNormal()
    assert drawn(reseeding.reseeded(initializer, None)) != drawn(initializer)


def test_only_a_missing_seed_is_filled_in():
    seeded, unseeded = K.initializers.HeNormal(3), K.initializers.HeNormal()
    assert reseeding.with_missing_seed(seeded, 7) is seeded
    assert drawn(reseeding.with_missing_seed(unseeded, 7)) == drawn(keras_inits.HeNormal(7))


def test_the_seed_of_an_initializer_in_another_one_is_replaced():
    found = reseeding.reseeded(Halved(K.initializers.HeNormal(3)), 7)
    assert isinstance(found, Halved) and drawn(found.inner) == drawn(K.initializers.HeNormal(7))


@pytest.mark.parametrize("initializer", [K.initializers.Zeros(), lambda shape, dtype=None: tf.zeros(shape)])
def test_what_has_no_seed_stays_as_it_is(initializer):
    assert reseeding.reseeded(initializer, 7) is initializer


def test_a_function_uses_the_reseeded_initializers_of_its_layer():
    layer = L.Dense(2, kernel_initializer=K.initializers.HeNormal(3))

    def draw(shape, dtype=None):
        return layer.kernel_initializer(shape, dtype=dtype)

    reseeded = reseeding.of_layer(draw, layer, lambda initializer: reseeding.reseeded(initializer, 7))
    assert drawn(reseeded) == drawn(keras_inits.HeNormal(7))
    assert layer.kernel_initializer.seed == 3


@pytest.mark.parametrize("dtype, name", [("float32", "GlorotUniform"), ("int32", "Zeros")])
def test_a_weight_without_an_initializer_has_keras_default(dtype, name):
    found = reseeding.asked_of_layer(L.Layer(), {"dtype": dtype})
    assert type(found).__name__ == name

"""The laws that initializers' formulas state."""

import math

import numpy as np
import pytest

import keras_inits
from keras_inits.laws_of_initializers import law_of

# The deviation at the shape (200, 100), as the papers have it.
DEVIATIONS = {
    "GlorotUniform": math.sqrt(2 / 300),
    "GlorotNormal": math.sqrt(2 / 300),
    "HeUniform": math.sqrt(2 / 200),
    "HeNormal": math.sqrt(2 / 200),
    "LecunUniform": math.sqrt(1 / 200),
    "LecunNormal": math.sqrt(1 / 200),
    "VarianceScaling": math.sqrt(1 / 200),
    "RandomNormal": 0.05,
    "RandomUniform": 0.1 / math.sqrt(12),
    "TruncatedNormal": 0.05 * 0.87962566103423978,
    "Orthogonal": 1 / math.sqrt(200),
    "Identity": math.sqrt(0.005 * 0.995),
    "Zeros": 0.0,
    "Ones": 0.0,
    "Constant": 0.0,
}


@pytest.mark.parametrize("name, deviation", DEVIATIONS.items())
def test_the_deviation_that_a_name_asks_for(name, deviation):
    law = law_of(getattr(keras_inits, name)(), (200, 100))
    assert law.deviation == pytest.approx(deviation, rel=1e-6)


@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal"])
def test_the_deviation_of_variance_scaling(distribution):
    initializer = keras_inits.VarianceScaling(3.0, "fan_out", distribution)
    assert law_of(initializer, (200, 100)).deviation == pytest.approx(math.sqrt(3 / 100), rel=1e-6)


def test_axes_are_minded():
    initializer = keras_inits.HeNormal(input_axes=[0], output_axes=[1, 2])
    assert law_of(initializer, (50, 4, 8)).deviation == pytest.approx(0.2, rel=1e-6)


def test_integers():
    law = law_of(keras_inits.RandomUniform(0, 10), (5,), "int32")
    assert law.deviation == pytest.approx(np.arange(10).std())


def test_the_law_is_that_of_the_replayed_keras():
    # Keras 2.0.9 did not make up for what truncation takes off.
    with keras_inits.replay("2.0.9", numpy=1):
        law = law_of(keras_inits.HeNormal(), (200, 100))
    assert law.deviation == pytest.approx(0.1 * 0.87962566103423978, rel=1e-6)


def test_a_class_of_ones_own_has_none():
    class Mine(keras_inits.HeNormal):
        pass

    assert law_of(Mine(), (200, 100)) is None


def test_a_constant_of_an_array_has_none():
    assert law_of(keras_inits.Constant([1.0, 2.0]), (2, 2)) is None

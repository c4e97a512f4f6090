"""What is said of what an initializer drew."""

import math

import numpy as np
import pytest
import tensorflow as tf

import keras_inits
from keras_inits.summaries.describing import BINS, described

RANDOM = {
    "HeNormal": (200, 100),
    "GlorotUniform": (3, 3, 8, 16),
    "RandomNormal": (5000,),
    "RandomUniform": (5000,),
    "TruncatedNormal": (70, 70),
    "Orthogonal": (80, 60),
}


@pytest.mark.parametrize("name, shape", RANDOM.items())
class TestRandomInitializers:
    def facts(self, name, shape):
        return described(getattr(keras_inits, name)(seed=7), shape)

    def test_they_are_those_of_the_values_it_draws(self, name, shape):
        facts = self.facts(name, shape)
        values = getattr(keras_inits, name)(seed=7)(shape).numpy().astype(float)
        assert (facts.mean, facts.deviation) == (values.mean(), values.std())
        assert (facts.minimum, facts.maximum) == (values.min(), values.max())

    def test_each_value_is_in_a_bin(self, name, shape):
        facts = self.facts(name, shape)
        assert facts.counts.sum() == math.prod(shape)
        assert len(facts.edges) == BINS + 1

    def test_as_many_are_expected(self, name, shape):
        # But for what a normal distribution has beyond the values at hand.
        assert self.facts(name, shape).expected.sum() == pytest.approx(math.prod(shape), rel=2e-3)

    def test_what_came_is_what_was_asked_for(self, name, shape):
        facts = self.facts(name, shape)
        assert facts.deviation == pytest.approx(facts.deviation_asked, rel=0.05)
        errors = (facts.counts - facts.expected) / np.sqrt(np.maximum(facts.expected, 1))
        assert np.abs(errors).max() < 6


class TestSingularValues:
    def test_all_axes_but_the_last_beside_the_last(self):
        facts = described(keras_inits.HeNormal(seed=7), (3, 3, 8, 16))
        matrix = keras_inits.HeNormal(seed=7)((3, 3, 8, 16)).numpy().reshape(72, 16)
        assert facts.matrix == (72, 16)
        np.testing.assert_allclose(facts.singular_values, np.linalg.svd(matrix)[1], rtol=1e-5)

    def test_of_an_orthogonal_matrix(self):
        np.testing.assert_allclose(
            described(keras_inits.Orthogonal(2.0), (40, 30)).singular_values, 2, rtol=1e-5
        )

    def test_a_vector_has_none(self):
        facts = described(keras_inits.HeNormal(), (5,))
        assert facts.matrix is facts.singular_values is None

    def test_too_many_are_left_out(self):
        facts = described(keras_inits.Zeros(), (2049, 2049))
        assert facts.matrix == (2049, 2049)
        assert facts.singular_values is None


def test_fans():
    facts = described(keras_inits.HeNormal(), (3, 3, 8, 16))
    assert (facts.fan_in, facts.fan_out) == (72, 144)


def test_fans_by_axes():
    facts = described(keras_inits.HeNormal(input_axes=[0], output_axes=[1, 2]), (50, 4, 8))
    assert (facts.fan_in, facts.fan_out) == (50, 32)


def test_a_scalar():
    facts = described(keras_inits.Ones(), ())
    assert (facts.fan_in, facts.mean, facts.deviation, facts.matrix) == (1, 1, 0, None)


def test_a_constant_is_expected_in_one_bin():
    facts = described(keras_inits.Constant(0.5), (10, 10))
    assert sorted(facts.counts)[-2:] == [0, 100]
    np.testing.assert_array_equal(facts.counts, facts.expected)


def test_the_identity():
    facts = described(keras_inits.Identity(), (10, 20))
    np.testing.assert_allclose(facts.counts, facts.expected)
    assert facts.deviation == pytest.approx(facts.deviation_asked)


class TestDtypes:
    def test_integers_have_a_bin_each(self):
        facts = described(keras_inits.RandomUniform(0, 10, seed=7), (1000,), "int32")
        assert facts.edges.tolist() == [number - 0.5 for number in range(11)]
        np.testing.assert_allclose(facts.expected, 100)

    def test_many_integers_share_bins(self):
        facts = described(keras_inits.RandomUniform(0, 1000, seed=7), (1000,), "int64")
        np.testing.assert_allclose(facts.expected, 25)

    @pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
    def test_floats(self, dtype):
        facts = described(keras_inits.HeNormal(seed=7), (200, 100), dtype)
        assert facts.dtype == dtype
        assert facts.deviation == pytest.approx(0.1, rel=0.02)

    def test_booleans(self):
        assert described(keras_inits.Ones(), (3,), "bool").mean == 1

    def test_complex_values_count_by_their_parts(self):
        facts = described(
            lambda shape, dtype: tf.fill(shape, tf.constant(3 + 4j, dtype)), (2, 3), "complex64"
        )
        assert (facts.mean, facts.deviation, facts.minimum, facts.maximum) == (5, 0, 3, 4)
        assert facts.counts.sum() == 12
        np.testing.assert_allclose(facts.singular_values, [math.sqrt(6) * 5, 0], atol=1e-6)

    def test_one_that_an_initializer_does_not_draw(self):
        with pytest.raises(ValueError, match="int32"):
            described(keras_inits.HeNormal(), (2, 2), "int32")


class TestInitializersOfOthers:
    def test_one_of_keras_is_known(self):
        facts = described(tf.keras.initializers.HeNormal(seed=7), (200, 100))
        ours = described(keras_inits.HeNormal(seed=7), (200, 100))
        assert (facts.deviation_asked, facts.deviation) == (ours.deviation_asked, ours.deviation)

    def test_a_function_is_told_by_its_values_alone(self):
        def halves(shape, dtype=None):
            return tf.fill(shape, tf.constant(0.5, dtype))

        facts = described(halves, (2, 3))
        assert (facts.name, facts.mean) == ("halves", 0.5)
        assert facts.mean_asked is facts.deviation_asked is facts.expected is None


@pytest.mark.parametrize("shape", [(0, 5), (2**14, 2**14)])
def test_no_values_or_too_many(shape):
    with pytest.raises(ValueError, match="1 to 67108864 values"):
        described(keras_inits.Zeros(), shape)

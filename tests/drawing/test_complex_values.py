import math

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import keras_inits

# How P(|w|^2 / E|w|^2 < t) goes on: that of Rayleigh's distribution, of the same cut off at 2, of a disk's
# area. E|w|^2 is that of each before it is scaled.
CUT = 1 - math.exp(-4)
TRUNCATED = 1 - 4 * math.exp(-4) / CUT
SQUARED_MODULI = {
    "untruncated_normal": lambda t: -np.expm1(-t),
    "truncated_normal": lambda t: np.minimum(-np.expm1(-t * TRUNCATED) / CUT, 1.0),
    "uniform": lambda t: np.minimum(t / 2, 1.0),
}
NAMED = {
    "GlorotNormal": ("truncated_normal", 2 / 700),
    "GlorotUniform": ("uniform", 2 / 700),
    "HeNormal": ("truncated_normal", 2 / 400),
    "HeUniform": ("uniform", 2 / 400),
    "LecunNormal": ("truncated_normal", 1 / 400),
    "LecunUniform": ("uniform", 1 / 400),
}
DTYPES = ("complex64", "complex128")
# As in test_statistics: the probability of a false alarm, had the seeds been others.
ALPHA = 1e-9


def follows(values, distribution):
    return scipy.stats.kstest(np.ravel(values), distribution).pvalue > ALPHA


@pytest.mark.parametrize("dtype", DTYPES)
class TestDistributions:
    def drawn(self, distribution, dtype):
        initializer = keras_inits.VarianceScaling(3.0, "fan_in", distribution, seed=7)
        return initializer((400, 300), dtype=dtype).numpy() * math.sqrt(400 / 3.0)

    @pytest.mark.parametrize("distribution", SQUARED_MODULI)
    def test_the_modulus_is_distributed_as_it_says(self, distribution, dtype):
        values = self.drawn(distribution, dtype)
        assert values.dtype == dtype
        assert follows(np.abs(values) ** 2, SQUARED_MODULI[distribution])

    @pytest.mark.parametrize("distribution", SQUARED_MODULI)
    def test_all_directions_are_alike(self, distribution, dtype):
        turns = np.angle(self.drawn(distribution, dtype)) / (2 * np.pi) % 1
        assert follows(turns, scipy.stats.uniform.cdf)

    @pytest.mark.parametrize("distribution", SQUARED_MODULI)
    def test_the_direction_says_nothing_of_the_modulus(self, distribution, dtype):
        values = self.drawn(distribution, dtype)
        moduli, directions = np.abs(values), values / np.maximum(np.abs(values), 1e-30)
        for part in (directions.real, directions.imag):
            assert abs(np.corrcoef(moduli.ravel(), part.ravel())[0, 1]) < 6.6 / math.sqrt(values.size)

    @pytest.mark.parametrize("distribution", SQUARED_MODULI)
    def test_the_mean_squared_modulus_is_the_scale_divided_by_the_fan(self, distribution, dtype):
        squares = np.abs(self.drawn(distribution, dtype).astype("complex128")) ** 2
        # None of them deviates by more than an exponentially distributed one's 1.
        assert abs(squares.mean() - 1) < 6.6 / math.sqrt(squares.size)

    @pytest.mark.parametrize("name", NAMED)
    def test_a_named_kind_has_its_own_distribution_and_scale(self, name, dtype):
        distribution, variance = NAMED[name]
        values = getattr(keras_inits, name)(seed=7)((400, 300), dtype=dtype).numpy()
        assert follows(np.abs(values) ** 2 / variance, SQUARED_MODULI[distribution])


@pytest.mark.parametrize(
    "distribution, radius", [("truncated_normal", 2 / math.sqrt(TRUNCATED)), ("uniform", math.sqrt(2))]
)
def test_no_modulus_is_beyond_the_end(distribution, radius):
    initializer = keras_inits.VarianceScaling(1.0, "fan_in", distribution, seed=7)
    moduli = np.abs(initializer((100, 1000), dtype="complex128").numpy()) * 10
    assert 0.999 * radius < moduli.max() <= radius * (1 + 1e-12)


@pytest.mark.parametrize("dtype", ["complex64", tf.complex64, np.complex64, np.dtype("complex64")], ids=repr)
def test_a_complex_dtype_is_named_in_any_way(dtype):
    assert keras_inits.HeNormal(seed=7)((2, 3), dtype=dtype).dtype == tf.complex64


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_normal_weight_is_the_real_one_of_twice_as_many_numbers(dtype):
    real = tf.as_dtype(dtype).real_dtype
    pairs = keras_inits.RandomNormal(0.0, math.sqrt(1 / 7) / math.sqrt(2), seed=7)((7, 5, 2), dtype=real)
    values = keras_inits.VarianceScaling(1.0, "fan_in", "untruncated_normal", seed=7)((7, 5), dtype=dtype)
    assert np.array_equal(values.numpy().view(real.as_numpy_dtype).reshape(7, 5, 2), pairs.numpy())


@pytest.mark.parametrize("distribution", SQUARED_MODULI)
@pytest.mark.parametrize("shape", [(), (5,), (0, 3), (3, 5, 7)])
def test_any_shape(shape, distribution):
    initializer = keras_inits.VarianceScaling(1.0, "fan_in", distribution, seed=7)
    assert initializer(shape, dtype="complex64").shape == shape


@pytest.mark.parametrize(
    "name", ["RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal", "Identity"]
)
def test_other_initializers_have_no_complex_values(name):
    with pytest.raises(ValueError, match="Expected a floating point.*dtype. Received: dtype=complex64"):
        getattr(keras_inits, name)()((4, 4), dtype="complex64")


@pytest.mark.parametrize("name", [*NAMED, "VarianceScaling"])
def test_an_integer_dtype_is_an_error(name):
    with pytest.raises(ValueError, match="Expected a floating point or complex dtype. Received: dtype=int32"):
        getattr(keras_inits, name)()((4, 4), dtype="int32")


def test_tensorflow_1s_have_none():
    with pytest.raises(ValueError, match="Expected a floating point dtype"):
        keras_inits.v1.VarianceScaling()((4, 4), dtype="complex64")

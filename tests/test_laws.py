"""The laws that initializers' formulas state: densities, means and deviations agree with one another."""

import math

import numpy as np
import pytest

import keras_inits
from keras_inits import laws

CONTINUOUS = {
    "normal": laws.normal(0.3, -1.0),
    "truncated at two deviations": laws.truncated_normal(0.3, 1.0),
    "truncated unevenly": laws.truncated_normal(2.0, 0.0, -0.5, 3.0),
    "truncated on one side": laws.truncated_normal(1.0, 0.0, 1.0, math.inf),
    "a far tail": laws.truncated_normal(1.0, 0.0, 8.0, 9.0),
    "the other far tail": laws.truncated_normal(1.0, 0.0, -9.0, -8.0),
    "uniform": laws.uniform(0.4, -0.1),
    "uniform downwards": laws.uniform(-0.4, 0.1),
    "an orthogonal entry": laws.entry_of_orthogonal_matrix(2.0, 50),
    "an entry of three": laws.entry_of_orthogonal_matrix(1.0, 3),
}


def integral(law, function):
    """The integral of a function times the density, by the midpoint rule."""
    low = max(law.support[0], law.mean - 12 * law.deviation)
    high = min(law.support[1], law.mean + 12 * law.deviation)
    edges = np.linspace(low, high, 400_001)
    middles = (edges[:-1] + edges[1:]) / 2
    return float(np.sum(function(middles) * law.density(middles)) * (edges[1] - edges[0]))


@pytest.mark.parametrize("law", CONTINUOUS.values(), ids=CONTINUOUS)
class TestDensities:
    def test_it_integrates_to_one(self, law):
        assert integral(law, np.ones_like) == pytest.approx(1, abs=1e-6)

    def test_the_mean_is_its_own(self, law):
        assert integral(law, lambda x: x) == pytest.approx(law.mean, abs=1e-6)

    def test_the_deviation_is_its_own(self, law):
        variance = integral(law, lambda x: np.square(x - law.mean))
        assert math.sqrt(variance) == pytest.approx(law.deviation, rel=1e-5)

    def test_it_is_zero_outside_of_the_support(self, law):
        outside = [end for end in (law.support[0] - 0.01, law.support[1] + 0.01) if math.isfinite(end)]
        assert not np.any(law.density(np.array(outside)))


def test_the_deviation_of_integers():
    law = laws.uniform_integers(high=10, low=3)
    values = np.arange(3, 10)
    assert (law.mean, law.deviation) == pytest.approx((values.mean(), values.std()))


def test_a_mixture():
    law = laws.mixture(0.25, laws.constant(2.0))
    values = np.array([2.0, 0.0, 0.0, 0.0])
    assert (law.mean, law.deviation) == pytest.approx((values.mean(), values.std()))
    assert sorted(law.atoms) == [(0.0, 0.75), (2.0, 0.25)]


def test_a_mixture_with_a_density():
    law = laws.mixture(0.1, laws.normal(1.0, 0.0))
    assert law.deviation == pytest.approx(math.sqrt(0.1))
    assert law.density(np.zeros(1)) == pytest.approx(0.1 / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("make", [laws.normal, laws.truncated_normal, laws.uniform])
def test_no_scale_leaves_a_constant(make):
    assert make(0.0, 3.0) == laws.constant(3.0)


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
    law = laws.law_of(getattr(keras_inits, name)(), (200, 100))
    assert law.deviation == pytest.approx(deviation, rel=1e-6)


@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal"])
def test_the_deviation_of_variance_scaling(distribution):
    initializer = keras_inits.VarianceScaling(3.0, "fan_out", distribution)
    assert laws.law_of(initializer, (200, 100)).deviation == pytest.approx(math.sqrt(3 / 100), rel=1e-6)


def test_axes_are_minded():
    initializer = keras_inits.HeNormal(input_axes=[0], output_axes=[1, 2])
    assert laws.law_of(initializer, (50, 4, 8)).deviation == pytest.approx(0.2, rel=1e-6)


def test_integers():
    law = laws.law_of(keras_inits.RandomUniform(0, 10), (5,), "int32")
    assert law.deviation == pytest.approx(np.arange(10).std())


def test_the_law_is_that_of_the_replayed_keras():
    # Keras 2.0.9 did not make up for what truncation takes off.
    with keras_inits.replay("2.0.9", numpy=1):
        law = laws.law_of(keras_inits.HeNormal(), (200, 100))
    assert law.deviation == pytest.approx(0.1 * 0.87962566103423978, rel=1e-6)


def test_a_class_of_ones_own_has_none():
    class Mine(keras_inits.HeNormal):
        pass

    assert laws.law_of(Mine(), (200, 100)) is None


def test_a_constant_of_an_array_has_none():
    assert laws.law_of(keras_inits.Constant([1.0, 2.0]), (2, 2)) is None

"""Laws: densities, means and deviations agree with one another."""

import math

import numpy as np
import pytest

from keras_inits.summaries import distributions

CONTINUOUS = {
    "normal": distributions.normal(0.3, -1.0),
    "truncated at two deviations": distributions.truncated_normal(0.3, 1.0),
    "truncated unevenly": distributions.truncated_normal(2.0, 0.0, -0.5, 3.0),
    "truncated on one side": distributions.truncated_normal(1.0, 0.0, 1.0, math.inf),
    "a far tail": distributions.truncated_normal(1.0, 0.0, 8.0, 9.0),
    "the other far tail": distributions.truncated_normal(1.0, 0.0, -9.0, -8.0),
    "a very far tail": distributions.truncated_normal(1.0, 0.0, 60.0, 61.0),
    "uniform": distributions.uniform(0.4, -0.1),
    "uniform downwards": distributions.uniform(-0.4, 0.1),
    "an orthogonal entry": distributions.entry_of_orthogonal_matrix(2.0, 50),
    "an entry of three": distributions.entry_of_orthogonal_matrix(1.0, 3),
}
COMPLEX = {
    "complex normal": distributions.complex_normal(0.5),
    "complex truncated normal": distributions.complex_truncated_normal(0.5, 2.0),
    "complex uniform": distributions.complex_uniform(0.5),
}
ALL = {**CONTINUOUS, **COMPLEX}


def integral(law, function):
    """The integral of a function times the density, by the midpoint rule."""
    low = max(law.support[0], law.mean - 30 * law.deviation)
    high = min(law.support[1], law.mean + 30 * law.deviation)
    edges = np.linspace(low, high, 40_001)
    middles = (edges[:-1] + edges[1:]) / 2
    return float(np.sum(function(middles) * law.density(middles)) * (edges[1] - edges[0]))


@pytest.mark.parametrize("law", ALL.values(), ids=ALL)
class TestDensities:
    def test_it_integrates_to_one(self, law):
        assert integral(law, np.ones_like) == pytest.approx(1, abs=1e-5)

    def test_the_mean_is_its_own(self, law):
        assert integral(law, lambda x: x) == pytest.approx(law.mean, abs=1e-5)

    def test_it_is_zero_outside_of_the_support(self, law):
        outside = [end for end in (law.support[0] - 0.01, law.support[1] + 0.01) if math.isfinite(end)]
        assert not np.any(law.density(np.array(outside)))


def deviation_of_density(law):
    return math.sqrt(integral(law, lambda x: np.square(x - law.mean)))


@pytest.mark.parametrize("law", CONTINUOUS.values(), ids=CONTINUOUS)
def test_the_deviation(law):
    assert deviation_of_density(law) == pytest.approx(law.deviation, rel=1e-4)


@pytest.mark.parametrize("law", COMPLEX.values(), ids=COMPLEX)
def test_the_deviation_of_both_parts(law):
    assert math.sqrt(2) * deviation_of_density(law) == pytest.approx(law.deviation, rel=1e-4)


def test_the_deviation_of_integers():
    law = distributions.uniform_integers(high=10, low=3)
    values = np.arange(3, 10)
    assert (law.mean, law.deviation) == pytest.approx((values.mean(), values.std()))


def test_a_mixture():
    law = distributions.mixture(0.25, distributions.constant(2.0))
    values = np.array([2.0, 0.0, 0.0, 0.0])
    assert (law.mean, law.deviation) == pytest.approx((values.mean(), values.std()))
    assert sorted(law.atoms) == [(0.0, 0.75), (2.0, 0.25)]


def test_a_mixture_with_a_density():
    law = distributions.mixture(0.1, distributions.normal(1.0, 0.0))
    assert law.deviation == pytest.approx(math.sqrt(0.1))
    assert law.density(np.zeros(1)) == pytest.approx(0.1 / math.sqrt(2 * math.pi))


@pytest.mark.parametrize(
    "make", [distributions.normal, distributions.truncated_normal, distributions.uniform]
)
def test_no_scale_leaves_a_constant(make):
    assert make(0.0, 3.0) == distributions.constant(3.0)

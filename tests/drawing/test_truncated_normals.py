import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf

from keras_inits.drawing.truncated_normals import HALF_STEP, between, checked_bounds

INFINITY = math.inf
# Each of the ways there are, near and far from zero, on both sides of it.
BOUNDS = [
    (-1.0, 3.0),
    (-2.0, 2.0),
    (-INFINITY, INFINITY),
    (-60.0, 5.0),
    (0.0, INFINITY),
    (0.0, 1e-3),
    (5.0, INFINITY),
    (-INFINITY, -5.0),
    (20.0, 50.0),
    (29.9, 30.1),
    (30.0, INFINITY),
    (40.0, 41.0),
    (-60.0, -50.0),
]
# What SciPy and other sums in float64 have no digits for.
EXTREME_BOUNDS = [(1.0, 1.0 + 1e-9), (-1e-9, 1e-9), (1e6, 1e6 + 1e-6), (1e200, INFINITY), (-1e160, -1e155)]


def uniforms():
    """Numbers as TensorFlow draws them, the smallest and the largest among them."""
    steps = np.random.default_rng(7).integers(0, 2**52, 5000)
    return np.concatenate([[0, 1, 2**51, 2**52 - 2, 2**52 - 1], steps]) / 2.0**52


def quantiles(u, lower, upper):
    function, numbers = between(lower, upper)
    return function(tf.constant(u, tf.float64), *numbers).numpy()


@pytest.mark.parametrize("bounds", [*BOUNDS, *EXTREME_BOUNDS], ids=str)
class TestAnyBounds:
    def test_values_lie_within(self, bounds):
        values = quantiles(uniforms(), *bounds)
        assert bounds[0] <= values.min() and values.max() <= bounds[1]

    def test_no_value_is_infinite(self, bounds):
        assert np.isfinite(quantiles(uniforms(), *bounds)).all()

    def test_a_larger_number_gives_a_larger_value(self, bounds):
        assert (np.diff(quantiles(np.sort(uniforms()), *bounds)) >= 0).all()

    def test_bounds_on_the_other_side_give_the_same_values_with_the_other_sign(self, bounds):
        lower, upper = bounds
        mirrored = -quantiles(1 - 2.0**-52 - uniforms(), -upper, -lower)
        # Around zero a value next to the median may come from either side.
        assert np.allclose(quantiles(uniforms(), *bounds), mirrored, rtol=1e-14, atol=3e-16)


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_the_probability_beyond_a_value_is_what_the_uniform_number_leaves(bounds):
    """By logarithms of the probability Q beyond: (Q(x) - Q(far)) / (Q(near) - Q(far)), 1 - u."""
    u = uniforms()[5:]
    sign = -1 if bounds[1] <= 0 else 1
    near, far = sorted(sign * bound for bound in bounds)
    x, log_q = sign * quantiles(u, *bounds), lambda x: scipy.special.log_ndtr(-x)
    part, all_of_it = np.expm1(log_q(far) - log_q(x)), np.expm1(log_q(far) - log_q(near))
    beyond = np.exp(log_q(x) - log_q(near)) * part / all_of_it
    # Near 60 deviations log Q is -1800, whose last digit is 2e-13.
    assert np.allclose(beyond, 1 - u if sign > 0 else u, rtol=0, atol=2e-11)


@pytest.mark.parametrize("bounds", EXTREME_BOUNDS[:2], ids=str)
def test_between_near_bounds_they_are_spread_evenly(bounds):
    lower, upper = bounds
    places = (quantiles(uniforms(), *bounds) - lower) / (upper - lower)
    # The bounds themselves have 7 digits, compared with their distance.
    assert np.allclose(places, uniforms(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("bounds", BOUNDS[:-2], ids=str)
def test_they_are_scipys(bounds):
    # From 40 deviations on scipy's own lose their digits.
    want = scipy.stats.truncnorm.ppf(uniforms() + HALF_STEP, *bounds)
    assert np.allclose(quantiles(uniforms(), *bounds), want, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("near", [30.0, 40.0, 1e3, 1e6])
def test_far_out_they_are_exponential_by_the_first_terms(near):
    """The asymptotic law of a tail: (x - near) near is exponential, less (y + y^2 / 2) / near^2."""
    u = np.array([0.1, 0.5, 0.9])
    y = -np.log1p(-u)
    way = (quantiles(u, near, INFINITY) - near) * near
    assert np.allclose(way, y - (y + y**2 / 2) / near**2, rtol=20 / near**4 + 1e-15 * near**2)


@pytest.mark.parametrize("bounds", [(29.999999, 32.0), (30.0, 32.0)], ids=str)
def test_the_two_ways_into_a_tail_meet(bounds):
    want = scipy.stats.truncnorm.ppf(uniforms() + HALF_STEP, *bounds)
    assert np.allclose(quantiles(uniforms(), *bounds), want, rtol=1e-13, atol=0)


@pytest.mark.parametrize("lower, upper", [(1, 1), (2, -2), (math.inf, math.inf), (-math.inf, -math.inf)])
def test_bounds_in_the_wrong_order_are_an_error(lower, upper):
    with pytest.raises(ValueError, match=f"less than `upper`. Received: lower={lower}, upper={upper}"):
        checked_bounds(lower, upper)


@pytest.mark.parametrize("lower, upper", [(math.nan, 1), (0, math.nan)])
def test_what_is_not_a_number_is_an_error(lower, upper):
    with pytest.raises(ValueError, match="nan"):
        checked_bounds(lower, upper)


@pytest.mark.parametrize("bound", ["1", None, [1], True, 1j, tf.constant(1.0)], ids=str)
def test_what_is_no_number_is_an_error(bound):
    with pytest.raises(TypeError, match="must be Python numbers. Received: lower=-3"):
        checked_bounds(-3, bound)


def test_bounds_become_floats():
    assert [type(bound) for bound in checked_bounds(np.float32(-1), 3)] == [float, float]

"""What each formula draws: its distribution, scale and shift."""

import math

import numpy as np
import pytest
import tensorflow as tf

from drawing.made_calls import call
from keras_inits.drawing import formulas

SHAPE = (3, 3, 4, 8)  # Fans of 36 and 72.


def scaling(mode, distribution, version=None, shape=SHAPE, scale=2.0):
    return formulas.variance_scaling(call(shape, version=version), scale, mode, distribution)


@pytest.mark.parametrize("mode, fan", [("fan_in", 36), ("fan_out", 72), ("fan_avg", 54)])
def test_a_normal_has_the_deviation_of_its_fan(mode, fan):
    drawing = scaling(mode, "untruncated_normal")
    assert drawing.distribution == "normal"
    assert float(drawing.scale) == pytest.approx(math.sqrt(2 / fan), rel=1e-6)


def test_a_truncated_normal_is_corrected_for_what_truncation_takes_off():
    drawing = scaling("fan_in", "truncated_normal")
    want = math.sqrt(2 / 36) / formulas.TRUNCATED_NORMAL_STDDEV
    assert float(drawing.scale) == pytest.approx(want, rel=1e-6)


@pytest.mark.parametrize("version, distribution", [("1.2.2", "normal"), ("2.0.0", "truncated_normal")])
def test_an_older_keras_did_not_correct_it(version, distribution):
    drawing = scaling("fan_in", "truncated_normal", version)
    assert drawing.distribution == distribution
    assert float(drawing.scale) == pytest.approx(math.sqrt(2 / 36), rel=1e-6)


def test_a_uniform_lies_within_its_limit():
    drawing = scaling("fan_in", "uniform")
    limit = math.sqrt(3 * 2 / 36)
    assert float(drawing.shift) == pytest.approx(-limit, rel=1e-6)
    assert float(drawing.scale) == pytest.approx(2 * limit, rel=1e-6)


def test_uniform_unit_scaling_has_the_limit_of_all_axes_but_the_last():
    drawing = formulas.uniform_unit_scaling(call(SHAPE), 1.0)
    assert float(drawing.shift) == pytest.approx(-math.sqrt(3 / 36), rel=1e-6)


def test_uniform_integers_begin_at_the_shift():
    drawing = formulas.uniform(call((5,), tf.int32), 2, 9)
    assert (drawing.distribution, int(drawing.shift), int(drawing.scale)) == ("uniform_integers", 2, 9)


def test_integers_need_whole_bounds():
    with pytest.raises(ValueError, match="need whole bounds. Received: minval=0.5, maxval=2"):
        formulas.uniform(call((5,), tf.int32), 0.5, 2)


def test_a_negative_deviation_is_an_error():
    with pytest.raises(ValueError, match="must not be negative. Received: stddev=-1"):
        formulas.normal(call((5,)), 0.0, -1)


def test_the_bounds_of_keras_are_its_own_truncated_normal():
    drawing = formulas.bounded_normal(call((5,)), 0.0, 1.0, -2.0, 2.0)
    assert (drawing.distribution, drawing.transform) == ("truncated_normal", None)


def test_other_bounds_are_a_transform_of_one_uniform_number():
    drawing = formulas.bounded_normal(call((5,)), 0.0, 1.0, 0.0, 1.0)
    assert (drawing.transform.kernel, drawing.bounds) == ("uniform", (0.0, 1.0))


@pytest.mark.parametrize(
    "arguments, word",
    [
        ((0.0, "fan_in", "uniform"), "scale=0.0"),
        (("fan_in", "fan_in", "uniform"), "must be positive float. Received: scale='fan_in'"),
        ((1.0, "fan", "uniform"), "`mode` argument: fan"),
        ((1.0, "fan_in", "cauchy"), "`distribution` argument: cauchy"),
    ],
)
def test_arguments_that_are_none_are_errors(arguments, word):
    with pytest.raises(ValueError, match=word):
        formulas.checked_scaling(*arguments)


def test_normal_means_the_truncated_one_in_either_case():
    assert formulas.checked_scaling(1.0, "fan_in", "Normal") == (1.0, "fan_in", "truncated_normal")


def test_what_is_drawn_is_scaled_and_shifted():
    drawing = formulas.normal(call((1000,)), 5.0, 0.0)
    assert np.array_equal(formulas.drawn(call((1000,)), drawing), np.full(1000, 5.0))


def test_keras_1_let_numpy_draw():
    drawing = formulas.normal(call((4,), version="1.0.4"), 1.0, 2.0)
    want = np.random.RandomState(7).standard_normal((4,)) * 2.0 + 1.0
    assert np.allclose(formulas.drawn(call((4,), version="1.0.4"), drawing), want, rtol=1e-6)


def test_keras_1_had_no_truncated_normal():
    drawing = formulas.normal(call((4,), version="1.0.4"), 0.0, 1.0, "truncated_normal")
    with pytest.raises(ValueError, match="no truncated normal"):
        formulas.drawn(call((4,), version="1.0.4"), drawing)


@pytest.mark.parametrize("mean, sign", [(0.0, 1.0), (-0.0, -1.0)])
def test_minus_zero_is_not_taken_for_zero(mean, sign):
    assert np.copysign(1.0, formulas.normal(call((3,)), mean, 1.0).shift) == sign


@pytest.mark.parametrize("bound", [1, True])
def test_a_number_of_another_type_is_not_taken_for_it(bound):
    formulas.uniform(call((3,), version="3.0.0"), 0.0, 1.0)
    assert float(formulas.uniform(call((3,), version="3.0.0"), 0.0, bound).scale) == 1.0


def test_a_variable_is_read_each_time():
    stddev = tf.Variable(1.0)
    before = float(formulas.normal(call((3,)), 0.0, stddev).scale)
    stddev.assign(2.0)
    assert (before, float(formulas.normal(call((3,)), 0.0, stddev).scale)) == (1.0, 2.0)

"""Gains compared with torch's."""

import math
import typing

import numpy as np
import pytest

import keras_inits
from keras_inits.drawing.gains import OF_PARAMETER, SQUARED_GAINS, squared_gain

torch = pytest.importorskip("torch")


def test_the_names_are_torchs():
    known = typing.get_args(torch.nn.init._NonlinearityType)
    assert {*SQUARED_GAINS, *OF_PARAMETER} == set(known)


@pytest.mark.parametrize("name", [*SQUARED_GAINS, *OF_PARAMETER])
def test_a_gain_is_torchs(name):
    assert math.sqrt(squared_gain(name)) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


@pytest.mark.parametrize("slope", [0, 0.2, 1, -0.5, 3.0])
def test_so_is_one_with_a_slope(slope):
    want = torch.nn.init.calculate_gain("leaky_relu", slope)
    assert math.sqrt(squared_gain(("leaky_relu", slope))) == pytest.approx(want, rel=1e-15)


@pytest.mark.parametrize("slope", [0.0, 0.2, 1.0])
def test_a_he_uniform_has_the_limits_of_torchs_kaiming_uniform(slope):
    limit = torch.nn.init.kaiming_uniform_(torch.empty(200, 400), a=slope).abs().max().item()
    values = keras_inits.HeUniform(7, gain=("leaky_relu", slope))((400, 200)).numpy()
    # Each is the largest of 80 000 numbers.
    assert np.abs(values).max() == pytest.approx(limit, rel=1e-3)


def test_a_glorot_uniform_has_the_limits_of_torchs_xavier_uniform():
    limit = torch.nn.init.xavier_uniform_(torch.empty(200, 400), gain=5 / 3).abs().max().item()
    values = keras_inits.GlorotUniform(7, gain="tanh")((400, 200)).numpy()
    assert np.abs(values).max() == pytest.approx(limit, rel=1e-3)

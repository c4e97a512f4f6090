import math

import pytest
from drawn_values import SCALED

import keras_inits
from keras_inits.drawing.gains import checked_gain, squared_gain


@pytest.mark.parametrize(
    "gain, squared",
    [
        (None, 1.0),
        (1, 1.0),
        (1.5, 2.25),
        ("linear", 1.0),
        ("conv2d", 1.0),
        ("conv_transpose3d", 1.0),
        ("sigmoid", 1.0),
        ("tanh", (5 / 3) ** 2),
        ("relu", 2.0),
        ("selu", 0.75**2),
        ("leaky_relu", 2 / (1 + 0.01**2)),
        (("leaky_relu", 0.2), 2 / (1 + 0.2**2)),
        (["leaky_relu", 0], 2.0),
        (("leaky_relu", -1), 1.0),
    ],
    ids=str,
)
def test_a_gain_squared(gain, squared):
    assert squared_gain(gain) == pytest.approx(squared, rel=1e-15)


def test_relus_is_2_to_the_bit():
    assert squared_gain("relu") == 2.0


@pytest.mark.parametrize("gain", [0, -1.0, math.inf, math.nan])
def test_a_number_that_is_not_positive_is_an_error(gain):
    with pytest.raises(ValueError, match=f"positive number. Received: gain={gain}"):
        squared_gain(gain)


@pytest.mark.parametrize(
    "gain",
    [
        *(True, {}, object, 1j),
        *(("leaky_relu",), ("leaky_relu", 0.2, 1), (0.2, "leaky_relu")),
        *(("leaky_relu", "0.2"), ("leaky_relu", None), ("leaky_relu", math.nan), ("leaky_relu", True)),
    ],
    ids=str,
)
def test_what_is_no_gain_is_an_error(gain):
    with pytest.raises(TypeError, match="A gain is a number, the name"):
        squared_gain(gain)


def test_an_unknown_name_is_an_error_that_says_what_is_nearest():
    with pytest.raises(ValueError, match=r"'leaky_rlu'; did you mean 'leaky_relu'\? Known are: conv1d,"):
        squared_gain("leaky_rlu")


def test_a_parameter_that_a_gain_has_not_is_an_error():
    with pytest.raises(ValueError, match=r"Only a gain of leaky_relu has a parameter.*\('relu', 0.1\)"):
        squared_gain(("relu", 0.1))


@pytest.mark.parametrize("gain, kept", [(2, 2.0), (["leaky_relu", 0.2], ("leaky_relu", 0.2)), (None, None)])
def test_a_gain_is_kept_in_one_form(gain, kept):
    assert checked_gain(gain) == kept


@pytest.mark.parametrize("name", [*SCALED, "VarianceScaling"])
def test_an_initializer_refuses_what_is_no_gain(name):
    with pytest.raises(ValueError, match="'swish'"):
        getattr(keras_inits, name)(gain="swish")

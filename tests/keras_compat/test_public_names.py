"""The names under which Keras writes this package's classes."""

import pytest

from keras_inits.keras_compat import public_names


@pytest.mark.parametrize(
    "name, snake_case",
    [
        ("HeNormal", "he_normal"),
        ("STFT", "stft"),
        ("Zeros", "zeros"),
        ("VarianceScaling", "variance_scaling"),
        ("Conv2DTranspose", "conv2d_transpose"),
    ],
)
def test_functional_names_are_keras_own(name, snake_case):
    assert public_names.to_snake_case(name) == snake_case

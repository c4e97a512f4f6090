"""The shape and the seed that an initializer is shown with."""

import numpy as np
import pytest

import keras_inits
from keras_inits.summaries.shown_defaults import seeded, usual_shape


class TestUsualShapes:
    @pytest.mark.parametrize(
        "initializer, shape",
        [
            (keras_inits.HeNormal(), (256, 512)),
            (keras_inits.Dirac(), (3, 3, 64, 128)),
            (keras_inits.ConvolutionAware(), (3, 3, 64, 128)),
            (keras_inits.ConvolutionOrthogonal3D(), (3, 3, 3, 16, 32)),
            (keras_inits.STFT(window=None), (256, 1, 129)),
            (keras_inits.Constant(np.zeros((3, 5))), (3, 5)),
        ],
    )
    def test_the_first_that_it_takes(self, initializer, shape):
        assert usual_shape(initializer) == shape

    def test_none(self):
        def takes_none(shape, dtype=None):
            raise ValueError("not this one")

        with pytest.raises(ValueError, match="not this one"):
            usual_shape(takes_none)


class TestSeeds:
    def test_one_is_given(self):
        assert seeded(keras_inits.HeNormal()).get_config()["seed"] == 7

    def test_one_of_its_own_is_kept(self):
        assert seeded(keras_inits.HeNormal(seed=5)).get_config()["seed"] == 5

    def test_another_one_goes_before_it(self):
        assert seeded(keras_inits.HeNormal(seed=5), 6, over_own=True).get_config()["seed"] == 6

    def test_one_within_another_gets_one_too(self):
        assert seeded(keras_inits.ICNR("he_normal")).initializer.get_config()["seed"] == 7

    def test_what_takes_none_is_left(self):
        zeros = keras_inits.Zeros()
        assert seeded(zeros) is zeros

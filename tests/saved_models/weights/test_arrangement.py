import numpy as np
import pytest

from keras_inits.saved_models.config.origin import Origin
from keras_inits.saved_models.config.plans import Plan
from keras_inits.saved_models.weights.arrangement import arranged


@pytest.mark.parametrize("class_name", ["Conv2D", "Conv2DTranspose", "Conv3DTranspose"])
def test_kernels_of_theano_are_flipped(class_name):
    kernel, bias = np.arange(24.0).reshape(2, 3, 1, 2, 2), np.arange(2.0)
    found = arranged(Plan("layer", class_name, class_name, {}), Origin((2, 2), "theano"), [kernel, bias])
    np.testing.assert_array_equal(found[0], kernel[::-1, ::-1, ::-1])
    np.testing.assert_array_equal(found[1], bias)

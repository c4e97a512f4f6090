"""Which Keras the tests run with."""

import pytest

from keras_inits import generic_utils

keras_3_only = pytest.mark.skipif(not generic_utils.is_keras_3(), reason="Keras 3 alone has it")
keras_2_only = pytest.mark.skipif(generic_utils.is_keras_3(), reason="Keras 2 alone has it")

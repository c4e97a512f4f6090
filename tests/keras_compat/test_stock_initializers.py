"""The arguments of Keras' own initializers."""

import random

from keras_inits.keras_compat import stock_initializers


def test_asking_what_stock_writes_draws_no_seed():
    stock_initializers.stock_arguments.cache_clear()
    state = random.getstate()
    stock_initializers.stock_arguments("HeNormal")
    assert random.getstate() == state

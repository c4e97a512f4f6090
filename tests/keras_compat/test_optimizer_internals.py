"""What an optimizer keeps."""

import numpy as np
import pytest
import tensorflow as tf

from keras_inits.keras_compat import optimizer_internals


@pytest.fixture
def trained():
    """An optimizer after a step, and what it trained."""
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile(tf.keras.optimizers.Adam(0.5), "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=1, verbose=0)
    return model.optimizer, model.trainable_variables


def test_its_variables_are_listed(trained):
    optimizer, variables = trained
    # Two moments of each, and the number of steps.
    assert len(optimizer_internals.optimizer_variables(optimizer)) >= 2 * len(variables) + 1


def test_a_fresh_one_has_the_same_variables_before_any_step(trained):
    optimizer, variables = trained
    fresh = optimizer_internals.built_optimizer(optimizer, variables)
    ours, theirs = map(optimizer_internals.optimizer_variables, (fresh, optimizer))
    assert [variable.shape for variable in ours] == [variable.shape for variable in theirs]
    moments = [variable for variable in ours if len(variable.shape)]
    assert moments and all((np.asarray(moment) == 0).all() for moment in moments)


def test_without_averages_there_are_none(trained):
    assert not optimizer_internals.averages(trained[0])

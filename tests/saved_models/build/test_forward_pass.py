"""A model's forward pass is looked at before it is run."""

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_3_only, tensorflow_only

from keras_inits.keras_compat import backend, versions
from keras_inits.saved_models.build import bounds, forward_pass
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.files import limits


def model_of(function, shape=(4,), **words):
    start = tf.keras.Input(shape, **words)
    return tf.keras.Model(start, function(start))


@pytest.fixture
def small():
    return model_of(tf.keras.layers.Dense(3, "relu"))


X = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)


def test_predictions_are_those_of_keras(small):
    (found,) = forward_pass.predict(small, [X])
    np.testing.assert_allclose(found, small.predict(X, verbose=0), rtol=1e-6)


def test_several_inputs_and_outputs_are_in_their_order():
    inputs = [tf.keras.Input((1,), name=name) for name in "ba"]
    model = tf.keras.Model(inputs, [tf.keras.layers.Subtract()(inputs), inputs[1]])
    first, second = forward_pass.predict(model, [np.float32([[3]]), np.float32([[1]])])
    assert (first.item(), second.item()) == (2, 1)


def test_nothing_is_trained_by_it():
    model = model_of(tf.keras.layers.Dropout(0.9))
    assert (forward_pass.predict(model, [X])[0] == X).all()


@tensorflow_only
def test_text_is_read():
    lookup = tf.keras.layers.StringLookup(vocabulary=["a"])
    model = model_of(lookup, (1,), dtype="string")
    assert forward_pass.predict(model, [np.array([["a"], ["b"]], object)])[0].tolist() == [[1], [0]]


LARGE = [
    lambda x: tf.keras.layers.RepeatVector(10**8)(x),
    lambda x: tf.keras.layers.ZeroPadding1D(10**8)(tf.keras.layers.Reshape((4, 1))(x)),
]


@pytest.mark.parametrize("function", LARGE, ids=["RepeatVector", "ZeroPadding1D"])
def test_a_tensor_that_is_far_too_large_is_never_made(function):
    with pytest.raises(bounds.TooLargeError, match="too large to try: .*limit=None"):
        forward_pass.predict(model_of(function), [X])


@keras_3_only
def test_an_operation_that_is_no_layer_is_looked_at():
    ops = tf.keras.ops
    model = model_of(lambda x: ops.sum(ops.tile(x, [1, 10**9])))
    with pytest.raises(bounds.TooLargeError, match="numbers in one tensor"):
        forward_pass.predict(model, [X])


def test_what_a_model_inside_gets_counts_rather_than_what_it_was_made_for():
    inner = model_of(tf.keras.layers.Conv1D(2**14, 1), (None, 2))
    model = model_of(lambda x: tf.keras.layers.GlobalMaxPooling1D()(inner(x)), (2**13, 2))
    with pytest.raises(bounds.TooLargeError, match="numbers in one tensor"):
        forward_pass.predict(model, [np.zeros((1, 2**13, 2), "float32")])


@pytest.mark.skipif(backend.is_tensorflow(), reason="on other backends than TensorFlow's alone")
def test_text_is_told_to_need_tensorflow():
    lookup = tf.keras.layers.StringLookup(vocabulary=["a"])
    with pytest.raises(UpgradeError, match="reads text, .* KERAS_BACKEND=tensorflow"):
        forward_pass.predict(model_of(lookup, (1,), dtype="string"), [np.array([["a"], ["b"]], object)])


@tensorflow_only
def test_many_steps_of_a_recurrent_layer_are_too_much_work():
    model = model_of(tf.keras.layers.SimpleRNN(2), (None, 1))
    with pytest.raises(bounds.TooLargeError, match="multiplications"):
        forward_pass.predict(model, [np.zeros((1, 10**7, 1), "float32")])


@pytest.mark.parametrize("limit", [100.0, None])
def test_more_is_allowed_by_who_trusts_the_file(limit, monkeypatch, small):
    monkeypatch.setattr(limits, "TRIED_OUTPUT", 5)
    with pytest.raises(bounds.TooLargeError):
        forward_pass.predict(small, [X])
    assert forward_pass.predict(small, [X], limit)[0].shape == (2, 3)


def test_all_tensors_count_where_they_are_kept():
    model = model_of(lambda x: tf.keras.layers.Flatten()(tf.keras.layers.RepeatVector(2**22)(x)))
    forward_pass.check(model, tf.TensorSpec((2, 4)))
    with pytest.raises(bounds.TooLargeError, match="numbers in all of its tensors"):
        forward_pass.check(model, tf.TensorSpec((64, 4)))


def test_the_calls_of_layers_say_how_much_work_they_are():
    work = forward_pass.work_of_calls(model_of(tf.keras.layers.Dense(3, use_bias=False)), [(2, 4)])
    # The input's numbers count, too.
    assert (work.largest, work.multiplications) == (8, 2 * 4 + 2 * 3 * 4)


def test_a_layer_of_ones_own_runs_as_in_keras_own_predict():
    class Signed(tf.keras.layers.Layer):
        def call(self, x):
            # In tf.keras 2, AutoGraph makes a graph's condition of it.
            return -x if not versions.is_keras_3() and tf.reduce_sum(x) > 0 else x

        def compute_output_shape(self, shape):
            return shape

    model = model_of(Signed())
    (found,) = forward_pass.predict(model, [X + 1])
    assert (found == model.predict(X + 1, verbose=0)).all()

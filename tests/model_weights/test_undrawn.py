import pathlib
import random
import threading

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import as_numpy
from environments import has_complex_weights, needs, needs_float64

import keras_inits
from keras_inits import reinitialize, seeded, uninitialized

K, L = tf.keras, tf.keras.layers
RESIDENT = pathlib.Path("/proc/self/statm")


def chain():
    return K.Sequential(
        [K.Input((5, 4)), L.LSTM(3, name="lstm"), L.Dense(4, name="dense"), L.BatchNormalization(name="norm")]
    )


class Own(L.Layer):
    """A layer of a user's, with a constant."""

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[-1], 2), initializer=keras_inits.HeNormal()
        )
        self.scale = self.add_weight(name="scale", shape=(2,), initializer="ones", trainable=False)

    def call(self, inputs):
        return inputs @ self.kernel * self.scale


def convolved():
    return K.Sequential([K.Input((8, 3)), L.Conv1D(4, 3), L.Dense(2), L.BatchNormalization()])


def own():
    return K.Sequential([K.Input((4,)), Own(name="own")])


def undrawn(build):
    with uninitialized():
        return build()


def equal(first, second):
    return len(first) == len(second) and all(map(np.array_equal, first, second))


@pytest.mark.parametrize("build", [chain, own])
def test_every_weight_is_zeros_of_its_shape_and_dtype(build):
    drawn, found = build().get_weights(), undrawn(build).get_weights()
    assert [(one.shape, one.dtype) for one in found] == [(one.shape, one.dtype) for one in drawn]
    assert not any(one.any() for one in found)


@pytest.mark.parametrize(
    "dtype",
    [
        *("float16", "bfloat16", "int8", "int32", "bool", "complex64"),
        pytest.param("float64", marks=needs_float64),
    ],
)
def test_large_weights_of_any_dtype_are_zeros(dtype):
    if dtype == "complex64":
        needs(has_complex_weights)
    layer = L.Layer(dtype="float32")
    with uninitialized():
        weight = layer.add_weight(
            name="w", shape=(1100, 1024), dtype=dtype, initializer="zeros", trainable=False
        )
    values = tf.convert_to_tensor(weight)
    assert values.dtype == dtype and values.shape == (1100, 1024)
    assert not np.asarray(tf.cast(values, "complex64")).any()


def test_no_initializer_is_called():
    def initializer(shape, dtype=None):
        raise AssertionError("called")

    with uninitialized():
        L.Dense(2, kernel_initializer=initializer).build((None, 3))


def test_what_is_no_initializer_is_an_error_as_ever():
    with uninitialized(), pytest.raises(ValueError, match="he_norml"):
        L.Dense(2, kernel_initializer="he_norml").build((None, 3))


def test_no_generator_moves_on():
    def draws():
        return (
            random.random(),
            np.random.random(),
            as_numpy(tf.random.uniform(())),
            keras_inits.HeNormal()((3,)),
        )

    K.utils.set_random_seed(1)
    want = draws()
    K.utils.set_random_seed(1)
    undrawn(convolved)
    assert equal(draws(), want)


def test_a_dropout_draws_its_seed_as_ever():
    def dropped(build):
        K.utils.set_random_seed(1)
        layer = build(lambda: L.Dropout(0.5))
        return layer(np.ones((2, 50), "float32"), training=True)

    assert equal([dropped(undrawn)], [dropped(lambda make: make())])


@pytest.mark.skipif(not RESIDENT.exists(), reason="the system does not say what memory is in use")
def test_a_large_weight_takes_no_memory_before_it_is_written_to():
    def resident():
        return int(RESIDENT.read_text().split()[1]) * 4096

    undrawn(lambda: L.Dense(2, name="before").build((None, 2)))
    before = resident()
    layer = L.Dense(4096, name="large")
    with uninitialized():
        layer.build((None, 16384))
    assert resident() - before < 2**25
    layer.kernel.assign(np.ones((16384, 4096), "float32"))
    assert float(tf.reduce_sum(layer.kernel)) == 2.0**26


@pytest.mark.parametrize("build", [chain, own])
def test_reinitialize_draws_what_was_left_out(build):
    with seeded(7):
        want = build().get_weights()
    model = undrawn(build)
    reinitialize(model, seed=7)
    assert equal(model.get_weights(), want)


def test_reinitialize_draws_by_the_seeds_that_the_initializers_have():
    def dense():
        layer = L.Dense(4, kernel_initializer=keras_inits.HeNormal(seed=3))
        layer.build((None, 4))
        return layer

    layer = undrawn(dense)
    reinitialize(layer)
    assert equal(layer.get_weights(), dense().get_weights())


def test_reinitialize_without_a_seed_draws_each_anew():
    model = undrawn(lambda: K.Sequential([K.Input((4,)), L.Dense(4), L.Dense(4)]))
    reinitialize(model)
    first, _, second, _ = model.get_weights()
    assert first.any() and not np.array_equal(first, second)


def test_the_weights_of_another_model_fit(tmp_path):
    source, target = chain(), undrawn(chain)
    source.save_weights(tmp_path / "w.weights.h5")
    target.load_weights(tmp_path / "w.weights.h5")
    assert equal(target.get_weights(), source.get_weights())


def test_a_model_is_trained_as_if_its_weights_had_been_drawn():
    def trained(model, weights):
        model.set_weights(weights)
        model.compile("adam", "mse")
        model.fit(
            np.ones((8, 700), "float32"), np.ones((8, 500), "float32"), epochs=2, verbose=0, batch_size=4
        )
        return model.get_weights()

    def large():
        return K.Sequential([K.Input((700,)), L.Dense(500, name="a")])

    start = large().get_weights()
    assert equal(trained(undrawn(large), start), trained(large(), start))


def test_a_saved_model_of_such_weights_is_one_of_zeros(tmp_path):
    model = undrawn(lambda: K.Sequential([K.Input((700,)), L.Dense(500)]))
    model.save(tmp_path / "m.keras")
    assert not any(one.any() for one in K.models.load_model(tmp_path / "m.keras").get_weights())


def test_a_weight_of_no_fixed_shape_has_the_values_of_its_initializer():
    with uninitialized():
        layer = L.Discretization(num_bins=3)
        layer.build((None, 1))
    layer.adapt(np.array([[1.0], [2.0], [3.0]]))
    assert as_numpy(layer(np.array([[0.5], [3.5]]))).ravel().tolist() == [0, 2]


def test_layers_of_other_threads_and_after_it_are_drawn():
    layers = [L.Dense(2) for _ in range(2)]
    with uninitialized():
        thread = threading.Thread(target=layers[0].build, args=((None, 3),))
        thread.start()
        thread.join()
    layers[1].build((None, 3))
    assert all(layer.get_weights()[0].any() for layer in layers)


def test_the_innermost_block_applies():
    with seeded(7), uninitialized():
        empty = L.Dense(2)
        empty.build((None, 3))
    with uninitialized(), seeded(7):
        drawn = L.Dense(2)
        drawn.build((None, 3))
    assert not empty.get_weights()[0].any() and drawn.get_weights()[0].any()


def test_a_graph_of_tensorflow_1_is_refused():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="eagerly"), uninitialized():
        pass


def test_each_replica_of_a_mirrored_weight_is_zeros():
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    with strategy.scope(), uninitialized():
        layer = L.Dense(600)
        layer.build((None, 600))
    assert not layer.get_weights()[0].any()

import random
import threading

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_3_only

import keras_inits
from keras_inits import reinitialize, replay, seeded
from keras_inits.keras_compat import backend
from keras_inits.model_weights.weight_paths import derived_seed

torch_drops_by_its_own_generator = pytest.mark.skipif(
    backend.name() == "torch", reason="on torch, a Dropout of Keras' takes no seed"
)

K, L = tf.keras, tf.keras.layers


def dense(initializer="glorot_uniform", **arguments):
    layer = L.Dense(4, kernel_initializer=initializer, **arguments)
    layer.build((None, 4))
    return np.asarray(layer.kernel)


def weights(build, seed=7):
    with seeded(seed):
        return build().get_weights()


def equal(first, second):
    return all(map(np.array_equal, first, second)) and len(first) == len(second)


def chain():
    return K.Sequential([K.Input((5, 4)), L.LSTM(3), L.Dense(4), L.Dense(4), L.BatchNormalization()])


def branches():
    inputs = K.Input((5, 4), name="in")
    attended = L.MultiHeadAttention(2, 3, name="attention")(inputs, inputs)
    read = L.Bidirectional(L.GRU(2, return_sequences=True, name="gates"), name="both")(attended)
    each = L.TimeDistributed(L.Dense(3, name="inner"), name="each")(read)
    nested = K.Sequential([K.Input((5, 3)), L.Dense(2, name="nested_dense")], name="nested")(each)
    return K.Model(inputs, nested)


class Net(K.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = L.Dense(3), L.Dense(3)

    def call(self, inputs):
        return self.second(self.first(inputs))


def called():
    model = Net()
    model(tf.zeros((1, 3)))
    return model


@pytest.mark.parametrize("build", [chain, branches, called])
def test_a_model_is_built_with_the_same_weights_again(build):
    assert equal(weights(build), weights(build))


@pytest.mark.parametrize("build", [chain, branches, called])
def test_reinitialize_gives_the_same_weights(build):
    model = build()
    reinitialize(model, seed=7)
    assert equal(weights(build), model.get_weights())


def test_another_seed_gives_others():
    assert not np.array_equal(weights(chain, 7)[0], weights(chain, 8)[0])


def test_two_models_in_one_block_get_others():
    with seeded(7):
        first, second = chain().get_weights(), chain().get_weights()
    assert not np.array_equal(first[0], second[0])


def test_a_named_layer_does_not_depend_on_what_was_built_before():
    with seeded(7):
        first = dense(name="a")
    with seeded(7):
        dense(name="other")
        second = dense(name="a")
    assert np.array_equal(first, second)


GIVEN = {
    "a name": lambda: "he_normal",
    "a config": lambda: {"class_name": "HeNormal", "config": {"seed": None}},
    "Keras' instance": lambda: K.initializers.HeNormal(),
    "the package's instance": lambda: keras_inits.HeNormal(),
    "Keras' class": lambda: K.initializers.HeNormal,
}


@pytest.mark.parametrize("given", GIVEN)
def test_an_unseeded_initializer_takes_the_seed_of_its_path(given):
    expected = keras_inits.HeNormal(seed=derived_seed(7, "a/kernel"))((4, 4))
    with seeded(7):
        assert np.array_equal(dense(GIVEN[given](), name="a"), expected)


@pytest.mark.parametrize("library", [K.initializers, keras_inits], ids=["Keras", "keras_inits"])
def test_an_initializer_with_a_seed_keeps_it(library):
    with seeded(7):
        assert np.array_equal(dense(library.HeNormal(seed=3)), keras_inits.HeNormal(seed=3)((4, 4)))


def test_an_initializer_that_was_made_before_takes_the_seed_too():
    before = K.initializers.HeNormal()
    expected = keras_inits.HeNormal(seed=derived_seed(7, "a/kernel"))((4, 4))
    with seeded(7):
        assert np.array_equal(dense(before, name="a"), expected)


def test_a_weight_without_an_initializer_takes_the_seed():
    class Plain(L.Layer):
        def build(self, shape):
            self.plain = self.add_weight(name="plain", shape=(3, 3))

        def call(self, inputs):
            return inputs

    with seeded(7):
        layer = Plain(name="mine")
        layer(tf.zeros((1, 2)))
    expected = keras_inits.GlorotUniform(seed=derived_seed(7, "mine/plain"))((3, 3))
    assert np.array_equal(np.asarray(layer.plain), expected)


def test_the_bias_of_gates_takes_the_seed():
    def gates():
        layer = L.LSTM(3, bias_initializer="random_normal")
        layer(tf.zeros((1, 5, 4)))
        return layer

    assert equal(weights(gates), weights(gates))


def test_a_layer_keeps_the_initializer_that_it_was_given():
    with seeded(7):
        layer = L.Dense(3, kernel_initializer="he_normal")
        layer.build((None, 4))
    assert type(layer.kernel_initializer) is K.initializers.HeNormal
    assert layer.get_config()["kernel_initializer"]["config"]["seed"] is None


def test_the_packages_own_calls_are_repeatable():
    def draws():
        with seeded(7):
            return [keras_inits.HeNormal()((2, 2)), keras_inits.HeNormal()((2, 2))]

    first, second = draws(), draws()
    assert equal(first, second) and not np.array_equal(*first)


def test_the_packages_own_calls_do_not_depend_on_those_of_other_classes():
    with seeded(7):
        first = keras_inits.HeNormal()((2, 2))
    with seeded(7):
        keras_inits.GlorotNormal()((2, 2))
        assert np.array_equal(keras_inits.HeNormal()((2, 2)), first)


def test_the_packages_own_calls_do_not_depend_on_the_layers():
    def drawn(*layers):
        with seeded(7):
            for layer in layers:
                layer(tf.ones((2, 4)))
            return keras_inits.GlorotUniform()((2, 2))

    assert np.array_equal(drawn(), drawn(L.EinsumDense("ab,bc->ac", 3), L.Dense(3)))


@keras_3_only
@torch_drops_by_its_own_generator
def test_unseeded_generators_of_keras_3_get_seeds():
    def masks():
        with seeded(7):
            first, second = L.Dropout(0.5), L.Dropout(0.5)
        return [np.asarray(layer(tf.ones((5, 5)), training=True)) for layer in (first, second)]

    first, second = masks(), masks()
    assert equal(first, second) and not np.array_equal(*first)


@keras_3_only
@torch_drops_by_its_own_generator
def test_a_generator_of_keras_3_does_not_depend_on_the_layers_with_weights():
    def mask(*before):
        with seeded(7):
            for make in before:
                make()
            return np.asarray(L.Dropout(0.5)(tf.ones((5, 5)), training=True))

    assert np.array_equal(mask(), mask(dense))


def test_the_generators_of_others_are_left():
    tf.random.set_seed(3)
    before = random.getstate(), np.random.get_state()[1].tolist()
    expected = tf.random.uniform((2,))
    tf.random.set_seed(3)
    weights(lambda: K.Sequential([K.Input((4,)), L.Dense(3), L.Dropout(0.5)]))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert np.array_equal(tf.random.uniform((2,)), expected)


def test_nothing_is_left_of_a_block():
    methods = L.Layer.add_weight, L.Layer.__call__
    with pytest.raises(RuntimeError), seeded(7):
        raise RuntimeError
    assert (L.Layer.add_weight, L.Layer.__call__) == methods
    assert not np.array_equal(dense(), dense())


def test_the_innermost_of_two_blocks_holds():
    with seeded(8), seeded(7):
        inner = dense(name="a")
    with seeded(7):
        assert np.array_equal(dense(name="a"), inner)


def test_an_outer_block_goes_on_after_an_inner_one():
    with seeded(7):
        with seeded(8):
            dense(name="a")
        outer = dense(name="a")
    with seeded(7):
        assert np.array_equal(dense(name="a"), outer)


def test_a_replay_block_inside_holds():
    with replay("2.2.4", numpy=7):
        expected = dense("he_normal")
    with seeded(3), replay("2.2.4", numpy=7):
        assert np.array_equal(dense("he_normal"), expected)


def test_a_seeded_block_inside_a_replay_block_holds():
    with replay("2.2.4", numpy=7):
        first = dense("he_normal")
        with seeded(3):
            inner = dense("he_normal", name="a")
        second = dense("he_normal")
    with seeded(3):
        assert np.array_equal(dense("he_normal", name="a"), inner)
    with replay("2.2.4", numpy=7):
        assert np.array_equal(dense("he_normal"), first) and np.array_equal(dense("he_normal"), second)


def test_another_thread_is_in_no_block():
    kernels = []
    with seeded(7):
        thread = threading.Thread(target=lambda: kernels.append(dense(name="a")))
        thread.start()
        thread.join()
        kernels.append(dense(name="a"))
    assert not np.array_equal(*kernels)


def test_mirrored_weights_take_the_seed():
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    expected = weights(lambda: K.Sequential([K.Input((4,)), L.Dense(3, name="a")]))
    with strategy.scope():
        assert equal(weights(lambda: K.Sequential([K.Input((4,)), L.Dense(3, name="a")])), expected)


def test_a_loaded_config_is_built_with_the_same_weights():
    config = branches().to_json()
    first, second = (weights(lambda: K.models.model_from_json(config)) for _ in range(2))
    assert equal(first, second)


@pytest.mark.parametrize("seed", [None, "7", 1.5])
def test_a_seed_that_is_no_integer_is_told(seed):
    with pytest.raises(TypeError, match="`seed` must be an integer. Received: seed="), seeded(seed):
        pass


def test_a_seed_that_is_no_integer_is_told_without_a_block():
    with pytest.raises(TypeError, match="`seed` must be an integer. Received: seed='x'"):
        seeded("x")


def test_a_function_that_it_decorates_draws_the_same_each_time():
    @seeded(7)
    def drawn():
        return dense(name="a")

    assert np.array_equal(drawn(), drawn())

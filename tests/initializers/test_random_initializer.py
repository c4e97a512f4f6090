"""What holds for all initializers that draw: their seeds, what they keep, and the class that they are of."""

import copy
import json
import math
import pickle

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, as_numpy, same_bits
from environments import keras_2_only, keras_3_only

import keras_inits

STOCK = tf.keras.initializers


@pytest.mark.parametrize("name", RANDOM)
def test_an_unseeded_one_repeats_under_set_random_seed_as_stock_does(name):
    tf.keras.utils.set_random_seed(11)
    want = [as_numpy(getattr(STOCK, name)()((6, 10))) for _ in range(2)]
    tf.keras.utils.set_random_seed(11)
    got = [as_numpy(getattr(keras_inits, name)()((6, 10))) for _ in range(2)]
    assert np.allclose(got, want, atol=1e-6)
    assert not np.allclose(got[0], got[1])


def test_a_whole_model_draws_its_seeds_in_stock_order():
    def weights(library):
        tf.keras.utils.set_random_seed(3)
        kinds = (library.GlorotUniform, library.HeNormal, library.RandomNormal)
        made = [kind() for kind in kinds]
        return [as_numpy(made[index]((4, 4))) for index in (2, 0, 1)]

    assert same_bits(weights(keras_inits), weights(STOCK))


def test_a_seed_of_zero_is_to_stock_what_it_is_here():
    def drawn(library):
        # In Keras 3.0 it was none.
        tf.keras.utils.set_random_seed(11)
        initializer = library.HeNormal(seed=0)
        return initializer((6, 10)), initializer.get_config(), library.HeNormal()((6, 10))

    (got, config, after), (want, stock_config, stock_after) = drawn(keras_inits), drawn(STOCK)
    assert same_bits(got, want) and config == stock_config and same_bits(after, stock_after)


@pytest.mark.parametrize("name", RANDOM)
def test_a_second_call_gives_the_same(name):
    initializer = getattr(keras_inits, name)(seed=7)
    assert same_bits(initializer((4, 4)), initializer((4, 4)))


@keras_2_only
def test_a_second_call_of_an_unseeded_one_warns_as_keras_2_does():
    initializer = keras_inits.HeNormal()
    initializer((4, 4))
    with pytest.warns(UserWarning, match="HeNormal"):
        initializer((4, 4))


@keras_3_only
class TestSeedGenerator:
    def test_each_call_is_another_draw_and_stock_keras_own(self):
        got = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))
        draws = [as_numpy(got((4, 4))) for _ in range(2)]
        assert same_bits(draws, [as_numpy(want((4, 4))) for _ in range(2)])
        assert not np.allclose(draws[0], draws[1])

    def test_it_serializes(self):
        config = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5)).get_config()
        again = keras_inits.HeNormal.from_config(json.loads(json.dumps(config)))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))((4, 4))
        assert same_bits(again((4, 4)), want)

    def test_it_goes_on_inside_a_function(self):
        initializer = keras_inits.HeNormal(tf.keras.random.SeedGenerator(5))
        want = STOCK.HeNormal(tf.keras.random.SeedGenerator(5))
        drawn = tf.function(lambda: initializer((4, 4)))
        assert same_bits([as_numpy(drawn()), as_numpy(drawn())], [as_numpy(want((4, 4))) for _ in range(2)])


@pytest.mark.parametrize("seed", ["7", 7.5, [7, 0]])
def test_what_is_no_seed_is_an_error(seed):
    with pytest.raises(ValueError, match="`seed` argument should be"):
        keras_inits.HeNormal(seed)


def test_a_shape_for_a_seed_is_told_where_it_goes():
    with pytest.raises(ValueError, match=r"A shape goes to the initializer: he_normal\(\)\(\(3, 4\)\)"):
        keras_inits.he_normal((3, 4))


def test_a_seed_generator_is_advised_where_keras_has_one():
    with pytest.raises(ValueError, match="`seed` argument should be") as raised:
        keras_inits.HeNormal("7")
    assert ("SeedGenerator" in str(raised.value)) == hasattr(tf.keras, "random")


def test_a_numpy_integer_is_a_seed():
    assert keras_inits.HeNormal(np.int64(7)).get_config()["seed"] == 7


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1])
def test_a_seed_beyond_64_bits_is_an_error(seed):
    with pytest.raises(ValueError, match=f"`seed` must be from .*{seed}"):
        keras_inits.HeNormal(seed)((2, 2))


@pytest.mark.parametrize("seed", [-3, 2**31, 2**40])
def test_large_and_negative_seeds_are_stock_keras_own(seed):
    assert same_bits(keras_inits.HeNormal(seed)((4, 4)), STOCK.HeNormal(seed)((4, 4)))


@keras_2_only
def test_an_argument_that_stock_lacks_is_written_only_where_it_is_set():
    config = keras_inits.HeNormal(7, input_axes=[0], output_axes=[1]).get_config()
    assert config == {"seed": 7, "input_axes": [0], "output_axes": [1]}


ADDED = (
    ("TruncatedNormal", {"mean": 0.0, "stddev": 0.05, "seed": 7}, {"lower": -1.0, "upper": 3.0}),
    ("TruncatedNormal", {"mean": 0.0, "stddev": 0.05, "seed": 7}, {"lower": 0.5, "upper": math.inf}),
    ("HeNormal", {"seed": 7}, {"gain": ["leaky_relu", 0.2]}),
    ("GlorotUniform", {"seed": 7}, {"gain": "tanh", "batch_axes": [0]}),
    ("LecunNormal", {"seed": 7}, {"gain": 1.5, "batch_axes": []}),
)


@pytest.mark.parametrize("name, arguments, added", ADDED, ids=str)
class TestConfigOfWhatStockLacks:
    def test_it_is_written_in_addition_to_what_stock_writes(self, name, arguments, added):
        got = getattr(keras_inits, name)(**arguments, **added)
        assert got.get_config() == {**getattr(STOCK, name)(**arguments).get_config(), **added}

    def test_it_goes_through_json(self, name, arguments, added):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        saved = json.loads(json.dumps(keras_inits.serialize(initializer)))
        again = keras_inits.get(saved)
        assert again.get_config() == initializer.get_config()
        assert same_bits(again((3, 4, 5)), initializer((3, 4, 5)))

    def test_a_clone_draws_the_same(self, name, arguments, added):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        assert same_bits(initializer.clone()((3, 4, 5)), initializer((3, 4, 5)))

    def test_keras_writes_it_as_this_packages_own(self, name, arguments, added):
        config = keras_inits.serialize(getattr(keras_inits, name)(**arguments, **added))
        assert config["module"] == getattr(keras_inits, name).__module__
        assert config["class_name"] == config["registered_name"] == name

    @pytest.mark.parametrize("kind", ["keras", "h5"])
    def test_a_saved_model_has_it(self, name, arguments, added, kind, tmp_path):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        model = tf.keras.Sequential(
            [tf.keras.layers.Input((4, 3)), tf.keras.layers.Conv1D(5, 2, kernel_initializer=initializer)]
        )
        model.save(tmp_path / f"model.{kind}")
        with keras_inits.scope():
            again = tf.keras.models.load_model(tmp_path / f"model.{kind}", compile=False)
        assert again.layers[-1].kernel_initializer.get_config() == initializer.get_config()

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    def test_a_copy_has_it(self, name, arguments, added, copied):
        initializer = getattr(keras_inits, name)(**arguments, **added)
        again = copied(initializer)
        assert type(again) is type(initializer) and again.get_config() == initializer.get_config()

    def test_it_is_of_its_class(self, name, arguments, added):
        cls = getattr(keras_inits, name)
        assert isinstance(cls(**arguments, **added), cls)


@keras_2_only
class TestSavedModel:
    """A folder that Keras 2 writes the configs of a model into, by a serialization of its own."""

    @pytest.mark.parametrize("name", RANDOM)
    def test_a_seeded_initializer_is_saved_as_stock_keras_own(self, name, tmp_path):
        def saved(library):
            model = tf.keras.Sequential(
                [
                    tf.keras.layers.Dense(
                        3, kernel_initializer=getattr(library, name)(seed=7), input_shape=(4,)
                    )
                ]
            )
            model.save(tmp_path / library.__name__, save_format="tf")
            layer = tf.keras.models.load_model(tmp_path / library.__name__).layers[-1]
            return layer.kernel_initializer.get_config(), as_numpy(layer.kernel)

        (got, kernel), (want, stock_kernel) = saved(keras_inits), saved(STOCK)
        assert got == want and np.allclose(kernel, stock_kernel, atol=1e-6)

    def test_a_checkpoint_of_training_has_one(self, tmp_path):
        model = tf.keras.Sequential(
            [tf.keras.layers.Dense(1, kernel_initializer=keras_inits.HeNormal(7), input_shape=(4,))]
        )
        model.compile("sgd", "mse")
        checkpoint = tf.keras.callbacks.ModelCheckpoint(str(tmp_path / "model"))
        model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0, callbacks=[checkpoint])
        again = tf.keras.models.load_model(tmp_path / "model")
        assert np.array_equal(again.get_weights()[0], model.get_weights()[0])


def test_a_default_that_is_written_otherwise_is_stocks_too():
    initializer = keras_inits.TruncatedNormal(seed=7, lower=-2)
    assert keras_inits.serialize(initializer) == STOCK.serialize(STOCK.TruncatedNormal(seed=7))


class TestWhatWasDrawnBefore:
    """What is kept of a draw, by its value, must never show."""

    @pytest.mark.parametrize("argument, value", [("seed", 8), ("mean", 1.0), ("stddev", 2.0)])
    def test_an_argument_that_is_set_later_holds(self, argument, value):
        initializer = keras_inits.RandomNormal(mean=0.5, stddev=3.0, seed=7)
        initializer((4, 4))
        setattr(initializer, argument, value)
        want = STOCK.RandomNormal(**{"mean": 0.5, "stddev": 3.0, "seed": 7, argument: value})
        assert same_bits(initializer((4, 4)), want((4, 4)))

    def test_axes_that_are_changed_in_place_hold(self):
        axes = [0]
        initializer = keras_inits.HeNormal(7, input_axes=axes, output_axes=[2])
        initializer((4, 5, 6))
        axes.append(1)
        want = keras_inits.HeNormal(7, input_axes=[0, 1], output_axes=[2])
        assert same_bits(initializer((4, 5, 6)), want((4, 5, 6)))

    @pytest.mark.parametrize("shape", [(4, 4), [4, 4], (2, 8), (16,), tf.TensorShape([4, 4])])
    @pytest.mark.parametrize("dtype", ["float32", tf.float64, None])
    def test_another_shape_or_dtype_is_another_drawing(self, shape, dtype):
        initializer = keras_inits.HeUniform(7)
        initializer((4, 4))
        got = initializer(shape, dtype=dtype)
        assert same_bits(got, STOCK.HeUniform(7)(tuple(shape), dtype=dtype or "float32"))

    def test_the_default_dtype_is_that_of_the_moment(self):
        initializer = keras_inits.HeNormal(7)
        initializer((4, 4))
        tf.keras.backend.set_floatx("float64")
        try:
            assert initializer((4, 4)).dtype == tf.float64
        finally:
            tf.keras.backend.set_floatx("float32")

    def test_in_a_graph_it_is_drawn_in_the_graph(self):
        initializer = keras_inits.HeNormal(7)
        want = initializer((4, 4))
        with tf.Graph().as_default() as graph:
            assert initializer((4, 4)).graph is graph
        assert same_bits(tf.function(lambda: initializer((4, 4)))(), want)

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    def test_a_copy_draws_the_same(self, copied):
        initializer = keras_inits.HeNormal(7)
        want = initializer((4, 4))
        assert same_bits(copied(initializer)((4, 4)), want)

    def test_a_copy_of_another_seed_draws_another(self):
        initializer = keras_inits.HeNormal(7)
        initializer((4, 4))
        other = copy.copy(initializer)
        other.seed = 8
        assert same_bits(other((4, 4)), STOCK.HeNormal(8)((4, 4)))
        assert same_bits(initializer((4, 4)), STOCK.HeNormal(7)((4, 4)))

    def test_memory_that_is_not_to_be_had_is_tensorflows_own_error(self):
        with pytest.raises((tf.errors.ResourceExhaustedError, tf.errors.InvalidArgumentError, ValueError)):
            keras_inits.HeNormal(7)((2**60,))

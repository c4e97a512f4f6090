"""What holds for all initializers: how one is called, in which contexts, and its config."""

import json

import numpy as np
import pytest
import tensorflow as tf
from drawn_values import RANDOM, as_numpy, same_bits

import keras_inits
from keras_inits.initializers import base, registry
from keras_inits.initializers.base import defaults_of

STOCK = tf.keras.initializers


@pytest.mark.parametrize("name", sorted(registry.CLASSES.keys() - registry.NOT_IN_KERAS))
def test_every_initializer_is_one_of_tf_keras(name):
    assert issubclass(getattr(keras_inits, name), STOCK.Initializer)


def test_a_layer_takes_an_instance():
    layer = tf.keras.layers.Dense(3, kernel_initializer=keras_inits.HeNormal(7))
    layer.build((None, 4))
    assert same_bits(as_numpy(layer.kernel), STOCK.HeNormal(7)((4, 3)))


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Identity"])
def test_a_function_of_an_unknown_shape_gives_what_eager_gives(name):
    initializer = getattr(keras_inits, name)(**({"seed": 7} if name in RANDOM else {}))
    drawn = tf.function(initializer, input_signature=[tf.TensorSpec([2], tf.int32)])
    for shape in ((6, 10), (10, 6)):
        assert np.allclose(drawn(tf.constant(shape)), initializer(shape), atol=1e-6)
        if name != "Orthogonal":
            assert same_bits(drawn(tf.constant(shape)), initializer(shape))


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Constant", "Identity"])
def test_a_graph_with_a_session_gives_what_eager_gives(name):
    initializer = getattr(keras_inits, name)(**({"seed": 7} if name in RANDOM else {}))
    want = as_numpy(initializer((6, 10)))
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        got = session.run(initializer((6, 10)))
    assert np.allclose(got, want, atol=1e-6) if name == "Orthogonal" else same_bits(got, want)


@pytest.mark.parametrize("name", RANDOM)
def test_a_part_is_that_part_of_the_whole(name):
    shape = (6, 10)
    whole = as_numpy(getattr(keras_inits, name)(seed=7)(shape))
    part = getattr(keras_inits, name)(seed=7)(shape, partition_shape=(3, 4), partition_offset=(2, 5))
    assert same_bits(part, np.ascontiguousarray(whole[2:5, 5:9]))


@pytest.mark.parametrize("offset", [(0, 0), (2, 5), (5, 1), (3, 6)])
@pytest.mark.parametrize("name", ["Zeros", "Ones", "Constant", "Identity"])
def test_a_part_of_what_is_not_random(name, offset):
    whole = as_numpy(getattr(keras_inits, name)()((8, 9)))
    part = getattr(keras_inits, name)()((8, 9), partition_shape=(3, 3), partition_offset=offset)
    rows, columns = offset
    assert same_bits(part, np.ascontiguousarray(whole[rows : rows + 3, columns : columns + 3]))


def test_the_config_of_a_users_subclass_is_its_parents():
    class MyHeNormal(keras_inits.HeNormal):
        pass

    assert MyHeNormal(7).get_config() == keras_inits.HeNormal(7).get_config()


@pytest.mark.parametrize("name", [*RANDOM, "Zeros", "Ones", "Identity", "Constant", "STFT"])
def test_a_clone_has_the_same_config(name):
    initializer = getattr(keras_inits, name)()
    clone = initializer.clone()
    assert type(clone) is type(initializer) and clone.get_config() == initializer.get_config()


@pytest.mark.parametrize(
    "config",
    [
        {"dtype": "float32"},
        {"verify_shape": False},
        {"mode": None, "distribution": None, "scale": None},
        {"scale": 1, "distribution": "normal"},
    ],
    ids=str,
)
def test_arguments_that_older_keras_wrote_mean_what_they_meant(config):
    saved = dict(config)
    got = keras_inits.VarianceScaling.from_config(config)
    assert got.get_config() == keras_inits.VarianceScaling().get_config()
    assert config == saved


def test_an_unknown_argument_is_an_error_that_names_the_class():
    with pytest.raises(ValueError, match="HeNormal got an unknown argument 'sed'.*seed"):
        keras_inits.HeNormal.from_config({"sed": 7})


def arguments_of_all_classes():
    for name in registry.CLASSES:
        for argument in defaults_of(getattr(keras_inits, name)):
            yield name, argument


# Of those that do not take a matrix.
KERNELS = {
    "STFT": (32, 1, 17),
    **{f"ConvolutionOrthogonal{axes}D": (*(3,) * axes, 4, 8) for axes in (1, 2, 3)},
    **dict.fromkeys(("Dirac", "DeltaOrthogonal", "ConvolutionAware", "ICNR"), (3, 4, 8)),
}


@pytest.mark.parametrize("name, argument", [*arguments_of_all_classes()])
def test_a_null_is_refused_or_comes_back_from_the_config_as_what_it_meant(name, argument):
    cls = getattr(keras_inits, name)
    seed = {"seed": 7} if "seed" in defaults_of(cls) else {}
    try:
        initializer = cls(**{**seed, argument: None})
        values = initializer(KERNELS.get(name, (6, 10)))
    except (TypeError, ValueError):
        return
    again = cls.from_config(json.loads(json.dumps(initializer.get_config())))
    assert argument == "seed" or same_bits(again(values.shape), values)
    assert np.isfinite(values).all()


def test_a_class_that_gives_no_values_cannot_be_called():
    class Unfinished(keras_inits.Initializer):
        pass

    with pytest.raises(NotImplementedError, match="__call__"):
        Unfinished()((2, 2))


def test_what_is_drawn_is_known_without_drawing():
    assert base.drawing_of(keras_inits.HeNormal(7), (6, 10)).distribution == "truncated_normal"
    assert base.drawing_of(keras_inits.Ones(), (6, 10)) is None


@pytest.mark.parametrize(
    "value, default, same",
    [(2, 2.0, True), (np.array(2.0), 2.0, True), ("relu", None, False), ([0], None, False)],
    ids=str,
)
def test_an_argument_is_its_default_by_its_value(value, default, same):
    assert base.is_same(value, default) is same


@pytest.mark.parametrize(
    "code",
    [
        "HeNormal()",
        "HeNormal(seed=7)",
        "HeNormal(gain=('leaky_relu', 0.2))",
        "VarianceScaling(scale=2.0, distribution='uniform', seed=1)",
        "Constant(value=[0.0, 1.0])",
        "ICNR(initializer=HeNormal(seed=1), scale=3)",
        "v1.RandomNormal(seed=3)",
    ],
)
def test_the_text_of_an_initializer_makes_it_again(code):
    names = {name: getattr(keras_inits, name) for name in keras_inits.__all__}
    assert repr(eval(code, names)) == code


def test_the_text_of_a_users_subclass_has_its_name():
    class Mine(keras_inits.HeNormal):
        pass

    assert repr(Mine(seed=3)) == "Mine(seed=3)"


def test_the_text_of_a_users_own_class_is_its_config():
    class Mine(keras_inits.Initializer):
        def __init__(self, size):
            self._size = size

        def get_config(self):
            return {"size": self._size}

    assert repr(Mine(3)) == "Mine(size=3)"


@pytest.mark.parametrize("error", [AttributeError, NotImplementedError])
def test_the_text_of_a_users_own_class_whose_config_fails_is_its_name(error):
    class Unfinished(keras_inits.Initializer):
        def get_config(self):
            raise error("self.size is not there yet")

    assert repr(Unfinished()) == "Unfinished()"


def test_of_many_values_the_text_has_the_shape():
    assert repr(keras_inits.Constant(np.zeros((30, 3)))) == "Constant(value=<values of shape (30, 3)>)"


def test_an_array_is_no_default():
    assert not base.is_same(np.array([2.0]), 2.0)

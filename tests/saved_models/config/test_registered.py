"""What a user registered with Keras is found without `custom_objects`, in whatever format it was saved."""

import contextlib

import numpy as np
import pytest
import tensorflow as tf
from environments import tensorflow_only

import keras_inits
from keras_inits.initializers import plugin
from keras_inits.keras_compat import versions
from keras_inits.saved_models.config.context import MissingClassesError

KERAS = tf.keras
PACKAGE = "Pack"


class Scale(KERAS.layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(name="scale", shape=(shape[-1],), initializer="ones")
        self.built = True

    def call(self, x):
        return x * self.scale


class Doubled(Scale):
    """What is loaded if it is given under the other's name."""


class Threes(KERAS.initializers.Initializer):
    def __call__(self, shape, dtype=None, **settings):
        return 3 * tf.ones(shape, dtype)

    def get_config(self):
        return {}


class Halves(KERAS.metrics.Mean):
    def update_state(self, wanted, found, sample_weight=None):
        return super().update_state((wanted - found) / 2)


def fives(shape, dtype=None, **settings):
    return 5 * tf.ones(shape, dtype)


def sevenfold(x):
    return 7 * x


def distance(wanted, found):
    return tf.reduce_mean((wanted - found) ** 2, axis=-1)


OBJECTS = {obj.__name__: obj for obj in (Scale, Threes, Halves, fives, sevenfold, distance)}


@pytest.fixture(params=["package", "scope", "process"])
def registered(request):
    """Registers the objects above in one of Keras' three ways."""
    scope = contextlib.nullcontext()
    if request.param == "package":
        for obj in OBJECTS.values():
            KERAS.utils.register_keras_serializable(PACKAGE)(obj)
    elif request.param == "scope":
        scope = KERAS.utils.custom_object_scope(OBJECTS)
    else:
        KERAS.utils.get_custom_objects().update(OBJECTS)
    with scope:
        yield


def dense(**settings):
    return KERAS.layers.Dense(3, **settings)


LAYERS = {
    "layer": Scale,
    "initializer": lambda: dense(kernel_initializer=Threes()),
    "function as initializer": lambda: dense(kernel_initializer=fives),
    "activation": lambda: dense(activation=sevenfold),
}
if versions.is_keras_3():  # Keras 2 saves the code of a Lambda's function, whoever knows its name.
    LAYERS["Lambda"] = lambda: KERAS.layers.Lambda(sevenfold)
ENDINGS = [".keras", ".h5"]


def saved(layer, path, **compiled):
    model = KERAS.Sequential([KERAS.Input((3,)), layer])
    if compiled:
        model.compile("sgd", **compiled)
        model.fit(np.ones((2, 3)), np.ones((2, 3)), verbose=0)
    model.save(path)
    return model


def same(model, again):
    x = np.arange(6, dtype="float32").reshape(2, 3)
    return np.array_equal(model(x), again(x))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", LAYERS)
def test_what_a_layer_uses(registered, tmp_path, kind, ending):
    model = saved(LAYERS[kind](), tmp_path / f"m{ending}")
    assert same(model, keras_inits.load_model(tmp_path / f"m{ending}"))


@tensorflow_only  # Its functions compute with TensorFlow.
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "compiled",
    [{"loss": distance}, {"loss": "mse", "metrics": [distance]}, {"loss": "mse", "metrics": [Halves()]}],
    ids=["loss", "function as metric", "metric"],
)
def test_what_a_model_was_compiled_with(registered, tmp_path, compiled, ending):
    model = saved(dense(), tmp_path / f"m{ending}", **compiled)
    again = keras_inits.load_model(tmp_path / f"m{ending}", compile=True)
    x, y = np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")
    assert np.allclose(model.evaluate(x, y, verbose=0), again.evaluate(x, y, verbose=0))


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_given_goes_first(registered, tmp_path, ending):
    saved(Scale(), tmp_path / f"m{ending}")
    given = keras_inits.load_model(tmp_path / f"m{ending}", {"Scale": Doubled})
    assert type(given.layers[-1]) is Doubled


def test_a_config_alone(registered):
    layer = {"class_name": "Scale", "config": {"name": "s", "batch_input_shape": [None, 3]}}
    config = {"class_name": "Sequential", "config": [layer], "keras_version": "2.2.4"}
    names = KERAS.utils.get_custom_objects()
    if f"{PACKAGE}>Scale" in names:
        layer["class_name"] = f"{PACKAGE}>Scale"
    assert keras_inits.upgrade_config(config)["config"]["layers"][-1]["class_name"] == layer["class_name"]


def test_what_is_registered_no_more_is_missing(tmp_path):
    saved(Scale(), tmp_path / "m.h5")
    with pytest.raises(MissingClassesError, match="Scale"):
        keras_inits.load_model(tmp_path / "m.h5")


def test_the_packages_own_is_no_users_object():
    plugin.install()
    with plugin.scope():
        assert plugin.with_users_objects(None) == {}
    KERAS.utils.get_custom_objects()["mine"] = keras_inits.Dirac
    assert plugin.with_users_objects({}) == {"mine": keras_inits.Dirac}

import json
import subprocess
import sys
import threading

import pytest
import tensorflow as tf
from environments import keras_3_only, tensorflow_only

import keras_inits
from keras_inits.initializers import initializers_v2, plugin, registry, scaled
from keras_inits.keras_compat import acceptance, serialization

Dense = tf.keras.layers.Dense
OLD_LAYER = {
    "name": "d",
    "units": 3,
    "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": 7, "dtype": "float32"}},
}


class Custom(tf.keras.initializers.Initializer):
    def __call__(self, shape, dtype=None, **kwargs):
        return tf.fill(shape, 5.0)

    def get_config(self):
        return {}


def kernel_initializer(name):
    return type(Dense(3, kernel_initializer=name).kernel_initializer)


def process_wide():
    return dict(tf.keras.utils.get_custom_objects())


@pytest.mark.parametrize("name", sorted(set(registry.objects_of_mode(v2=True)) - {"stft", "STFT"}))
def test_a_layer_finds_every_name_once_it_is_installed(name):
    if "nitializer" in name and name.lower().startswith("initializer"):
        assert name not in plugin.custom_objects()
        return
    plugin.install()
    assert issubclass(kernel_initializer(name), registry.all_objects()[name])


def test_a_layer_reads_a_config_with_a_dtype():
    plugin.install()
    initializer = Dense.from_config(dict(OLD_LAYER)).kernel_initializer
    assert type(initializer) is scaled.GlorotUniform and initializer.seed == 7


def test_model_from_json_finds_every_name():
    model = tf.keras.Sequential([tf.keras.layers.Input((4,)), Dense(3, kernel_initializer="he_normal")])
    config = json.loads(model.to_json())
    for layer in config["config"]["layers"]:
        if layer["class_name"] == "Dense":
            layer["config"]["kernel_initializer"] = {"class_name": "HeNormalV2", "config": {"seed": 7}}
    plugin.install()
    again = tf.keras.models.model_from_json(json.dumps(config))
    assert type(again.layers[-1].kernel_initializer) is scaled.HeNormal


def test_uninstall_takes_out_what_install_put_in():
    before = process_wide()
    plugin.install()
    assert "HeNormalV2" in process_wide()
    plugin.uninstall()
    assert process_wide() == before


def test_installing_twice_is_installing_once():
    before = process_wide()
    plugin.install()
    plugin.install()
    plugin.uninstall()
    assert process_wide() == before


def test_a_users_object_stays_where_it_was_there_before():
    tf.keras.utils.get_custom_objects()["HeNormal"] = Custom
    plugin.install()
    assert kernel_initializer("HeNormal") is Custom
    plugin.uninstall()
    assert process_wide()["HeNormal"] is Custom


def test_a_users_object_stays_where_it_came_after():
    plugin.install()
    tf.keras.utils.get_custom_objects()["HeNormal"] = Custom
    plugin.uninstall()
    assert process_wide()["HeNormal"] is Custom


def test_a_users_scope_goes_first():
    plugin.install()
    with tf.keras.utils.custom_object_scope({"HeNormal": Custom}):
        assert kernel_initializer("HeNormal") is Custom
        assert type(keras_inits.get("HeNormal")) is Custom


class TestScope:
    def test_it_holds_for_the_block(self):
        with plugin.scope():
            assert kernel_initializer("he_normalV2") is scaled.HeNormal
        with pytest.raises(ValueError):
            kernel_initializer("he_normal_v3")
        assert "he_normalV2" not in serialization.scope_objects()

    def test_it_ends_when_an_exception_passes(self):
        with pytest.raises(KeyError), plugin.scope():
            raise KeyError
        assert "he_normalV2" not in serialization.scope_objects()

    def test_it_leaves_other_threads_alone(self):
        found = []
        with plugin.scope():
            thread = threading.Thread(
                target=lambda: found.append("HeNormalV2" in serialization.scope_objects())
            )
            thread.start()
            thread.join()
        assert found == [False]

    def test_a_users_object_goes_first(self):
        tf.keras.utils.get_custom_objects()["HeNormal"] = Custom
        with tf.keras.utils.custom_object_scope({"he_normal": Custom}), plugin.scope():
            assert kernel_initializer("HeNormal") is kernel_initializer("he_normal") is Custom

    def test_an_outer_scope_of_the_user_still_holds(self):
        with tf.keras.utils.custom_object_scope({"custom": Custom}), plugin.scope():
            assert kernel_initializer("custom") is Custom


def test_custom_objects_are_for_loading_functions():
    with tf.keras.utils.custom_object_scope(plugin.custom_objects()):
        assert kernel_initializer("HeNormalV2") is scaled.HeNormal


def test_the_layer_identity_is_still_a_layer():
    layer = tf.keras.layers.Identity(name="i")
    plugin.install()
    again = tf.keras.layers.deserialize(tf.keras.layers.serialize(layer))
    old = {"class_name": "Identity", "config": {"name": "i", "trainable": True}}
    assert type(again) is tf.keras.layers.Identity
    with tf.keras.utils.custom_object_scope({}):
        assert (
            type(plugin.custom_objects()["Identity"].from_config(old["config"])) is tf.keras.layers.Identity
        )


def test_no_other_name_of_the_registry_is_one_of_a_layer():
    shared = {name for name in registry.all_objects() if hasattr(tf.keras.layers, name)}
    assert shared == {"Identity"}


def test_the_identity_matrix_is_found_as_well():
    plugin.install()
    config = {"class_name": "Identity", "config": {"gain": 0.5, "dtype": "float32"}}
    initializer = Dense.from_config({**OLD_LAYER, "kernel_initializer": config}).kernel_initializer
    assert type(initializer) is initializers_v2.Identity and initializer.gain == 0.5


IMPORT = """
import tensorflow as tf
def state():
    keras = tf.keras
    names = sorted(vars(keras.initializers))
    objects = keras.utils.get_custom_objects().items()
    # On JAX and torch its classes are registered, under names of its own.
    objects = {name: value for name, value in objects if not name.startswith("keras_inits")}
    return objects, names, {n: getattr(keras.initializers, n) for n in names}
before = state()
import keras_inits
keras_inits.HeNormal, keras_inits.install, keras_inits.v1
assert state() == before
assert type(tf.keras.initializers.get("he_normal")) is tf.keras.initializers.HeNormal
"""


def run(code, *arguments):
    result = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-2000:]
    return result.stdout


def test_importing_changes_nothing_in_keras():
    run(IMPORT)


LOAD = """
import json, sys
import numpy as np, tensorflow as tf
folder = sys.argv[1]
want = json.load(open(f"{folder}/config.json"))
def renamed(config):
    if isinstance(config, dict):
        new = {key: renamed(value) for key, value in config.items()}
        if "class_name" in new:
            new["class_name"] = new["class_name"].removesuffix("Initializer")
        if new.get("module") == "keras_inits":  # As it is written on JAX and torch.
            new |= {"module": "keras.initializers", "registered_name": None}
        return new
    return [renamed(value) for value in config] if isinstance(config, list) else config
models = [tf.keras.models.load_model(f"{folder}/model.{kind}") for kind in ("keras", "h5")]
models.append(tf.keras.models.model_from_json(open(f"{folder}/model.json").read()))
for model in models:
    # An older Keras 3 has two names for one class, and writes the other.
    assert renamed(json.loads(model.to_json()))["config"] == renamed(want)["config"], (model.to_json(), want)
    for layer in model.layers:
        kind = type(getattr(layer, "kernel_initializer", None))
        assert kind.__module__.split(".")[0] in ("keras", "tf_keras", "builtins"), kind
for model in models[:2]:
    assert np.array_equal(model.get_weights()[0], np.load(f"{folder}/kernel.npy"))
assert "keras_inits" not in sys.modules
"""


def test_a_saved_model_loads_where_the_package_is_not_imported(tmp_path):
    # Keras 3.0 does not read its own `Identity`.
    names = [
        name
        for name in sorted(registry.V1_CLASSES.keys() - registry.NOT_IN_KERAS)
        if not acceptance.stock_accepts(registry.functional_name(name))
    ]
    layers = [tf.keras.layers.Input((4,))]
    for name in names:
        initializer = getattr(keras_inits, name)()
        layers.append(Dense(4, kernel_initializer=initializer, name=f"dense_{name.lower()}"))
    model = tf.keras.Sequential(layers, name="model")
    for kind in ("keras", "h5"):
        model.save(tmp_path / f"model.{kind}")
    (tmp_path / "model.json").write_text(model.to_json())
    (tmp_path / "config.json").write_text(model.to_json())
    import numpy as np

    np.save(tmp_path / "kernel.npy", model.get_weights()[0])
    run(LOAD, str(tmp_path))


@keras_3_only
@tensorflow_only
def test_a_config_of_the_registry_reads_as_stock_where_keras_3_knows_its_module():
    config = keras_inits.serialize(keras_inits.HeNormal(7))
    assert config["module"] == "keras.initializers" and config["registered_name"] is None

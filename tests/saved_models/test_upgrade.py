"""`upgrade_config`, and what any part of a config may ask for."""

import copy
import json

import h5py
import pytest
import tensorflow as tf

from keras_inits.saved_models.config import context
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import DENSE, layer, sequential


def test_the_config_given_is_not_changed():
    given = sequential(DENSE)
    before = copy.deepcopy(given)
    upgrade_config(given)
    assert given == before


def test_every_missing_class_is_named_at_once():
    config = sequential(DENSE, layer("GarNet"), layer("QDense"))
    with pytest.raises(context.MissingClassesError, match="custom_objects") as error:
        upgrade_config(config)
    assert error.value.names == ["GarNet", "QDense"]


def test_custom_objects_are_used(tmp_path):
    class Twice(tf.keras.layers.Layer):
        def call(self, x):
            return 2 * x

    path = tmp_path / "model.json"
    config = sequential(DENSE, layer("Twice"))
    path.write_text(json.dumps(config))
    model = load_model(path, custom_objects={"Twice": Twice})
    assert isinstance(model.layers[-1], Twice)


def test_sizes_that_are_absurd_together_are_refused(tmp_path):
    shape = {"batch_input_shape": [None, 3]}
    layers = [layer("Dense", units=200_000, name="a", **shape), layer("Dense", units=200_000, name="b")]
    path = tmp_path / "model.json"
    path.write_text(json.dumps(sequential(*layers, version="2.2.4")))
    with pytest.raises(context.UpgradeError, match="layer 'b', a weight of shape .* model is larger"):
        load_model(path)


def test_weights_that_the_file_does_not_hold_are_refused(tmp_path):
    path = tmp_path / "model.h5"
    layers = [layer("Dense", units=3000, name=n, batch_input_shape=[None, 3000]) for n in "ab"]
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(sequential(*layers, version="2.2.4"))
        file["model_weights/a/kernel"] = [[0.0] * 3000]
    with pytest.raises(context.UpgradeError, match="the 3000 numbers in the file of its weights"):
        load_model(path)


def test_deep_nesting_is_refused():
    config = sequential(DENSE)
    for _ in range(100_000):
        config = {"class_name": "Sequential", "config": [config]}
    with pytest.raises(context.UpgradeError):
        upgrade_config(config)


def test_what_is_no_dict_is_refused():
    with pytest.raises(context.UpgradeError, match="a model's config is a dict, not None"):
        upgrade_config(None)


def test_a_config_that_keras_has_in_memory_may_have_tuples():
    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2)])
    config = {"class_name": "Sequential", "config": model.get_config()}
    upgraded = upgrade_config(config)
    assert tf.keras.Sequential.from_config(upgraded["config"]).output_shape == (None, 2)


def test_a_config_without_its_class_is_refused():
    model = tf.keras.Sequential([tf.keras.layers.Input((3,))])
    with pytest.raises(context.UpgradeError, match=r"json\.loads\(model\.to_json\(\)\)"):
        upgrade_config(model.get_config())


def test_an_initializers_config_is_said_to_be_one():
    with pytest.raises(context.UpgradeError, match=r"an initializer.*keras_inits\.deserialize"):
        upgrade_config({"class_name": "HeNormalV2", "config": {}})


def test_a_config_inside_itself_is_refused():
    config = {"class_name": "Sequential", "config": {"layers": []}}
    config["config"]["layers"].append(config)
    with pytest.raises(context.UpgradeError, match="nested deeper than 200"):
        upgrade_config(config)


def test_a_config_that_doubles_with_each_level_is_refused():
    config = sequential(DENSE)
    for _ in range(60):
        config = {"class_name": "Sequential", "config": [config, config]}
    with pytest.raises(context.UpgradeError, match="more than .* values"):
        upgrade_config(config)


def test_a_model_of_its_authors_own_class_is_named_with_what_to_do():
    with pytest.raises(context.UpgradeError, match="of the class 'VAE', its author's own.*load_weights"):
        upgrade_config({"class_name": "VAE", "config": {}, "registered_name": "VAE"})


@pytest.mark.parametrize("words", [{"name": "a\x1b[2J"}, {"name": "a\nb"}, {"name": "a\u202eb"}])
def test_names_that_a_terminal_obeys_are_refused(words):
    dense = layer("Dense", units=1, batch_input_shape=[None, 2], **words)
    with pytest.raises(context.UpgradeError, match="characters that a terminal obeys") as error:
        upgrade_config(sequential(dense, version="2.2.4"))
    assert str(error.value).isprintable()

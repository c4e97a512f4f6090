import base64
import json
import marshal

import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only

import keras_inits
from keras_inits.drawing import streams
from keras_inits.initializers import initializers_v1, plugin, registry


def evaluated(tensor):
    with tf.compat.v1.Session(graph=tensor.graph) as session:
        return session.run(tensor)


def test_this_is_v1_mode():
    assert not tf.__internal__.tf2.enabled() and not tf.executing_eagerly()


@pytest.mark.parametrize("name", sorted(registry.V1_CLASSES))
def test_plain_names_are_tensorflow_1s(name):
    for alias in (name, registry.functional_name(name)):
        assert type(registry.get(alias)) is getattr(initializers_v1, name)


@pytest.mark.parametrize("name", sorted(registry.V1_CLASSES))
def test_suffixed_names_are_version_2(name):
    assert type(registry.get(f"{name}V2")) is getattr(keras_inits, name)


@pytest.mark.parametrize("name", ["dirac", "Sparse", "convolution_orthogonal_2d", "delta_orthogonal"])
def test_what_no_keras_has_is_found_too(name):
    assert type(registry.get(name)) is getattr(keras_inits, name)


def test_a_nested_config_is_read_again():
    initializer = keras_inits.ICNR(initializers_v1.HeNormal(seed=7), scale=3)
    saved = json.loads(json.dumps(registry.serialize(initializer)))
    again = registry.deserialize(saved)
    assert type(again) is keras_inits.ICNR and again.scale == 3
    assert type(again.initializer) is initializers_v1.HeNormal and again.initializer.seed == 7


@pytest.mark.parametrize("name", ["HeNormal", "RandomUniform", "Orthogonal", "UniformUnitScaling"])
def test_version_2_is_written_with_its_seed_and_read_by_its_suffix(name):
    initializer = getattr(keras_inits, name)(seed=7)
    saved = json.loads(json.dumps(registry.serialize(initializer)))
    again = registry.deserialize({"class_name": f"{name}V2", "config": saved["config"]})
    assert type(again) is type(initializer) and again.get_config() == initializer.get_config()
    assert again.get_config()["seed"] == 7


@keras_2_only
def test_a_model_with_a_seeded_initializer_is_written_as_json():
    layer = tf.keras.layers.Dense(3, kernel_initializer=keras_inits.HeNormal(seed=7), input_shape=(4,))
    config = json.loads(tf.keras.Sequential([layer]).to_json())["config"]["layers"][-1]["config"]
    assert config["kernel_initializer"]["config"]["seed"] == 7


def test_the_registry_is_that_of_the_mode():
    registry.populate_deserializable_objects()
    assert registry.LOCAL.GENERATED_WITH_V2 is False


def test_a_config_keeps_its_dtype():
    initializer = registry.deserialize({"class_name": "RandomNormal", "config": {"dtype": "float64"}})
    assert initializer.get_config()["dtype"] == "float64"


@pytest.mark.parametrize("name", ["HeNormal", "GlorotUniform", "RandomNormal", "Zeros", "Identity"])
def test_version_2_draws_its_values_in_a_graph_too(name):
    make = getattr(keras_inits, name)
    tensor = make(**({} if name in ("Zeros", "Identity") else {"seed": 7}))((4, 3))
    with tf.init_scope():
        assert evaluated(tensor).shape == (4, 3)
    if name == "HeNormal":
        stream = streams.stateless_stream((7, 0))
        drawn = streams.draw("truncated_normal", stream, (4, 3), tf.float32)
        stddev = np.float32(np.sqrt(2 / 4) / 0.87962566103423978)
        assert np.array_equal(evaluated(tensor), evaluated(drawn) * stddev)


@keras_2_only
@pytest.mark.parametrize("name", ["he_normal", "glorot_uniform", "random_normal", "orthogonal"])
def test_values_are_those_of_keras_in_tensorflow_1(name):
    drawn = {}
    for library in (tf.compat.v1.keras.initializers, initializers_v1):
        with tf.Graph().as_default():
            tf.compat.v1.set_random_seed(99)
            drawn[library] = evaluated(getattr(library, name)(seed=7)((6, 10)))
    got, want = drawn.values()
    assert np.allclose(got, want, atol=1e-6) if name == "orthogonal" else np.array_equal(got, want)


@keras_2_only
def test_a_model_trains_and_reloads_with_the_plugin(tmp_path):
    plugin.install()
    model = tf.keras.Sequential(
        [tf.keras.layers.Dense(3, kernel_initializer="he_normal", input_shape=(4,)), tf.keras.layers.Dense(1)]
    )
    assert type(model.layers[0].kernel_initializer) is initializers_v1.HeNormal
    model.compile("sgd", "mse")
    model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0)
    model.save(tmp_path / "model.h5")
    again = tf.keras.models.load_model(tmp_path / "model.h5")
    assert np.array_equal(again.predict(np.ones((1, 4))), model.predict(np.ones((1, 4))))


class ReadByKeras(tf.keras.layers.Layer):
    """A user's layer that has Keras read the code in its config."""

    def __init__(self, saved=None, **kwargs):
        super().__init__(**kwargs)
        self.function = tf.keras.layers.Lambda.from_config(saved)

    def call(self, x):
        return self.function(x)


@pytest.fixture
def with_code(tmp_path):
    code = base64.b64encode(marshal.dumps((lambda x: x * 2).__code__)).decode()
    saved = {"function": [code, None, None], "function_type": "lambda", "output_shape_type": "raw"}
    config = {"name": "c", "batch_input_shape": [None, 2], "saved": saved | {"output_shape": None}}
    layers = [{"class_name": "ReadByKeras", "config": config}]
    path = tmp_path / "m.json"
    path.write_text(json.dumps({"class_name": "Sequential", "keras_version": "2.2.4", "config": layers}))
    return path


@keras_2_only
def test_code_that_keras_reads_is_refused(with_code):
    with pytest.raises(ValueError, match="Keras cannot build the upgraded model"):
        keras_inits.load_model(with_code, {"ReadByKeras": ReadByKeras})


@keras_2_only
def test_code_that_keras_reads_runs_where_the_user_says_so(with_code):
    model = keras_inits.load_model(with_code, {"ReadByKeras": ReadByKeras}, safe_mode=False)
    assert model.predict(np.ones((1, 2))).tolist() == [[2.0, 2.0]]


def test_a_saved_model_may_not_be_larger_than_can_be(tmp_path):
    shape = {"batch_input_shape": [None, 3]}
    layers = [
        {"class_name": "Dense", "config": {"name": name, "units": 200_000, **shape}} for name in ("a", "b")
    ]
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"class_name": "Sequential", "config": layers, "keras_version": "2.2.4"}))
    with pytest.raises(ValueError, match="layer 'b', a weight of shape .* model is larger"):
        keras_inits.load_model(path)

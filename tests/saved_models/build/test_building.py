"""What Python code in a file may do: nothing, unless the user says so."""

import base64
import json
import marshal
import zipfile

import h5py
import numpy as np
import pytest
import tensorflow as tf
from environments import keras_2_only, keras_3_only

from keras_inits.keras_compat import serialization, versions
from keras_inits.saved_models.build import building
from keras_inits.saved_models.config import context
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config


def dumped(function):
    """Returns a function's code as every Keras writes it."""
    return base64.b64encode(marshal.dumps(function.__code__)).decode()


# More than arithmetic, which would be read out of its code.
DOUBLED = dumped(lambda x: (lambda: x * 2)())
INPUT = {
    "class_name": "InputLayer",
    "config": {"name": "i", "batch_input_shape": [None, 2], "dtype": "float32"},
}
KERAS_2 = {"name": "l", "function": [DOUBLED, None, None], "function_type": "lambda", "arguments": {}}
KERAS_3 = {
    "name": "l", "arguments": {},
    "function": {
        "class_name": "__lambda__",
        "config": {"code": DOUBLED, "defaults": None, "closure": None},
    },
}  # fmt: skip


def sequential(version, class_name, config):
    layers = [INPUT, {"class_name": class_name, "config": config}]
    return {"class_name": "Sequential", "keras_version": version, "config": {"name": "m", "layers": layers}}


def written_h5(config, path):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = config["keras_version"]
        file.create_group("model_weights").attrs["layer_names"] = np.array([], "S1")


def written_keras(config, path):
    weights = path.with_suffix(".weights.h5")
    h5py.File(weights, "w").close()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": config["keras_version"]}))
        archive.write(weights, "model.weights.h5")


LAMBDAS = {
    "m.h5": (written_h5, sequential("2.2.4", "Lambda", KERAS_2)),
    "m.keras": (written_keras, sequential("3.0.0", "Lambda", KERAS_3)),
}


@pytest.fixture(params=LAMBDAS)
def with_lambda(request, tmp_path):
    write, config = LAMBDAS[request.param]
    write(config, tmp_path / request.param)
    return tmp_path / request.param


class Around(tf.keras.layers.Wrapper):
    """A user's wrapper, whose config only Keras reads."""

    def call(self, x):
        return self.layer(x)


def wrapping(kind, inner):
    return sequential("2.2.4", kind, {"name": "w", "layer": {"class_name": "Lambda", "config": inner}})


@pytest.fixture(params=[KERAS_2, KERAS_3], ids=["Keras 2", "Keras 3"])
def with_lambda_in_a_wrapper(request, tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(wrapping("Around", request.param)))
    return path


@pytest.fixture
def unsafe_process():
    """Turns Keras' own safety off for the whole process."""
    with serialization.safe_mode_scope(None):  # Puts back what was.
        enable_unsafe_deserialization()
        yield


def enable_unsafe_deserialization():
    if versions.is_keras_3():
        import keras

        keras.config.enable_unsafe_deserialization()
    else:
        tf.keras.__internal__.enable_unsafe_deserialization()


def test_a_lambda_is_refused(with_lambda):
    with pytest.raises(context.UnsafeModelError):
        load_model(with_lambda)


def test_a_lambda_runs_where_the_user_says_so(with_lambda):
    model = load_model(with_lambda, safe_mode=False)
    assert np.asarray(model(np.ones((1, 2), "float32"))).tolist() == [[2.0, 2.0]]


def test_a_lambda_in_a_users_wrapper_is_refused(with_lambda_in_a_wrapper):
    with pytest.raises(context.UnsafeModelError):
        load_model(with_lambda_in_a_wrapper, {"Around": Around})


def test_a_lambda_in_a_users_wrapper_runs_where_the_user_says_so(with_lambda_in_a_wrapper):
    model = load_model(with_lambda_in_a_wrapper, {"Around": Around}, safe_mode=False)
    assert np.asarray(model(np.ones((1, 2), "float32"))).tolist() == [[2.0, 2.0]]


def plus_one(x):
    return x + 1


@pytest.mark.parametrize("version", ["2.2.4", "3.0.0"])
@pytest.mark.parametrize("shape", [None, [2], {"class_name": "__tuple__", "items": [2]}], ids=str)
def test_a_function_that_the_user_gives_by_name_is_no_python_lambda(version, shape, tmp_path):
    named = {"name": "l", "function": "plus_one", "function_type": "function", "output_shape": shape}
    path = tmp_path / "m.json"
    path.write_text(json.dumps(sequential(version, "Lambda", named)))
    model = load_model(path, {"plus_one": plus_one})
    assert np.asarray(model(np.ones((1, 2), "float32"))).tolist() == [[2.0, 2.0]]


class Executor(tf.keras.layers.Layer):
    """A user's layer that has Keras read what its file says."""

    def __init__(self, saved=None, **kwargs):
        super().__init__(**kwargs)
        self.function = tf.keras.layers.Lambda.from_config(saved)

    def call(self, x):
        return self.function(x)


@pytest.fixture
def with_code_that_keras_reads(tmp_path):
    path = tmp_path / "m.json"
    saved = {**KERAS_2, "output_shape": None, "output_shape_type": "raw"}
    path.write_text(json.dumps(sequential("2.2.4", "Executor", {"name": "e", "saved": saved})))
    return path


@keras_2_only
def test_a_process_wide_setting_does_not_count(with_code_that_keras_reads, unsafe_process):
    with pytest.raises(context.UpgradeError, match="Keras cannot build the upgraded model"):
        load_model(with_code_that_keras_reads, {"Executor": Executor})


@keras_2_only
def test_code_that_keras_reads_runs_where_the_user_says_so(with_code_that_keras_reads):
    model = load_model(with_code_that_keras_reads, {"Executor": Executor}, safe_mode=False)
    assert np.asarray(model(np.ones((1, 2), "float32"))).tolist() == [[2.0, 2.0]]


@keras_3_only
def test_the_process_wide_setting_is_left_as_it_was(with_lambda, unsafe_process):
    import keras

    with pytest.raises(context.UnsafeModelError):
        load_model(with_lambda)
    keras.layers.Lambda.from_config(dict(KERAS_3))


@pytest.mark.parametrize("module", ["os", "keras.datasets.mnist", "builtins"])
def test_no_function_of_a_module_reaches_a_users_layer(module):
    function = {"class_name": "function", "module": module, "config": "eval", "registered_name": "eval"}
    config = sequential("2.13.0", "Around", {"name": "w", "layer": function})
    with pytest.raises(context.MissingClassesError, match="eval"):
        upgrade_config(config, {"Around": Around})


@keras_3_only
def test_a_sequential_is_made_at_once_rather_than_with_each_layer(tmp_path):
    calls = []

    class Counted(tf.keras.layers.Layer):
        def call(self, x):
            calls.append(self.name)
            return x

    layers = [INPUT, *({"class_name": "Counted", "config": {"name": name}} for name in "abcd")]
    config = {"class_name": "Sequential", "keras_version": "2.8.0", "config": {"name": "m", "layers": layers}}
    (tmp_path / "m.json").write_text(json.dumps(config))
    model = load_model(tmp_path / "m.json", {"Counted": Counted})
    assert [one.name for one in model.layers] == ["a", "b", "c", "d"]
    # Keras computes a layer's shape, and then calls it.
    assert max(map(calls.count, "abcd")) <= 2


@keras_3_only
def test_keras_counts_up_to_few_numbers_behind_names(monkeypatch):
    monkeypatch.setattr(limits, "LAYER_NUMBERS", 100)
    keras = pytest.importorskip("keras")
    layers = [{"name": "a_90", "config": {}}, {"name": "b_10", "config": {}}]
    building._keep_names_free(keras, {"config": {"layers": layers}})
    with pytest.raises(context.UpgradeError, match="more than 100 together"):
        building._keep_names_free(keras, {"config": {"layers": [*layers, {"name": "c_1", "config": {}}]}})

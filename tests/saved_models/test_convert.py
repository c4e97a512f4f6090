import base64
import errno
import json
import marshal
import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from environments import tensorflow_only, writes_hard_sigmoid

from keras_inits.saved_models import convert
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.convert import upgrade_file, upgrade_files
from saved_models.recorded_models import FOLDER, recorded

ALONE = """
import sys, numpy as np, tensorflow as tf
model = tf.keras.models.load_model(sys.argv[1], compile=False)
assert "keras_inits" not in sys.modules
arrays = np.load(sys.argv[2])
np.save(sys.argv[3], model.predict(arrays["x"]))
"""


@writes_hard_sigmoid
def test_the_new_file_is_loaded_by_keras_alone(tmp_path):
    old = FOLDER / "1.2.2-masking.h5"
    new = tmp_path / "new.keras"
    done = upgrade_file(old, new)
    assert done.new == str(new) and done.difference < 1e-6 and done.notes
    found = tmp_path / "y.npy"
    arguments = [new, old.with_suffix(".npz"), found]
    subprocess.run([sys.executable, "-c", ALONE, *arguments], check=True, cwd=tmp_path)
    np.testing.assert_allclose(np.load(found), recorded(old)[1][0], rtol=1e-4, atol=1e-5)


def test_a_dry_run_writes_nothing(tmp_path):
    done = upgrade_file(FOLDER / "1.2.2-conv1d.h5", tmp_path / "new.keras", dry_run=True)
    assert done.new is None and done.difference is not None
    assert list(tmp_path.iterdir()) == []


def test_goes_on_where_one_fails(tmp_path):
    (tmp_path / "no.h5").write_bytes(b"no model")
    pairs = [
        (str(tmp_path / "no.h5"), str(tmp_path / "no.keras")),
        (str(FOLDER / "1.2.2-conv1d.h5"), str(tmp_path / "yes.keras")),
    ]
    failed, done = upgrade_files(pairs)
    assert failed.error and failed.new is None
    assert done.error is None and (tmp_path / "yes.keras").exists()
    assert not (tmp_path / "no.keras").exists()


def test_the_ending_must_be_one_that_keras_writes(tmp_path):
    with pytest.raises(ValueError, match=r"must end in"):
        upgrade_file(FOLDER / "1.2.2-conv1d.h5", tmp_path / "new.json")


@pytest.fixture
def saved_as(tmp_path):
    """Returns a function that writes an architecture, whose weights are none."""

    def write(*layers, name="m.json"):
        config = {
            "class_name": "Sequential",
            "keras_version": "2.8.0",
            "config": {"name": "m", "layers": layers},
        }
        (tmp_path / name).write_text(json.dumps(config))
        return tmp_path / name

    return write


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


MANY_STEPS = layer("LSTM", units=2, recurrent_activation="sigmoid", batch_input_shape=[None, 10**7, 1])


@pytest.mark.parametrize(
    "layers",
    [
        [layer("RepeatVector", n=2**31, batch_input_shape=[None, 3])],
        [layer("UpSampling2D", size=[10**6, 10**6], batch_input_shape=[None, 2, 2, 1])],
        [layer("ZeroPadding1D", padding=10**9, batch_input_shape=[None, 2, 1])],
        # What each step takes beside its multiplications stands in a trace alone.
        pytest.param([MANY_STEPS], marks=tensorflow_only),
    ],
    ids=lambda layers: layers[0]["class_name"],
)
def test_models_that_are_too_large_to_try_are_refused(layers, tmp_path):
    config = {"class_name": "Sequential", "config": layers, "keras_version": "2.2.4"}
    (tmp_path / "old.json").write_text(json.dumps(config))
    with pytest.raises(UpgradeError, match="too large to try"):
        upgrade_file(tmp_path / "old.json", tmp_path / "new.keras")


def test_inputs_that_are_too_large_together_are_refused(tmp_path):
    inputs = [layer("InputLayer", name=name, batch_input_shape=[None, 2**25 - 1]) for name in "abc"]
    nodes = [{**one, "name": one["config"]["name"], "inbound_nodes": []} for one in inputs]
    outputs = [layer("Activation", name=f"{name}_out", activation="relu") for name in "abc"]
    calls = [[[[name, 0, 0, {}]]] for name in "abc"]
    nodes += [
        {**one, "name": one["config"]["name"], "inbound_nodes": call} for one, call in zip(outputs, calls)
    ]
    ends = [[[node["name"], 0, 0] for node in part] for part in (nodes[:3], nodes[3:])]
    model = {"name": "m", "layers": nodes, "input_layers": ends[0], "output_layers": ends[1]}
    config = {"class_name": "Model", "config": model, "keras_version": "2.2.4"}
    (tmp_path / "old.json").write_text(json.dumps(config))
    with pytest.raises(UpgradeError, match="inputs of shape .* are too large to try"):
        upgrade_file(tmp_path / "old.json", tmp_path / "new.keras")


TEXT = {"batch_input_shape": [None, 1], "dtype": "string"}


@pytest.mark.parametrize("error", [TypeError, KeyError, RecursionError, MemoryError, NotImplementedError])
def test_goes_on_where_one_fails_in_an_unforeseen_way(error, tmp_path, monkeypatch):
    def fails(*arguments, **settings):
        raise error("unforeseen")

    monkeypatch.setattr(convert, "load_model", fails)
    failed, again = upgrade_files([("a.h5", str(tmp_path / "a.keras")), ("b.h5", str(tmp_path / "b.keras"))])
    assert error.__name__ in failed.error and "unforeseen" in again.error


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_lambda_of_a_trusted_file_is_upgraded(ending, saved_as, tmp_path):
    code = base64.b64encode(marshal.dumps((lambda x: x * 2 if x is not None else x).__code__)).decode()
    doubled = layer(
        "Lambda", function=[code, None, None], function_type="lambda", batch_input_shape=[None, 2]
    )
    done = upgrade_file(saved_as(doubled), tmp_path / f"new{ending}", safe_mode=False)
    assert done.difference == 0 and (tmp_path / f"new{ending}").exists()


@tensorflow_only
def test_a_model_that_reads_text_is_checked(saved_as, tmp_path):
    old = saved_as(layer("StringLookup", vocabulary=["cat", "dog"], **TEXT))
    assert upgrade_file(old, tmp_path / "new.keras").difference == 0


@tensorflow_only
def test_a_model_that_writes_text_is_checked(saved_as, tmp_path):
    shape = {"batch_input_shape": [None, 1], "dtype": "int64"}
    start = layer("InputLayer", **shape)
    old = saved_as(start, layer("StringLookup", vocabulary=["cat", "dog"], invert=True))
    assert upgrade_file(old, tmp_path / "new.keras").difference == 0


def test_words_are_those_of_the_model():
    lookup = tf.keras.layers.StringLookup(vocabulary=["cat"])
    start = tf.keras.Input((50,), dtype="string")
    (words,) = convert.example_inputs(tf.keras.Model(start, lookup(start)))
    assert {"cat", "a"} <= set(words.ravel())


def test_whole_numbers_differ():
    start = tf.keras.Input((50,), dtype="int32")
    (numbers,) = convert.example_inputs(tf.keras.Model(start, tf.keras.layers.Flatten()(start)))
    assert set(numbers.ravel()) == {0, 1}


def test_an_image_beside_an_embedding_is_no_row_of_it():
    words, image = tf.keras.Input((4,)), tf.keras.Input((4, 4, 3))
    rows = tf.keras.layers.Flatten()(tf.keras.layers.Embedding(5, 2)(words))
    both = tf.keras.layers.Concatenate()([rows, tf.keras.layers.Flatten()(image)])
    numbers, pixels = convert.example_inputs(tf.keras.Model([words, image], both))
    assert set(numbers.ravel()) <= set(range(5))
    assert (pixels != np.round(pixels)).all()


def test_what_does_not_run_is_told_from_what_does_not_load(saved_as, tmp_path, monkeypatch):
    def fails(*arguments):
        raise RuntimeError("no such input")

    monkeypatch.setattr(convert.forward_pass, "predict", fails)
    old = saved_as(layer("Dense", units=1, batch_input_shape=[None, 2]))
    with pytest.raises(ValueError, match="cannot run on an example input: no such input"):
        upgrade_file(old, tmp_path / "new.keras")


@pytest.mark.parametrize("new", ["m.h5", "link.h5", "../{folder}/m.h5"])
def test_the_old_file_is_not_replaced(new, tmp_path):
    old = tmp_path / "m.h5"
    before = (FOLDER / "1.2.2-conv1d.h5").read_bytes()
    old.write_bytes(before)
    (tmp_path / "link.h5").symlink_to(old)
    with pytest.raises(ValueError, match="is the file to be read"):
        upgrade_file(old, tmp_path / new.format(folder=tmp_path.name))
    assert old.read_bytes() == before
    assert upgrade_file(old, old, dry_run=True).error is None


def test_the_file_of_the_weights_is_not_replaced(saved_as, tmp_path):
    weights = tmp_path / "w.h5"
    weights.write_bytes(b"weights")
    with pytest.raises(ValueError, match="is the file to be read"):
        upgrade_file(saved_as(layer("Flatten")), weights, weights=weights)


@pytest.mark.parametrize(
    "raised, told",
    [
        (lambda path: OSError(errno.ENOSPC, "no room", path), os.strerror(errno.ENOSPC)),
        (lambda path: OSError(f"name = '{path}'"), "name = '{new}'"),
        (lambda path: RuntimeError(f"cannot write {path}"), "cannot write {new}"),
    ],
    ids=["the system's", "h5py's", "Keras'"],
)
def test_errors_name_the_new_file_rather_than_the_hidden_one(raised, told, saved_as, tmp_path, monkeypatch):
    def fails(self, path):
        raise raised(path)

    old, new = saved_as(layer("Dense", units=1, batch_input_shape=[None, 2])), str(tmp_path / "new.keras")
    monkeypatch.setattr(tf.keras.Model, "save", fails)
    (done,) = upgrade_files([(str(old), new)])
    assert new in done.error and done.error.endswith(told.format(new=new))
    assert ".keras-inits-" not in done.error
    assert os.listdir(tmp_path) == ["m.json"]


def test_no_room_for_what_keras_unpacks_is_said_as_that(saved_as, tmp_path, monkeypatch):
    def fails(path, **settings):
        raise OSError(errno.ENOSPC, "no room", "/tmp/tmpabcd")

    monkeypatch.setattr(tf.keras.models, "load_model", fails)
    old = saved_as(layer("Dense", units=1, batch_input_shape=[None, 2]))
    with pytest.raises(OSError) as raised:
        upgrade_file(old, tmp_path / "new.keras")
    assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, str(tmp_path / "new.keras"))

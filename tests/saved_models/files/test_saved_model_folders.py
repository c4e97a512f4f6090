"""SavedModel folders: their configs, and what is said of those that have none."""

import json

import pytest
import tensorflow as tf

from keras_inits.saved_models.files import config_trees, reading, saved_model_folders, saved_model_words
from keras_inits.saved_models.files.saved_model_protos import Graph, Node
from saved_models import fuzzed_messages
from saved_models.recorded_folders import FOLDER, unpacked

LOADED = ("2.3-dense", "2.6-losses", "2.8-shared_encoder-no_traces")
WORDS = {
    "2.3-sequential_text": ["cat", "a", "the", "sat", "ran", "dog"],
    "2.8-tf_idf": ["cat", "a", "the", "sat", "ran", "dog"],
    "2.15-lookup_file": ["x", "y", "z"],
    "2.21-lookup_adapted": ["x", "z", "y"],
    "2.4-integers": [7, 5],
}


def refused(path):
    with pytest.raises(reading.NotAModelError) as error:
        reading.read(path)
    return str(error.value)


@pytest.mark.parametrize("name", LOADED)
def test_folder_its_model_and_zip_of_it_are_the_same(name, tmp_path):
    folder = unpacked(name, tmp_path)
    found = [reading.read(path) for path in (folder, folder / "saved_model.pb", FOLDER / f"{name}.zip")]
    assert {one.kind for one in found} == {"saved_model"}
    assert found[0].config == found[1].config == found[2].config


def test_version_is_that_of_its_keras():
    # TensorFlow 2.3 called its Keras so.
    assert reading.read(FOLDER / "2.3-dense.zip").keras_version == "2.4.0"


def test_compiling_is_in_the_config():
    config = reading.read(FOLDER / "2.3-dense.zip").config["compile_config"]
    assert config["optimizer_config"]["class_name"] == "Adam"


@pytest.mark.parametrize("name", WORDS)
def test_words_that_layers_learnt_are_in_the_config(name):
    parts = config_trees.nested(reading.read(FOLDER / f"{name}.zip").config)
    found = [part["vocabulary"] for part in parts if isinstance(part, dict) and "vocabulary" in part]
    assert found == [WORDS[name]]


def test_own_class():
    with pytest.raises(reading.NotAModelError, match="of the class 'Subclassed'.*custom_objects") as error:
        reading.read(FOLDER / "2.8-subclassed.zip")
    assert error.value.own.class_name == "Subclassed"
    assert error.value.own.inputs.dtype == "float32"
    assert list(error.value.own.inputs.shape)[1:] == [5]


def test_what_has_no_config_is_said_with_its_signatures():
    message = refused(FOLDER / "2.8-shared_encoder-low_level.zip")
    assert "without its keras_metadata.pb (TensorFlow 2.8.4)" in message
    assert "'serving_default' (input_1: float32 [None, 3], input_2: float32 [None, 3])" in message
    assert len(message.splitlines()) == 1


def test_tf_module(tmp_path):
    module = tf.Module()
    module.twice = tf.function(lambda x: 2 * x, [tf.TensorSpec([None, 3], tf.float32, "x")])
    with tf.Graph().as_default() if not tf.executing_eagerly() else tf.init_scope():
        tf.saved_model.save(module, str(tmp_path), signatures={"twice": module.twice})
    message = refused(tmp_path)
    assert "of a tf.Module or of Keras' export" in message
    assert "the signature 'twice' (x: float32 [None, 3]) -> " in message


def test_folder_of_something_else(tmp_path):
    assert "a folder without a saved_model.pb" in refused(tmp_path)


@pytest.mark.parametrize("name", ["saved_model.pb", "keras_metadata.pb"])
@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_truncated(name, keep, tmp_path):
    path = unpacked("2.8-tf_idf", tmp_path) / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert f"{name} is damaged" in refused(tmp_path)


def test_words_that_lie_elsewhere(tmp_path):
    folder = unpacked("2.15-lookup_file", tmp_path / "model")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "assets" / "words.txt").unlink()
    (folder / "assets" / "words.txt").symlink_to(tmp_path / "secret.txt")
    assert "a link to elsewhere" in refused(folder)


def with_metadata(folder, change):
    """Changes what Keras wrote of each object of a SavedModel."""
    path = folder / "keras_metadata.pb"
    nodes = fuzzed_messages.fields(path.read_bytes())
    for node in nodes:
        found = fuzzed_messages.fields(node[2])
        (text,) = (one for one in found if one[0] == 5)
        value = json.loads(text[2])
        change(value)
        text[2] = json.dumps(value).encode()
        node[2] = fuzzed_messages.written(found)
    path.write_bytes(fuzzed_messages.written(nodes))
    return folder


@pytest.mark.parametrize("name", [[], {}, {"a": 1}, 3, None])
def test_a_layer_whose_name_is_no_text(name, tmp_path):
    folder = with_metadata(unpacked("2.8-tf_idf", tmp_path), lambda value: value.update(name=name))
    assert reading.read(folder).kind == "saved_model"


def test_a_config_that_is_none_and_says_so(tmp_path):
    words = "layer was saved without config"
    folder = with_metadata(
        unpacked("2.8-tf_idf", tmp_path), lambda value: value.update(config=3, other=words)
    )
    assert "It holds" in refused(folder)


@pytest.mark.parametrize("places", [["a", "b"], [1, 2j]])
def test_places_of_words_that_are_none(places, tmp_path, monkeypatch):
    monkeypatch.setattr(
        saved_model_words.Words, "_in_graph", lambda self, table: list(zip(["x", "y"], places, strict=True))
    )
    monkeypatch.setattr(saved_model_words.Words, "_in_checkpoint", lambda self, table: [])
    assert "words of a TextVectorization are damaged" in refused(unpacked("2.8-tf_idf", tmp_path))


def test_a_place_that_is_infinite(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_model_words.Words, "_in_checkpoint", lambda self, table: int(float("inf")))
    assert "words of a TextVectorization are damaged" in refused(unpacked("2.8-tf_idf", tmp_path))


def test_layers_at_one_place_are_read_once(monkeypatch):
    metadata = {1: b'{"name": "inner"}', 2: b'{"name": "words"}'}
    nodes = [Node({"layer-0": 1}), Node({"layer-0": 2}), Node({})]
    graph = Graph(None, nodes, [], [], memoryview(b""))
    words = {"class_name": "StringLookup", "config": {"name": "words"}}
    inner = {"class_name": "Functional", "config": {"name": "inner", "layers": [words]}}
    parsed = []
    monkeypatch.setattr(config_trees, "parse", lambda text: parsed.append(text) or json.loads(text))
    lookups = saved_model_folders._Lookups(graph, metadata)
    assert [place for place, _ in lookups.inside({"layers": [inner] * 50}, 0)] == [2] * 50
    assert len(parsed) == 2

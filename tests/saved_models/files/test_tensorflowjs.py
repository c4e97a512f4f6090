"""Layers models of TensorFlow.js are told by their content, and graph models refused."""

import pytest

from keras_inits.saved_models.files import reading, tensorflowjs
from saved_models.files.written_files import MODEL, refused, write_json

MANIFEST = [{"paths": ["w.bin"], "weights": []}]


def test_the_config_and_who_wrote_it(tmp_path):
    topology = {"keras_version": "2.2.4", "backend": "tensorflow", "model_config": MODEL}
    path = write_json(tmp_path / "any.txt", {"modelTopology": topology, "weightsManifest": MANIFEST})
    saved = reading.read(path)
    assert (saved.kind, saved.keras_version, saved.has_weights) == ("tensorflow.js", "2.2.4", True)
    assert saved.config["config"] == MODEL["config"]


def test_without_a_list_of_weights_it_is_an_architecture_alone(tmp_path):
    saved = reading.read(write_json(tmp_path / "model.json", {"modelTopology": MODEL}))
    assert (saved.kind, saved.has_weights) == ("json", False)


def test_json_of_something_else_that_has_the_words_in_it(tmp_path):
    path = write_json(tmp_path / "model.json", {**MODEL, "name": "weightsManifest"})
    assert not tensorflowjs.recognizes(b'{"cl', str(path))


@pytest.mark.parametrize("topology", [{"node": []}, {"class_name": "x", "node": []}])
def test_a_graph_model_has_no_layers(tmp_path, topology):
    path = write_json(tmp_path / "m.json", {"modelTopology": topology, "weightsManifest": MANIFEST})
    assert "a graph model of TensorFlow.js" in refused(path)

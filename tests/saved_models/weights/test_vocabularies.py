import json
import shutil
import zipfile

import pytest
import tensorflow as tf

from keras_inits.saved_models.files.stored import StoredWeightsError
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.weights.moving import WeightsError
from saved_models.recorded_models import FOLDER

SAVED = FOLDER / "3.15.1-vocabularies.keras"


def rewritten(path, change):
    """Copies a saved model, each entry of which `change` returns as it is to be, or drops with None."""
    with zipfile.ZipFile(SAVED) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return path


def test_a_vocabulary_that_is_nowhere_is_an_error(tmp_path):
    path = rewritten(tmp_path / "model.keras", lambda name, c: None if "integer_lookup" in name else c)
    with pytest.raises(WeightsError, match="'integer_lookup': the vocabulary that it learnt"):
        load_model(path)


def test_a_vocabulary_of_something_else_is_an_error(tmp_path):
    path = rewritten(tmp_path / "model.keras", lambda name, c: b"\xff" if "integer_lookup" in name else c)
    with pytest.raises(StoredWeightsError, match="vocabulary of layer 'integer_lookup' is damaged"):
        load_model(path)


def test_an_architecture_alone_has_no_vocabulary_yet(tmp_path):
    path = tmp_path / "model.json"
    with zipfile.ZipFile(SAVED) as archive:
        path.write_text(json.dumps(json.loads(archive.read("config.json"))))
    assert isinstance(load_model(path), tf.keras.Model)


def test_weights_of_their_own_hold_no_vocabulary(tmp_path):
    architecture, weights = tmp_path / "model.json", tmp_path / "weights.h5"
    with zipfile.ZipFile(SAVED) as archive:
        architecture.write_bytes(archive.read("config.json"))
        with archive.open("model.weights.h5") as source, weights.open("wb") as target:
            shutil.copyfileobj(source, target)
    with pytest.raises(WeightsError, match="neither in its config nor next to the weights"):
        load_model(architecture, weights=weights)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_vocabulary_that_may_unpack_to_any_size_is_not_read(tmp_path, compression):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(SAVED) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), compression if name.endswith("vocabulary.txt") else None)
    with pytest.raises(StoredWeightsError, match="compressed in no way of Keras"):
        load_model(path)

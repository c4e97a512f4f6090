"""The samples in the package are models of the tests, and load with the predictions that they had."""

import pathlib

import numpy as np
import pytest
from environments import needs, reads_models_in_models

import keras_inits
from keras_inits.saved_models import sample

RECORDED = pathlib.Path(__file__).parents[1] / "data" / "saved"
FILES = sorted(sample._FOLDER.iterdir())


@pytest.mark.parametrize("version", sample._SAMPLES)
def test_a_sample_predicts_what_it_did(version):
    if version == "1.2.2":
        needs(reads_models_in_models)
    path = keras_inits.sample(version)
    recorded = np.load(path.replace(".h5", ".npz"))
    predicted = keras_inits.load_model(path).predict(recorded["x"], verbose=0)
    np.testing.assert_allclose(predicted, recorded["y"], atol=1e-5)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_sample_is_what_the_old_keras_recorded(file):
    assert file.read_bytes() == (RECORDED / file.name).read_bytes()


def test_an_unknown_version_is_told_those_that_there_are():
    with pytest.raises(ValueError, match=r"Keras '1\.0'.*'1\.2\.2', '2\.10\.0'"):
        keras_inits.sample("1.0")


def test_a_version_that_is_no_string_is_an_error():
    with pytest.raises(ValueError, match=r"must be a string, one of: '1\.2\.2'.*Received: version=2\.1"):
        keras_inits.sample(2.1)

"""What is written for a Keras 3 that is older than what a model was saved with."""

import numpy as np
import pytest
from environments import keras_3_only

from keras_inits.keras_compat import capabilities
from keras_inits.saved_models.config import functions
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.convert import upgrade_file
from keras_inits.saved_models.load import load_model
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.recorded_models import FOLDER, predictions, recorded

pytestmark = keras_3_only


def layer(class_name, **config):
    return {"class_name": class_name, "module": "keras.layers", "config": config, "registered_name": None}


def sequential(*layers):
    start = layer("InputLayer", name="start", batch_shape=[None, 3])
    config = {"name": "model", "layers": [start, *layers]}
    return {"class_name": "Sequential", "config": config, "keras_version": "3.15.1"}


def dense_of(config):
    return config["config"]["layers"][-1]["config"]


@pytest.mark.parametrize(
    "later", [{"sliding_window": None}, {"oov_method": "floormod"}, {"use_cudnn": "auto"}], ids=str
)
def test_an_argument_that_keras_lacks_is_left_out_at_its_default(later):
    config = sequential(layer("Dense", name="dense", units=2, **later))
    assert dense_of(upgrade_config(config)).keys().isdisjoint(later)


@pytest.mark.parametrize("later", [{"sliding_window": 3}, {"oov_method": "farmhash"}], ids=str)
def test_an_argument_that_keras_lacks_and_that_means_something_is_an_error(later):
    name, value = next(iter(later.items()))
    with pytest.raises(UpgradeError, match=f"Dense with {name}={value!r} has no equal in the Keras that is"):
        upgrade_config(sequential(layer("Dense", name="dense", units=2, **later)))


class TestBeforeKerasReadLayersAsActivations:
    @pytest.fixture(autouse=True)
    def older(self, monkeypatch):
        monkeypatch.setattr(capabilities, "reads_layers_as_activations", lambda: False)

    @pytest.mark.parametrize("name", ["1.2.2-masking.h5", "2.2.4-gru_hard_sigmoid_True.h5"])
    def test_a_model_predicts_what_the_old_keras_predicted(self, name):
        inputs, expected = recorded(FOLDER / name)
        for one, other in zip(predictions(load_model(FOLDER / name), inputs), expected):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)

    def test_no_file_is_written_that_keras_alone_does_not_read(self, tmp_path):
        with pytest.raises(UpgradeError, match="an activation of the upgraded model is a layer"):
            upgrade_file(FOLDER / "1.2.2-masking.h5", tmp_path / "new.keras")
        assert not list(tmp_path.iterdir())

    def test_the_model_holds_keras_own_layers_alone(self):
        assert functions.LAYER_AS_ACTIVATION not in load_model(FOLDER / "1.2.2-masking.h5").to_json()


def test_the_ends_of_a_model_are_in_lists_before_keras_read_them_alone(monkeypatch):
    old = {
        "class_name": "Model",
        "keras_version": "2.15.0",
        "config": {
            "name": "model",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "name": "start",
                    "config": {"name": "start", "batch_input_shape": [None, 3]},
                    "inbound_nodes": [],
                }
            ],
            "input_layers": [["start", 0, 0]],
            "output_layers": [["start", 0, 0]],
        },
    }
    monkeypatch.setattr(capabilities, "reads_single_ends", lambda: False)
    assert upgrade_config(old)["config"]["output_layers"] == [["start", 0, 0]]
    monkeypatch.setattr(capabilities, "reads_single_ends", lambda: True)
    assert upgrade_config(old)["config"]["output_layers"] == ["start", 0, 0]

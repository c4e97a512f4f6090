import json

import h5py
import pytest

from keras_inits.legacy.context import UpgradeError
from keras_inits.legacy.loading import load_model
from legacy.saved_models import FOLDER


def compiled(tmp_path, **settings):
    """Loads a model that says it was compiled so."""
    path = tmp_path / "model.h5"
    path.write_bytes((FOLDER / "2.2.4-flatten_first.h5").read_bytes())
    optimizer = {"class_name": "SGD", "config": {"lr": 0.1}}
    with h5py.File(path, "r+") as file:
        said = {"optimizer_config": optimizer, "loss": "mse", **settings}
        file.attrs["training_config"] = json.dumps(said)
    return load_model(path, compile=True)


@pytest.mark.parametrize(
    ("name", "argument"), [("MeanIoU", {"num_classes": 10**6}), ("AUC", {"num_thresholds": 10**10})]
)
def test_metrics_that_are_far_too_large_are_refused(tmp_path, name, argument):
    with pytest.raises(UpgradeError, match="which may be 4096 at most"):
        compiled(tmp_path, metrics=[{"class_name": name, "config": argument}])


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer_config": {"class_name": "SGD", "config": {"learning_rate": {"config": {}}}}},
        {"optimizer_config": {"class_name": "SGD", "config": {"learning_rate": "x"}}},
        {"metrics": [{"class_name": "AUC", "config": {"bogus": 1}}]},
        {"loss": {"class_name": "MeanSquaredError", "config": {"reduction": "x"}}},
    ],
    ids=str,
)
def test_settings_that_keras_refuses_are_an_upgrade_error(tmp_path, settings):
    with pytest.raises(UpgradeError, match="compile=False"):
        compiled(tmp_path, **settings)

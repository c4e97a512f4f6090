import json

import h5py
import pytest
import tensorflow as tf

from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.load import load_model


@pytest.fixture
def compiled(tmp_path):
    """Returns a function that loads a model saved with a `training_config`."""

    def load(custom_objects=None, **settings):
        path = tmp_path / "m.h5"
        dense = {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [None, 2]}}
        config = {"class_name": "Sequential", "keras_version": "2.8.0", "config": [dense]}
        with h5py.File(path, "w") as file:
            file.attrs["model_config"] = json.dumps(config)
            file.attrs["training_config"] = json.dumps({"optimizer_config": "SGD", "loss": "mse", **settings})
            group = file.create_group("model_weights")
            group.attrs["layer_names"] = [b"d"]
            group.create_group("d").attrs["weight_names"] = [b"kernel", b"bias"]
            group["d/kernel"], group["d/bias"] = [[0.0], [0.0]], [0.0]
        return load_model(path, custom_objects, compile=True)

    return load


def sgd(rate):
    return {"class_name": "SGD", "config": {"learning_rate": rate}}


def schedule(name, **config):
    return {"class_name": name, "config": config}


@pytest.mark.parametrize("name", ["math", "ops", "deserialize", "backend", "LearningRateSchedul", 3, None])
def test_what_is_no_learning_rate_schedule_is_refused(compiled, name):
    with pytest.raises(UpgradeError, match="learning rate schedule"):
        compiled(optimizer_config=sgd(schedule(name, serialized={})))


def test_a_schedule_without_a_class_is_refused(compiled):
    with pytest.raises(UpgradeError, match="learning rate schedule"):
        compiled(optimizer_config=sgd({"learning_rate": {"config": {}}}))


def test_a_schedule_of_keras_is_made(compiled):
    decay = schedule("ExponentialDecay", initial_learning_rate=0.5, decay_steps=2, decay_rate=0.5)
    rate = compiled(optimizer_config=sgd(decay)).optimizer.learning_rate
    assert float(rate) == pytest.approx(0.5)


class Warm(tf.keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate


def test_a_schedule_of_the_users_is_made(compiled):
    model = compiled({"Warm": Warm}, optimizer_config=sgd(schedule("Warm", rate=0.25)))
    assert float(model.optimizer.learning_rate) == pytest.approx(0.25)


def test_an_object_in_a_schedule_is_refused_and_not_dropped(compiled):
    inner = schedule("Warm", rate=1.0)
    with pytest.raises(UpgradeError, match="'Warm' has a setting that is an object"):
        compiled({"Warm": Warm}, optimizer_config=sgd(schedule("Warm", rate=inner)))


@pytest.mark.parametrize(
    "inner", [{"class_name": "Lambda", "config": {}}, [{"class_name": "Lambda"}]], ids=str
)
def test_an_object_in_a_loss_is_refused_and_not_dropped(compiled, inner):
    with pytest.raises(UpgradeError, match="'MeanSquaredError' has a setting that is an object"):
        compiled(loss=schedule("MeanSquaredError", reduction=inner))


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer_config": sgd("x")},
        {"loss": schedule("Huber", bogus=1)},
        {"metrics": [schedule("AUC", bogus=1)]},
        {"metrics": [schedule("AUC", num_thresholds="many")]},
    ],
    ids=str,
)
def test_a_bad_argument_is_a_clear_error(compiled, settings):
    with pytest.raises(UpgradeError, match="load it with compile=False"):
        compiled(**settings)


@pytest.mark.parametrize("name", ["deserialize", "tf", "abc", "_private", "os.system"])
def test_a_name_that_is_no_loss_is_refused(compiled, name):
    with pytest.raises(UpgradeError, match="loss or metric"):
        compiled(loss=name)


@pytest.mark.parametrize("name", ["mse", "MSE", "mean_squared_error", "MeanSquaredError", "logcosh", "kld"])
def test_the_names_of_losses_are_taken(compiled, name):
    assert compiled(loss=name).loss is not None


@pytest.mark.parametrize("name", ["acc", "accuracy", "mae", "mean_absolute_error", "cosine_proximity", "AUC"])
def test_the_names_of_metrics_are_taken(compiled, name):
    assert compiled(metrics=[name]).optimizer is not None


@pytest.mark.parametrize(
    "name, argument", [("MeanIoU", {"num_classes": 10**6}), ("AUC", {"num_thresholds": 10**10})]
)
def test_metrics_that_are_far_too_large_are_refused(compiled, name, argument):
    with pytest.raises(UpgradeError, match="which may be 4096 at most"):
        compiled(metrics=[schedule(name, **argument)])


def test_what_a_newer_keras_writes_at_null_is_left_out(compiled):
    loss = {"class_name": "MeanSquaredError", "config": {"name": "error", "of_next_year": None}}
    assert compiled(loss=loss).loss.name == "error"
    loss["config"]["of_next_year"] = 1
    with pytest.raises(UpgradeError, match="cannot be compiled as it was"):
        compiled(loss=loss)


def test_lists_of_settings_are_bounded(compiled):
    rate = schedule("PiecewiseConstantDecay", boundaries=[*range(5000)], values=[0.1] * 5001)
    with pytest.raises(UpgradeError, match="a list of 500[01], of which there may be 4096"):
        compiled(optimizer_config=sgd(rate))

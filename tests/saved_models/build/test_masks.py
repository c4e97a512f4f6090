import json

import numpy as np
import pytest
import tensorflow as tf
from environments import attends_to_masked, concatenates_masked, keras_3_only, needs, writes_hard_sigmoid
from saved_models.recorded_models import FOLDER, predictions, recorded

from keras_inits.keras_compat import backend, capabilities, versions
from keras_inits.saved_models.config.context import UpgradeError
from keras_inits.saved_models.convert import upgrade_file
from keras_inits.saved_models.files import limits
from keras_inits.saved_models.load import load_model

MASKS = FOLDER / "masks"
FILES = sorted(path for path in MASKS.iterdir() if path.suffix in (".h5", ".keras"))

# What the errors say of models whose masks mean something else today.
IN_EVERY_KERAS = {
    "1.2.2-srelu": "'srelu_1'.* was rebuilt as layers that do not pass the mask on",
    "2.8.0-heads": "Keras before 2.10 ignored their masks",
}
IN_KERAS_2 = {
    "1.2.2-sentences": "only Keras 2.2 to 2.15 passed on",
}
IN_KERAS_3 = {
    "1.2.2-multiply_of_one": "other values at masked steps",
    "2.2.4-maximum_of_two": "other values at masked steps",
    "2.2.4-masked_outside": "'model_17/add_6', .* joins masks otherwise",
    "2.2.4-sentences": "only Keras 2.2 to 2.15 passed on",
    "2.10.0-heads_of_two": "takes the masks from them",
    "2.10.0-state_both_ways": "Keras 3 ignores the mask",
    "2.15.0-heads_twice": "takes the masks from them",
    "2.15.0-multiplied_values": "other values at masked steps",
    "2.15.0-nested": "joins masks otherwise",
}
# Joined for every Keras 3 that keeps the joined mask.
JOINED = """
1.2.2-add_of_two 2.10.0-concatenate_of_one 2.15.0-add_of_one 2.15.0-merged_twice 2.2.4-add_of_one
2.2.4-concatenate_of_two
""".split()
if versions.is_keras_3() and not capabilities.passes_given_masks_on():
    IN_KERAS_3 |= dict.fromkeys(JOINED, "joins masks otherwise")
    IN_KERAS_3 |= {"2.2.4-state_lstm": "an initial state and a mask"}
if not capabilities.keeps_masks_of_several():
    IN_KERAS_3 |= {
        "2.2.4-add_of_the_same": "whose masks Keras 3.0 to 3.3 loses",
    }
REFUSED = IN_EVERY_KERAS | (IN_KERAS_3 if versions.is_keras_3() else IN_KERAS_2)


def files(stems, refused):
    return [path for path in FILES if (path.stem in stems) is refused]


@pytest.mark.parametrize("path", files(REFUSED, True), ids=lambda path: path.name)
def test_a_mask_that_means_something_else_today_is_refused(path):
    if path.stem == "2.2.4-masked_outside" and not capabilities.keeps_masks_of_several():
        pytest.skip("this Keras calls no model on tensors of which some have masks")
    if "concatenate_of" in path.stem:
        needs(concatenates_masked)
    with pytest.raises(UpgradeError, match=REFUSED[path.stem]):
        load_model(path)


@pytest.mark.skipif(backend.is_tensorflow(), reason="TensorFlow shows what a traced mask is made of")
def test_a_model_too_large_to_be_run_for_its_masks_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "TRIED_KEPT", 10)
    with pytest.raises(UpgradeError, match="too large to try"):
        load_model(MASKS / "1.2.2-multiply_of_one.h5")


@pytest.mark.parametrize("path", files(REFUSED, False), ids=lambda path: path.name)
def test_masked_steps_predict_what_the_old_keras_predicted(path):
    if path.stem == "2.10.0-attention":
        needs(attends_to_masked)
    inputs, expected = recorded(path)
    for one, other in zip(predictions(load_model(path), inputs), expected):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_bidirectional_that_repeats_outputs_is_reported():
    _, notes = load_model(MASKS / "2.2.4-both_ways.h5", report=True)
    assert any("repeats the last output at masked steps" in str(note) for note in notes)


@writes_hard_sigmoid
def test_bidirectional_that_repeats_outputs_is_not_written_for_keras_alone(tmp_path):
    with pytest.raises(UpgradeError, match="predicts something else"):
        upgrade_file(MASKS / "2.2.4-both_ways.h5", tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


@writes_hard_sigmoid
def test_bidirectional_before_layers_that_skip_masked_steps_is_written(tmp_path):
    assert upgrade_file(MASKS / "2.2.4-both_ways_skipped.h5", tmp_path / "model.keras").new


PASSED_ON = ("1.2.2-add_of_two.h5", "2.15.0-merged_twice.keras", "2.2.4-state_lstm.h5")


@pytest.mark.parametrize("name", [name for name in PASSED_ON if name.rpartition(".")[0] not in REFUSED])
def test_masks_passed_on_need_nothing_but_keras(name, tmp_path):
    path = tmp_path / "model.keras"
    upgrade_file(MASKS / name, path)
    inputs, expected = recorded(MASKS / name)
    for one, other in zip(predictions(tf.keras.models.load_model(path), inputs), expected):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.skipif(
    versions.is_keras_3() and not capabilities.passes_given_masks_on(),
    reason="this Keras loses a mask that is given",
)
def test_a_wholly_masked_sequence_gives_the_initial_state_as_before_2_4(tmp_path):
    inputs = [tf.keras.Input((5, 2)), tf.keras.Input((3,)), tf.keras.Input((3,))]
    outputs = tf.keras.layers.LSTM(3)(tf.keras.layers.Masking()(inputs[0]), initial_state=inputs[1:])
    config = json.loads(tf.keras.Model(inputs, outputs).to_json())
    path = tmp_path / "model.json"
    path.write_text(json.dumps(config | {"keras_version": "2.2.4", "backend": "tensorflow"}))
    state = np.float32([[0.25, -0.5, 0.75]])
    found = load_model(path)([np.zeros((1, 5, 2), "float32"), state, state])
    np.testing.assert_array_equal(np.asarray(found), state)


def merging(masked, path, version):
    """Writes a model that merges two embeddings, with the version of the Keras that saved it."""
    inputs = [tf.keras.Input((5,)), tf.keras.Input((5,))]
    words = [tf.keras.layers.Embedding(4, 2, mask_zero=masked)(one) for one in inputs]
    outputs = tf.keras.layers.GRU(2)(tf.keras.layers.Add()(words))
    config = json.loads(tf.keras.Model(inputs, outputs).to_json())
    path.write_text(json.dumps(config | {"keras_version": version}))
    return path


def test_a_merge_without_masks_loads(tmp_path):
    assert load_model(merging(False, tmp_path / "model.json", "2.15.0"))


def test_a_merge_of_masks_by_the_same_keras_loads(tmp_path):
    version = "3.15.1" if versions.is_keras_3() else "2.15.0"
    assert load_model(merging(True, tmp_path / "model.json", version))


@pytest.mark.parametrize("name", ["not_equal", "not_equal_1", "not_equal_2"])
def test_operations_on_masks_get_no_name_of_a_layer(name, tmp_path):
    shape = {"batch_input_shape": [None, 5]}
    words = {"input_dim": 4, "output_dim": 2, "mask_zero": True, "name": "words"}
    layers = [
        {
            "class_name": "InputLayer",
            "name": "input",
            "config": {"name": "input", **shape},
            "inbound_nodes": [],
        },
        {
            "class_name": "Embedding",
            "name": "words",
            "config": words,
            "inbound_nodes": [[["input", 0, 0, {}]]],
        },
        {
            "class_name": "GRU",
            "name": name,
            "config": {"name": name, "units": 2},
            "inbound_nodes": [[["words", 0, 0, {}]]],
        },
    ]
    ends = {"input_layers": [["input", 0, 0]], "output_layers": [[name, 0, 0]]}
    path = tmp_path / "model.json"
    model = {"class_name": "Model", "config": {"name": "model", "layers": layers, **ends}}
    path.write_text(json.dumps(model | {"keras_version": "2.15.0"}))
    tf.keras.backend.clear_session()
    assert load_model(path)


@keras_3_only
@pytest.mark.parametrize("masked", [True, False])
def test_a_mask_of_steps_along_the_first_axis_is_not_lost(masked, tmp_path):
    start = {"class_name": "InputLayer", "config": {"name": "start", "batch_input_shape": [4, 2, 3]}}
    masking = {"class_name": "Masking", "config": {"name": "masking", "mask_value": 0.0}}
    config = {"name": "lstm", "units": 2, "time_major": True, "recurrent_activation": "sigmoid"}
    layers = [start, *[masking] * masked, {"class_name": "LSTM", "config": config}]
    saved = {"class_name": "Sequential", "keras_version": "2.10.0", "config": {"name": "m", "layers": layers}}
    (tmp_path / "m.json").write_text(json.dumps(saved))
    if masked:
        with pytest.raises(UpgradeError, match="'lstm'.* was rebuilt as layers that do not pass the mask on"):
            load_model(tmp_path / "m.json")
    else:
        assert load_model(tmp_path / "m.json").output_shape == (2, 2)

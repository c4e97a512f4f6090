import json
import subprocess
import sys

import numpy as np
import pytest

from keras_inits.legacy.context import UpgradeError
from keras_inits.legacy.converting import upgrade_file, upgrade_files
from legacy.saved_models import FOLDER, recorded

ALONE = """
import sys, numpy as np, tensorflow as tf
model = tf.keras.models.load_model(sys.argv[1], compile=False)
assert "keras_inits" not in sys.modules
arrays = np.load(sys.argv[2])
np.save(sys.argv[3], np.asarray(model(arrays["x"], training=False)))
"""


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


def layer(class_name, **config):
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


@pytest.mark.parametrize(
    "layers",
    [
        [layer("RepeatVector", n=2**31, batch_input_shape=[None, 3])],
        [layer("UpSampling2D", size=[10**6, 10**6], batch_input_shape=[None, 2, 2, 1])],
        [layer("ZeroPadding1D", padding=10**9, batch_input_shape=[None, 2, 1])],
        [layer("LSTM", units=2, batch_input_shape=[None, 10**7, 1])],
    ],
    ids=lambda layers: layers[0]["class_name"],
)
def test_models_that_are_too_large_to_try_are_refused(layers, tmp_path):
    config = {"class_name": "Sequential", "config": layers, "keras_version": "2.2.4"}
    (tmp_path / "old.json").write_text(json.dumps(config))
    with pytest.raises(UpgradeError, match="too large to try|too many to try"):
        upgrade_file(tmp_path / "old.json", tmp_path / "new.keras")


def test_inputs_that_are_too_large_together_are_refused(tmp_path):
    inputs = [layer("InputLayer", name=name, batch_input_shape=[None, 2**25 - 1]) for name in "abc"]
    nodes = [{**one, "name": one["config"]["name"], "inbound_nodes": []} for one in inputs]
    ends = [[name, 0, 0] for name in "abc"]
    model = {"name": "m", "layers": nodes, "input_layers": ends, "output_layers": ends}
    config = {"class_name": "Model", "config": model, "keras_version": "2.2.4"}
    (tmp_path / "old.json").write_text(json.dumps(config))
    with pytest.raises(UpgradeError, match="inputs of shape .* are too large to try"):
        upgrade_file(tmp_path / "old.json", tmp_path / "new.keras")

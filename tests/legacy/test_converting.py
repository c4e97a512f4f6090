import subprocess
import sys

import numpy as np
import pytest

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

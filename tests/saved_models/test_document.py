"""What docs/upgrade.md says to type for each file is what loads it."""

import json
import pathlib
import re
import shlex
import shutil
import zipfile

import h5py
import pytest
import tensorflow as tf

import keras_inits
from keras_inits import cli

ROOT = pathlib.Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
PAGE = (ROOT / "docs" / "upgrade.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| .* \| `(.*)` \|$", PAGE.partition("## Load it")[0], re.M)


class Doubled(tf.keras.layers.Layer):
    """A layer of one's own."""

    def call(self, inputs):
        return 2 * inputs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder, where there are the files that the page names."""
    monkeypatch.chdir(tmp_path)
    pathlib.Path("models").mkdir()
    for name in ("model.h5", "weights.h5", "models/a.h5"):
        shutil.copy(DATA / "saved" / "1.2.2-conv2d_th.h5", name)
    with h5py.File("model.h5") as file:
        pathlib.Path("model.json").write_text(file.attrs["model_config"])
    shutil.copy(DATA / "saved" / "2.15.0-shared_layer.keras", "model.keras")
    shutil.copy(DATA / "saved_models" / "2.3-dense.zip", "saved_model.zip")
    zipfile.ZipFile("saved_model.zip").extractall("saved_model")
    shutil.copytree(DATA / "tensorflowjs" / "normalized", "tfjs")
    for path in (DATA / "checkpoints").glob("sequential.*"):
        shutil.copy(path, path.name)
    first = {"class_name": "Dense", "config": {"output_dim": 2, "batch_input_shape": [None, 3]}}
    layers = [first, {"class_name": "Doubled", "config": {"name": "doubled"}}]
    pathlib.Path("own.json").write_text(json.dumps({"class_name": "Sequential", "config": layers}))


@pytest.fixture
def names(folder):
    """What the lines of the page use, besides the package."""
    config = json.loads(pathlib.Path("model.json").read_text())
    return {
        "keras_inits": keras_inits,
        "Doubled": Doubled,
        "config": config,
        "model": keras_inits.load_model("model.json"),
    }


def test_there_is_a_row_for_each_kind_of_file():
    assert len(ROWS) == 12


@pytest.mark.parametrize("line", [row for row in ROWS if not row.startswith("keras-inits ")])
def test_python(line, names):
    before = names["model"]
    exec(line, names)
    loads = line.startswith("model = ")
    assert isinstance(names["model"], tf.keras.Model) and (names["model"] is not before) == loads


@pytest.mark.parametrize("line", [row for row in ROWS if row.startswith("keras-inits ")])
def test_command(line, folder):
    assert cli.main(shlex.split(line)[1:]) == 0
    assert pathlib.Path(line.split()[-1]).exists()

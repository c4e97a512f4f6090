"""The saved models in a folder."""

import json
import os
import zipfile

import pytest

from cli.model_files import DATA, dense, model
from keras_inits import cli
from keras_inits.cli import model_trees

ARCHITECTURE = {
    "class_name": "Sequential",
    "config": [dense(output_dim=2, batch_input_shape=[None, 3])],
    "keras_version": "1.2.2",
}
FILES = {
    "a.json": ARCHITECTURE,
    "e.h5": "",
    "inner/b.json": model(),
    "inner/f.keras": "",
    "inner/index.json": {"rows": []},
    "inner/notes.txt": "",
    "inner/saved/g.h5": "",
    "inner/saved/saved_model.pb": "",
    "inner/.hidden/c.json": ARCHITECTURE,
    "new/d.json": ARCHITECTURE,
}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.fixture
def tree(tmp_path):
    """A folder with models, and with files that hold none."""
    for name, value in FILES.items():
        write(tmp_path / "tree" / name, value)
    (tmp_path / "tree" / "link").symlink_to(tmp_path)
    return tmp_path / "tree"


def test_models_are_found_by_their_endings_and_texts_by_what_they_hold(tree):
    assert model_trees.models_under(str(tree), without=str(tree / "new")) == [
        *("a.json", "e.h5", "inner/b.json", "inner/f.keras", "inner/saved"),
    ]


def test_a_folder_is_a_model_if_it_is_a_saved_model(tree):
    assert model_trees.is_model(str(tree / "inner" / "saved"))
    assert not model_trees.is_model(str(tree / "inner"))


class TestSavedModels:
    """The commands take a SavedModel's folder as they take a file."""

    @pytest.fixture
    def folder(self, tmp_path):
        with zipfile.ZipFile(DATA.parent / "saved_models" / "2.3-dense.zip") as archive:
            archive.extractall(tmp_path / "saved")
        return str(tmp_path / "saved")

    def test_inspect(self, folder, capsys):
        assert cli.main(["inspect", "--json", folder]) == 0
        (report,) = json.loads(capsys.readouterr().out)
        assert report["kind"] == "saved_model"
        assert report["initializers"][0]["class_name"] == "GlorotUniform"

    def test_show(self, folder, capsys):
        assert cli.main(["show", "--json", folder]) == 0
        assert json.loads(capsys.readouterr().out)["weights"][0]["initializer"] == "GlorotUniform"

    def test_diagnose(self, folder, capsys):
        assert cli.main(["diagnose", folder]) == 0
        assert "the weights are those in the file" in capsys.readouterr().out

    def test_upgrade_of_a_tree(self, folder, tmp_path, capsys):
        assert cli.main(["upgrade", str(tmp_path), "--to", str(tmp_path / "new")]) == 0
        assert (tmp_path / "new" / "saved.keras").exists()


class TestUpgrade:
    def upgraded(self, *arguments):
        return cli.main(["upgrade", *map(str, arguments)])

    def test_the_folders_stay(self, tmp_path, capsys):
        for name in ("a.json", "inner/b.json"):
            write(tmp_path / "old" / name, ARCHITECTURE)
        assert self.upgraded(tmp_path / "old", "--to", tmp_path / "new") == 0
        assert capsys.readouterr().out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"
        assert (tmp_path / "new" / "a.keras").exists()
        assert (tmp_path / "new" / "inner" / "b.keras").exists()

    def test_two_of_one_name_keep_their_endings(self, tmp_path):
        for name in ("a.json", "a.yaml"):
            write(tmp_path / "old" / name, ARCHITECTURE)
        assert self.upgraded(tmp_path / "old", "--to", tmp_path / "new") == 0
        assert sorted(os.listdir(tmp_path / "new")) == ["a.json.keras", "a.yaml.keras"]

    def test_a_folder_without_models(self, tmp_path, capsys):
        (tmp_path / "old").mkdir()
        assert self.upgraded(tmp_path / "old", "--to", tmp_path / "new") == 2
        assert f"there is no model in the folder {tmp_path / 'old'}" in capsys.readouterr().err
        assert not (tmp_path / "new").exists()

"""The saved models in a folder."""

import json
import os

import pytest

from cli.model_files import dense, model
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

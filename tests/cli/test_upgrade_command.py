"""`keras-inits upgrade`."""

import json
import os
import pathlib
import sys

import pytest

from cli.model_files import ALIAS, dense
from keras_inits import cli


class TestUpgrade:
    DATA = pathlib.Path(__file__).parents[1] / "data" / "saved"
    OLD = str(DATA / "1.2.2-maxout_highway.h5")

    def architecture(self, tmp_path, name="m.json", **settings):
        layer = dense(kernel=ALIAS, output_dim=2, batch_input_shape=[None, 3], **settings)
        path = tmp_path / name
        path.write_text(json.dumps({"class_name": "Sequential", "config": [layer]}))
        return str(path)

    def test_report(self, tmp_path, capsys):
        new = str(tmp_path / "new.keras")
        assert cli.main(["upgrade", self.OLD, new]) == 0
        head, *changes = capsys.readouterr().out.splitlines()
        assert head.startswith(f"{self.OLD} -> {new}: upgraded, {len(changes)} changes, largest difference ")
        assert any("MaxoutDense rebuilt as" in change for change in changes)
        assert os.path.exists(new)

    def test_dry_run(self, tmp_path, capsys):
        old = self.architecture(tmp_path)
        assert cli.main(["upgrade", "--dry-run", old]) == 0
        assert capsys.readouterr().out.startswith(f"{old}: can be upgraded, ")
        assert os.listdir(tmp_path) == ["m.json"]

    def test_several(self, tmp_path, capsys):
        files = [self.architecture(tmp_path, name) for name in ("a.json", "b.json")]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path / "new")]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"
        assert sorted(os.listdir(tmp_path / "new")) == ["a.keras", "b.keras"]

    def test_all_others_are_upgraded(self, tmp_path, capsys):
        files = [str(tmp_path / "missing.h5"), self.architecture(tmp_path)]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path)]) == 1
        out, err = capsys.readouterr()
        assert out.splitlines()[-1] == "2 files: 1 upgraded, 1 failed"
        assert "missing.h5" in err
        assert (tmp_path / "m.keras").exists()

    def test_a_strangers_layer(self, tmp_path, capsys):
        path = tmp_path / "m.json"
        layers = [dense(output_dim=2, batch_input_shape=[None, 3]), {"class_name": "GarNet", "config": {}}]
        path.write_text(json.dumps({"class_name": "Sequential", "config": layers}))
        assert cli.main(["upgrade", str(path), str(tmp_path / "new.keras")]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"keras-inits: {path}: The model needs classes")
        assert "'GarNet'" in err

    def test_a_message_is_not_too_long(self, tmp_path, capsys):
        path = tmp_path / "m.json"
        layers = [dense(output_dim=2, batch_input_shape=[None, 3], activation=["a" * 10**5])]
        path.write_text(json.dumps({"class_name": "Sequential", "config": layers}))
        assert cli.main(["upgrade", str(path), str(tmp_path / "new.keras")]) == 1
        assert len(capsys.readouterr().err) < 3000

    def test_a_file_is_no_folder_for_new_ones(self, tmp_path, capsys):
        old = self.architecture(tmp_path)
        with pytest.raises(SystemExit, match="2"):
            cli.main(["upgrade", old, "--to", old])
        assert f"--to {old}: " in capsys.readouterr().err

    def test_separate_weights(self, tmp_path, capsys):
        new = tmp_path / "new.keras"
        old, weights = self.DATA / "2.2.4-nested.yaml", self.DATA / "2.2.4-nested.h5"
        assert cli.main(["upgrade", str(old), str(new), "--weights", str(weights)]) == 0
        assert new.exists()

    def test_a_progress_bar_on_a_terminal(self, tmp_path, capsys, monkeypatch):
        files = [self.architecture(tmp_path, name) for name in ("a.json", "b.json")]
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        assert cli.main(["upgrade", *files, "--to", str(tmp_path)]) == 0
        out, err = capsys.readouterr()
        assert "upgrading" in err
        assert "upgrading" not in out
        assert out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"

    @pytest.mark.parametrize(
        "arguments",
        [
            ["old.h5"],
            ["a.h5", "b.h5", "new.keras"],
            ["a/m.h5", "b/m.h5", "--to", "new"],
            ["a.json", "b.json", "--to", "new", "--weights", "w.h5"],
        ],
    )
    def test_wrong_usage(self, arguments, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(["upgrade", *arguments])
        assert "usage: keras-inits upgrade" in capsys.readouterr().err

"""`keras-inits upgrade`."""

import json
import os
import re

import pytest

from cli.model_files import ALIAS, DATA, dense
from keras_inits import cli
from keras_inits.keras_compat import versions

OLD = str(DATA / "1.2.2-maxout_highway.h5")
FOR_KERAS_2 = " for tf_keras" if versions.package() == "tf_keras" else " for Keras 2"
FOR_WHICH = "" if versions.is_keras_3() else FOR_KERAS_2
UPGRADED, CAN_BE = f"upgraded{FOR_WHICH}", f"can be upgraded{FOR_WHICH}"


def architecture(tmp_path, name="m.json", **settings):
    layer = dense(kernel=ALIAS, output_dim=2, batch_input_shape=[None, 3], **settings)
    path = tmp_path / name
    path.write_text(json.dumps({"class_name": "Sequential", "config": [layer]}))
    return str(path)


class TestUpgrade:
    def test_report(self, tmp_path, capsys):
        new = str(tmp_path / "new.keras")
        assert cli.main(["upgrade", OLD, new]) == 0
        head, *changes = capsys.readouterr().out.splitlines()
        assert re.match(
            re.escape(f"{OLD} -> {new}: {UPGRADED}, ") + r"\d+ changes, largest difference ", head
        )
        assert any("MaxoutDense rebuilt as" in change for change in changes)
        assert max(map(len, changes)) <= 80
        assert os.path.exists(new)

    def test_dry_run(self, tmp_path, capsys):
        old = architecture(tmp_path)
        assert cli.main(["upgrade", "--dry-run", old]) == 0
        assert capsys.readouterr().out.startswith(f"{old}: {CAN_BE}, ")
        assert os.listdir(tmp_path) == ["m.json"]

    def test_several(self, tmp_path, capsys):
        files = [architecture(tmp_path, name) for name in ("a.json", "b.json")]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path / "new")]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "2 files: 2 upgraded, 0 failed"
        assert sorted(os.listdir(tmp_path / "new")) == ["a.keras", "b.keras"]

    def test_all_others_are_upgraded(self, tmp_path, capsys):
        files = [str(tmp_path / "missing.h5"), architecture(tmp_path)]
        assert cli.main(["upgrade", *files, "--to", str(tmp_path)]) == 1
        out, err = capsys.readouterr()
        assert out.splitlines()[-1] == "2 files: 1 upgraded, 1 failed"
        assert "missing.h5" in err
        assert (tmp_path / "m.keras").exists()

    def test_a_third_party_layer(self, tmp_path, capsys):
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
        old = architecture(tmp_path)
        assert cli.main(["upgrade", old, "--to", old]) == 2
        assert capsys.readouterr().err == f"keras-inits: --to {old}: File exists\n"

    def test_a_folder_that_is_not_there(self, tmp_path, capsys):
        new = tmp_path / "none" / "new.keras"
        assert cli.main(["upgrade", OLD, str(new)]) == 1
        assert capsys.readouterr().err == f"keras-inits: {OLD}: {new.parent}: There is no such folder\n"

    def test_weights_that_nobody_saved(self, tmp_path, capsys):
        assert cli.main(["upgrade", "--dry-run", architecture(tmp_path)]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "they were drawn by the model's initializers; give those of a file with --weights FILE" in said

    def test_separate_weights(self, tmp_path, capsys):
        new = tmp_path / "new.keras"
        old, weights = DATA / "2.2.4-nested.yaml", DATA / "2.2.4-nested.h5"
        assert cli.main(["upgrade", str(old), str(new), "--weights", str(weights)]) == 0
        assert new.exists()

    def test_an_error_is_one_line(self, tmp_path, capsys):
        assert cli.main(["upgrade", "missing.h5", str(tmp_path / "new.keras")]) == 1
        assert capsys.readouterr().err == "keras-inits: missing.h5: No such file or directory\n"

    def test_another_file_is_named_in_an_error(self, tmp_path, capsys):
        old, new = architecture(tmp_path), str(tmp_path / "new.keras")
        assert cli.main(["upgrade", old, new, "--weights", "missing.h5"]) == 1
        assert capsys.readouterr().err == f"keras-inits: {old}: missing.h5: No such file or directory\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["old.h5"], "give one OLD and one NEW file, "),
            (["a.h5", "b.h5", "new.keras"], "give one OLD and one NEW file, "),
            (["old.h5", "new.h5"], "NEW is a .keras file. Received: new.h5"),
            (["old.h5", "new"], "NEW is a .keras file. Received: new; for a folder, --to new"),
            (["new.keras", "old.h5"], "NEW is a .keras file. Received: old.h5; OLD and NEW may be swapped"),
            (["a/m.h5", "b/m.h5", "--to", "new"], "a/m.h5 and b/m.h5 would both be written to new/m.keras"),
            (["a.json", "b.json", "--to", "new", "--weights", "w.h5"], "--weights is for one OLD file"),
        ],
    )
    def test_arguments_that_do_not_fit_together(self, arguments, message, capsys):
        assert cli.main(["upgrade", *arguments]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        assert line.startswith(f"keras-inits: upgrade: {message}")


class TestJson:
    @pytest.fixture
    def upgraded(self, capsys):
        """Upgrades with `--json`: the exit code and the array."""

        def upgrade(*arguments):
            exit_code = cli.main(["upgrade", "--json", *map(str, arguments)])
            return exit_code, json.loads(capsys.readouterr().out)

        return upgrade

    def test_an_upgraded_file(self, tmp_path, upgraded):
        new = str(tmp_path / "new.keras")
        exit_code, (item,) = upgraded(OLD, new)
        changes = item.pop("changes")
        assert exit_code == 0
        assert item == {"old": OLD, "new": new, "difference": pytest.approx(0, abs=1e-5), "error": None}
        assert {"layer": "highway_1", "text": "Highway rebuilt as a model of Keras' own layers"} in changes

    def test_a_dry_run_writes_nothing(self, upgraded):
        _, (item,) = upgraded("--dry-run", OLD)
        assert item["new"] is None
        assert item["error"] is None

    def test_a_file_that_cannot_be_upgraded(self, tmp_path, upgraded):
        exit_code, items = upgraded("missing.h5", tmp_path / "new.keras")
        assert exit_code == 1
        assert items == [
            {
                "old": "missing.h5",
                "new": None,
                "changes": [],
                "difference": None,
                "error": "No such file or directory",
            }
        ]

    def test_an_item_per_file(self, tmp_path, upgraded):
        _, items = upgraded("missing.h5", "gone.h5", "--to", tmp_path)
        assert [item["old"] for item in items] == ["missing.h5", "gone.h5"]


class TestOnATerminal:
    def test_colours(self, tmp_path, on_a_terminal):
        exit_code, text = on_a_terminal("upgrade", "--dry-run", architecture(tmp_path))
        assert exit_code == 0
        assert f"\x1b[32m{CAN_BE}\x1b[0m, 2 changes" in text

    def test_no_colours_with_no_color(self, tmp_path, on_a_terminal, monkeypatch):
        monkeypatch.setenv("NO_COLOR", "1")
        text = on_a_terminal("upgrade", "--dry-run", architecture(tmp_path))[1]
        assert f"{CAN_BE}, 2 changes" in text
        assert not re.search(r"\x1b\[[\d;]*m", text)

    def test_changes_fit_into_80_columns(self, tmp_path, on_a_terminal):
        text = on_a_terminal("upgrade", "--dry-run", architecture(tmp_path))[1]
        _, *changes = re.sub(r"\x1b\[[\d;?]*\w", "", text).rpartition("\r")[2].splitlines()
        assert max(map(len, changes)) <= 80

    def test_a_progress_bar_in_front_of_results_that_go_elsewhere(self, tmp_path, on_a_terminal, capsys):
        old = architecture(tmp_path)
        _, text = on_a_terminal("upgrade", "--dry-run", old, stdout_too=False)
        out = capsys.readouterr().out
        assert "upgrading" in text
        assert "0/1" in text
        assert out.startswith(f"{old}: {CAN_BE}, 2 changes, largest difference ")
        assert "\x1b" not in out

    def test_an_error(self, on_a_terminal):
        exit_code, text = on_a_terminal("upgrade", "old.h5")
        assert exit_code == 2
        assert text.startswith("\x1b[1;31mkeras-inits:\x1b[0m upgrade: give one OLD and one NEW file, ")

"""What holds for every command."""

import os
import sys

import pytest

from cli.model_files import saved
from keras_inits import cli


class TestCommand:
    def test_tensorflow_is_quiet_by_default(self, tmp_path, monkeypatch):
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"

    def test_a_log_level_of_ones_own_is_kept(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
        cli.main(["inspect", saved(tmp_path)])
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"

    def test_version(self, capsys):
        with pytest.raises(SystemExit, match="0"):
            cli.main(["--version"])
        assert capsys.readouterr().out.startswith("keras-inits ")

    @pytest.mark.parametrize("arguments", [[], ["inspect"], ["unknown"]])
    def test_wrong_usage(self, arguments, capsys):
        with pytest.raises(SystemExit, match="2"):
            cli.main(arguments)
        assert "usage: keras-inits" in capsys.readouterr().err

    def test_a_closed_pipe(self, tmp_path, monkeypatch):
        reader, writer = os.pipe()
        os.close(reader)
        monkeypatch.setattr(sys, "stdout", os.fdopen(writer, "w"))
        assert cli.main(["inspect", saved(tmp_path)]) == 141

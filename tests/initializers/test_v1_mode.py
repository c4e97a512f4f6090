import os
import pathlib
import subprocess
import sys


def test_v1_mode_in_a_process_of_its_own():
    folder = pathlib.Path(__file__).parents[1]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "v1_mode")]
    environment = {**os.environ, "KERAS_INITS_TEST_MODE": "v1"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder.parent)
    assert result.returncode == 0, result.stdout[-6000:]

"""Damaged and hostile files: only clear errors, in bounded time and memory, and no code run.

`KERAS_INITS_FUZZ_INPUTS` says how many, `KERAS_INITS_FUZZ_SEED` which is the first: unless asked for others,
the same ones are tried on every machine. Each format has its turn, unless `KERAS_INITS_FUZZ_FORMAT` names the
only one that is tried: h5, keras, json, yaml, saved_model, checkpoint, tensorflow.js, lambda, or zip, the
members of a `.keras` file.
"""

import os
import pathlib
import subprocess
import sys

import pytest

PROGRAM = pathlib.Path(__file__).with_name("fuzzing.py")
INPUTS = int(os.environ.get("KERAS_INITS_FUZZ_INPUTS", "40"))
SEED = int(os.environ.get("KERAS_INITS_FUZZ_SEED", "0"))
# The program ends itself where one input takes too long; this is for where it cannot.
LONGEST = 300.0 + 20.0 * INPUTS


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="bounds the memory as Linux does")
def test_only_clear_errors(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    with open(tmp_path / "log", "w+") as log:
        # In a process of its own, for it may hang, crash, or take all memory there is.
        code = subprocess.run(
            [sys.executable, PROGRAM, str(SEED), str(INPUTS), tmp_path],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.PIPE, text=True, errors="replace",
            env=environment, timeout=LONGEST, check=False,
        )  # fmt: skip
        log.seek(0)
        last = log.read().splitlines()[-1:]
    if code.returncode:
        pytest.fail(f"exit code {code.returncode} at {last}\n{code.stderr[-5000:]}", pytrace=False)

"""What a type checker sees of the face."""

import ast
import os
import pathlib
import subprocess
import sys

import pytest

import keras_inits
from keras_inits.initializers import registry

PACKAGE = pathlib.Path(keras_inits.__file__).parent
# Without an error to mypy: it says so, too, of a line that is marked as wrong and is not.
PROGRAM = """
from typing import Any

import keras_inits
import tensorflow as tf
from typing_extensions import assert_type

assert_type(keras_inits.HeNormal(seed=7), keras_inits.HeNormal)
assert_type(keras_inits.he_normal(seed=7), keras_inits.HeNormal)
assert_type(keras_inits.ZerosV2(), keras_inits.Zeros)
assert_type(keras_inits.normal(), keras_inits.RandomNormal)
assert_type(keras_inits.v1.he_normal(seed=7), keras_inits.v1.HeNormal)
assert_type(keras_inits.HeNormal(seed=7)((2, 3)), tf.Tensor)
assert_type(keras_inits.v1.zeros()((2, 3)), tf.Tensor)
assert_type(keras_inits.HeNormal.from_config({}), keras_inits.HeNormal)
assert_type(keras_inits.get(None), None)
keras_inits.get("he_normal")((2, 3))
kept: keras_inits.Initializer = keras_inits.orthogonal(gain=2.0)

keras_inits.HeNromal  # type: ignore[attr-defined]
keras_inits.v1.HeNromal  # type: ignore[attr-defined]
keras_inits.HeNormal(sede=7)  # type: ignore[call-arg]
keras_inits.he_normal(sede=7)  # type: ignore[call-arg]

model, notes = keras_inits.load_model("model.h5", report=True)
assert_type(notes, list[keras_inits.Note])
assert_type(keras_inits.load_model("model.h5"), Any)
assert_type(keras_inits.load_model("model.h5", report=bool(notes)), Any)
assert_type(keras_inits.load_weights(model, "model.h5", report=True), list[keras_inits.Note])
assert_type(keras_inits.diagnose(model).verdict, str)
with keras_inits.seeded(7), keras_inits.replay("2.2.4"), keras_inits.scope():
    pass


@keras_inits.seeded(7)
@keras_inits.replay("2.2.4")
def made() -> int:
    return 1


assert_type(made(), int)
"""
# TensorFlow has no types of its own; who wants some installs them.
TENSORFLOW = """
from typing import Any

class Tensor: ...

def __getattr__(name: str) -> Any: ...
"""
SETTINGS = """
[mypy]
ignore_missing_imports = True
warn_unused_ignores = True
[mypy-keras_inits.*]
follow_imports = silent
[mypy-h5py.*,keras.*,matplotlib.*,numpy.*,rich.*,yaml.*]
follow_imports = skip
follow_imports_for_stubs = True
"""


def test_a_checker_knows_the_names_and_what_they_give(tmp_path):
    # Older ones take a class whose base they do not know for the class that its constructor is from.
    pytest.importorskip("mypy.version", minversion="1.19")
    for name, text in (("program.py", PROGRAM), ("tensorflow.pyi", TENSORFLOW), ("mypy.ini", SETTINGS)):
        (tmp_path / name).write_text(text)
    # Among installed packages mypy finds it itself.
    searched = [] if "site-packages" in PACKAGE.parts else [str(PACKAGE.parent)]
    environment = os.environ | {"MYPYPATH": os.pathsep.join([str(tmp_path), *searched])}
    # In a process of its own: in this one it would raise the limit of recursion for all tests that follow.
    command = [sys.executable, "-m", "mypy", "--config-file=mypy.ini", "program.py"]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_stub_of_the_initializers_has_each_other_name_with_its_class():
    stub = ast.parse((PACKAGE / "initializers" / "__init__.pyi").read_text())
    assigned = {node.targets[0].id: node.value for node in stub.body if isinstance(node, ast.Assign)}
    names = {name: value.id for name, value in assigned.items() if isinstance(value, ast.Name)}
    of_registry = registry.objects_of_mode(v2=True)
    assert names == {name: cls.__name__ for name, cls in of_registry.items() if name != cls.__name__}


def test_checkers_are_told_that_there_are_types():
    assert (PACKAGE / "py.typed").exists()

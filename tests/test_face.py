"""`keras_inits/__init__.pyi` says of the face what is so."""

import ast
import importlib
import pathlib
import subprocess
import sys

import pytest

import keras_inits
from keras_inits.initializers import registry

STUB = ast.parse((pathlib.Path(keras_inits.__file__).parent / "__init__.pyi").read_text())
# Each name that the stub gives, and where from.
STATED = {
    alias.asname or alias.name: (statement.module, alias.name)
    for statement in STUB.body
    if isinstance(statement, ast.ImportFrom)
    for alias in statement.names
}


@pytest.mark.parametrize("name", sorted(STATED))
def test_a_name_is_what_the_stub_says(name):
    module, source = STATED[name]
    home = importlib.import_module(module)
    stated = getattr(home, source, None) or importlib.import_module(f"{module}.{source}")
    assert getattr(keras_inits, name) is stated


def test_the_stub_has_every_name_but_initializers_other_names():
    classes = {cls.__name__ for cls in registry.objects_of_mode(v2=True).values()}
    assert set(STATED) == {*keras_inits._HOMES, *classes, "v1"}


def test_every_name_that_the_stub_leaves_out_is_an_initializers():
    others = set(dir(keras_inits)) - {*STATED}
    assert others and all(issubclass(getattr(keras_inits, name), keras_inits.Initializer) for name in others)


def test_a_module_hides_no_name_of_the_registry():
    assert keras_inits.initializer is keras_inits.Initializer


def test_the_base_class_can_be_the_first_name_that_is_asked_for():
    program = "import keras_inits; print(keras_inits.Initializer.__name__)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert run.stdout == "Initializer\n"

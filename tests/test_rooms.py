"""The house: its rooms, and which may import which, are the contracts of `setup.cfg`."""

import ast
import fnmatch
import pathlib
import subprocess
import sys

import pytest

import keras_inits

ROOT = pathlib.Path(__file__).parents[1]
PACKAGE = pathlib.Path(keras_inits.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_run_down_the_house_and_in_no_circle():
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_private_modules_of_tensorflow_are_imported_in_keras_compat_alone(module):
    if module.parent.name != "keras_compat":
        assert not [name for name in imported(module) if name.startswith("tensorflow.python")]


@pytest.mark.parametrize("room", sorted({module.parent for module in MODULES}), ids=lambda room: room.name)
def test_each_room_says_what_it_is_for(room):
    assert ast.get_docstring(ast.parse((room / "__init__.py").read_text()))


@pytest.mark.parametrize("room", sorted({module.parent for module in MODULES}), ids=lambda room: room.name)
def test_each_room_s_tests_are_collected(room, request):
    patterns = request.config.getini("norecursedirs")
    assert not [pattern for pattern in patterns if fnmatch.fnmatch(room.name, pattern)]

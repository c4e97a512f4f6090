"""`keras_inits/__init__.pyi` lists what the face gives."""

import pydoc
import re
import subprocess
import sys

import pytest

import keras_inits
from keras_inits.initializers import registry


@pytest.mark.parametrize("name", keras_inits.__all__)
def test_a_name_of_the_stub_is_there(name):
    assert getattr(keras_inits, name) is not None


def test_the_stub_has_every_name_of_the_registry():
    assert {*registry.objects_of_mode(v2=True)} <= {*keras_inits.__all__}


@pytest.mark.parametrize("name", sorted(registry.objects_of_mode(v2=True)))
def test_a_name_of_the_registry_is_its_class(name):
    assert getattr(keras_inits, name) is registry.objects_of_mode(v2=True)[name]


@pytest.mark.parametrize("name", sorted({*keras_inits.__all__} - {"LOCAL"}))
def test_what_is_public_says_that_it_is_the_packages(name):
    assert getattr(getattr(keras_inits, name), "__module__", "keras_inits") == "keras_inits"


def printed_by(program):
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    return run.stdout


def test_the_version_is_told_without_tensorflow():
    program = "import sys, keras_inits; print(keras_inits.__version__, 'tensorflow' in sys.modules)"
    assert printed_by(program) == f"{keras_inits.__version__} False\n"


def test_a_star_import_has_the_public_names():
    assert printed_by("from keras_inits import *; print(HeNormal.__name__)") == "HeNormal\n"


def test_help_begins_with_what_to_do_and_lists_the_names():
    shown = pydoc.render_doc(keras_inits, renderer=pydoc.plaintext)
    assert shown.index("keras_inits.load_model(") < shown.index("PACKAGE CONTENTS")
    for name in ("HeNormal", "load_model", "diagnose", "UpgradeError"):
        assert re.search(rf"^ +(?:class )?{name}\(", shown, re.M)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="HeNromal"):
        _ = keras_inits.HeNromal


def test_the_room_of_initializers_is_used_as_that_of_keras():
    room = keras_inits.initializers
    assert (room.get, room.serialize, room.deserialize, room.HeNormal) == (
        keras_inits.get,
        keras_inits.serialize,
        keras_inits.deserialize,
        keras_inits.HeNormal,
    )


def test_the_base_class_can_be_the_first_name_that_is_asked_for():
    assert printed_by("import keras_inits; print(keras_inits.Initializer.__name__)") == "Initializer\n"


@pytest.mark.parametrize("name", ["initializers_v1", "initializers_v2", "v1"])
def test_the_import_paths_have_the_classes(name):
    module = __import__(f"keras_inits.{name}", fromlist=["HeNormal"])
    of_mode = registry.objects_of_mode(v2=name.endswith("2"))
    assert module.HeNormal is of_mode["HeNormal"] and module.Zeros is of_mode["Zeros"]

"""What is written once for several docstrings stands in each of them."""

import pytest

from keras_inits.initializers import registry
from keras_inits.initializers.shared_docs import PARAGRAPHS, filled_in, with_shortcuts

CLASSES = [*registry.CLASSES.values(), *registry.V1_CLASSES.values()]


@pytest.mark.parametrize("cls", CLASSES)
def test_no_placeholder_is_left_in_a_docstring(cls):
    assert not [name for name in PARAGRAPHS if f"{{{name}}}" in cls.__doc__]


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_a_paragraph_is_used(name):
    first = PARAGRAPHS[name].partition("\n")[0]
    assert sum(first in cls.__doc__ for cls in CLASSES) > 1


def test_a_paragraph_is_indented_as_its_line_was():
    assert filled_in("  {gain}").splitlines()[1] == "      standard deviation."


def test_other_braces_are_left_as_they_are():
    docstring = "Takes `{seed}`.\n\n    {'seed': 7}\n    { }"
    assert filled_in(docstring) == docstring


def test_a_paragraph_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="sed"):
        filled_in("{sed}")


def test_an_example_has_the_class_by_the_name_that_users_type():
    assert ">>> keras_inits.HeNormal(seed=7)(" in registry.CLASSES["HeNormal"].__doc__
    assert ">>> keras_inits.v1.HeNormal(seed=7)(" in registry.V1_CLASSES["HeNormal"].__doc__


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_shortcut_follows_the_summary(indent):
    shortcut = "Also available via the shortcut function `he_normal`."
    docstring = f"Summary.\n\n{indent}More.\n\n{indent}Source: Keras."
    filled = f"Summary.\n\n{indent}{shortcut}\n\n{indent}More.\n\n{indent}Source: Keras."
    assert with_shortcuts(docstring, ["he_normal"]) == filled


@pytest.mark.parametrize("name", registry.CLASSES)
def test_a_class_says_by_which_function_it_is_available(name):
    assert f"`keras_inits.{registry.functional_name(name)}`" in registry.CLASSES[name].__doc__

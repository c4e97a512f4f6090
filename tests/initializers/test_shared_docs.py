"""What is written once for several docstrings stands in each of them."""

import pytest

from keras_inits.initializers import registry
from keras_inits.initializers.shared_docs import PARAGRAPHS, filled_in


@pytest.mark.parametrize("cls", [*registry.CLASSES.values(), *registry.V1_CLASSES.values()])
def test_no_placeholder_is_left_in_a_docstring(cls):
    assert not [name for name in PARAGRAPHS if f"{{{name}}}" in cls.__doc__]


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_a_paragraph_is_used(name):
    docs = [cls.__doc__ for cls in (*registry.CLASSES.values(), *registry.V1_CLASSES.values())]
    first = PARAGRAPHS[name].partition("\n")[0]
    assert sum(first in doc for doc in docs) > 1


def test_a_paragraph_is_indented_as_its_line_was():
    assert filled_in("  {gain}").splitlines()[1] == "      deviation."

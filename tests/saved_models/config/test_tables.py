"""The tables of what changed its name are consistent."""

import pytest

from keras_inits.saved_models.config import tables


@pytest.mark.parametrize("name", sorted(tables.CLASSES))
def test_the_name_of_today_is_not_renamed_again(name):
    assert tables.CLASSES[name] not in tables.CLASSES


@pytest.mark.parametrize("name", sorted(tables.CLASSES_WITH_ARGUMENTS))
def test_a_class_that_is_another_with_arguments_has_no_other_name(name):
    assert name not in tables.CLASSES

"""What `upgrade` tells of a file that it upgraded."""

import pytest

from keras_inits.cli import upgrade_text
from keras_inits.keras_compat import versions
from keras_inits.saved_models.config.context import Note
from keras_inits.saved_models.convert import Converted

FOR_WHICH = {"tf_keras": " for tf_keras", "keras": "" if versions.is_keras_3() else " for Keras 2"}


@pytest.mark.parametrize(("new", "words"), [("new.keras", "upgraded"), (None, "can be upgraded")])
def test_a_file_of_keras_2_is_said_to_be_one(new, words):
    verdict = upgrade_text.verdict_of(Converted("old.h5", new))
    assert verdict == f"{words}{FOR_WHICH[versions.package()]}"


def test_figures():
    one = Converted("old.h5", "new.keras", (Note("dense", "renamed"),), 1.234e-7)
    assert upgrade_text.figures_of(one) == "1 change, largest difference 1.2e-07"

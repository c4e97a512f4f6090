"""What an upgrade collects, and how it says it."""

import pytest

from keras_inits.saved_models.config import context
from keras_inits.saved_models.upgrade import upgrade_config
from saved_models.config.written_configs import layer, sequential

DENSE = layer("Dense", units=1, batch_input_shape=[None, 2])


def test_what_is_missing_and_what_is_unsafe_is_said_at_once():
    code = layer("Lambda", function=["4wEAAAA=", None, None], function_type="lambda")
    with pytest.raises(context.MissingClassesError, match=r"'GarNet'(?s:.*)a Python lambda"):
        upgrade_config(sequential(DENSE, layer("GarNet"), code, version="2.2.4"))


@pytest.mark.parametrize(
    "long",
    [
        layer("G" * 10**6),
        layer("StringLookup", vocabulary="v" * 10**6),
        layer("Merge", mode="m" * 10**6),
        layer("Dense", units=1, activation=["a" * 10**6]),
        layer("Dense", units=1, name="n" * 10**6, bias_initializer=["a"]),
        layer("TFOpLambda", function="f" * 10**6),
    ],
    ids=lambda one: one["class_name"][:20],
)
def test_messages_are_of_bounded_length(long):
    with pytest.raises(context.UpgradeError) as error:
        upgrade_config(sequential(DENSE, long, version="2.2.4"))
    assert len(str(error.value)) < 3000


def test_a_note_is_of_the_layer_at_work():
    assert str(context.Note("dense", "kernel is a list")) == "dense: kernel is a list"


def test_a_note_shows_nothing_that_a_terminal_obeys():
    assert str(context.Note("dense\x1b[2J", "changed")) == r"dense\x1b[2J: changed"


def test_what_is_advised_holds_no_code_of_the_file():
    with pytest.raises(context.MissingClassesError) as error:
        upgrade_config(sequential(DENSE, layer("x}); evil(); ({'y': z"), layer("Swish"), version="2.2.4"))
    advice = str(error.value).rpartition("custom_objects=")[2]
    assert "Swish: Swish" not in advice and "'Swish': Swish" in advice and ": ...," in f"{advice[:-2]},"

"""A name of another library is an error that says what to write here."""

import pytest

import keras_inits
from keras_inits.initializers.names_elsewhere import ELSEWHERE


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_to_write_is_an_initializer(name):
    made = eval(ELSEWHERE[name].here, {}, {key: getattr(keras_inits, key) for key in keras_inits.__all__})
    assert isinstance(made, keras_inits.Initializer)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_keras_has_no_such_name(name):
    with pytest.raises(ValueError, match=f"Unknown initializer: '{name}'"):
        keras_inits.get(name)


@pytest.mark.parametrize("name", ["kaiming_normal", "kaiming_normal_", "Kaiming_Normal_"])
def test_the_error_says_whose_name_it_is_and_what_is_different(name):
    with pytest.raises(
        ValueError, match=r"torch's and JAX's name for what is here `HeNormal\(\)` \(torch's is not"
    ):
        keras_inits.get(name)

"""Versions of Keras, as files have them and as users ask for them."""

import pytest

from keras_inits.keras_compat import keras_versions


@pytest.mark.parametrize(
    "text, version",
    [("2.2.4-tf", (2, 2, 4)), ("3.5.0.dev1", (3, 5, 0)), ("1.0", (1, 0, 0)), ("tf", None), ("", None)],
)
def test_what_a_keras_wrote_is_its_first_three_numbers(text, version):
    assert keras_versions.as_written(text) == version


@pytest.mark.parametrize(
    "series, newest",
    [
        ("2.2", "2.2.5"),
        ("1", "1.2.2"),
        ("2.3", "2.3.1"),
        ("1.0", "1.0.8"),
        ("2.2.4", "2.2.4"),
        ("2", "2.21.0"),
    ],
)
def test_a_series_is_its_newest_version(series, newest):
    assert str(keras_versions.released(series)) == newest


def test_keras_3_may_have_releases_that_nobody_knows_yet():
    assert keras_versions.released("3.99.1") == (3, 99, 1) < keras_versions.released("3")


def test_the_version_of_a_tensorflow_says_which_to_ask_for():
    with pytest.raises(ValueError, match="'tf1' draws as TensorFlow 1's does, '2.4' as that of TensorFlow 2"):
        keras_versions.released("2.2.4-tf")


@pytest.mark.parametrize("version", ["2.16-rc", "0.3.3", "2.2.9", "4.0", "two"])
def test_a_version_that_is_none_is_an_error(version):
    with pytest.raises(ValueError, match="There is no Keras"):
        keras_versions.released(version)


@pytest.mark.parametrize("version", [2.2, None])
def test_a_version_that_is_no_string_is_an_error(version):
    with pytest.raises(ValueError, match=f"must be a string such as '2.2.4'. Received: {version}"):
        keras_versions.released(version)

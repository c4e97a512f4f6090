"""Configs as plain values, within bounds."""

import json

import pytest

from keras_inits.saved_models.files import config_trees, limits


def test_json_is_parsed():
    assert config_trees.parse(b'{"a": [1, null]}') == {"a": [1, None]}


def test_what_is_no_json_is_an_error_of_one_line():
    with pytest.raises(ValueError, match="^not JSON, or truncated: .*$"):
        config_trees.parse(b'{"a": ')


@pytest.mark.parametrize(
    "name, least, value, words",
    [
        ("CONFIG_DEPTH", 3, [[[[1]]]], "nested deeper than 3"),
        ("CONFIG_VALUES", 11, [0] * 6, "more than 11 values"),
        ("CONFIG_VALUES", 18, [{}, []], "more than 18 values"),
        ("CONFIG_BYTES", 5, ["abc", "def"], "texts of more than 5 characters"),
        ("CONFIG_BYTES", 5, {"abc": 1, "def": 2}, "texts of more than 5 characters"),
    ],
    ids=["depth", "values", "branches", "texts", "keys"],
)
def test_a_tree_is_bounded(name, least, value, words, monkeypatch):
    config_trees.check_tree(value)
    monkeypatch.setattr(limits, name, least)
    with pytest.raises(ValueError, match=words):
        config_trees.check_tree(value)


def test_one_list_in_many_places_counts_in_each():
    value = [0]
    for _ in range(60):
        value = [value, value]
    with pytest.raises(ValueError, match="more than"):
        config_trees.check_tree(value)


@pytest.mark.parametrize(
    "node, answer",
    [
        ({"class_name": "Dense", "config": {}}, True),
        ({"class_name": "Sequential", "config": []}, True),
        ({"class_name": "Dense"}, False),
        ({"class_name": 1, "config": {}}, False),
        ("Dense", False),
    ],
    ids=json.dumps,
)
def test_an_object_has_a_class_and_a_config(node, answer):
    assert config_trees.is_object(node) == answer


@pytest.mark.parametrize(
    "value, text", [(b"2.2.4", "2.2.4"), ("tf", "tf"), ("", None), (3, None), (None, None)]
)
def test_an_attribute_as_text(value, text):
    assert config_trees.text_or_none(value) == text


def test_values_are_counted_before_they_are_made(monkeypatch):
    monkeypatch.setattr(limits, "CONFIG_VALUES", 15)
    assert config_trees.parse(b"[1, 2, 3, 4]") == [1, 2, 3, 4]
    with pytest.raises(config_trees.TooLargeError, match="JSON, but more than 15 values"):
        config_trees.parse(b"[1, 2, 3, 4, 5, {}")  # No JSON, which it would be called if it were read.


def test_one_long_word_makes_a_vocabulary_large():
    words = ["a"] * 20_000
    config_trees.check_words(words)
    with pytest.raises(config_trees.TooLargeError, match="20001 words, the longest of 100000 characters"):
        config_trees.check_words([*words, "b" * 100_000])


def test_a_text_that_is_longer_than_a_name_is_cut():
    assert config_trees.cut("a" * limits.TEXT) == "a" * limits.TEXT
    assert config_trees.cut("a" * limits.TEXT + "b") == "a" * limits.TEXT + "..."

"""What `inspect` finds out; how it prints that is in test_inspect_command.py."""

import json

import pytest

from keras_inits.cli import inspection
from keras_inits.cli.inspection import report_on
from keras_inits.saved_models.files import limits


def reported(tmp_path, *initializers):
    layers = [
        {"class_name": "Dense", "config": {"name": f"dense_{number}", "units": 1, "kernel_initializer": one}}
        for number, one in enumerate(initializers)
    ]
    (tmp_path / "m.json").write_text(json.dumps({"class_name": "Sequential", "config": layers}))
    return report_on(str(tmp_path / "m.json"))


def test_a_file_says_what_kind_it_is(tmp_path):
    assert reported(tmp_path)["kind"] == "json"


def test_uses_of_the_same_config_are_one_initializer(tmp_path):
    (found,) = reported(tmp_path, "he_normal", "he_normal")["initializers"]
    assert (found["weights"], [use["layer"] for use in found["uses"]]) == (2, ["dense_0", "dense_1"])
    assert (found["class_name"], found["error"]) == ("HeNormal", None)


def test_ids_of_shared_objects_make_no_difference(tmp_path):
    config = {"class_name": "HeNormal", "config": {"seed": 7}}
    assert len(reported(tmp_path, config, {**config, "shared_object_id": 3})["initializers"]) == 1


def test_what_nobody_knows_has_an_error_and_no_class(tmp_path):
    (found,) = reported(tmp_path, "he_nromal")["initializers"]
    assert found["class_name"] is None and "he_normal" in found["error"]


def test_what_is_no_model_has_an_error(tmp_path):
    (tmp_path / "m.json").write_text("{}")
    assert report_on(str(tmp_path / "m.json")).keys() == {"path", "error"}


def test_a_missing_file_has_an_error(tmp_path):
    assert report_on(str(tmp_path / "m.json"))["error"] == "No such file or directory"


@pytest.mark.parametrize(
    "initializers",
    [["a", "b", "c"], [{"class_name": "RandomNormal", "config": {"stddev": n}} for n in "abc"]],
)
def test_more_distinct_initializers_than_any_model_has(tmp_path, initializers, monkeypatch):
    monkeypatch.setattr(limits, "INITIALIZERS", 2)
    monkeypatch.setattr(inspection, "_resolve", None)
    error = "3 distinct initializers, and no more than 2 are looked up"
    assert reported(tmp_path, *initializers) == {"path": str(tmp_path / "m.json"), "error": error}


def test_more_uses_of_initializers_than_any_model_has(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "INITIALIZER_USES", 2)
    assert reported(tmp_path, *["zeros"] * 3)["error"] == "more than 2 uses of initializers"


@pytest.mark.parametrize("place", ["{}", '"class_name"', '"config"', "key"])
def test_a_text_as_long_as_no_initializer_has_is_not_looked_up(tmp_path, place, monkeypatch):
    text = "q" * (limits.INITIALIZER_TEXT + 1)
    monkeypatch.setattr(inspection, "_resolved", None)
    saved = {
        "{}": text,
        '"class_name"': {"class_name": text, "config": {}},
        '"config"': {"class_name": "Constant", "config": {"value": text}},
        "key": {"class_name": "Constant", "config": {text: 1}},
    }[place]
    (found,) = reported(tmp_path, saved)["initializers"]
    assert found["error"] == found["stock_error"] == f"a text of {len(text)} characters in it"
    assert found["saved"] == saved


@pytest.mark.parametrize("saved", ["q" * 10_000, [["q" * 10_000]], {"class_name": "q" * 10_000}])
def test_errors_are_cut(tmp_path, saved):
    (found,) = reported(tmp_path, saved)["initializers"]
    assert max(len(found["error"]), len(found["stock_error"])) <= limits.MESSAGE + len("...")


def test_what_is_long_is_not_kept_for_the_next_file(tmp_path):
    reported(tmp_path, "he_normal")
    before = inspection._resolved_once.cache_info()
    reported(tmp_path, {"class_name": "Constant", "config": {"value": [0.5] * 1000}})
    assert inspection._resolved_once.cache_info() == before

"""What `inspect` finds out; how it prints that is in test_inspect_command.py."""

import json

from keras_inits.cli.inspection import report_on


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

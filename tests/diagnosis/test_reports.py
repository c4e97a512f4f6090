"""What `diagnose` returns."""

import json
import math

import pytest

from keras_inits.diagnosis.reports import Diagnosis, LayerDiagnosis

LAYERS = (
    LayerDiagnosis("dense", "Dense", (32, 64), 0.5, 0.25, 0.125, None, 20.0, 32, "held"),
    LayerDiagnosis("answer", "Dense", (32, 2), math.inf, None, None, 0.5, math.nan, 2, "not finite"),
)
DIAGNOSIS = Diagnosis("model", 1.0, LAYERS, "The signal is not finite from answer on.")
TABLE = """\
model: mean square of the input 1
layer   kind   output  mean square  gradient mean square  dead  saturated     rank  verdict
------  -----  ------  -----------  --------------------  ----  ---------  -------  ----------
dense   Dense  32x64           0.5                  0.25  12 %          -  20.0/32  held
answer  Dense  32x2            inf                     -     -       50 %    nan/2  not finite
The signal is not finite from answer on."""


def test_as_text():
    assert str(DIAGNOSIS) == TABLE == repr(DIAGNOSIS)


def test_a_notebook_shows_a_table():
    shown = DIAGNOSIS._repr_html_()
    assert "<p>model: mean square of the input 1</p>" in shown
    assert "<tr><td>dense</td><td>Dense</td><td>32x64</td>" in shown
    assert "<strong>The signal is not finite from answer on.</strong>" in shown


def test_json_knows_all_of_it():
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    read = json.loads(json.dumps(DIAGNOSIS.to_dict()), parse_constant=refuse)
    assert read["verdict"] == DIAGNOSIS.verdict
    assert read["layers"][0] == {**LAYERS[0]._asdict(), "output_shape": [32, 64]}


def test_what_is_not_finite_is_null():
    answer = DIAGNOSIS.to_dict()["layers"][1]
    assert answer["mean_square"] is None and answer["effective_rank"] is None


def test_cannot_be_changed():
    with pytest.raises(AttributeError):
        DIAGNOSIS.verdict = "fine"

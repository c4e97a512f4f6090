"""Pictures of diagnoses."""

import sys

import pytest

from diagnosis.test_reports import DIAGNOSIS

LONG = DIAGNOSIS._replace(layers=DIAGNOSIS.layers * 90)


class TestPlot:
    @pytest.fixture(autouse=True)
    def _matplotlib(self):
        pytest.importorskip("matplotlib")

    @pytest.mark.parametrize(("kind", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
    def test_is_saved(self, kind, begin, tmp_path):
        path = tmp_path / f"diagnosis.{kind}"
        DIAGNOSIS.plot(path)
        assert path.read_bytes().startswith(begin)

    def test_three_panels_of_all_layers(self):
        squares, units, ranks = DIAGNOSIS.plot().axes
        assert [len(line.get_xdata()) for line in squares.lines[:2]] == [2, 2]
        assert len(units.patches) == 4
        assert [label.get_text() for label in ranks.get_xticklabels()] == ["dense", "answer"]

    def test_the_verdict_is_its_title(self):
        assert DIAGNOSIS.verdict in DIAGNOSIS.plot().get_suptitle()

    def test_of_many_layers_some_are_named(self):
        assert 24 <= len(LONG.plot().axes[-1].get_xticks()) <= 48

    def test_no_layers(self):
        assert DIAGNOSIS._replace(layers=()).plot().axes

    def test_pyplot_is_left_alone(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
        assert DIAGNOSIS.plot() is not None


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        DIAGNOSIS.plot()

"""Pictures: whole files of the format that is asked for, or none."""

import builtins
import xml.etree.ElementTree

import pytest

import keras_inits
from keras_inits.summaries import plotting
from keras_inits.summaries.describing import described
from keras_inits.summaries.stored_weights import WeightRow

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def figure():
    return plotting.figure_of(described(keras_inits.HeNormal(seed=7), (40, 30)))


def size_of_png(path):
    """The width and height that a PNG file says it has."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def texts_of_svg(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    assert root.tag.endswith("}svg")
    return [element.text for element in root.iter() if element.tag.endswith("}text")]


def test_png(figure, tmp_path):
    plotting.save(figure, tmp_path / "a.png")
    assert size_of_png(tmp_path / "a.png") == (1200, 540)


def test_a_notebook_shows_it_whatever_was_imported(figure):
    assert figure._repr_png_()[:8] == b"\x89PNG\r\n\x1a\n"


def test_svg_has_its_letters_as_letters(figure, tmp_path):
    plotting.save(figure, tmp_path / "a.svg")
    texts = texts_of_svg(tmp_path / "a.svg")
    assert {"HeNormal", "value", "singular value", "density (per unit of value)"} <= set(texts)
    assert "seed=7, shape=(40, 30), dtype=float32" in texts


def test_svg_of_the_same_facts_is_the_same(tmp_path):
    for name in ("a.svg", "b.svg"):
        facts = described(keras_inits.HeNormal(seed=7), (40, 30))
        plotting.save(plotting.figure_of(facts), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_vector_has_one_panel():
    figure = plotting.figure_of(described(keras_inits.HeNormal(), (40,)))
    assert [panel.get_xlabel() for panel in figure.axes] == ["value"]


@pytest.mark.parametrize(
    "initializer, shape",
    [
        (keras_inits.Zeros(), (4, 4)),
        (lambda shape, dtype: keras_inits.Ones()(shape), (3, 2)),
        (keras_inits.Ones(), ()),
    ],
)
def test_what_has_no_spread_or_no_law(initializer, shape, tmp_path):
    plotting.save(plotting.figure_of(described(initializer, shape)), tmp_path / "a.png")
    assert size_of_png(tmp_path / "a.png") == (1200, 540)


def rows_of_weights(count, **settings):
    row = WeightRow("layer", "kernel", (2, 2), "float32", "HeNormal", {}, 1.0, 0.9)._replace(**settings)
    return [row._replace(layer=f"layer_{number}") for number in range(count)]


class TestWeights:
    def test_their_names(self):
        (panel,) = plotting.figure_of_weights(rows_of_weights(3), "m.h5").axes
        names = [label.get_text() for label in panel.get_yticklabels()]
        assert names == ["layer_0/kernel", "layer_1/kernel", "layer_2/kernel"]

    def test_both_deviations_are_marked(self):
        (panel,) = plotting.figure_of_weights(rows_of_weights(2), "m.h5").axes
        asked, there = (marks.get_offsets()[:, 0].tolist() for marks in panel.collections)
        assert (asked, there) == ([1.0, 1.0], [0.9, 0.9])

    def test_those_of_the_deviation_0_are_left_out(self):
        zeros = rows_of_weights(5, deviation_asked=0.0, deviation=0.0)
        figure = plotting.figure_of_weights(rows_of_weights(2) + zeros, "m.h5")
        assert len(figure.axes[0].collections[0].get_offsets()) == 2
        assert "2 of 7 weights" in figure.texts[1].get_text()

    @pytest.mark.parametrize("count", [0, 1, 200])
    def test_none_one_and_many(self, count, tmp_path):
        plotting.save(plotting.figure_of_weights(rows_of_weights(count), "m.h5"), tmp_path / "a.png")
        width, height = size_of_png(tmp_path / "a.png")
        assert (width, height <= 1500) == (1200, True)

    def test_nothing_in_the_file(self, tmp_path):
        rows = rows_of_weights(2, deviation=None)
        plotting.save(plotting.figure_of_weights(rows, "m.json"), tmp_path / "a.svg")
        assert "layer_1/kernel" in texts_of_svg(tmp_path / "a.svg")


def test_another_format(figure, tmp_path):
    with pytest.raises(ValueError, match=r"png, svg\. Received: .*a\.gif"):
        plotting.save(figure, tmp_path / "a.gif")


def test_nothing_is_half_written(figure, tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_text("old")

    def breaks(file, **settings):
        with open(file, "wb") as written:
            written.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", breaks)
    with pytest.raises(OSError, match="No space left"):
        plotting.save(figure, path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]
    assert path.read_text() == "old"


def test_without_matplotlib(monkeypatch):
    def without(name, *args, **kwargs):
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return imported(name, *args, **kwargs)

    imported = builtins.__import__
    facts = described(keras_inits.Zeros(), (2, 2))
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        plotting.figure_of(facts)


def test_no_state_of_pyplot_is_touched(tmp_path):
    import matplotlib

    before = dict(matplotlib.rcParams)
    plotting.save(plotting.figure_of(described(keras_inits.Zeros(), (2, 2))), tmp_path / "a.svg")
    assert dict(matplotlib.rcParams) == before

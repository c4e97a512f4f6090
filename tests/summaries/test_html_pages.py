"""Reports in HTML."""

import html.parser
import sys

import pytest

from keras_inits.summaries import html_pages, plotting

EVIL = "<script>alert('a' & \"b\")</script>\x1b[2J\u202e"


class Tags(html.parser.HTMLParser):
    """The tags of a page, the attributes that lead elsewhere, and its texts."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.leading, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.leading += [value for name, value in attributes if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data):
        self.texts.append(data)


def whole_page(*parts, title="A title"):
    return html_pages.page(title, parts)


class TestTexts:
    @pytest.mark.parametrize(
        "piece",
        [
            html_pages.heading(EVIL),
            html_pages.paragraph(EVIL),
            html_pages.paragraph(EVIL, strong=True),
            html_pages.preformatted([EVIL]),
            html_pages.table([EVIL], [[EVIL]]),
            html_pages.page(EVIL, []),
        ],
    )
    def test_no_text_is_markup_or_obeyed(self, piece):
        assert "script" not in Tags(piece).tags
        assert "\x1b" not in piece and "\u202e" not in piece

    def test_it_is_shown_as_it_is(self):
        assert Tags(html_pages.paragraph("a < b & c > 'd'")).texts == ["a < b & c > 'd'"]


class TestTables:
    def test_a_cell_for_each_text(self):
        piece = html_pages.table(["a", "b"], [["1", "2"], ["3", "4"]])
        assert [text for text in Tags(piece).texts if text.strip()] == ["a", "b", "1", "2", "3", "4"]

    def test_numbers_are_aligned_to_the_right(self):
        piece = html_pages.table(["a", "b"], [["1", "2"]], frozenset({1}))
        assert '<td>1</td><td class="number">2</td>' in piece


class TestPages:
    def test_nothing_is_run_or_fetched(self):
        found = Tags(whole_page(html_pages.paragraph("text")))
        assert not {"script", "link", "iframe", "object", "form"} & set(found.tags)
        assert found.leading == []

    def test_the_browser_is_told_so(self):
        assert "default-src &#x27;none&#x27;" in whole_page()

    def test_light_and_dark(self):
        text = whole_page()
        assert 'name="color-scheme" content="light dark"' in text
        assert "@media (prefers-color-scheme: dark)" in text

    def test_parts_that_are_not_there_are_left_out(self):
        assert "None" not in whole_page(None, html_pages.paragraph("text"))

    def test_a_page_is_written_whole(self, tmp_path):
        html_pages.write(tmp_path / "a.html", whole_page(html_pages.paragraph("größer")))
        assert "größer" in (tmp_path / "a.html").read_text(encoding="utf-8")


class TestPictures:
    def draw(self):
        return plotting.titled_figure("<b>", "details", 2.0)

    def test_it_is_inside_of_the_page(self):
        pytest.importorskip("matplotlib")
        (source,) = Tags(html_pages.picture(self.draw, "a picture")).leading
        assert source.startswith("data:image/svg+xml;base64,")

    def test_it_says_what_it_shows(self):
        pytest.importorskip("matplotlib")
        assert 'alt="a &lt; b"' in html_pages.picture(self.draw, "a < b")

    def test_none_without_matplotlib(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        assert html_pages.picture(self.draw, "a picture") is None

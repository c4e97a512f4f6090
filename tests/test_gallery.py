"""The gallery names each initializer of the registry, and its pictures are there."""

import pathlib
import re
import runpy

import pytest

DOCS = pathlib.Path(__file__).parents[1] / "docs"
MAKE = runpy.run_path(str(DOCS / "make_gallery.py"))
PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"\]\((gallery/[^)]*)\)", PAGE)


@pytest.mark.parametrize("name", MAKE["registered_classes"]())
def test_an_initializer_has_a_section_with_a_picture(name):
    _, _, section = PAGE.partition(f"\n## {name}\n")
    assert f"](gallery/{name}.svg)" in section.partition("\n## ")[0]


def test_the_pictures_are_those_in_the_folder():
    assert sorted(PICTURES) == sorted(f"gallery/{file.name}" for file in (DOCS / "gallery").iterdir())


def test_they_are_small():
    assert sum((DOCS / picture).stat().st_size for picture in PICTURES) < 2 * 2**20


def test_a_section_says_what_the_docstring_says():
    section = MAKE["documented"](MAKE["registered_classes"]()["HeNormal"])
    assert section.summary == "He normal initializer."
    assert "sqrt(2 / fan_in)" in section.description
    assert "shortcut" not in section.description
    assert section.source.startswith("Keras 2 and 3; He et al.")
